"""A disk that fills up: a clear sentence, nothing half written, and on it goes once there is room again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recompra.customers.models import Customer
from recompra.ingest import unpack
from recompra.ingest.models import ImportRun, Publication
from recompra.ingest.start import start
from recompra.ingest.sweep import publish_left
from recompra.theme.refused import Refused
from recompra.warehouse.generations import Folder
from recompra.work import wishes
from recompra.work.drain import drain
from tests.conftest import lacks
from tests.ingest.bring import HEADER, facts

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = [pytest.mark.django_db(transaction=True)]
MEGABYTE = 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 32 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(place)], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        lacks(f"no small disk could be mounted (needs root): {error}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


@pytest.fixture
def shop_on_it(small_disk: Path, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Imports and facts live on the small disk, and nothing is refused by looking ahead."""
    settings.RECOMPRA_HOME = small_disk
    settings.WAREHOUSE_URL = f"duckdb:{small_disk / 'facts'}"
    monkeypatch.setattr(unpack, "FREE_BYTES", -256 * MEGABYTE)
    monkeypatch.setattr(Folder, "need", lambda _folder, _size: None)
    return small_disk


def ballast(disk: Path, leave: int) -> Path:
    """A file that leaves this many bytes free."""
    path = disk / "ballast"
    usage = os.statvfs(disk)
    path.write_bytes(b"x" * max(usage.f_bavail * usage.f_frsize - leave, 0))
    return path


def sales(folder: Path, count: int, encoding: str = "utf-8") -> Path:
    path = folder / f"vendas-{count}.csv"
    rows = (f"{n};1;25/10/2024;;José {n};;;;S{n % 50};Calça;1;10,00;;Centro;" for n in range(count))
    path.write_text("\n".join([HEADER, *rows, ""]), encoding=encoding)
    return path


def brought(path: Path) -> ImportRun:
    run = start("csv", [path])
    drain(ImportRun, Publication, raising=False)
    run.refresh_from_db()
    return run


def test_too_little_room_is_told_before_anything_is_copied(
    small_disk: Path, settings: SettingsWrapper, tmp_path: Path
) -> None:
    settings.RECOMPRA_HOME = small_disk
    with pytest.raises(Refused, match="Não há espaço livre em disco"):
        start("csv", [sales(tmp_path, 10)])
    assert not ImportRun.objects.exists()
    assert list((small_disk / "imports").iterdir()) == []


def test_a_disk_that_fills_while_files_are_taken_in(shop_on_it: Path, tmp_path: Path) -> None:
    weight = ballast(shop_on_it, 200_000)
    with pytest.raises(Refused, match="O disco está cheio: nada foi importado"):
        start("csv", [sales(tmp_path, 20_000)])
    assert not ImportRun.objects.exists()
    assert list((shop_on_it / "imports").iterdir()) == []
    weight.unlink()
    assert brought(sales(tmp_path, 20_000)).report["accepted"] == 20_000


def test_a_disk_that_fills_while_the_file_is_read(shop_on_it: Path, tmp_path: Path) -> None:
    path = sales(tmp_path, 20_000, "latin-1")  # a copy in UTF-8 has to be written
    weight = ballast(shop_on_it, path.stat().st_size + 300_000)
    run = brought(path)
    assert (run.status, run.error) == (
        ImportRun.Status.DEAD,
        "O disco está cheio: nada foi importado. Libere espaço e tente de novo.",
    )
    assert not Customer.objects.exists()
    assert facts("orders") == []
    weight.unlink()
    wishes.retry(run)
    drain(ImportRun, Publication)
    run.refresh_from_db()
    assert (run.stage, run.report["accepted"], len(facts("orders"))) == ("published", 20_000, 20_000)


def test_a_disk_that_fills_while_the_facts_are_published(shop_on_it: Path, tmp_path: Path) -> None:
    brought(sales(tmp_path, 5))
    before = facts("orders")
    run = start("csv", [sales(tmp_path, 20_000)])
    drain(ImportRun)
    weight = ballast(shop_on_it, 300_000)
    drain(Publication, raising=False)
    publication = Publication.objects.latest("pk")
    assert publication.status == Publication.Status.DEAD
    assert publication.error == "O disco está cheio: nada foi publicado. Libere espaço e tente de novo."
    assert facts("orders") == before
    assert list((shop_on_it / "facts").glob("*.tmp*")) == []
    weight.unlink()
    publish_left()
    drain(Publication)
    run.refresh_from_db()
    assert (run.stage, run.report["accepted"], len(facts("orders"))) == ("published", 19_995, 20_000)
