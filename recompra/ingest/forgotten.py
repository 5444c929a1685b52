"""People who were erased do not come back with a file: their sales stay, without a person."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from recompra.customers import identifiers
from recompra.customers.models import ContactPoint, Customer, ExternalId
from recompra.ingest.newcomers import CPF, EMAIL, EXTERNAL_ID, FIRST, SECOND, Usual
from recompra.ingest.person import Said, external_id
from recompra.privacy.erasure.suppression import Told, anybody_erased, erased_people

CNPJ = CPF + 1
MARKS = re.compile(r"[;,|\t\"]")


def among(usual: list[Usual], odd: dict[int, Said], system: str) -> set[int]:
    """The fingerprints of those who were erased. Costs one question where nobody ever was."""
    if not anybody_erased():
        return set()
    told = {row[0]: _of_row(row, system) for row in usual}
    told |= {fingerprint: _of_said(said, system) for fingerprint, said in odd.items()}
    known = erased_people(told.values())
    return {seen for seen, one in told.items() if known.holds(one) and not came_back(one)}


def came_back(told: Told) -> bool:
    """Whether the person is on record again: registered by hand, of their own will, after the erasure. A
    contact point alone tells that only of who is told by nothing else."""
    ids = ExternalId.objects.filter(source=told.system, value=told.external_id)
    if told.own():
        return (
            bool(told.external_id and ids.exists())
            or bool(told.cpf and Customer.objects.filter(cpf=told.cpf).exists())
            or bool(told.cnpj and Customer.objects.filter(cnpj=told.cnpj).exists())
        )
    keys = [key for _kind, key in told.shared()]
    return ContactPoint.objects.filter(kind__in=("email", "mobile"), match_key__in=keys).exists()


def _of_row(row: Usual, system: str) -> Told:
    mobiles = tuple(row[at + 2] for at in (FIRST, SECOND) if row[at] == "mobile")
    return Told(system, row[EXTERNAL_ID] or "", row[CPF] or "", row[CNPJ] or "", row[EMAIL] or "", mobiles)


def _of_said(said: Said, system: str) -> Told:
    mobiles = tuple(phone.match_key for phone in said.mobiles)
    return Told(system, said.external_id, said.cpf or "", said.cnpj or "", said.email or "", mobiles)


def stand_in(rows: Iterable[list[list[str]]], id_headers: Collection[str], system: str) -> Iterator[bool]:
    """For each row set aside, as [[header, value]], whether an erased person stands in it: then its content
    is not to be kept. `id_headers`: the headers of the customer's id in that system."""
    told = [_of_cells(list(_cells(row, id_headers)), system) for row in rows]
    known = erased_people(told)
    yield from (known.holds(one) for one in told)


def _cells(row: list[list[str]], id_headers: Collection[str]) -> Iterator[tuple[bool, str]]:
    """(is it the customer's id, the value); a line that could not be cut into cells is cut at every mark."""
    for header, value in row:
        if header:
            yield header in id_headers, str(value)
        else:
            yield from ((False, part.strip()) for part in MARKS.split(str(value)))


def _of_cells(cells: list[tuple[bool, str]], system: str) -> Told:
    """What a row that was set aside says, whichever column it stands in."""
    values = [value for _is_id, value in cells if value]
    documents = [found for value in values if (found := identifiers.cpf(value))]
    companies = [found for value in values if (found := identifiers.cnpj(value))]
    emails = [found for value in values if (found := identifiers.email(value))]
    ids = [external_id(value) for is_id, value in cells if is_id]
    return Told(
        system,
        external_id=next(iter(ids), ""),
        cpf=next(iter(documents), ""),
        cnpj=next(iter(companies), ""),
        email=next(iter(emails), ""),
        mobiles=tuple(phone.match_key for value in values for phone in identifiers.phones(value)),
    )
