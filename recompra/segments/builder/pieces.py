"""How a condition is shown: lines of labelled inputs, the same few kinds for every condition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from recompra.segments.ages import EDGES, oldest
from recompra.segments.builder import words
from recompra.segments.builder.conditions import NO_VALUE, properties
from recompra.segments.builder.nodes import BEHAVIOUR, SEQUENCE, Node
from recompra.segments.fields import Field, Kind, fields
from recompra.segments.rule.tree import Op
from recompra.theme.formats import MONTHS_EN, MONTHS_PT, english

Choices = Sequence[tuple[str, object]]
OPEN_END = "150"
FEW = 30


@dataclass(frozen=True)
class Piece:
    """One input. `kind`: "select", "text", "day", "checks" (several of a few), "words" (several of many, or
    free ones) or "say" (only words). `changes`: the condition looks otherwise when it changes. `asked`: of
    which property words are suggested."""

    kind: str
    name: str = ""
    label: str = ""
    value: str = ""
    values: Sequence[str] = ()
    choices: Choices = ()
    changes: bool = False
    size: int = 8
    asked: str = ""

    @property
    def html_id(self) -> str:
        return self.name.replace(".", "-")

    @property
    def bare(self) -> str:
        """The name within its condition."""
        return self.name.partition(".")[2]

    @property
    def new_name(self) -> str:
        """Of the input by which one more value is chosen."""
        return f"{self.name}.new"

    @property
    def named(self) -> list[tuple[str, object]]:
        """The chosen values with their words."""
        known = dict(self.choices)
        return [(value, known.get(value, value)) for value in self.values]

    @property
    def left(self) -> list[tuple[str, object]]:
        """The choices that are not chosen."""
        return [(value, told) for value, told in self.choices if value not in self.values]


@dataclass(frozen=True)
class Line:
    """Some pieces after a title; `drop`: what takes the line away ("7:what.0")."""

    title: str
    pieces: Sequence[Piece]
    drop: str = ""


@dataclass(frozen=True)
class Offered:
    """What a condition may choose from: the stores that the reader may see, and the products' attributes."""

    stores: Choices = ()
    attributes: Sequence[str] = field(default=())


def title_of(node: Node) -> str:
    """What a condition is called."""
    if node.kind == BEHAVIOUR:
        return str(words.DID.get(node.first("did") or "bought", ""))
    if node.kind == SEQUENCE:
        return str(words.SEQUENCE)
    one = fields().get(node.first("field"))
    return str(one.title) if one else _("A field that is gone: %(name)s") % {"name": node.first("field")[:60]}


def lines(node: Node, offered: Offered) -> list[Line]:
    """What the condition asks, line by line."""
    if node.kind == BEHAVIOUR:
        return list(_behaviour(node, "", offered))
    if node.kind == SEQUENCE:
        return list(_sequence(node, offered))
    one = fields().get(node.first("field"))
    kept = Piece("hidden", f"n{node.id}.field", value=node.first("field"))
    return [Line("", [kept, *(_field(node, one, offered) if one else ())])]


# fields -----------------------------------------------------------------------------------------------------


def _field(node: Node, one: Field, offered: Offered) -> Iterator[Piece]:
    called = words.BIRTHDAY_OPS if one.kind == Kind.BIRTHDAY else words.OPS
    op = node.first("op")
    yield _select(
        node, "op", _("how it is compared"), [(op.value, called[op]) for op in one.ops], changes=True
    )
    if op in NO_VALUE:
        return
    if op in (Op.WITHIN, Op.NOT_WITHIN):
        yield from _period(node, "", is_needed=True)
    elif op in (Op.ONE_OF, Op.NONE_OF):
        yield _chosen(node, one, offered)
    elif one.kind == Kind.BIRTHDAY:
        yield from _day_of_year(node, "since", _("from"))
        yield from _day_of_year(node, "until", _("to"))
    elif one.kind == Kind.AGE:
        yield from _ages(node, op)
    else:
        yield from _amounts(node, "", op, _unit(one.kind))


