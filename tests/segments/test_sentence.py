"""What a rule says, in Portuguese."""

from __future__ import annotations

import pytest

from recompra.segments.rule.read import read
from recompra.segments.rule.sentence import sentence
from tests.cast import Cast
from tests.segments.strategies import Json

OCTOBER = {"from": "2026-10-01", "to": "2026-10-31"}
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
WOMEN = {"field": "sex", "op": "one_of", "value": ["F"]}
YOUNG = {"field": "age_band", "op": "between", "value": [25, 34]}


def told(*rules: Json, match: str = "all") -> str:
    return sentence(read({"match": match, "rules": list(rules)})).replace("\u00a0", " ")


def bought(**more: object) -> Json:
    return {"did": "bought", **more}


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([], "Todos os clientes"),
        ([WOMEN], "Mulheres"),
        ([YOUNG], "Clientes de 25 a 34 anos"),
        (
            [WOMEN, YOUNG, bought(period=OCTOBER), bought(op="never", period=NOVEMBER)],
            "Mulheres de 25 a 34 anos que compraram em outubro de 2026 e não compraram em novembro de 2026",
        ),
        (
            [{"field": "age_band", "op": "at_least", "value": 60}, {"field": "is_company", "op": "no"}],
            "Clientes que têm 60 anos ou mais e não são empresas",
        ),
        (
            [{"field": "recency_days", "op": "between", "value": [120, 180]}],
            "Clientes que passaram de 120 dias a 180 dias sem comprar",
        ),
        (
            [{"field": "ltv", "op": "at_least", "value": "1234.5"}],
            "Clientes que já gastaram pelo menos R$ 1.234,50 ao todo",
        ),
        (
            [{"field": "last_on", "op": "within", "value": {"days_ago": [180, None]}}],
            "Clientes que fizeram a última compra há 180 dias ou mais",
        ),
        (
            [{"field": "birth_day", "op": "between", "value": ["12-20", "01-10"]}],
            "Clientes que fazem aniversário de 20/12 a 10/01",
        ),
        (
            [{"field": "segment", "op": "none_of", "value": ["champions", "loyal"]}],
            "Clientes que não têm segmento RFV Campeões ou Leais",
        ),
        (
            [
                bought(
                    measure="value", value=500, what={"brand": ["Serra", "Aurora"]}, period={"last_days": 90}
                )
            ],
            "Clientes que gastaram pelo menos R$ 500,00 da marca Serra ou Aurora nos últimos 90 dias",
        ),
        (
            [
                {
                    "first": bought(what={"product": ["CAS-01"]}),
                    "then": bought(channel="online"),
                    "within_days": 30,
                }
            ],
            "Clientes que compraram o produto CAS-01 e em até 30 dias compraram pela internet",
        ),
        (
            [{"match": "any", "rules": [WOMEN, {"field": "has_email", "op": "yes"}]}],
            "Clientes que (têm sexo feminino ou têm e-mail)",
        ),
    ],
)
@pytest.mark.django_db
def test_a_rule_is_told_in_a_sentence(rules: list[Json], words: str) -> None:
    assert told(*rules) == words


def test_none_of_them_is_told_as_a_list() -> None:
    assert told(WOMEN, {"field": "is_online", "op": "yes"}, match="none") == (
        "Clientes para quem nada disto vale: têm sexo feminino; já compraram pela internet"
    )


@pytest.mark.django_db
def test_a_store_is_called_by_its_name(cast: Cast) -> None:
    assert told(bought(stores=[cast.centro.pk, 999])) == "Clientes que compraram em Loja Centro ou loja 999"
