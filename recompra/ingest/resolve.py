"""Which customer each person of a chunk is, and what their record then says. Runs inside the caller's
transaction.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import uuid4

from django.db.models import F
from django.utils import timezone

from recompra.customers.identifiers import name_key, rg_key
from recompra.customers.models import ContactPoint, Customer, ExternalId
from recompra.customers.record import changes
from recompra.customers.record.changes import Noted
from recompra.customers.record.fields import Value
from recompra.ingest.bulk import insert, new_ids, ready
from recompra.ingest.person import Said

TEXTS = ("name", "rg", "sex", "marital_status", "street", "postcode", "city", "state")
"""Columns of the record that an import renews with what is not blank."""

CREATED = (
    "id", "public_id", "name", "name_key", "cpf", "cnpj", "rg", "birth_date", "sex", "marital_status",
    "street", "postcode",
    "city", "state", "accepts_contact", "rg_key", "created_at", "updated_at",
)  # fmt: skip
UPDATED = [
    *TEXTS, "name_key", "rg_key", "cpf", "cnpj", "birth_date", "accepts_contact", "version", "updated_at",
]  # fmt: skip


@dataclass
class Resolved:
    """{fingerprint: customer id}, the ids made now, those known ones who want no contact from now on, how
    many records were changed, and what in them: (customer id, version, fields) for the change log."""

    customers: dict[int, int] = field(default_factory=dict)
    new: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    changed: int = 0
    noted: list[tuple[int, int, list[Noted]]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Draft:
    """A customer while the chunk is read. `record` is None for one that does not exist yet."""

    record: Customer | None
    external_ids: set[str]
    points: dict[tuple[str, str], str]
    cpf: str | None
    cnpj: str | None
    said: Said | None = None
    is_changed: bool = False
    refuses: bool = False
    new_external_ids: list[str] = field(default_factory=list)
    new_points: dict[tuple[str, str], str] = field(default_factory=dict)
    before: dict[str, Value] = field(default_factory=dict)


class Index:
    """Every customer the chunk may mean, by what tells them."""

    def __init__(self) -> None:
        self.by_external: dict[str, Draft] = {}
        self.by_cpf: dict[str, Draft] = {}
        self.by_cnpj: dict[str, Draft] = {}
        self.by_point: dict[tuple[str, str], list[Draft]] = defaultdict(list)

    def add(self, draft: Draft) -> None:
        for value in draft.external_ids:
            self.by_external[value] = draft
        if draft.cpf:
            self.by_cpf[draft.cpf] = draft
        if draft.cnpj:
            self.by_cnpj[draft.cnpj] = draft
        for point in draft.points:
            if draft not in self.by_point[point]:
                self.by_point[point].append(draft)

    def find(self, said: Said) -> Draft | None:
        """The customer meant, by the order of precedence."""
        if said.external_id and (found := self.by_external.get(said.external_id)):
            return found
        if said.cpf and (found := self.by_cpf.get(said.cpf)):
            return found
        if said.cnpj and not said.cpf and (found := self.by_cnpj.get(said.cnpj)):
            return found
        for point in points_of(said):
            for found in self.by_point.get(point, ()):
                if not contradicts(found, said):
                    return found
        return None


def contradicts(draft: Draft, said: Said) -> bool:
    """Whether the shared e-mail or mobile is of two people: another CPF, CNPJ or another id in the same
    system.
    """
    return bool(
        (said.cpf and draft.cpf and said.cpf != draft.cpf)
        or (said.cnpj and draft.cnpj and said.cnpj != draft.cnpj)
        or (said.external_id and draft.external_ids and said.external_id not in draft.external_ids)
    )


def points_of(said: Said) -> list[tuple[str, str]]:
    """What may identify a person besides documents: e-mail first, then mobiles."""
    found = [("email", said.email)] if said.email else []
    return found + [("mobile", phone.match_key) for phone in said.phones if phone.kind == "mobile"]


def resolve(said: dict[int, Said], system: str) -> Resolved:
    """Find or make the customer of each fingerprint, and bring their records up to date."""
    index = _load(list(said.values()), system)
    drafts: dict[int, Draft] = {}
    for fingerprint, words in said.items():
        draft = index.find(words)
        if draft is None:
            draft = Draft(None, set(), {}, words.cpf, words.cnpj)
        _apply(draft, words, index)
        index.add(draft)
        drafts[fingerprint] = draft
    distinct = list(dict.fromkeys(drafts.values()))
    found = Resolved(
        changed=_save_changed([draft for draft in distinct if draft.record and draft.is_changed]),
        noted=_noted(distinct),
    )
    ids = _create([draft for draft in distinct if draft.record is None])
    found.new = list(ids.values())
    found.refused = [draft.record.pk for draft in distinct if draft.record and draft.refuses]
    at = {draft: draft.record.pk if draft.record else ids[draft] for draft in distinct}
    _save_ways(distinct, at, system)
    found.customers = {fingerprint: at[draft] for fingerprint, draft in drafts.items()}
    return found


def _load(said: list[Said], system: str) -> Index:
    """The existing customers that any of these may be."""
    externals = ExternalId.objects.filter(
        source=system, value__in={s.external_id for s in said if s.external_id}
    )
    ids = set(externals.values_list("customer_id", flat=True))
    documents = {s.cpf for s in said if s.cpf}, {s.cnpj for s in said if s.cnpj}
    ids.update(Customer.objects.filter(cpf__in=documents[0]).values_list("pk", flat=True))
    ids.update(Customer.objects.filter(cnpj__in=documents[1]).values_list("pk", flat=True))
    for kind in ("email", "mobile"):
        keys = {key for s in said for found, key in points_of(s) if found == kind}
        points = ContactPoint.objects.filter(kind=kind, match_key__in=keys)
        ids.update(points.values_list("customer_id", flat=True))
    records, merged = _standing(ids)
    ids = {*records, *merged}
    drafts = {pk: Draft(record, set(), {}, record.cpf, record.cnpj) for pk, record in sorted(records.items())}
    theirs = ExternalId.objects.filter(
        customer_id__in=ids
    )  # by source, too, SQLite would walk through all of it
    for pk, source, value in theirs.values_list("customer_id", "source", "value"):
        if source == system:
            drafts[merged.get(pk, pk)].external_ids.add(value)
    for pk, kind, key, value in ContactPoint.objects.filter(customer_id__in=ids).values_list(
        "customer_id", "kind", "match_key", "value"
    ):
        drafts[merged.get(pk, pk)].points[kind, key] = value
    index = Index()
    for draft in drafts.values():
        index.add(draft)
    for pk, cpf, cnpj in Customer.objects.filter(pk__in=merged).values_list("pk", "cpf", "cnpj"):
        index.by_cpf |= {cpf: drafts[merged[pk]]} if cpf else {}
        index.by_cnpj |= {cnpj: drafts[merged[pk]]} if cnpj else {}
    return index


def _standing(ids: set[int]) -> tuple[dict[int, Customer], dict[int, int]]:
    """The records of these ids, and {id: the record it was merged into} of those that are such no more."""
    known = Customer.objects.select_for_update().order_by("pk")  # an attendant's save waits, and is not lost
    records = known.in_bulk(ids)
    merged = {pk: one.merged_into_id for pk, one in records.items() if one.merged_into_id}
    left = {pk: one for pk, one in records.items() if pk not in merged}
    return left | known.in_bulk(set(merged.values()) - left.keys()), merged


def _apply(draft: Draft, said: Said, index: Index) -> None:
    """What the row says, onto the draft. Documents are only filled in, and only when nobody else has them."""
    if said.external_id and said.external_id not in draft.external_ids:
        draft.external_ids.add(said.external_id)
        draft.new_external_ids.append(said.external_id)
    for kind, key, value in _ways(said):
        if (kind, key) not in draft.points:
            draft.points[kind, key] = draft.new_points[kind, key] = value
    if said.cpf and not draft.cpf and said.cpf not in index.by_cpf:
        draft.cpf, draft.is_changed, draft.before["cpf"] = said.cpf, True, None
    if said.cnpj and not draft.cnpj and said.cnpj not in index.by_cnpj:
        draft.cnpj, draft.is_changed, draft.before["cnpj"] = said.cnpj, True, None
    if draft.record is None:
        draft.said = said if draft.said is None else _later(draft.said, said)
    else:
        _renew(draft, draft.record, said)


def _ways(said: Said) -> list[tuple[str, str, str]]:
    found = [("email", said.email, said.email)] if said.email else []
    return found + [(phone.kind, phone.match_key, phone.e164_digits) for phone in said.phones]


def _renew(draft: Draft, record: Customer, said: Said) -> None:
    for name in TEXTS:
        value = getattr(said, name)
        if value and value != getattr(record, name):
            _set(draft, record, name, value)
    if said.birth_date and said.birth_date != record.birth_date:
        _set(draft, record, "birth_date", said.birth_date)
    if said.accepts_contact is False and record.accepts_contact is not False:
        _set(draft, record, "accepts_contact", False)
        draft.refuses = True


def _set(draft: Draft, record: Customer, name: str, value: Value) -> None:
    draft.before.setdefault(name, getattr(record, name))
    setattr(record, name, value)
    draft.is_changed = True


def _later(before: Said, after: Said) -> Said:
    """Two rows of one new person: what the later says, else the earlier; no to contact stays no."""
    for name in (*TEXTS, "birth_date"):
        if not getattr(after, name):
            setattr(after, name, getattr(before, name))
    if before.accepts_contact is not None and after.accepts_contact is not False:
        after.accepts_contact = before.accepts_contact
    return after


def _create(drafts: list[Draft]) -> dict[Draft, int]:
    if not drafts:
        return {}
    ids = dict(zip(drafts, new_ids(Customer, len(drafts)), strict=True))
    now = ready(timezone.now())
    rows = []
    for draft, pk in ids.items():
        said = draft.said
        if said is not None:
            rows.append(
                (
                    pk,
                    ready(uuid4()),
                    said.name,
                    name_key(said.name),
                    draft.cpf,
                    draft.cnpj,
                    said.rg,
                    ready(said.birth_date),
                    said.sex,
                    said.marital_status,
                    said.street,
                    said.postcode,
                    said.city,
                    said.state,
                    said.accepts_contact,
                    rg_key(said.rg),
                    now,
                    now,
                )
            )
    insert(Customer, CREATED, rows)
    return ids


def _save_changed(drafts: list[Draft]) -> int:
    now = timezone.now()
    records = []
    for draft in drafts:
        if draft.record is not None:
            record = draft.record
            record.cpf, record.cnpj, record.updated_at = draft.cpf, draft.cnpj, now
            record.name_key, record.rg_key = name_key(record.name), rg_key(record.rg)
            record.version += 1
            records.append(record)
    Customer.objects.bulk_update(records, UPDATED, batch_size=200)
    return len(records)


def _noted(drafts: list[Draft]) -> list[tuple[int, int, list[Noted]]]:
    """What is new in the records that were known before, ways to reach them included: who has such a record
    open in a form is told."""
    found, reached = [], []
    for draft in drafts:
        record = draft.record
        if record is None or not (draft.before or draft.new_points):
            continue
        if not draft.is_changed:
            reached.append(record.pk)
            record.version += 1
        fields = [(name, before, getattr(record, name)) for name, before in draft.before.items()]
        points = [(kind, "", value) for (kind, _key), value in draft.new_points.items()]
        noted = changes.entries([*fields, *points])
        found.append((record.pk, record.version, [one for one in noted if one["before"] != one["after"]]))
    Customer.objects.filter(pk__in=reached).update(version=F("version") + 1)
    return found


def _save_ways(drafts: list[Draft], at: dict[Draft, int], system: str) -> None:
    """New ids and contact points. A known customer's go by the careful way: two rows may bring the same."""
    now = ready(timezone.now())
    insert(
        ExternalId,
        ("customer_id", "source", "value"),
        [(at[d], system, v) for d in drafts for v in d.new_external_ids],
    )
    points = [
        (at[d], kind, value, key, system, now) for d in drafts for (kind, key), value in d.new_points.items()
    ]
    insert(ContactPoint, ("customer_id", "kind", "value", "match_key", "source", "created_at"), points)
