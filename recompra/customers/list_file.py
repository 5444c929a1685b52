"""What the file of the filtered list holds, made column by column, masked as the page is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext_lazy as _

from recompra.customers.columns import register, written_all
from recompra.customers.filters import Filters
from recompra.customers.identity.unseen import somebody
from recompra.customers.listing import Numbers, everybody
from recompra.customers.many import all_of, columns
from recompra.customers.models import Standing
from recompra.customers.roll import Called
from recompra.theme.columnar import Part
from recompra.theme.segments import segment
from recompra.theme.spreadsheet import Column, Kind
from recompra.theme.texts import each

TOGETHER = 50_000
"""So many people are looked up at once."""
PERSONAL = ("name", "cpf", "email", "mobile", "city", "state")
PERSON = (
    ("title", _("Name")),
    ("cpf", "CPF"),
    ("email", _("E-mail")),
    ("mobile", _("Mobile")),
    ("city", _("City")),
    ("state", "UF"),
)
STANDING = (
    ("segment", _("Segment"), Kind.TEXT),
    ("recency_score", _("Recency (1-5)"), Kind.INTEGER),
    ("frequency_score", _("Frequency (1-5)"), Kind.INTEGER),
    ("monetary_score", _("Value (1-5)"), Kind.INTEGER),
    ("first_on", _("First purchase"), Kind.DAY),
    ("last_on", _("Last purchase"), Kind.DAY),
    ("orders", _("Orders"), Kind.INTEGER),
    ("ltv", _("Lifetime value"), Kind.MONEY),
    ("store__name", _("Store"), Kind.TEXT),
)


def headings() -> list[Column]:
    """In the language of the moment."""
    return [
        *(Column(str(title)) for _name, title in PERSON),
        *(Column(str(title), kind) for _name, title, kind in STANDING),
    ]


def parts(filters: Filters, called: Called, *, whole: bool) -> Iterator[Part]:
    """The columns of those whom the filters find, some at a time, in the order of the list; who is in it goes
    on the roll. `whole`: without masks."""
    found = everybody(filters)
    for at in range(0, len(found), TOGETHER):
        ids, part = _part(found[at : at + TOGETHER], whole=whole)
        called.note_all(ids)
        yield part


def _part(wanted: Numbers, *, whole: bool) -> tuple[pa.Array, Part]:
    ascending = np.sort(wanted).tolist()
    ids, who = register(ascending, somebody(), frozenset(name for name, _title in PERSON))
    place = pc.drop_null(pc.index_in(pa.array(wanted), ids))
    ids = ids.take(place)
    kinds = {name: kind.value for name, _title, kind in STANDING}
    standing = columns(Standing.objects.filter(pk__in=all_of(ascending)), {"pk": pa.int64(), **kinds})
    stands = standing.take(pc.index_in(ids, standing["pk"].combine_chunks())).combine_chunks()
    person = (_written(name, who[name].take(place), whole) for name, _title in PERSON)
    return ids, [*person, *(_told(name, stands[name].combine_chunks()) for name in kinds)]


def _written(name: str, texts: pa.Array, whole: bool) -> pa.Array:
    return texts if name == "title" else written_all(texts, name, whole=whole)


def _told(name: str, values: pa.Array) -> pa.Array:
    return each(values, lambda code: str(segment(code).label)) if name == "segment" else values
