"""A rule in a sentence: "Women aged 25 to 34 who bought in October 2026 and did not buy in November 2026"."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeGuard, cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

from recompra.accounts.models import Store
from recompra.segments.fields import Field, Kind, field
from recompra.segments.rule.tree import (
    Behaviour,
    CalendarMonth,
    Dates,
    DaysAgo,
    Did,
    FieldIs,
    Group,
    LastDays,
    Match,
    Measure,
    Node,
    Op,
    Period,
    Rule,
    Sequence,
    What,
    conditions,
)
from recompra.theme.formats import brl, dshort, english, num

OPEN_END = 150
Stores = Mapping[int, str]


def sentence(rule: Rule) -> str:
    """Who belongs to the group, in the reader's language."""
    stores = _stores_named(rule)
    subject, rest = _subject(rule)
    clauses = [clause(node, stores) for node in rest]
    if not clauses:
        return subject if subject != _plain_subject() else _("All customers")
    if rule.match == Match.NONE:
        return _("%(subject)s of whom none of this is true: %(clauses)s") % {
            "subject": subject,
            "clauses": "; ".join(clauses),
        }
    return _("%(subject)s who %(clauses)s") % {"subject": subject, "clauses": _joined(rule.match, clauses)}


def clause(node: Node, stores: Stores) -> str:
    """One rule as what follows "customers who"."""
    match node:
        case Group(match, rules):
            parts = [clause(rule, stores) for rule in rules]
            if match == Match.NONE:
                return _("do not fit: %(clauses)s") % {"clauses": "; ".join(parts)}
            return f"({_joined(match, parts)})" if len(parts) > 1 else parts[0]
        case FieldIs():
            return _field(node, stores)
        case Behaviour():
            return _behaviour(node, stores)
        case Sequence():
            return _sequence(node, stores)


def period(asked: Period) -> str:
    """A period as a sentence says it: "in October 2026", "in the last 90 days"."""
    match asked:
        case Dates(since, until):
            return _dates(since, until)
        case LastDays(count):
            told = npgettext("a period", "today", "in the last %(n)s days", count)
            return told % {"n": num(count)}
        case DaysAgo(nearest, None):
            return _("%(n)s days ago or longer") % {"n": num(nearest)}
        case DaysAgo(nearest, farthest):
            return _("between %(n)s and %(m)s days ago") % {"n": num(nearest), "m": num(farthest)}
        case CalendarMonth(0):
            return _("in this month")
        case CalendarMonth(1):
            return _("in the last month")
        case CalendarMonth(back):
            return _("in the month %(n)s months ago") % {"n": num(back)}


def amount(op: Op, value: Any, told: Any) -> str:
    """A comparison: "at least 3", "from R$ 10,00 to R$ 20,00". `told` writes a number."""
    match op:
        case Op.AT_LEAST:
            return _("at least %(n)s") % {"n": told(value)}
        case Op.AT_MOST:
            return _("at most %(n)s") % {"n": told(value)}
        case Op.BETWEEN:
            return _("from %(n)s to %(m)s") % {"n": told(value[0]), "m": told(value[1])}
        case _:
            return _("exactly %(n)s") % {"n": told(value)}


def written(one: Field, value: Any) -> str:
    """A value of a field as people read it."""
    if value is None:
        return _("not known")
    if one.kind == Kind.MONEY:
        return brl(value)
    if one.kind == Kind.DAYS:
        return ngettext("%(n)s day", "%(n)s days", int(value)) % {"n": num(value)}
    if one.kind == Kind.PERCENT:
        return f"{num(value)}%"
    if one.kind == Kind.DATE:
        return dshort(value)
    if one.kind == Kind.FLAG:
        return _("yes") if value else _("no")
    if one.kind == Kind.CHOICE and one.choices is not None:
        return str(one.choices.get(value, value))
    if one.kind in (Kind.NUMBER, Kind.SCORE):
        return num(value, 0 if value == int(value) else 2)
    return str(value)


# fields -----------------------------------------------------------------------------------------------------


