"""What a file holds, and what its headers mean in a file of that kind.

"Categoria" is a product's group in a file of sales and a member's tier in one of a loyalty programme, so the
kind is decided first, by headers that say it without doubt; the others are then read in its own words.
"Situação" is that of the order in a file of sales and that of the product in one of products.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from recompra.ingest import columns
from recompra.ingest.columns import IDENTITY, PERSON, STORE, plain, recognise

Synonyms = Mapping[str, tuple[str, ...]]

# fmt: off
LOYALTY: Synonyms = {
    "program": (
        "program", "programme", "loyalty_program", "programa", "programa_fidelidade",
        "programa_de_fidelidade", "nome_do_programa", "nome_programa", "fidelidade", "clube", "club",
        "clube_de_vantagens",
    ),
    "tier": (
        "tier", "loyalty_tier", "loyalty_level", "nivel", "nivel_fidelidade", "nivel_do_programa",
        "categoria_fidelidade", "categoria_do_programa", "categoria_programa", "categoria_do_cliente",
        "categoria_cliente", "status_fidelidade", "faixa_fidelidade", "level", "categoria", "category",
    ),
    "joined_on": (
        "joined_on", "joined_at", "member_since", "enrolled_at", "enrollment_date", "membro_desde",
        "data_adesao", "data_de_adesao", "adesao", "data_inscricao", "inscricao", "data_filiacao",
        "participante_desde", "desde", "cliente_desde", "data_entrada", "data_cadastro", "data_de_cadastro",
    ),
    "left_on": (
        "left_on", "left_at", "ended_on", "data_saida", "data_de_saida", "data_cancelamento",
        "data_desligamento", "saiu_em", "cancelado_em", "data_fim",
    ),
    "is_member": (
        "is_member", "active", "is_active", "ativo", "ativa", "membro_ativo", "status", "situacao",
        "status_programa", "situacao_programa",
    ),
}

VISIT: Synonyms = {
    "visitor": (
        "visitor", "visitor_id", "user_pseudo_id", "pseudo_id", "ga_client_id", "visitante", "id_visitante",
        "id_do_visitante", "fullvisitorid", "anonymous_id",
    ),
    "event": ("event", "event_name", "evento", "nome_evento", "nome_do_evento"),
    "occurred_at": (
        "occurred_at", "event_timestamp", "event_time", "event_datetime", "event_date", "timestamp",
        "datetime", "date", "data", "data_hora", "data_evento", "data_do_evento",
    ),
    "customer_id": ("user_id", "userid", "id_usuario", "usuario_id"),
    "source": (
        "source", "traffic_source", "traffic_source.source", "utm_source", "session_source", "origem",
        "fonte",
    ),
    "medium": (
        "medium", "traffic_source.medium", "utm_medium", "session_medium", "midia", "meio",
    ),
    "campaign": (
        "campaign", "traffic_source.name", "utm_campaign", "session_campaign", "campaign_name", "campanha",
    ),
}

EVENT: Synonyms = {
    "event": (
        "event", "event_name", "event_type", "evento", "tipo_evento", "tipo_de_evento", "nome_evento",
        "action", "acao", "activity", "atividade", "type", "tipo",
    ),
    "occurred_at": (
        "occurred_at", "event_timestamp", "event_time", "event_date", "timestamp", "datetime", "date",
        "data", "data_hora", "data_evento", "data_do_evento", "action_date", "action_time", "ts",
    ),
    "campaign": (
        "campaign", "campaign_name", "campaign_title", "campanha", "nome_campanha", "nome_da_campanha",
        "subject", "assunto",
    ),
    "channel": ("channel", "canal"),
    "is_machine": (
        "is_machine", "machine_open", "is_machine_open", "sg_machine_open", "apple_privacy",
        "is_apple_privacy", "apple_mpp", "is_mpp", "mpp", "prefetch", "is_bot", "bot",
        "abertura_automatica",
    ),
    "email": ("email_address", "recipient", "recipient_email"),
}

PRODUCT: Synonyms = {
    "product_code": ("codigo", "cod", "code", "id"),
    "product_name": ("nome", "name", "titulo", "title"),
    "product_status": (
        "product_status", "situacao", "status", "situacao_produto", "situacao_do_produto", "status_produto",
        "status_do_produto", "ativo", "ativa", "active", "is_active", "produto_ativo", "em_linha",
        "publicado", "published",
    ),
    "discontinued": (
        "discontinued", "is_discontinued", "descontinuado", "descontinuada", "produto_descontinuado",
        "fora_de_linha", "inativo", "inativa", "inactive", "produto_inativo", "obsoleto", "bloqueado",
        "arquivado", "archived",
    ),
    "stock": (
        "stock", "estoque", "saldo", "estoque_atual", "saldo_atual", "qtd_estoque", "qtde_estoque",
        "quantidade_estoque", "qtd_em_estoque", "qtde_em_estoque", "quantidade_em_estoque", "saldo_estoque",
        "saldo_em_estoque", "saldo_de_estoque", "estoque_disponivel", "saldo_disponivel", "estoque_fisico",
        "saldo_fisico", "stock_quantity", "inventory", "inventory_quantity", "on_hand", "quantity_on_hand",
    ),
}
# fmt: on

LOYALTY_SIGNS = frozenset(
    plain(text)
    for name in ("program", "tier", "joined_on")
    for text in LOYALTY[name]
    if text not in ("categoria", "category", "level", "desde", "cliente_desde", "data_entrada")
    and not text.endswith("cadastro")
)
"""Headers that only a file of a loyalty programme has."""
MEMBERSHIP = frozenset({"program", "tier", "joined_on"})
SALE = frozenset({"sales", "orders", "items", "products"})
GOODS = frozenset({"stock", "discontinued", "product_group", "brand", "color", "launched_on"})
REGISTER = frozenset({"birth_date", "street", "postcode", "sex", "marital_status"})


@dataclass(frozen=True)
class Kind:
    """`named`: {plain header: our column} in such a file. `fits`: whether the columns found make one."""

    name: str
    synonyms: Synonyms
    named: Mapping[str, str]
    fits: Callable[[Sequence[str], Mapping[int, str]], bool]

    def rank(self, header: str) -> int:
        """How far down a header stands among the words for its column."""
        word = plain(header)
        own = self.synonyms.get(self.named.get(word, ""), ())
        return next((at for at, synonym in enumerate(own) if plain(synonym) == word), len(own))


def understand(headers: Sequence[str], chosen: Mapping[str, str]) -> tuple[dict[int, str], str]:
    """({position in the file: our column}, what the file holds). `chosen` as for `columns.recognise`.

    Holds: one of KINDS, else what `columns.holds` says ("" for nothing of use).
    """
    usual = recognise(headers, chosen)
    held = columns.holds(usual.values())
    if held == "products":
        return _read_as(PRODUCTS, headers, chosen, _GOODS_NAMED), held
    if held in SALE and not _is_visit_file(headers, _read_as(VISITS, headers, chosen)):
        return usual, held
    for kind in KINDS.values():
        found = _read_as(kind, headers, chosen)
        if kind.fits(headers, found):
            return found, kind.name
    return usual, held


def _read_as(
    kind: Kind, headers: Sequence[str], chosen: Mapping[str, str], named: Mapping[str, str] | None = None
) -> dict[int, str]:
    """As `columns.recognise`; of two headers that mean one column, the better word is taken: GA4 gives a
    day beside each instant."""
    order = sorted(range(len(headers)), key=lambda at: (kind.rank(headers[at]), at))
    found = recognise([headers[at] for at in order], chosen, kind.named if named is None else named)
    return dict(sorted((order[at], ours) for at, ours in found.items()))


def _named(synonyms: Synonyms, *others: Synonyms) -> dict[str, str]:
    """What a header means: the kind's own words go before those of every file."""
    found: dict[str, str] = {}
    for group in (synonyms, *others):
        for column, words in group.items():
            for word in (column, *words):
                found.setdefault(plain(word), column)
    return found


