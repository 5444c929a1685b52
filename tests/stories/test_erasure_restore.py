"""Yesterday's backup is put back: who was forgotten since is forgotten again before anybody gets in (C10)."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.house.scanner import Scanner
from tests.places import ROOT, Place

ERASE = """
import django
django.setup()
from recompra.customers.models import Customer
from recompra.privacy.erasure.erase import request_erasure
from recompra.privacy.models import Erasure
from recompra.work.drain import finish
carla = Customer.objects.get(name__startswith="Carla")
print(carla.cpf, carla.contact_points.get(kind="email").value, carla.name, sep="|")
row = finish(request_erasure(carla, by=None))
assert row.status == "done", row.error
"""
LOOK = """
import django
django.setup()
from recompra.customers.models import Customer
from recompra.privacy.models import Erasure
print(sorted(Customer.objects.values_list("name", flat=True)))
print(list(Erasure.objects.values_list("step", flat=True)))
"""


def told(place: Place, script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=place.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@pytest.mark.slow
def test_an_older_backup_brings_nobody_back(place: Place, tmp_path: Path, cluster_url: str) -> None:
    place.fill()
    backup = tmp_path / "yesterday.tar"
    assert place.run("backup", str(backup))[0] == 0
    cpf, email, name = told(place, ERASE).splitlines()[-1].split("|")
    carla = Scanner({"cpf": cpf, "email": email, "name": name})
    if (
        not cluster_url
    ):  # pg_dump packs what it writes; there the count of the replay tells that she was in it
        held = list(carla.bytes_(backup.read_bytes(), "backup"))
        assert held, "the backup holds her: else this proves nothing"
    later = tmp_path / "later.tar"
    assert place.run("backup", str(later))[0] == 0
    with tarfile.open(later) as packed:
        assert [name for name in packed.getnames() if name.startswith("erasure")] == [], "stands apart"
    code, out, err = place.run("restore", str(backup), "--force", "--yes")
    assert code == 0, err
    assert "1 pessoa" in out
    assert name not in (found := told(place, LOOK))
    assert "proved" in found
    assert place.run("check")[0] == 0
    if not cluster_url:
        hits, _count = carla.tree(place.home)
        assert hits == []
        assert place.run("restore", str(backup), "--into", str(tmp_path / "elsewhere"))[0] == 0
        elsewhere = Place(tmp_path / "elsewhere")
        for closed in (("serve", "--port", "8105"), ("worker",)):
            code, _out, err = elsewhere.run(*closed)
            assert code == 1
            assert "eliminações" in err
        assert elsewhere.run("check")[0] == 1
        assert elsewhere.run("setup")[0] == 0
        assert name not in told(elsewhere, LOOK)
        assert elsewhere.run("check")[0] == 0
        assert carla.tree(elsewhere.home)[0] == []
