"""What a list of people may show of each: one column for the page and for a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recompra.accounts.models import Store, User
from recompra.customers.columns import written_all
from recompra.customers.record.fields import is_masked, written_as
from recompra.segments.crowd import Crowd, Member
from recompra.segments.models import ListColumns
from recompra.theme import formats
from recompra.theme.segments import SEGMENTS
from recompra.theme.spreadsheet import Kind
from recompra.theme.texts import each

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


Reader = Callable[[Member, Mapping[str, Any]], Any]
AS_IT_IS = ("title", "public_id")


@dataclass(frozen=True)
class Column:
    """`fact`: the column of `people` that it shows; else `data`: what of a `Member`, the first of these that
    there is. `field`: the field of the record by whose rule it is masked. `words`: whose words stand for its
    values, of those of `Table`; `told`: the words themselves, of a list of its own."""

    name: str
    title: StrPromise | str
    kind: Kind = Kind.TEXT
    fact: str = ""
    data: tuple[str, ...] = ()
    field: str = ""
    width: int = 14
    words: str = ""
    told: Callable[[Any], str | None] | None = None

    @property
    def is_personal(self) -> bool:
        """Whether the column is masked for who may not see personal data."""
        return bool(self.field) and is_masked(self.field)

    @property
    def css(self) -> str:
        return "n" if self.kind in (Kind.INTEGER, Kind.MONEY, Kind.QUANTITY) else ""


class Table:
    """Some columns, as somebody may see them: `whole` without masks."""

    def __init__(self, columns: tuple[Column, ...], *, whole: bool) -> None:
        self.columns, self.whole = columns, whole
        self.words: dict[str, Callable[[Any], str | None]] = {
            "segment": {code: str(one.label) for code, one in SEGMENTS.items()}.get,
            "store": dict(Store.objects.values_list("pk", "name")).get,
        }
        self._read = [self._reader(column) for column in columns]

    @property
    def facts(self) -> tuple[str, ...]:
        """The columns of `people` that it reads."""
        return tuple(column.fact for column in self.columns if column.fact)

    @property
    def data(self) -> frozenset[str]:
        """What of a `Member` it reads."""
        return frozenset(datum for column in self.columns for datum in column.data)

    def part(self, crowd: Crowd) -> list[pa.Array]:
        """The columns of a file about these people: facts as they are, data of a person as masked texts."""
        return [self._values(column, crowd) for column in self.columns]

    def told(self, who: Member, row: Mapping[str, Any]) -> list[tuple[Column, str]]:
        """A line of a page, each value with its column."""
        return [(one, _told(one, read(who, row))) for one, read in zip(self.columns, self._read, strict=True)]

    def _reader(self, column: Column) -> Reader:
        fact, words = column.fact, column.told or self.words.get(column.words)
        if not column.data:
            return lambda who, row: row[fact] if words is None else words(row[fact])
        written = [(datum, self._written(datum)) for datum in column.data]

        def read(who: Member, row: Mapping[str, Any]) -> str:
            return next((write(text) for datum, write in written if (text := who.datum(datum))), "")

        return read

    def _values(self, column: Column, crowd: Crowd) -> pa.Array:
        if not column.data:
            values = crowd.rows.column(column.fact)
            words = column.told or self.words.get(column.words)
            return values if words is None else each(values, words)
        found = [self._written_all(datum, crowd.who[datum]) for datum in column.data]
        return reduce(lambda first, other: pc.if_else(pc.equal(first, ""), other, first), found)

    def _written_all(self, datum: str, texts: pa.Array) -> pa.Array:
        return texts if datum in AS_IT_IS else written_all(texts, datum, whole=self.whole)

    def _written(self, datum: str) -> Callable[[str], str]:
        """How a datum is written, with its mask."""
        return str if datum in AS_IT_IS else written_as(datum, whole=self.whole)


def _told(column: Column, value: Any) -> str:
    if value is None or value == "":
        return formats.NOTHING
    return _TOLD[column.kind](value)


_TOLD: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: str,
    Kind.INTEGER: formats.num,
    Kind.QUANTITY: lambda days: formats.num(days, 1),
    Kind.MONEY: formats.brl,
    Kind.DAY: formats.dshort,
}
DAY, MONEY, INTEGER = Kind.DAY, Kind.MONEY, Kind.INTEGER
_ALL = (
    Column("name", _("Name"), data=("title",), field="name", width=32),
    Column("document", "CPF / CNPJ", data=("cpf", "cnpj"), field="cpf", width=18),
    Column("birth_date", _("Birth date"), data=("birth_date",), field="birth_date"),
    Column("email", _("E-mail"), data=("email",), field="email", width=28),
    Column("mobile", _("Mobile"), data=("mobile",), field="mobile", width=18),
    Column("city", _("City"), data=("city",), field="city", width=20),
    Column("state", "UF", data=("state",), field="state", width=6),
    Column("sex", _("Sex"), data=("sex",), field="sex"),
    Column("marital_status", _("Marital status"), data=("marital_status",), field="marital_status"),
    Column("segment", _("RFM segment"), fact="segment", width=20, words="segment"),
    Column("last_on", _("Last purchase"), DAY, "last_on"),
    Column("ltv", pgettext_lazy("column", "Total spent (LTV)"), MONEY, "ltv", width=16),
    Column("aov", _("Average order value"), MONEY, "aov", width=16),
    Column("orders", _("Number of purchases"), INTEGER, "orders"),
    Column("mean_interval_days", _("Mean interval (days)"), Kind.QUANTITY, "mean_interval_days"),
    Column("first_on", _("First purchase"), DAY, "first_on"),
    Column("store", _("Preferred store"), fact="store_key", width=20, words="store"),
    Column("loyalty_program", _("Loyalty programme"), fact="loyalty_program", width=20),
    Column("loyalty_tier", _("Tier of the programme"), fact="loyalty_tier"),
    Column("registered_on", _("Registered on"), DAY, "registered_on"),
    Column("completeness", _("Record complete (%)"), INTEGER, "completeness"),
    Column("public_id", _("Code in Recompra"), data=("public_id",), width=38),
)  # fmt: skip
COLUMNS: dict[str, Column] = {column.name: column for column in _ALL}
_WHO = ("name", "document")
USUAL = ("name", "document", "birth_date", "email", "mobile", "segment", "last_on", "ltv")


def chosen(names: Iterable[str]) -> tuple[Column, ...]:
    """These columns in the order in which they are offered, the name always first."""
    wanted = {"name", *names}
    return tuple(column for column in _ALL if column.name in wanted)


def beside(columns: tuple[Column, ...], more: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns chosen, with those of one list after the name and the document; of two of the same name,
    the list's."""
    own = {column.name for column in more}
    who = [column for column in columns if column.name in _WHO]
    return (*who, *more, *(column for column in columns if column.name not in own | set(_WHO)))


def of_user(user: User) -> tuple[Column, ...]:
    """The columns that a colleague chose, else the usual ones."""
    kept = ListColumns.objects.filter(user=user).values_list("names", flat=True).first()
    return chosen(kept if kept is not None else USUAL)


def keep(user: User, names: Iterable[str]) -> None:
    """Remember what a colleague wants to see."""
    wanted = [column.name for column in chosen(names)]
    ListColumns.objects.update_or_create(user=user, defaults={"names": wanted})


def personal(columns: Iterable[Column]) -> tuple[str, ...]:
    """The names of the masked fields among them, for the access log."""
    return tuple(column.field for column in columns if column.is_personal)
