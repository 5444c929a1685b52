"""What a condition may ask about a person: the columns of `people`, and every metric of customers.

A metric whose first column is `customer_key` and that needs nothing but tables and a day is a metric of
customers (see `analytics.catalog`): its other columns are fields, named `metric.column`. A new one appears
here by itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import ibis.expr.datatypes as dt
import ibis.expr.types as ir
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recompra.analytics.catalog import Metric, metrics
from recompra.segments.rule.tree import Op
from recompra.theme.refused import Refused
from recompra.theme.segments import SEGMENTS
from recompra.warehouse.schema import TABLES

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


_ANY_DAY = date(2000, 1, 1)


class Kind(StrEnum):
    """What a field's values are, and so what may be asked of it."""

    NUMBER = "number"
    MONEY = "money"
    DAYS = "days"
    PERCENT = "percent"
    SCORE = "score"
    AGE = "age"
    FLAG = "flag"
    CHOICE = "choice"  # one of `choices`
    WORD = "word"  # whatever the shop's files said
    STORE = "store"
    DATE = "date"
    BIRTHDAY = "birthday"


_AMOUNT = (Op.AT_LEAST, Op.AT_MOST, Op.BETWEEN, Op.IS, Op.KNOWN, Op.UNKNOWN)
_CHOSEN = (Op.ONE_OF, Op.NONE_OF, Op.KNOWN, Op.UNKNOWN)
OPS: dict[Kind, tuple[Op, ...]] = {
    Kind.NUMBER: _AMOUNT,
    Kind.MONEY: _AMOUNT,
    Kind.DAYS: _AMOUNT,
    Kind.PERCENT: _AMOUNT,
    Kind.SCORE: (Op.AT_LEAST, Op.AT_MOST, Op.BETWEEN, Op.IS),
    Kind.AGE: (Op.BETWEEN, Op.AT_LEAST, Op.AT_MOST, Op.KNOWN, Op.UNKNOWN),
    Kind.FLAG: (Op.YES, Op.NO),
    Kind.CHOICE: _CHOSEN,
    Kind.WORD: _CHOSEN,
    Kind.STORE: _CHOSEN,
    Kind.DATE: (Op.WITHIN, Op.NOT_WITHIN, Op.KNOWN, Op.UNKNOWN),
    Kind.BIRTHDAY: (Op.WITHIN, Op.BETWEEN, Op.KNOWN, Op.UNKNOWN),
}


class About(StrEnum):
    """Under which heading a field is offered."""

    REGISTER = "register"
    PURCHASES = "purchases"
    RFM = "rfm"
    LOYALTY = "loyalty"
    CONTACT = "contact"
    PREDICTIONS = "predictions"
    METRICS = "metrics"


HEADINGS: dict[About, StrPromise] = {
    About.REGISTER: _("Record"),
    About.PURCHASES: _("Purchases"),
    About.RFM: _("RFM"),
    About.LOYALTY: _("Loyalty"),
    About.CONTACT: _("Contact and permissions"),
    About.PREDICTIONS: _("Predictions"),
    About.METRICS: _("Other metrics"),
}


