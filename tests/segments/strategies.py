"""Random rules, as JSON, over the values of `tests.segments.shop`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from recompra.segments.ages import EDGES, oldest
from recompra.segments.fields import MARITAL_STATUS, Kind, fields
from tests.segments import shop

Json = dict[str, Any]

a_day = st.sampled_from([0, 1, 29, 30, 31, 89, 90, 180, 366]).map(lambda n: shop.AS_OF - dt.timedelta(days=n))


@st.composite
def spans(draw: st.DrawFn) -> Json:
    since, until = sorted((draw(a_day), draw(a_day)))
    open_end = draw(st.sampled_from(["both", "from", "to"]))
    told = {"from": since.isoformat(), "to": until.isoformat()}
    return told if open_end == "both" else {open_end: told[open_end]}


periods = st.one_of(
    spans(),
    st.sampled_from([1, 30, 90, 365]).map(lambda n: {"last_days": n}),
    st.sampled_from([[0, 0], [30, 90], [180, None], [0, 400]]).map(lambda pair: {"days_ago": pair}),
    st.sampled_from([0, -1, -2, -12]).map(lambda n: {"month": n}),
)
amounts = st.sampled_from([0, 1, 2, 3, 5, 15, 55, 100, 180])
two_amounts = st.tuples(amounts, amounts).map(sorted)
birthdays = st.lists(st.sampled_from(["01-01", "02-28", "02-29", "03-01", "12-20"]), min_size=2, max_size=2)
WORDS: dict[str, list[Any]] = {
    "sex": ["F", "M"],
    "marital_status": list(MARITAL_STATUS),
    "state": ["PR", "SP", "AC"],
    "segment": list(shop.SEGMENTS),
    "store_key": list(shop.STORES),
    "loyalty_program": ["Clube Serra", "nenhum"],
    "loyalty_tier": ["Ouro", "Prata"],
}
ASKED = [name for name, one in fields().items() if one.metric is None and name != "monetary"]


@st.composite
def field_conditions(draw: st.DrawFn) -> Json:
    one = fields()[draw(st.sampled_from(ASKED))]
    op = draw(st.sampled_from(one.ops)).value
    node: Json = {"field": one.name, "op": op}
    if op in ("known", "unknown", "yes", "no"):
        return node
    if op in ("one_of", "none_of"):
        value: Any = draw(st.lists(st.sampled_from(WORDS[one.name]), min_size=1, max_size=2, unique=True))
    elif op in ("within", "not_within"):
        value = draw(periods)
    elif one.kind == Kind.BIRTHDAY:
        value = draw(birthdays)
    elif one.kind == Kind.AGE:
        value = draw(_ages(op))
    else:
        value = list(draw(two_amounts)) if op == "between" else draw(amounts)
    return {**node, "value": value}


def _ages(op: str) -> st.SearchStrategy[Any]:
    if op == "at_least":
        return st.sampled_from(EDGES)
    if op == "at_most":
        return st.sampled_from(oldest())
    spans = st.tuples(st.sampled_from(EDGES), st.sampled_from([*oldest(), 150]))
    return spans.filter(lambda pair: pair[0] <= pair[1]).map(list)


goods = st.dictionaries(
    st.sampled_from(["product", "group", "brand", "color", "tecido"]),
    st.lists(
        st.sampled_from(["P1", "P2", "Casa", "Vestuário", "L'Été", "Serra", "azul", "lã", 'algodão "puro"']),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    min_size=1,
    max_size=2,
)


@st.composite
def behaviours(draw: st.DrawFn) -> Json:
    op = draw(st.sampled_from(["at_least", "at_least", "at_most", "is", "between", "never"]))
    node: Json = {
        "did": draw(st.sampled_from(["bought", "bought", "returned"])),
        "measure": draw(st.sampled_from(["orders", "units", "value", "days"])),
        "op": op,
    }
    if op != "never":
        node["value"] = list(draw(two_amounts)) if op == "between" else draw(amounts)
    optional: dict[str, st.SearchStrategy[Any]] = {
        "what": goods,
        "stores": st.lists(st.sampled_from(shop.STORES), min_size=1, max_size=2, unique=True),
        "channel": st.sampled_from(["online", "store"]),
        "period": periods,
    }
    for name, values in optional.items():
        if draw(st.booleans()):
            node[name] = draw(values)
    return node


@st.composite
def sequences(draw: st.DrawFn) -> Json:
    node: Json = {"first": draw(behaviours()), "then": draw(behaviours())}
    if draw(st.booleans()):
        node["within_days"] = draw(st.sampled_from([0, 1, 30, 180]))
    return {**node, "never": True} if draw(st.booleans()) else node


conditions = st.one_of(field_conditions(), field_conditions(), behaviours(), sequences())
matches = st.sampled_from(["all", "any", "none"])


def _groups(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.builds(
        lambda match, rules: {"match": match, "rules": rules},
        matches,
        st.lists(inner, min_size=1, max_size=3),
    )


nodes = st.one_of(conditions, conditions, _groups(conditions), _groups(_groups(conditions)))
rules = _groups(nodes).map(lambda group: {"version": 1, **group})