def _field(asked: FieldIs, stores: Stores) -> str:
    one = field(asked.field)
    title = in_a_sentence(str(one.title))
    if asked.op == Op.KNOWN:
        return _("have “%(title)s” on record") % {"title": title}
    if asked.op == Op.UNKNOWN:
        return _("have no “%(title)s” on record") % {"title": title}
    if one.kind == Kind.FLAG:
        return str(one.claim if asked.op == Op.YES else one.denial)
    if one.kind == Kind.AGE:
        return _("are %(ages)s") % {"ages": _ages(asked)}
    if one.kind == Kind.BIRTHDAY:
        return _("have their birthday %(when)s") % {"when": _birthday(asked)}
    told = _told(one, asked, stores)
    words = {"title": title, "told": told}
    if one.claim and asked.op not in (Op.NONE_OF, Op.NOT_WITHIN):
        return str(one.claim) % words
    if asked.op in (Op.NONE_OF, Op.NOT_WITHIN):
        return _("do not have %(title)s %(told)s") % words
    if asked.op in (Op.ONE_OF, Op.WITHIN, Op.BETWEEN):
        return _("have %(title)s %(told)s") % words
    return _("have %(title)s of %(told)s") % words


def _told(one: Field, asked: FieldIs, stores: Stores) -> str:
    if asked.op in (Op.WITHIN, Op.NOT_WITHIN):
        return period(asked.value)  # type: ignore[arg-type]
    if asked.op in (Op.ONE_OF, Op.NONE_OF):
        values = asked.value if isinstance(asked.value, tuple) else ()
        if one.kind == Kind.STORE:
            return _either([_store(int(str(value)), stores) for value in values])
        return _either([written(one, value) for value in values])
    return amount(asked.op, asked.value, lambda value: written(one, value))


def _ages(asked: FieldIs) -> str:
    value: Any = asked.value
    if asked.op == Op.AT_LEAST or (asked.op == Op.BETWEEN and value[1] >= OPEN_END):
        least = value if asked.op == Op.AT_LEAST else value[0]
        return pgettext("age", "%(n)s or older") % {"n": num(least)}
    if asked.op == Op.AT_MOST or value[0] == 0:
        most = value if asked.op == Op.AT_MOST else value[1]
        return pgettext("age", "up to %(n)s years old") % {"n": num(most)}
    return pgettext("age", "aged %(n)s to %(m)s") % {"n": num(value[0]), "m": num(value[1])}


def _birthday(asked: FieldIs) -> str:
    value: Any = asked.value
    if asked.op != Op.BETWEEN:
        return period(value)
    first, last = (f"{day:02d}/{month:02d}" for month, day in value)
    return _("from %(n)s to %(m)s") % {"n": first, "m": last}


# purchases --------------------------------------------------------------------------------------------------


def _behaviour(asked: Behaviour, stores: Stores) -> str:
    details = _details(asked, stores)
    return f"{_verb(asked)} {details}".strip()


def _verb(asked: Behaviour) -> str:
    bought = asked.did == Did.BOUGHT
    if asked.op == Op.NEVER:
        return _("did not buy") if bought else _("returned nothing")
    if (asked.measure, asked.op, asked.value) == (Measure.ORDERS, Op.AT_LEAST, 1):
        return _("bought") if bought else _("returned something")
    if asked.measure == Measure.VALUE:
        told = amount(asked.op, asked.value, brl)
        return (_("spent %(told)s") if bought else _("returned a value of %(told)s")) % {"told": told}
    told = amount(asked.op, asked.value, num)
    match asked.measure:
        case Measure.UNITS:
            return (_("bought %(told)s units") if bought else _("returned %(told)s units")) % {"told": told}
        case Measure.DAYS:
            return (_("bought on %(told)s days") if bought else _("returned on %(told)s days")) % {
                "told": told
            }
        case _:
            return (_("bought %(told)s times") if bought else _("returned %(told)s times")) % {"told": told}


def _details(asked: Behaviour, stores: Stores) -> str:
    parts = [_what(what) for what in asked.what]
    if asked.stores:
        parts.append(_("at %(stores)s") % {"stores": _either([_store(key, stores) for key in asked.stores])})
    if asked.is_online is not None:
        parts.append(_("online") if asked.is_online else _("in a physical store"))
    if asked.period is not None:
        parts.append(period(asked.period))
    return " ".join(parts)