def _is_loyalty_file(headers: Sequence[str], found: Mapping[int, str]) -> bool:
    names = set(found.values())
    if not names & {*IDENTITY}:
        return False
    if any(plain(header) in LOYALTY_SIGNS for header in headers):
        return bool(names & MEMBERSHIP)
    chosen = {found[at] for at in found if plain(headers[at]) not in _LOYALTY_NAMED}
    return bool(chosen & MEMBERSHIP)  # somebody of the shop said so


def _is_visit_file(headers: Sequence[str], found: Mapping[int, str]) -> bool:
    return {"visitor", "event", "occurred_at"} <= set(found.values())


def _is_event_file(headers: Sequence[str], found: Mapping[int, str]) -> bool:
    names = set(found.values())
    return {"event", "occurred_at"} <= names and bool(names & {*IDENTITY}) and not names & REGISTER


def _is_product_file(headers: Sequence[str], found: Mapping[int, str]) -> bool:
    """Of a file without a sure code of products: "código" is one beside what only products have."""
    names = set(found.values())
    return "product_code" in names and bool(names & GOODS) and not names & {*IDENTITY, "ordered_at"}


_LOYALTY_NAMED = _named(LOYALTY, PERSON)
VISITS = Kind("visits", VISIT, _named(VISIT, {"customer_id": PERSON["customer_id"]}, STORE), _is_visit_file)
EVENTS = Kind("events", EVENT, _named(EVENT, {name: PERSON[name] for name in IDENTITY}), _is_event_file)
MEMBERS = Kind("loyalty", LOYALTY, _LOYALTY_NAMED, _is_loyalty_file)
PRODUCTS = Kind("products", PRODUCT, _named(PRODUCT, columns.COLUMNS), _is_product_file)
_GOODS_NAMED = {
    word: column
    for word, column in PRODUCTS.named.items()
    if column != "product_code" or word in columns.NAMED
}
"""What a header means beside a sure code of products."""
KINDS: dict[str, Kind] = {kind.name: kind for kind in (VISITS, EVENTS, MEMBERS, PRODUCTS)}
FURTHER: dict[str, tuple[str, ...]] = {
    name: tuple(dict.fromkeys(word for kind in KINDS.values() for word in kind.synonyms.get(name, ())))
    for kind in KINDS.values()
    for name in kind.synonyms
    if name not in columns.COLUMNS
}
"""The columns that only these kinds have, with what other systems call them."""
