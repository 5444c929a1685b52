"""What statuses, kinds of operation, channels and yes/no mean, in Portuguese and English. Compared by
`columns.plain`.
"""

from __future__ import annotations

from recompra.customers.identity.nobody import NOBODY as NOBODY

CANCELLED = (
    "cancelado", "cancelada", "canceled", "cancelled", "cancelamento", "unavailable", "indisponivel",
    "devolvido", "devolvida",
    "returned", "refunded", "reembolsado", "reembolsada", "estornado", "estornada", "estorno",
    "recusado", "recusada", "rejected",
    "voided", "void", "failed", "negado", "negada", "denegada", "inutilizada", "anulado", "anulada",
    "naopago", "expirado",
    "chargeback", "abandonado", "abandonada", "falhou",
)  # fmt: skip
"""An order in one of these is kept, and left out of every metric."""

RETURN = (
    "devolucao", "devolucoes", "return", "refund", "credit", "creditnote", "troca", "devolucaodevenda",
    "dev", "notadecredito",
)  # fmt: skip
"""A row of this kind takes money back: its quantity and value count below zero."""

ONLINE = (
    "online", "site", "ecommerce", "lojavirtual", "lojaonline", "web", "internet", "app", "aplicativo",
    "marketplace", "virtual",
    "digital", "whatsapp",
)  # fmt: skip

YES = frozenset({"1", "s", "sim", "y", "yes", "true", "t", "verdadeiro", "x", "aceita", "optin", "on"})
NO = frozenset({"0", "n", "nao", "no", "false", "f", "falso", "naoaceita", "optout", "off"})
FEMALE = frozenset({"f", "fem", "feminino", "female", "mulher", "woman"})
MALE = frozenset({"m", "masc", "masculino", "male", "homem", "man"})
