"""A rule that makes no sense is refused in a sentence that says what is wrong, and where."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recompra.segments.rule.read import DEEPEST, MOST_CONDITIONS, read
from recompra.segments.rule.tree import CalendarMonth, DaysAgo, FieldIs, Group, Match, Op
from recompra.segments.rule.write import as_json
from recompra.theme.refused import Refused
from tests.segments.strategies import Json

SEX = {"field": "sex", "op": "one_of", "value": ["F"]}
MAY = {"from": "2026-05-31", "to": "2026-05-01"}


def rule(*rules: Any, match: str = "all") -> Json:
    return {"version": 1, "match": match, "rules": list(rules)}


def refusal(given: Any) -> str:
    with pytest.raises(Refused) as refused:
        read(given)
    return str(refused.value)


def nested(levels: int) -> Json:
    inner: Json = rule(SEX)
    for _level in range(levels):
        inner = rule({"match": "any", "rules": inner["rules"]})
    return inner


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (None, "A regra: aqui é preciso um objeto."),
        ([], "A regra: aqui é preciso um objeto."),
        (
            {"version": 2, "match": "all", "rules": []},
            "Esta regra é da versão 2, e só a versão 1 é conhecida.",
        ),
        ({"match": "some", "rules": []}, "A regra: não se entende “some”."),
        ({"match": "all", "rules": {}}, "A regra: as regras de um grupo precisam ser uma lista."),
        ({**rule(), "owner": 1}, "A regra: não se entende “owner”."),
        (rule(7), "Condição 1: aqui é preciso um objeto."),
        (rule({}), "Condição 1: não diz nem um campo nem o que foi comprado."),
        (
            rule(SEX, rule(SEX, {"match": "any", "rules": []}) | {"version": 1}),
            "Condição 2: não se entende “version”.",
        ),
        (
            rule(SEX, {"match": "all", "rules": [SEX, {"match": "any", "rules": []}]}),
            "Condição 2.2: o grupo está vazio: ponha uma condição nele ou tire-o.",
        ),
        (
            rule({"field": "shoe_size", "op": "is", "value": 1}),
            "Condição 1: o campo “shoe_size” não existe mais: escolha outro.",
        ),
        (
            rule({"field": ["sex"], "op": "is"}),
            "Condição 1: o campo “['sex']” não existe mais: escolha outro.",
        ),
        (
            rule({"field": "sex", "op": "at_least", "value": 1}),
            "Condição 1: não dá para perguntar “Sexo” desse jeito.",
        ),
        (rule({"field": "sex", "op": "one_of", "value": ["X"]}), "Condição 1: “X” não é um valor de “Sexo”."),
        (rule({"field": "sex", "op": "one_of", "value": []}), "Condição 1: escolha pelo menos um valor."),
        (rule({"field": "sex", "op": "one_of", "value": "F"}), "Condição 1: escolha pelo menos um valor."),
        (
            rule({"field": "has_email", "op": "yes", "value": 1}),
            "Condição 1: “Tem e-mail” não leva valor aqui.",
        ),
        (
            rule({"field": "orders", "op": "at_least", "value": "muitos"}),
            "Condição 1: “muitos” não é um número.",
        ),
        (rule({"field": "orders", "op": "at_least", "value": True}), "Condição 1: falta um número."),
        (
            rule({"field": "orders", "op": "is", "value": 1.5}),
            "Condição 1: “1.5” precisa ser um número inteiro.",
        ),
        (
            rule({"field": "ltv", "op": "is", "value": "NaN"}),
            "Condição 1: “NaN” não é um número que se possa comparar.",
        ),
        (
            rule({"field": "ltv", "op": "between", "value": [10, 5]}),
            "Condição 1: o primeiro número é maior que o segundo.",
        ),
        (
            rule({"field": "ltv", "op": "between", "value": 5}),
            "Condição 1: são precisos dois valores, de e até.",
        ),
        (
            rule({"field": "age_band", "op": "between", "value": [26, 34]}),
            "Condição 1: as idades são guardadas em faixas de cinco anos: escolha 25 ou 30 em vez de 26.",
        ),
        (
            rule({"field": "birth_day", "op": "between", "value": ["02-30", "03-01"]}),
            "Condição 1: um aniversário é um mês e um dia, como 12-25.",
        ),
        (
            rule({"field": "last_on", "op": "within", "value": MAY}),
            "Condição 1: o período termina antes de começar.",
        ),
        (rule({"field": "last_on", "op": "within", "value": {}}), "Condição 1: falta o período."),
        (
            rule({"field": "last_on", "op": "within", "value": {"from": "31/05/2026"}}),
            "Condição 1: “31/05/2026” não é um dia.",
        ),
        (
            rule({"field": "last_on", "op": "within", "value": {"last_days": 0}}),
            "Condição 1: é preciso um número inteiro de 1 a 36500.",
        ),
        (rule({"did": "bought", "period": MAY}), "Condição 1: o período termina antes de começar."),
        (rule({"did": "stole"}), "Condição 1: não se entende “stole”."),
        (rule({"did": "bought", "channel": "phone"}), "Condição 1: o canal é “online” ou “store”."),
        (
            rule({"did": "bought", "stores": ["x"]}),
            "Condição 1: é preciso um número inteiro de 1 a 2147483648.",
        ),
        (rule({"first": {"did": "bought"}}), "Condição 1: aqui é preciso um objeto."),
        (
            rule({"did": "bought", "what": {"gr\0up": ["Casa"]}}),
            "Condição 1: uma propriedade do produto precisa de um nome.",
        ),
        (
            rule({"did": "bought", "what": {"group": ["\ud83d"]}}),
            "Condição 1: um valor precisa ser um texto de até 120 letras.",
        ),
        (
            rule({"did": "bought", "what": {"group": ["a" * 121]}}),
            "Condição 1: um valor precisa ser um texto de até 120 letras.",
        ),
    ],
)
def test_what_makes_no_sense_is_told_with_its_place(wrong: Any, sentence: str) -> None:
    assert refusal(wrong) == sentence


def test_a_tree_of_fifty_levels_or_a_thousand_conditions_is_refused() -> None:
    assert refusal(nested(50)) == (
        f"Os grupos podem estar uns dentro dos outros até {DEEPEST} níveis: separe alguns."
    )
    most = f"Uma regra pode ter até {MOST_CONDITIONS} condições: divida em segmentos."
    assert refusal(rule(*[SEX] * 1000)) == most
    assert refusal(rule(*[SEX] * (MOST_CONDITIONS + 1))) == most
    assert read(nested(DEEPEST - 1)), "as deep as allowed"


def test_a_tree_too_deep_for_python_itself_is_refused_too() -> None:
    assert "separe alguns" in refusal(nested(5_000))


def test_a_rule_is_understood() -> None:
    found = read(
        rule(
            {"field": "last_on", "op": "within", "value": {"days_ago": [180, None]}},
            {"field": "birth_day", "op": "within", "value": {"month": -1}},
            match="none",
        )
    )
    assert found == Group(
        Match.NONE,
        (
            FieldIs("last_on", Op.WITHIN, DaysAgo(180, None)),
            FieldIs("birth_day", Op.WITHIN, CalendarMonth(1)),
        ),
    )
    assert read(as_json(found)) == found


def test_no_rule_at_all_is_everybody() -> None:
    assert read(rule()) == Group(Match.ALL)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["match", "rules", "field", "op", "value", "did", "what", "first", "then", "period", "from"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(anything)
def test_whatever_comes_is_read_or_refused(given: Any) -> None:
    with suppress(Refused):
        assert read(as_json(read(given))) == read(given)
