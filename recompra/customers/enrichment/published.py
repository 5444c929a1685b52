"""Receita Federal: the open data of the CNPJ, read from the published files into a table of our own.

"Dados Abertos CNPJ": zip files `Empresas0.zip` … `Empresas9.zip`, `Estabelecimentos0.zip` …,
`Municipios.zip`, each with one CSV (`;`, quoted, ISO-8859-1, no header), as its layout says:

- EMPRE: 1 CNPJ básico, 2 razão social, …
- ESTABELE: 1 CNPJ básico, 2 ordem, 3 dígito verificador, 4 matriz/filial, 5 nome fantasia, 6 situação
  cadastral, …, 14 tipo de logradouro, 15 logradouro, 16 número, 17 complemento, 18 bairro, 19 CEP, 20 UF,
  21 município (code), 22 DDD 1, 23 telefone 1, 24 DDD 2, 25 telefone 2, 26 DDD fax, 27 fax, 28 correio
  eletrônico, …
- MUNIC: 1 code, 2 name

Only rows of companies that are our customers are kept; all others are not even taken apart.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, ClassVar, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from recompra.customers.enrichment.catalog import Adapter, Found
from recompra.customers.models import CnpjReading, CompanyRecord, Customer, Origin
from recompra.theme.refused import Refused
from recompra.work.lease import Lease

ENCODING = "iso-8859-1"
PARTS = ("MUNIC", "EMPRE", "ESTABELE")
"""What a file is, by its name (K3241.K03200Y0.D50111.EMPRECSV, Empresas0.zip), in the order of reading."""
WIDTH = {"MUNIC": 2, "EMPRE": 7, "ESTABELE": 30}
READING = gettext_noop("reading the CNPJ files")
LONGEST_LINE = 65_536
LINES_BETWEEN_LOOKS = 200_000
BUFFER = 1 << 20  # a zip's own reading by lines takes three times as long
CHUNK = 500
STANDINGS = {
    "01": pgettext_lazy("registration", "Null"),
    "02": pgettext_lazy("registration", "Active"),
    "03": pgettext_lazy("registration", "Suspended"),
    "04": pgettext_lazy("registration", "Unfit"),
    "08": pgettext_lazy("registration", "Closed"),
}
"""Situação cadastral."""


class PublishedFiles(Adapter):
    name: ClassVar = "receita_files"
    title: ClassVar = gettext_lazy("Receita Federal (published files)")
    origin: ClassVar = Origin.RECEITA

    def is_on(self) -> bool:
        return CompanyRecord.objects.exists()

    def missing(self) -> str:
        return _("Read the published CNPJ files once, with “recompra enrich import-cnpj”.")

    def question(self, customer: Customer) -> str:
        return customer.cnpj or ""

    def ask(self, question: str, customer: Customer) -> Found | None:
        record = CompanyRecord.objects.filter(cnpj=question).first()
        return found(record.found) if record else None


def found(kept: dict[str, Any]) -> Found:
    """What is kept of a company, in our forms."""
    standing = STANDINGS.get(kept.get("standing", ""))
    return Found(
        name=kept.get("name", ""),
        trade_name=kept.get("trade_name", ""),
        note=str(standing) if standing else "",
        phones=tuple(kept.get("phones", ())),
        emails=tuple(kept.get("emails", ())),
        address=kept.get("address", {}),
    )


def request(paths: Sequence[Path]) -> CnpjReading:
    """Ask for the reading of these files (a folder stands for the files in it). Refused when a path is none
    of the published files that are read here."""
    files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    known = [file for file in files if file.is_file() and part_of(file.name)]
    unknown = [path.name for path in paths if path.is_file() and path not in known]
    if unknown or not known:
        raise Refused(
            _("These are none of the published files (Empresas, Estabelecimentos, Municipios): %(names)s.")
            % {"names": ", ".join(unknown or [path.name for path in paths])}
        )
    ordered = sorted(known, key=lambda file: (PARTS.index(part_of(file.name)), file.name))
    return CnpjReading.objects.create(files=[str(file.resolve()) for file in ordered])


def part_of(name: str) -> str:
    """Which of PARTS a file is by its name, "" for none of them."""
    plain = name.upper()
    return next((part for part in PARTS if part in plain), "")


def perform(reading: CnpjReading, lease: Lease) -> None:
    """Read file by file. A second run begins with the file during which the first one ended; the small list
    of cities is read each time."""
    reader = _Reader(reading, lease)
    for number, file in enumerate(reading.files):
        part = part_of(Path(file).name)
        if part == "MUNIC" or number >= reading.cursor:
            reader.read(Path(file), part)
        with lease.step():
            reading.cursor = max(reading.cursor, number + 1)
            reading.companies = CompanyRecord.objects.count()
            reading.save()
        lease.progress(number + 1, len(reading.files), READING)


class _Reader:
    """Our companies by the keys of the files, and the cities by their code."""

    def __init__(self, reading: CnpjReading, lease: Lease) -> None:
        self.reading, self.lease = reading, lease
        ours = Customer.objects.filter(cnpj__isnull=False, merged_into=None)
        self.customers: dict[str, int] = dict(ours.values_list("cnpj", "pk"))  # type: ignore[arg-type]
        self.by_root: dict[str, list[str]] = {}
        for cnpj in self.customers:
            self.by_root.setdefault(cnpj[:8], []).append(cnpj)
        self.roots = frozenset(root.encode() for root in self.by_root)
        self.cities: dict[str, str] = {}

    def read(self, path: Path, part: str) -> None:
        """One file, by its chosen rows; how many lines it has is added to the reading's."""
        kept: dict[str, dict[str, Any]] = {}
        with _opened(path) as lines:
            for row in self._rows(lines, part, path.name):
                if part == "MUNIC":
                    self.cities[row[0]] = row[1].title()
                elif part == "EMPRE":
                    for cnpj in self.by_root.get(row[0].upper(), ()):
                        kept.setdefault(cnpj, {})["name"] = row[1].strip()
                elif (cnpj := "".join(row[:3]).upper()) in self.customers:
                    kept.setdefault(cnpj, {}).update(self._establishment(row))
        self._keep(kept)

    def _rows(self, lines: Iterator[bytes], part: str, name: str) -> Iterator[list[str]]:
        """The rows that may be of ours, taken apart; lines of all others are passed over as bytes."""
        for number, line in enumerate(lines):
            if number % LINES_BETWEEN_LOOKS == 0:
                self.lease.keep()
            self.reading.rows += 1
            if part != "MUNIC" and line[1:9].upper() not in self.roots and number:
                continue
            row = next(csv.reader([line.decode(ENCODING).replace("\0", "")], delimiter=";"), [])
            if len(row) != WIDTH[part]:
                if number:
                    continue  # a row torn by a stray quotation mark
                raise Refused(
                    _("%(name)s does not have the columns of its kind of published file.") % {"name": name}
                )
            yield row

    def _establishment(self, row: list[str]) -> dict[str, Any]:
        """A row of ESTABELE, by the columns of its layout."""
        phones = [area.strip() + number.strip() for area, number in ((row[21], row[22]), (row[23], row[24]))]
        street = " ".join(part.strip() for part in (row[13], row[14]) if part.strip())
        address = {
            "street": street,
            "number": row[15].strip(),
            "complement": " ".join(row[16].split()),
            "district": row[17].strip(),
            "postcode": row[18].strip(),
            "state": row[19].strip(),
            "city": self.cities.get(row[20], ""),
        }
        return {
            "trade_name": row[4].strip(),
            "standing": row[5].strip(),
            "phones": [phone for phone in phones if phone],
            "emails": [row[27].strip().lower()] if row[27].strip() else [],
            "address": address if street else {},
        }

    def _keep(self, kept: dict[str, dict[str, Any]]) -> None:
        """Add to what is kept of each company, some hundreds to a transaction."""
        cnpjs = sorted(kept)
        for start in range(0, len(cnpjs), CHUNK):
            chunk = cnpjs[start : start + CHUNK]
            with self.lease.step():
                known = {one.cnpj: one for one in CompanyRecord.objects.filter(cnpj__in=chunk)}
                now = timezone.now()
                rows = []
                for cnpj in chunk:
                    row = known.get(cnpj) or CompanyRecord(cnpj=cnpj)
                    row.customer_id, row.imported_at = self.customers[cnpj], now
                    row.found = {**row.found, **kept[cnpj]}
                    rows.append(row)
                fresh = [row for row in rows if row.pk is None]
                CompanyRecord.objects.bulk_create(fresh)
                CompanyRecord.objects.bulk_update(
                    [row for row in rows if row.cnpj in known], ["customer", "found", "imported_at"]
                )


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[bytes]]:
    """The lines of a file, or of the one file inside a .zip; nothing is unpacked to disk."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                inside = [entry for entry in archive.infolist() if not entry.is_dir()]
                if len(inside) != 1:
                    raise Refused(
                        _("%(name)s is no published file: it should hold one file.") % {"name": path.name}
                    )
                with (
                    archive.open(inside[0]) as packed,
                    io.BufferedReader(cast("io.RawIOBase", packed), BUFFER) as quick,
                ):
                    yield _lines(quick)
        else:
            with path.open("rb") as plain:
                yield _lines(plain)
    except FileNotFoundError:
        raise Refused(_("%(name)s is no longer there.") % {"name": path.name}) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        raise Refused(
            _("%(name)s is damaged or protected and cannot be opened.") % {"name": path.name}
        ) from None


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE):
        yield line