def _what(what: What) -> str:
    values = _either(list(what.values))
    match what.name:
        case "product":
            return _("the product %(values)s") % {"values": values}
        case "group":
            return _("from the group %(values)s") % {"values": values}
        case "brand":
            return _("of the brand %(values)s") % {"values": values}
        case "color":
            return _("in the colour %(values)s") % {"values": values}
        case name:
            return _("with %(name)s %(values)s") % {"name": name, "values": values}


def _sequence(asked: Sequence, stores: Stores) -> str:
    words: dict[str, Any] = {
        "first": _behaviour(asked.first, stores),
        "then": _behaviour(asked.then, stores),
        "n": num(asked.within_days or 0),
    }
    if asked.within_days is None:
        text = (
            _("%(first)s and after that never %(then)s") if asked.never else _("%(first)s and later %(then)s")
        )
    elif asked.never:
        text = _("%(first)s and in the %(n)s days after that never %(then)s")
    else:
        text = _("%(first)s and within %(n)s days %(then)s")
    return text % words


# words ------------------------------------------------------------------------------------------------------


def _subject(rule: Rule) -> tuple[str, list[Node]]:
    """Whom the sentence is about, and the rules that this does not tell yet."""
    rest = list(rule.rules)
    if rule.match != Match.ALL:
        return _plain_subject(), rest
    subject = _plain_subject()
    for node in rule.rules:
        if isinstance(node, FieldIs) and (called := _called(node)):
            subject = called
            rest.remove(node)
            break
    for node in rest:
        if _is_plain_span(node):
            rest.remove(node)
            return f"{subject} {_ages(node)}", rest
    return subject, rest


def _is_plain_span(node: Node) -> TypeGuard[FieldIs]:
    """Ages from and to, as they follow "women"."""
    if not isinstance(node, FieldIs) or (node.field, node.op) != ("age_band", Op.BETWEEN):
        return False
    least, most = cast(tuple[Decimal, Decimal], node.value)
    return least > 0 and most < OPEN_END


def _plain_subject() -> str:
    return _("Customers")


def _called(node: FieldIs) -> str:
    if (node.field, node.op, node.value) == ("sex", Op.ONE_OF, ("F",)):
        return _("Women")
    if (node.field, node.op, node.value) == ("sex", Op.ONE_OF, ("M",)):
        return _("Men")
    return _("Companies") if (node.field, node.op) == ("is_company", Op.YES) else ""


def _joined(match: Match, parts: list[str]) -> str:
    last = _("and") if match == Match.ALL else _("or")
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def _either(values: list[str]) -> str:
    return _joined(Match.ANY, values)


def in_a_sentence(title: str) -> str:
    """A title with a small first letter, unless it begins with an acronym."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _dates(since: dt.date | None, until: dt.date | None) -> str:
    if since is None:
        return _("up to %(day)s") % {"day": dshort(until)}
    if until is None:
        return _("since %(day)s") % {"day": dshort(since)}
    if since == until:
        return _("on %(day)s") % {"day": dshort(since)}
    if (since.month, since.day, until.month, until.day) == (1, 1, 12, 31) and since.year == until.year:
        return _("in %(when)s") % {"when": since.year}
    last = calendar.monthrange(since.year, since.month)[1]
    if since.day == 1 and until == since.replace(day=last):
        return _("in %(when)s") % {"when": _month(since)}
    return _("from %(n)s to %(m)s") % {"n": dshort(since), "m": dshort(until)}


MONTHS_PT = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
    "novembro", "dezembro",
)  # fmt: skip


def _month(day: dt.date) -> str:
    if english():
        return f"{calendar.month_name[day.month]} {day.year}"
    return f"{MONTHS_PT[day.month - 1]} de {day.year}"


def _stores_named(rule: Rule) -> dict[int, str]:
    asked: set[int] = set()
    for _where, condition in conditions(rule):
        if isinstance(condition, Behaviour):
            asked.update(condition.stores)
        elif isinstance(condition, Sequence):
            asked.update(condition.first.stores, condition.then.stores)
        elif field(condition.field).kind == Kind.STORE and isinstance(condition.value, tuple):
            asked.update(int(str(value)) for value in condition.value)
    return dict(Store.objects.filter(pk__in=asked).values_list("pk", "name")) if asked else {}


def _store(key: int, stores: Stores) -> str:
    return stores.get(key) or _("store %(key)s") % {"key": key}
