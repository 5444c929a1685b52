"""The published CNPJ files: read as Receita Federal writes them, only our companies kept, resumed."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from recompra.cli import cli
from recompra.customers.enrichment import answers, published
from recompra.customers.enrichment.catalog import adapters
from recompra.customers.models import CnpjReading, CompanyRecord, Customer
from recompra.theme.refused import Refused
from recompra.work.drain import drain
from recompra.work.lease import Lease, LeaseLost
from tests.cast import Cast
from tests.customers.outside import BAKERY_CNPJ

ALPHA = "12ABC34501DE35"  # the example of Instrução Normativa RFB 2.229/2024


def written(rows: list[list[str]]) -> bytes:
    """As the files are: semicolons, every value quoted, ISO-8859-1, no header."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("iso-8859-1")


def zipped(path: Path, inside: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(inside, content)
    return path


def establishment(cnpj: str, **given: str) -> list[str]:
    row = [""] * 30
    row[0], row[1], row[2], row[3] = cnpj[:8], cnpj[8:12], cnpj[12:], "1"
    places = {
        "trade_name": 4, "standing": 5, "type": 13, "street": 14, "number": 15, "complement": 16,
        "district": 17, "postcode": 18, "state": 19, "city": 20, "ddd1": 21, "phone1": 22, "ddd2": 23,
        "phone2": 24, "email": 27,
    }  # fmt: skip
    for name, value in given.items():
        row[places[name]] = value
    return row


def files(folder: Path) -> Path:
    """Three published files with two of our companies, a branch of one, and strangers."""
    folder.mkdir()
    zipped(folder / "Municipios.zip", "F.K03200$Z.D51011.MUNICCSV", written([["7107", "SÃO PAULO"]]))
    companies = [
        ["11222333", "PADARIA CENTRAL LTDA", "2062", "49", "1000,00", "01", ""],
        ["12ABC345", "LETRAS SA", "2054", "10", "5,00", "05", ""],
        ["99999999", "ESTRANHA LTDA", "2062", "49", "0,00", "01", ""],
    ]
    zipped(folder / "Empresas0.zip", "K3241.K03200Y0.D51011.EMPRECSV", written(companies))
    rows = [
        establishment(
            BAKERY_CNPJ,
            trade_name="PADARIA CENTRAL",
            standing="02",
            type="RUA",
            street="AUGUSTA",
            number="100",
            complement="LOJA    2",
            district="CONSOLAÇÃO",
            postcode="01305000",
            state="SP",
            city="7107",
            ddd1="11",
            phone1="32101234",
            email="CONTATO@PADARIA.EXAMPLE",
        ),
        establishment("11222333000262", trade_name="FILIAL DE OUTRO", ddd1="11", phone1="32109999"),
        establishment(ALPHA, standing="08"),
        establishment("99999999000191", trade_name='ESTRANHA; "aspas"', email="nao@guardar.example"),
    ]
    zipped(folder / "Estabelecimentos0.zip", "K3241.K03200Y0.D51011.ESTABELE", written(rows))
    (folder / "LEIAME.txt").write_text("não é um dos arquivos")
    return folder


@pytest.fixture
def companies(cast: Cast) -> Cast:
    Customer.objects.filter(pk=cast.bruno.pk).update(cpf=None, cnpj=BAKERY_CNPJ)
    Customer.objects.filter(pk=cast.davi.pk).update(cpf=None, cnpj=ALPHA)
    return cast


def read(*paths: Path) -> CnpjReading:
    """The reading as it ended; what was refused is in it."""
    reading = published.request(paths)
    drain(CnpjReading)
    reading.refresh_from_db()
    return reading


def test_only_our_companies_are_kept_of_the_published_files(companies: Cast, tmp_path: Path) -> None:
    reading = read(files(tmp_path / "cnpj"))
    assert reading.status == CnpjReading.Status.DONE, reading.error
    assert (len(reading.files), reading.rows, reading.companies) == (3, 8, 2)
    kept = {record.cnpj: record for record in CompanyRecord.objects.all()}
    assert set(kept) == {BAKERY_CNPJ, ALPHA}
    assert kept[BAKERY_CNPJ].customer == companies.bruno
    assert kept[BAKERY_CNPJ].found == {
        "name": "PADARIA CENTRAL LTDA",
        "trade_name": "PADARIA CENTRAL",
        "standing": "02",
        "phones": ["1132101234"],
        "emails": ["contato@padaria.example"],
        "address": {
            "street": "RUA AUGUSTA",
            "number": "100",
            "complement": "LOJA 2",
            "district": "CONSOLAÇÃO",
            "postcode": "01305000",
            "state": "SP",
            "city": "São Paulo",
        },
    }
    assert kept[ALPHA].found["name"] == "LETRAS SA"


def test_the_page_offers_what_the_files_say(companies: Cast, tmp_path: Path) -> None:
    read(files(tmp_path / "cnpj"))
    bakery = Customer.objects.get(pk=companies.bruno.pk)
    adapter = adapters()["receita_files"]
    assert adapter.is_on()
    answers.look_up(bakery, adapter, by=companies.saulo)
    (source,) = (one for one in answers.sources(bakery) if one.adapter is adapter)
    assert source.found is not None
    assert source.found.note == "Ativa"
    assert "Rua Augusta, 100, Loja 2 · Consolação · 01305-000 · São Paulo, SP" in [
        item.text for item in source.items
    ]


def test_reading_again_doubles_nothing_and_brings_what_is_new(companies: Cast, tmp_path: Path) -> None:
    folder = files(tmp_path / "cnpj")
    read(folder)
    first = {record.pk: record.found for record in CompanyRecord.objects.all()}
    read(folder)
    assert {record.pk: record.found for record in CompanyRecord.objects.all()} == first
    newer = written([establishment(BAKERY_CNPJ, standing="08", trade_name="PADARIA NOVA")])
    zipped(folder / "Estabelecimentos0.zip", "K3241.ESTABELE", newer)
    read(folder)
    record = CompanyRecord.objects.get(cnpj=BAKERY_CNPJ)
    assert (record.found["trade_name"], record.found["name"]) == ("PADARIA NOVA", "PADARIA CENTRAL LTDA")


def test_a_killed_reading_goes_on_with_the_file_it_was_at(
    companies: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = files(tmp_path / "cnpj")
    reading = published.request([folder])
    whole = published._Reader.read
    seen: list[str] = []

    def dies(self: published._Reader, path: Path, part: str) -> None:
        seen.append(part)
        if part == "ESTABELE" and seen.count(part) == 1:
            raise RuntimeError("killed")
        whole(self, path, part)

    monkeypatch.setattr(published._Reader, "read", dies)
    with pytest.raises(RuntimeError):
        drain(CnpjReading, raising=True)
    reading.refresh_from_db()
    assert reading.cursor == 2
    CnpjReading.objects.update(status="waiting", due_at=reading.created_at, owner="", lease_until=None)
    drain(CnpjReading, raising=True)
    assert seen == ["MUNIC", "EMPRE", "ESTABELE", "MUNIC", "ESTABELE"]
    assert CompanyRecord.objects.get(cnpj=BAKERY_CNPJ).found["address"]["city"] == "São Paulo"


def test_files_that_are_none_of_the_published_ones_are_refused(cast: Cast, tmp_path: Path) -> None:
    sales = tmp_path / "vendas.csv"
    sales.write_text("a;b\n")
    with pytest.raises(Refused, match=r"vendas\.csv"):
        published.request([sales])
    empty = tmp_path / "vazia"
    empty.mkdir()
    with pytest.raises(Refused, match="vazia"):
        published.request([empty])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("Estabelecimentos0.zip", b"PK\x03\x04 torn", "colunas"),
        ("Empresas0.csv", b'"a";"b"\n', "colunas"),
        ("Empresas0.csv", b"\x00\xff\xfe", "colunas"),
    ],
)
def test_a_damaged_file_is_told_and_nothing_is_kept(
    companies: Cast, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    reading = read(tmp_path / name)
    assert reading.status == CnpjReading.Status.DEAD
    assert said in reading.sentence
    assert not CompanyRecord.objects.exists()


def test_a_zip_cut_short_is_told(companies: Cast, tmp_path: Path) -> None:
    path = files(tmp_path / "cnpj") / "Estabelecimentos0.zip"
    content = bytearray(path.read_bytes())
    content[60:90] = b"\x00" * 30
    path.write_bytes(bytes(content))
    reading = read(path)
    assert reading.status == CnpjReading.Status.DEAD
    assert "Estabelecimentos0.zip" in reading.sentence


def test_a_row_torn_by_a_quotation_mark_costs_no_other(companies: Cast, tmp_path: Path) -> None:
    torn = b'"11222333";"0001";"81";"1";"PADARIA "X" LTDA\n'
    good = written([establishment(ALPHA, standing="02")])
    path = tmp_path / "x.ESTABELE"
    path.write_bytes(written([establishment("99999999000191")]) + torn + good)
    assert read(path).companies == 1


def test_a_cancelled_reading_stops(companies: Cast, tmp_path: Path) -> None:
    reading = published.request([files(tmp_path / "cnpj")])
    CnpjReading.objects.filter(pk=reading.pk).update(cancel_requested=True)
    drain(CnpjReading)
    reading.refresh_from_db()
    assert reading.status == CnpjReading.Status.CANCELLED


def test_a_late_worker_changes_nothing(companies: Cast, tmp_path: Path) -> None:
    reading = published.request([files(tmp_path / "cnpj")])
    reading.owner, reading.attempt = "somebody who was late", 1
    with pytest.raises(LeaseLost):
        published.perform(reading, Lease(reading))
    assert not CompanyRecord.objects.exists()


def test_the_command_tells_what_it_read(companies: Cast, tmp_path: Path) -> None:
    folder = str(files(tmp_path / "cnpj"))
    answer = CliRunner().invoke(cli, ["enrich", "import-cnpj", folder])
    assert answer.exit_code == 0, answer.output
    assert "3 arquivos, 8 linhas lidas; 2 das suas empresas" in answer.output
    told = CliRunner().invoke(cli, ["enrich", "import-cnpj", folder, "--json"])
    assert json.loads(told.output) == {"files": 3, "rows": 8, "companies": 2}
    wrong = CliRunner().invoke(cli, ["enrich", "import-cnpj", str(tmp_path / "cnpj" / "LEIAME.txt")])
    assert wrong.exit_code == 1
