"""A score in words, with its edges, as of any day: the row and the cuts of that day are all it needs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings

from recompra.analytics.customer_summary import rfm_base
from recompra.analytics.rfm import rfm
from recompra.customers.cuts import suggested
from recompra.customers.xray.explanation import Shares, explain
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import orders
from tests.cast import Cast
from tests.twelve_orders import ANA

pytestmark = pytest.mark.django_db


def test_ana_s_scores_are_explained_as_of_a_past_day(shop: Cast, today: dt.date) -> None:
    """Fifty days ago she had bought on three days, for R$ 400.00, the last time fifty days before."""
    facts, day = engine(settings.WAREHOUSE_URL), today - dt.timedelta(days=50)
    cuts = suggested(facts, day, None)
    base = rfm_base(orders, as_of=day)
    ana = next(row for row in facts.rows(rfm(base, cuts)) if row["customer_key"] == ANA)
    told = {
        line.label: (line.fact.replace("\u00a0", " "), line.cut) for line in explain(ana, cuts, Shares({}))
    }
    assert told["Recência"][0] == "comprou há 50 dias"
    assert told["Frequência"][0] == "3 dias de compra"
    assert told["Valor"][0] == "R$ 400,00"
    assert all(cut for _fact, cut in told.values())
