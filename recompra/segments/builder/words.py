"""What the choices of the builder are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recompra.segments.rule.tree import Measure, Op

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MATCHES: dict[str, StrPromise] = {
    "all": _("all of the conditions"),
    "any": _("any of the conditions"),
    "none": _("none of the conditions"),
}
OPS: dict[str, StrPromise] = {
    Op.AT_LEAST: _("at least"),
    Op.AT_MOST: _("at most"),
    Op.BETWEEN: _("between"),
    Op.IS: _("exactly"),
    Op.ONE_OF: _("is one of"),
    Op.NONE_OF: _("is none of"),
    Op.YES: _("yes"),
    Op.NO: _("no"),
    Op.WITHIN: _("in the period"),
    Op.NOT_WITHIN: _("outside the period"),
    Op.KNOWN: _("is filled in"),
    Op.UNKNOWN: _("is not filled in"),
}
BIRTHDAY_OPS: dict[str, StrPromise] = {**OPS, Op.BETWEEN: _("between two days of the year")}
MEASURED = (Op.AT_LEAST, Op.AT_MOST, Op.BETWEEN, Op.IS)
DID: dict[str, StrPromise] = {
    "bought": _("Bought"),
    "not_bought": _("Did not buy"),
    "returned": _("Returned goods"),
    "not_returned": _("Did not return goods"),
}
MEASURES: dict[str, StrPromise] = {
    Measure.ORDERS: _("purchases"),
    Measure.UNITS: _("units"),
    Measure.VALUE: _("R$ in all"),
    Measure.DAYS: _("different days"),
}
CHANNELS: dict[str, StrPromise] = {
    "": _("any channel"),
    "online": _("online shop"),
    "store": _("physical store"),
}
PERIODS: dict[str, StrPromise] = {
    "last_days": _("in the last … days"),
    "days_ago": _("between … and … days ago"),
    "month": _("in a calendar month"),
    "dates": _("between two dates"),
}
PROPERTIES: dict[str, StrPromise] = {
    "group": _("Group"),
    "brand": _("Brand"),
    "color": pgettext_lazy("of a product", "Colour"),
    "product": _("Product (code)"),
}
SEQUENCE = _("First one thing, then another")
BEHAVIOURS = {
    "behaviour:bought": DID["bought"],
    "behaviour:not_bought": DID["not_bought"],
    "behaviour:returned": DID["returned"],
    "behaviour:not_returned": DID["not_returned"],
    "sequence": SEQUENCE,
}
"""What may be added beside fields: {what `acts.made_new` takes: words}."""
