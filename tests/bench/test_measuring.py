"""The measuring itself: processes, tables, the raw scan."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from recompra.bench.child import Measured, environment, measured
from recompra.bench.import_ import LINES_PER_PERSON, check, files, renumbered
from recompra.bench.scan import scan
from recompra.bench.table import Figure, answer
from recompra.demo.files import write
from recompra.demo.shop import Shop
from recompra.theme.refused import Refused

FILLED = """
import json, sys
held = bytearray(int(sys.argv[1]) * 1_000_000)
print(json.dumps(len(held)))
"""


APART = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from recompra.bench.child import measured
print(json.dumps(asdict(measured(Path(sys.argv[1]), sys.argv[2], module=sys.argv[3]))))
"""


def measured_apart(home: Path, argument: str, module: str) -> Measured:
    """As `measured`, asked by a small process, as the benches are: a peak is never below what the asking one
    holds, and a process of tests may hold more than what is measured."""
    asking = [sys.executable, "-c", APART, str(home), argument, module]
    return Measured(**json.loads(subprocess.run(asking, check=True, capture_output=True).stdout))


def test_a_process_is_measured_with_its_peak_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "filled.py").write_text(FILLED)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = measured_apart(tmp_path, "600", "filled")
    assert found.answer == 600_000_000
    assert 560 < found.peak_mb < 700
    assert 0 < found.seconds < 30


def test_a_process_that_fails_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "failing.py").write_text("import sys; sys.exit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(Refused, match="3"):
        measured(tmp_path, module="failing")


def test_a_bench_never_touches_the_shop_it_is_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "WAREHOUSE_URL_FILE", "RECOMPRA_HOME"):
        monkeypatch.setenv(name, "/the/shop")
    assert "/the/shop" not in environment(tmp_path).values()
    assert environment(tmp_path)["RECOMPRA_HOME"] == str(tmp_path)
    assert environment(tmp_path)["PATH"] == os.environ["PATH"]


def test_the_scan_touches_every_character_of_every_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b c\nxx;yyy\n;zé\n")
    assert scan(path) == (2, 7)


def test_the_file_of_the_import_has_about_the_promised_lines(tmp_path: Path) -> None:
    path = files(tmp_path, 2000, "whole")
    rows, _characters = scan(path)
    assert rows / 2000 == pytest.approx(LINES_PER_PERSON, rel=0.1)


def test_renumbered_sales_are_new_sales_to_known_people(tmp_path: Path) -> None:
    path = write(Shop(20, 1, date(2026, 6, 30)), tmp_path).sales
    other = renumbered(path, tmp_path / "other.csv")
    first, second = (one.read_text().splitlines() for one in (path, other))
    assert first[0] == second[0]
    assert [line[1:] for line in second[1:]] == first[1:]


def test_a_ratio_is_held_to_the_goal_and_a_bare_value_too() -> None:
    assert Figure("import", 30.0, "s", 2.0, "scan", goal=20).met
    assert not Figure("import", 50.0, "s", 2.0, "scan", goal=20).met
    assert Figure("faster", 50.0, "s", 2.0, "scan", goal=10, at_least=True).met
    assert not Figure("memory", 1200, "MB", goal=1000).met
    assert Figure("lines", 10, "lines").met is None


def test_figures_are_shown_as_a_table_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    figures = [Figure("import", 30.0, "s", 2.0, "scan", goal=20), Figure("lines", 107_900, "lines")]
    answer(figures, as_json=False)
    shown = capsys.readouterr().out
    assert "15.00  ≤ 20  ✓" in shown
    assert "107900 lines" in shown
    answer(figures, as_json=True)
    assert json.loads(capsys.readouterr().out)[0]["ratio"] == 15


def test_an_import_that_loses_rows_is_refused() -> None:
    check({"read": 4, "accepted": 1, "unchanged": 1, "quarantined": 1, "duplicated": 1})
    with pytest.raises(Refused):
        check({"read": 5, "accepted": 1, "unchanged": 1, "quarantined": 1, "duplicated": 1})