def _unit(kind: Kind) -> str:
    return {Kind.MONEY: "R$", Kind.DAYS: _("days"), Kind.PERCENT: "%"}.get(kind, "")


def _amounts(node: Node, prefix: str, op: str, unit: str) -> Iterator[Piece]:
    if unit == "R$":
        yield Piece("say", value=unit)
    yield _text(node, f"{prefix}a", _("amount"))
    if op == Op.BETWEEN:
        yield Piece("say", value=_("and"))
        yield _text(node, f"{prefix}b", _("highest amount"))
    if unit and unit != "R$":
        yield Piece("say", value=unit)


def _ages(node: Node, op: str) -> Iterator[Piece]:
    least = [(str(age), str(age)) for age in EDGES]
    most = [(str(age), str(age)) for age in oldest()]
    if op == Op.AT_MOST:
        yield _select(node, "a", _("oldest age"), most)
    else:
        yield _select(node, "a", _("youngest age"), least)
    if op == Op.BETWEEN:
        yield Piece("say", value=_("and"))
        yield _select(node, "b", _("oldest age"), [*most, (OPEN_END, _("or older"))])
    yield Piece("say", value=_("years"))


def _chosen(node: Node, one: Field, offered: Offered) -> Piece:
    if one.kind == Kind.WORD:
        return _words(node, "", str(one.title), f"field:{one.name}")
    choices = offered.stores if one.kind == Kind.STORE else list((one.choices or {}).items())
    return _several(node, "v", str(one.title), choices)


def _several(node: Node, name: str, label: str, choices: Choices) -> Piece:
    """Boxes to tick where they are few, else a choice that adds one after the other."""
    values = node.all(name)
    kind = "checks" if len(choices) <= FEW else "words"
    return Piece(kind, f"n{node.id}.{name}", label, values=values, choices=choices)


def _words(node: Node, prefix: str, label: str, asked: str) -> Piece:
    return Piece("words", f"n{node.id}.{prefix}v", label, values=node.all(f"{prefix}v"), asked=asked)


def _day_of_year(node: Node, name: str, label: str) -> Iterator[Piece]:
    yield Piece("say", value=label)
    days = [(str(day), str(day)) for day in range(1, 32)]
    months = [(str(number), month) for number, month in enumerate(MONTHS_EN if english() else MONTHS_PT, 1)]
    yield _select(node, f"{name}_day", _("%(which)s: day") % {"which": label}, [("", "–"), *days])
    yield _select(node, f"{name}_month", _("%(which)s: month") % {"which": label}, [("", "–"), *months])


# behaviours -------------------------------------------------------------------------------------------------


def _behaviour(node: Node, prefix: str, offered: Offered) -> Iterator[Line]:
    did = node.first(f"{prefix}did") or "bought"
    first = [_select(node, f"{prefix}did", _("what they did"), list(words.DID.items()), changes=True)]
    if not did.startswith("not_"):
        op = node.first(f"{prefix}op") or Op.AT_LEAST.value
        called = [(op.value, words.OPS[op]) for op in words.MEASURED]
        first.append(_select(node, f"{prefix}op", _("how it is compared"), called, changes=True))
        first += _amounts(_with_one(node, prefix), prefix, op, "")
        first.append(_select(node, f"{prefix}measure", _("what is counted"), list(words.MEASURES.items())))
    yield Line("", first)
    for row, name in properties(node, prefix):
        told = str(words.PROPERTIES.get(name, name))
        pieces = [
            Piece("hidden", f"n{node.id}.{row}.name", value=name),
            _words(node, f"{row}.", told, f"what:{name}"),
        ]
        yield Line(told, pieces, drop=f"{node.id}:{row}")
    yield from _where_and_when(node, prefix, offered)


