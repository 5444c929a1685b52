"""The people of a list of offers, each with the product that fits best: one row a person, from the facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from recompra.customers.scope import StoreScope
from recompra.customers.xray.recommended.words import told_of
from recompra.segments.found.columns import Column
from recompra.segments.found.question import Behind
from recompra.segments.models import Segment
from recompra.segments.offers.asked import Asked
from recompra.segments.rule.people import people_of
from recompra.segments.rule.read import read
from recompra.segments.rule.tree import Group, Match, Rule
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import offers, products

SEPARATOR = "\x1f"
"""Between the parts of a reason: it stands in no name."""
PARTS = ("people", "days", "times")


def behind(plain: Mapping[str, Any], as_of: dt.date, stores: StoreScope) -> Behind:
    """Who answers such a question. Raises Http404 where the segment is gone."""
    asked = Asked.of(plain)
    segment = segment_of(asked)
    rule: Rule = read(segment.rule) if segment else Group(Match.ALL)
    people = people_of(rule, as_of=as_of, stores=stores)
    if asked.store is not None:
        people = people.filter(people.store_key == asked.store)
    title = segment.name if segment else _("All customers")
    return Behind(
        people.join(best(asked), "customer_key"),
        _("What to offer: %(who)s") % {"who": title},
        rule,
        COLUMNS,
        by=("offer_score", pgettext("offers", "Likeliest first")),
        chat="offer_key",
    )


def segment_of(asked: Asked) -> Segment | None:
    """Raises Http404 where it is gone."""
    if not asked.segment:
        return None
    found = Segment.objects.filter(public_id=asked.segment).first()
    if found is None:
        raise Http404
    return found


def wanted(asked: Asked) -> ir.Table:
    """The products asked about."""
    found = products
    if asked.product is not None:
        found = found.filter(found.product_key == asked.product)
    if asked.group:
        found = found.filter(found.group_name == asked.group)
    if asked.typed:
        text = asked.typed.lower()
        found = found.filter(found.name.lower().contains(text) | (found.code.lower() == text))
    return found


def best(asked: Asked) -> ir.Table:
    """Of each customer the offer that stands first among the products asked about. Columns: customer_key;
    offer_key (the product); offer_score (the higher, the likelier); offer_why (the parts of the reason)."""
    found = offers
    if asked.product is not None and not asked.group and not asked.typed:
        found = found.filter(found.product_key == asked.product)
    elif asked.is_narrow:
        some = found.semi_join(wanted(asked), "product_key")
        first = some.group_by("customer_key").agg(place=some.place.min())
        found = some.semi_join(first, ["customer_key", "place"])
    else:
        found = found.filter(found.place == 1)
    return found.select(
        "customer_key", offer_key="product_key", offer_score="score", offer_why=_joined(found)
    )


def _joined(told: ir.Table) -> ir.StringValue:
    whole = told.reason
    for name in (*PARTS, "because_key"):
        whole = whole + ibis.literal(SEPARATOR) + told[name].cast("string").fill_null("")
    return whole


def why(text: str | None) -> str | None:
    """The reason in words, from its parts."""
    if not text:
        return None
    reason, told = parts(text)
    return told_of(reason, "", {"because": "", **told})


def parts(text: str) -> tuple[str, dict[str, Any]]:
    """(reason, what it tells) of `offer_why`."""
    reason, *numbers, because = text.split(SEPARATOR)
    told: dict[str, Any] = {name: int(number) for name, number in zip(PARTS, numbers, strict=True) if number}
    return reason, told | ({"because": called(int(because)).name} if because else {})


class Called(NamedTuple):
    """What people know a product by."""

    code: str
    name: str
    group: str | None


def called(key: int) -> Called:
    """A product by its key; nothing of one that is gone."""
    url = settings.WAREHOUSE_URL
    return _called(url, engine(url).version()).get(key, Called("", "", None))


@lru_cache(maxsize=2)
def _called(url: str, version: str) -> dict[int, Called]:
    """Kept until another generation is published, so that a page of a million offers joins no names."""
    rows = engine(url).rows(products.select("product_key", "code", "name", "group_name"))
    return {row["product_key"]: Called(row["code"], row["name"], row["group_name"]) for row in rows}


COLUMNS = (
    Column(
        "offer",
        gettext_lazy("What to offer"),
        fact="offer_key",
        width=32,
        told=lambda key: called(key).name,
    ),
    Column("offer_why", gettext_lazy("Why"), fact="offer_why", width=48, told=why),
    Column(
        "offer_group",
        gettext_lazy("Group of products"),
        fact="offer_key",
        width=20,
        told=lambda key: called(key).group,
    ),
)
