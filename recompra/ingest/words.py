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
LEFT = NO | {
    "inativo", "inativa", "inactive", "cancelado", "cancelada", "canceled", "cancelled",
    "desligado", "desligada",
    "saiu", "left", "encerrado", "encerrada", "bloqueado", "bloqueada", "excluido", "excluida", "exmembro",
}  # fmt: skip
"""Of a membership: over. Any other word, and none, is a member."""

DISCONTINUED = NO | {
    "descontinuado", "descontinuada", "discontinued", "inativo", "inativa", "inactive", "i", "foradelinha",
    "encerrado", "encerrada", "suspenso", "suspensa", "bloqueado", "bloqueada", "excluido",
    "excluida", "deletado", "deletada", "deleted", "arquivado", "arquivada", "archived", "rascunho", "draft",
    "oculto", "oculta", "hidden", "obsoleto", "obsoleta", "obsolete", "esgotado", "esgotada", "soldout",
    "outofstock", "semestoque", "indisponivel", "unavailable", "naocomercializado",
}  # fmt: skip
"""Situations of a product that is not offered. Any other word is one that is."""

SOLD_OUT = NO | {
    "esgotado", "esgotada", "semestoque", "zerado", "indisponivel", "soldout", "outofstock", "falta",
    "emfalta",
}  # fmt: skip
IN_STOCK = YES | {
    "disponivel", "emestoque", "comestoque", "instock", "available", "ilimitado", "infinito", "sobencomenda",
    "sobdemanda",
}  # fmt: skip
"""What stands in a column of stock instead of a number: none, and an unknown number."""

MESSAGE_EVENTS: dict[str, str] = {
    word: meant
    for meant, words in {
        "sent": "sent send enviado enviada envio processed injected",
        "delivered": "delivered delivery entregue entrega",
        "opened": "open opened opens openedemail aberto aberta abertura abriu emailopened uniqueopen",
        "clicked": "click clicked clicks clickedemail clicado clique cliques clicou emailclicked",
        "bounced": "bounce bounced hardbounce softbounce devolvido devolvida rejeitado dropped invalid",
        "unsubscribed": "unsubscribe unsubscribed unsub groupunsubscribe listunsubscribe descadastro "
        "descadastrado descadastrou cancelamento cancelouinscricao optout",
        "complained": "spam spamreport complaint complained markedasspam reclamacao denuncia abuse",
    }.items()
    for word in words.split()
}
"""What mailing tools call what happened to a message."""

CHANNELS = {"sms": "sms", "torpedo": "sms", "whatsapp": "whatsapp", "wpp": "whatsapp", "zap": "whatsapp"}
"""Of a message; whatever is not here is an e-mail."""