def _where_and_when(node: Node, prefix: str, offered: Offered) -> Iterator[Line]:
    known = [*words.PROPERTIES.items(), *((name, name) for name in offered.attributes)]
    used = {name for _row, name in properties(node, prefix)}
    more = [("", _("any product")) if not used else ("", _("and also by…"))]
    more += [(name, told) for name, told in known if name not in used]  # type: ignore[misc]
    what = Piece(
        "select", f"n{node.id}.{prefix}what.add", _("narrow down the product by"), choices=more, changes=True
    )
    yield Line(_("Product"), [what])
    channel = _select(node, f"{prefix}channel", _("channel"), list(words.CHANNELS.items()))
    stores = [_several(node, f"{prefix}stores", _("stores"), offered.stores)] if offered.stores else []
    yield Line(_("Where"), [channel, *stores])
    yield Line(_("When"), list(_period(node, prefix, is_needed=False)))


def _with_one(node: Node, prefix: str) -> Node:
    """A behaviour that was just added counts from one on."""
    if f"{prefix}op" in node.inputs or node.first(f"{prefix}a"):
        return node
    return Node(node.id, node.kind, node.inputs | {f"{prefix}a": ["1"]})


def _sequence(node: Node, offered: Offered) -> Iterator[Line]:
    for prefix, title in (("first.", _("First")), ("then.", _("Then"))):
        for number, line in enumerate(_behaviour(node, prefix, offered)):
            yield Line(line.title if number else title, line.pieces, line.drop)
    never = [("", _("the second one came")), ("1", _("the second one did not come"))]
    yield Line(
        _("Together"),
        [
            _select(node, "never", _("whether the second one came"), never),
            Piece("say", value=_("within")),
            _text(node, "within", _("days between the two, empty for any time"), size=5),
            Piece("say", value=_("days")),
        ],
    )


# shared -----------------------------------------------------------------------------------------------------


def _period(node: Node, prefix: str, *, is_needed: bool) -> Iterator[Piece]:
    none = ("", _("choose the period") if is_needed else pgettext("of a purchase", "at any time"))
    choices = [none, *words.PERIODS.items()]
    yield _select(node, f"{prefix}p", _("period"), choices, changes=True)
    kind = node.first(f"{prefix}p")
    if kind == "last_days":
        yield _text(node, f"{prefix}p.days", _("how many days, today included"), size=5)
        yield Piece("say", value=_("days"))
    elif kind == "days_ago":
        yield _text(node, f"{prefix}p.near", _("fewest days ago"), size=5)
        yield Piece("say", value=_("and"))
        yield _text(node, f"{prefix}p.far", _("most days ago, empty for longer ago"), size=5)
        yield Piece("say", value=_("days ago"))
    elif kind == "month":
        yield _select(node, f"{prefix}p.back", _("which month"), _months(node.first(f"{prefix}p.back")))
    elif kind == "dates":
        yield _day(node, f"{prefix}p.from", _("first day"))
        yield Piece("say", value=_("to"))
        yield _day(node, f"{prefix}p.to", _("last day"))


def _months(chosen: str) -> Choices:
    near = [("0", _("this month")), ("1", _("last month"))]
    far = [(str(back), _("%(n)s months ago") % {"n": back}) for back in range(2, 25)]
    known = [*near, *far]
    if chosen and chosen not in dict(known):
        known.append((chosen, _("%(n)s months ago") % {"n": chosen}))
    return known


def _select(
    node: Node, name: str, label: str, choices: Iterable[tuple[object, object]], *, changes: bool = False
) -> Piece:
    given = [(str(value), told) for value, told in choices]
    value = node.first(name)
    return Piece("select", f"n{node.id}.{name}", label, value, choices=given, changes=changes)


def _text(node: Node, name: str, label: str, *, size: int = 9) -> Piece:
    return Piece("text", f"n{node.id}.{name}", label, node.first(name), size=size)


def _day(node: Node, name: str, label: str) -> Piece:
    value = node.first(name)
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        value = ""
    return Piece("day", f"n{node.id}.{name}", label, value)
