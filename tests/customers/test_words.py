"""The RFV explained in words, and the moment to write, at their boundaries."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from recompra.analytics.rfm import Cuts
from recompra.customers.xray.explanation import Shares, explain
from recompra.customers.xray.remarketing import Signal, State, signal

CUTS = Cuts((180, 90, 60, 30), (2, 3, 5, 10), (Decimal(100), Decimal(200), Decimal(540), Decimal(980)))
SHARES = Shares({1: 40, 2: 20, 3: 10, 4: 10, 5: 20})


def lines(r: tuple[int, int], f: tuple[int, int], v: tuple[str, int]) -> list[str]:
    scored = {
        "recency_days": r[0], "recency_score": r[1], "frequency": f[0], "frequency_score": f[1],
        "monetary": Decimal(v[0]), "monetary_score": v[1],
    }  # fmt: skip
    told = explain(scored, CUTS, SHARES)
    return [f"{line.fact} | {line.beside} | {line.cut}".replace("\xa0", " ") for line in told]


def test_a_recent_customer_is_told_from_the_top() -> None:
    assert lines((12, 5), (7, 4), ("612.30", 4)) == [
        "comprou há 12 dias | entre os 20% mais recentes | até 30 dias",
        "7 dias de compra |  | de 5 a 9 dias de compra",
        "R$ 612,30 |  | entre R$ 540,00 e R$ 980,00",
    ]


def test_a_silent_customer_is_told_from_the_bottom() -> None:
    assert lines((260, 1), (1, 1), ("49.90", 1)) == [
        "comprou há 260 dias | entre os 40% há mais tempo sem comprar | mais de 180 dias",
        "1 dia de compra |  | até 1 dia de compra",
        "R$ 49,90 |  | menos de R$ 100,00",
    ]


def test_the_best_scores_have_no_upper_end() -> None:
    told = lines((0, 5), (10, 5), ("980.00", 5))
    assert told[0].startswith("comprou hoje")
    assert told[1].endswith("10 dias de compra ou mais")
    assert told[2].endswith("R$ 980,00 ou mais")


@pytest.mark.parametrize("days", [0, 1, 29, 30, 31, 60, 61, 90, 91, 180, 181, 999])
def test_the_cut_told_holds_the_days(days: int) -> None:
    score = 1 + sum(days <= edge for edge in CUTS.recency)
    told = explain(
        {"recency_days": days, "recency_score": score, "frequency": 1, "frequency_score": 1,
         "monetary": Decimal(1), "monetary_score": 1}, CUTS, SHARES,
    )[0].cut  # fmt: skip
    numbers = [int(word) for word in told.split() if word.isdigit()]
    if told.startswith("até"):
        assert days <= numbers[0]
    elif told.startswith("mais"):
        assert days > numbers[0]
    else:
        assert numbers[0] <= days <= numbers[1]


def test_a_cut_of_one_value_is_told_as_one() -> None:
    assert lines((70, 3), (2, 2), ("150.00", 2))[1].endswith("| 2 dias de compra")


def test_without_known_cuts_only_the_facts_are_told() -> None:
    told = explain(
        {"recency_days": 3, "recency_score": 5, "frequency": 1, "frequency_score": 1, "monetary": Decimal(1),
         "monetary_score": 1}, None, Shares({}),
    )  # fmt: skip
    assert [(line.cut, line.beside) for line in told] == [("", "")] * 3


TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("mean", "passed", "said"),
    [
        ("15", 20, Signal(State.WRITE, 5)),
        ("15", 16, Signal(State.WRITE, 1)),
        ("15", 15, Signal(State.WAIT, 0)),
        ("15", 14, Signal(State.WAIT, 1)),
        ("14.50", 15, Signal(State.WAIT, 0)),
        ("14.49", 15, Signal(State.WRITE, 1)),
        ("0.40", 1, Signal(State.WRITE, 1)),
        ("1", 0, Signal(State.WAIT, 1)),
        (None, 500, Signal(State.UNKNOWN)),
    ],
)
def test_time_to_write_is_when_more_than_usual_passed(mean: str | None, passed: int, said: Signal) -> None:
    usual = None if mean is None else Decimal(mean)
    assert signal(usual, TODAY - dt.timedelta(days=passed), TODAY) == said


@pytest.mark.parametrize(
    ("after", "passed", "said"),
    [
        (5, 15, Signal(State.WAIT, 0)),
        (5, 16, Signal(State.LATE, 1)),
        (5, 19, Signal(State.LATE, 4)),
        (5, 20, Signal(State.WRITE, 5)),
        (0, 14, Signal(State.WAIT, 1)),
        (0, 15, Signal(State.WRITE, 0)),
    ],
)
def test_the_shop_says_how_many_days_after_the_mean_it_is_time(after: int, passed: int, said: Signal) -> None:
    assert signal(Decimal(15), TODAY - dt.timedelta(days=passed), TODAY, after) == said