@dataclass(frozen=True)
class Field:
    """One field. `claim` and `denial` tell a flag in a sentence after "customers who": "may be reached by
    e-mail"; of another kind a `claim` tells the value, `%(told)s`, better than the title would.

    `metric`: where it comes from, when not from the table `people`.
    """

    name: str
    title: StrPromise | str
    kind: Kind
    about: About
    choices: Mapping[str, StrPromise | str] | None = None
    claim: StrPromise | str = ""
    denial: StrPromise | str = ""
    metric: Metric | None = None

    @property
    def column(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def ops(self) -> tuple[Op, ...]:
        return OPS[self.kind]


SEX = {"F": _("female"), "M": _("male")}
MARITAL_STATUS = {
    "single": _("single"),
    "married": _("married"),
    "union": _("in a stable union"),
    "separated": _("separated"),
    "divorced": _("divorced"),
    "widowed": _("widowed"),
}
_STATES = (
    "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO".split()  # noqa: SIM905
)
_R, _P, _S, _L, _C = About.REGISTER, About.PURCHASES, About.RFM, About.LOYALTY, About.CONTACT
_F = About.PREDICTIONS
_PEOPLE = (
    Field("birth_day", _("Birthday"), Kind.BIRTHDAY, _R),
    Field("age_band", _("Age"), Kind.AGE, _R),
    Field("sex", _("Sex"), Kind.CHOICE, _R, SEX),
    Field("marital_status", _("Marital status"), Kind.CHOICE, _R, MARITAL_STATUS),
    Field("state", pgettext_lazy("of a country", "State"), Kind.CHOICE, _R, {uf: uf for uf in _STATES}),
    Field("registered_on", _("Registered on"), Kind.DATE, _R),
    Field("completeness", _("Completeness of the record"), Kind.PERCENT, _R),
    Field(
        "is_complete",
        _("Complete record"),
        Kind.FLAG,
        _R,
        claim=_("have a complete record"),
        denial=_("have an incomplete record"),
    ),
    Field("is_company", _("Company"), Kind.FLAG, _R, claim=_("are companies"), denial=_("are not companies")),
    Field(
        "has_purchases",
        _("Has purchases"),
        Kind.FLAG,
        _P,
        claim=_("have bought"),
        denial=_("have never bought"),
    ),
    Field("last_on", _("Last purchase"), Kind.DATE, _P, claim=_("made their last purchase %(told)s")),
    Field("first_on", _("First purchase"), Kind.DATE, _P, claim=_("made their first purchase %(told)s")),
    Field(
        "recency_days",
        _("Days since the last purchase"),
        Kind.DAYS,
        _P,
        claim=_("have gone %(told)s without buying"),
    ),
    Field("orders", _("Number of purchases"), Kind.NUMBER, _P, claim=_("have made %(told)s purchases")),
    Field("purchase_days", _("Days with a purchase"), Kind.NUMBER, _P),
    Field("ltv", _("Total spent (LTV)"), Kind.MONEY, _P, claim=_("have spent %(told)s in all")),
    Field("aov", _("Average order value"), Kind.MONEY, _P, claim=_("spend %(told)s per purchase")),
    Field("mean_interval_days", _("Mean interval between purchases"), Kind.DAYS, _P),
    Field(
        "overdue_days",
        _("Days past the mean interval"),
        Kind.DAYS,
        _P,
        claim=_("are %(told)s past their mean interval"),
    ),
    Field("store_key", _("Preferred store (12 months)"), Kind.STORE, _P),
    Field(
        "is_online",
        _("Buys online"),
        Kind.FLAG,
        _P,
        claim=_("have bought online"),
        denial=_("have not bought online"),
    ),
    Field(
        "segment",
        _("RFM segment"),
        Kind.CHOICE,
        _S,
        {code: one.label for code, one in SEGMENTS.items()},
    ),
    Field("recency_score", _("Recency score"), Kind.SCORE, _S),
    Field("frequency_score", _("Frequency score"), Kind.SCORE, _S),
    Field("monetary_score", _("Value score"), Kind.SCORE, _S),
    Field("frequency", _("Days with a purchase in the RFM window"), Kind.NUMBER, _S),
    Field("monetary", _("Spent in the RFM window"), Kind.MONEY, _S),
    Field(
        "is_loyalty_member",
        _("Member of a loyalty programme"),
        Kind.FLAG,
        _L,
        claim=_("are in a loyalty programme"),
        denial=_("are in no loyalty programme"),
    ),
    Field("loyalty_program", _("Loyalty programme"), Kind.WORD, _L),
    Field("loyalty_tier", _("Tier of the programme"), Kind.WORD, _L),
    Field("loyalty_since", _("Member since"), Kind.DATE, _L),
    Field(
        "has_mobile", _("Has a mobile"), Kind.FLAG, _C, claim=_("have a mobile"), denial=_("have no mobile")
    ),
    Field(
        "has_phone",
        _("Has a landline"),
        Kind.FLAG,
        _C,
        claim=_("have a landline"),
        denial=_("have no landline"),
    ),
    Field(
        "has_email", _("Has an e-mail"), Kind.FLAG, _C, claim=_("have an e-mail"), denial=_("have no e-mail")
    ),
    Field(
        "is_subscriber",
        _("Newsletter subscriber"),
        Kind.FLAG,
        _C,
        claim=_("said yes to offers and news"),
        denial=_("did not say yes to offers and news"),
    ),
    Field(
        "reach_whatsapp",
        _("Reachable by WhatsApp"),
        Kind.FLAG,
        _C,
        claim=_("may be reached by WhatsApp"),
        denial=_("may not be reached by WhatsApp"),
    ),
    Field(
        "reach_email",
        _("Reachable by e-mail"),
        Kind.FLAG,
        _C,
        claim=_("may be reached by e-mail"),
        denial=_("may not be reached by e-mail"),
    ),
    Field(
        "reach_sms",
        _("Reachable by SMS"),
        Kind.FLAG,
        _C,
        claim=_("may be reached by SMS"),
        denial=_("may not be reached by SMS"),
    ),
    Field(
        "blocked_campaigns",
        _("Blocked for campaigns"),
        Kind.FLAG,
        _C,
        claim=_("are blocked for campaigns"),
        denial=_("are not blocked for campaigns"),
    ),
    Field(
        "blocked_messages",
        _("Blocked for messages"),
        Kind.FLAG,
        _C,
        claim=_("are blocked for messages"),
        denial=_("are not blocked for messages"),
    ),
    Field(
        "blocked_loyalty",
        _("Blocked for the loyalty programme"),
        Kind.FLAG,
        _C,
        claim=_("are blocked for the loyalty programme"),
        denial=_("are not blocked for the loyalty programme"),
    ),
    Field(
        "blocked_giftback",
        _("Blocked for giftback"),
        Kind.FLAG,
        _C,
        claim=_("are blocked for giftback"),
        denial=_("are not blocked for giftback"),
    ),
    Field("contacted_on", _("Last contact by the shop"), Kind.DATE, _C),
    Field("churn_risk", _("Risk of loss"), Kind.PERCENT, _F, claim=_("have a risk of loss of %(told)s")),
    Field(
        "spend_90",
        _("Predicted spend in 3 months"),
        Kind.MONEY,
        _F,
        claim=_("are expected to spend %(told)s in 3 months"),
    ),
    Field(
        "spend_180",
        _("Predicted spend in 6 months"),
        Kind.MONEY,
        _F,
        claim=_("are expected to spend %(told)s in 6 months"),
    ),
    Field(
        "spend_365",
        _("Predicted spend in 12 months"),
        Kind.MONEY,
        _F,
        claim=_("are expected to spend %(told)s in 12 months"),
    ),
    Field(
        "next_in_days",
        _("Days until the likely next purchase"),
        Kind.DAYS,
        _F,
        claim=_("are likely to buy again in %(told)s"),
    ),
    Field(
        "is_due",
        _("In the likely time of the next purchase"),
        Kind.FLAG,
        _F,
        claim=_("are in the likely time of their next purchase"),
        denial=_("are not in the likely time of their next purchase"),
    ),
    Field(
        "is_past_due",
        _("Past the likely time of the next purchase"),
        Kind.FLAG,
        _F,
        claim=_("are past the likely time of their next purchase"),
        denial=_("are not past the likely time of their next purchase"),
    ),
)


@lru_cache(maxsize=1)
def fields() -> dict[str, Field]:
    """Every field by its name, in the order in which they are offered."""
    found = {one.name: one for one in _PEOPLE}
    known = set(TABLES["people"].columns)
    for metric in metrics():
        if (columns := _of_customers(metric)) is None:
            continue
        for column, kind in columns.items():
            if column not in known and (asked := _kind(kind)):
                name = f"{metric.name}.{column}"
                title = _title(column)
                claim, denial = (title, _("not: %s") % title) if asked == Kind.FLAG else ("", "")
                found[name] = Field(
                    name, title, asked, About.METRICS, claim=claim, denial=denial, metric=metric,
                )  # fmt: skip
    return found


def field(name: str) -> Field:
    """The field of this name. Refused: there is none (any more)."""
    found = fields().get(name)
    if found is None:
        raise Refused(_("There is no field “%(name)s” any more: choose another one.") % {"name": name[:60]})
    return found


def _of_customers(metric: Metric) -> Mapping[str, dt.DataType] | None:
    """The columns of a metric of customers, the key left out; None for any other metric."""
    given = inspect.signature(metric.compute).parameters.values()
    needed = [one.name for one in given if one.default is one.empty and one.name not in metric.tables]
    if not set(metric.tables) <= set(TABLES) or not set(needed) <= {"as_of"}:
        return None
    answer = answer_of(metric, {}, _ANY_DAY)
    names = list(answer.columns)
    if names[0] != "customer_key":
        return None
    return {name: answer.schema()[name] for name in names[1:]}


def answer_of(metric: Metric, tables: Mapping[str, ir.Table], as_of: date) -> ir.Table:
    """A metric of customers as of a day, read from these tables (those not given: the declared ones)."""
    takes = inspect.signature(metric.compute).parameters
    read = {name: tables.get(name, TABLES[name]) for name in metric.tables}
    return metric.compute(**read, **({"as_of": as_of} if "as_of" in takes else {}))


TITLES = {
    "ticket_12m": _("Average order value of the last 12 months"),
    "ticket_before": _("Average order value 13 to 24 months ago"),
    "days_12m": _("Days with a purchase in the last 12 months"),
    "interval_spread_days": _("By how much the interval between purchases varies (days)"),
    "spent_90": _("Spent in the last 90 days"),
    "spent_90_before": _("Spent 91 to 180 days ago"),
    "products_12m": _("Different products in the last 12 months"),
    "groups_12m": _("Different groups of products in the last 12 months"),
    "units_12m": _("Units bought in the last 12 months"),
    "last_sent_on": _("Last e-mail sent on"),
    "last_opened_on": _("Last e-mail opened on"),
    "last_clicked_on": _("Last click in an e-mail on"),
    "bounced_on": _("E-mail came back on"),
    "unsubscribed_on": _("Unsubscribed from e-mails on"),
    "messages": _("E-mails sent in the last 90 days"),
    "opens": _("E-mails opened in the last 90 days"),
    "clicks": _("Clicks in e-mails in the last 90 days"),
}
"""What a person calls the columns of the metrics; one that is not here is called by its name."""


def _title(column: str) -> StrPromise | str:
    return TITLES.get(column) or column.replace("_", " ").capitalize()


def _kind(of: dt.DataType) -> Kind | None:
    if isinstance(of, dt.Decimal):
        return Kind.MONEY if (of.precision, of.scale) == (18, 2) else Kind.NUMBER
    plain = {dt.Boolean: Kind.FLAG, dt.Date: Kind.DATE, dt.String: Kind.WORD}
    if (found := plain.get(type(of))) is not None:
        return found
    return Kind.NUMBER if isinstance(of, dt.Integer | dt.Floating) else None
