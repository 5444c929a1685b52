"""Files and a pointer: whatever happens to the writer, readers see a whole generation, the old one or the
new one."""

from __future__ import annotations

import itertools
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.generations import Folder
from recompra.warehouse.load import NoRoom, WriterBusy
from recompra.warehouse.schema import orders
from tests.warehouse.facts import batch, order

WRITE_FOR_EVER = """
import sys
from pathlib import Path
from recompra.warehouse.duck import DuckEngine
from tests.warehouse.facts import batch, order
store, folder = DuckEngine.at("duckdb:" + sys.argv[1]), Path(sys.argv[2])
number = store.check()["batches"]
while True:
    number += 1
    store.apply(batch(folder, number, [order(number * 100 + n, n) for n in range(50)]))
    print(number, flush=True)
"""


def count(store: DuckEngine) -> int:
    found: int = store.rows(orders.agg(n=orders.count()))[0]["n"]
    return found


def files(store: DuckEngine) -> list[str]:
    return sorted(path.name for path in store.folder.path.iterdir() if path.name.startswith("facts-"))


def test_the_last_three_generations_are_kept(duck: DuckEngine, tmp_path: Path) -> None:
    for number in range(1, 6):
        duck.apply(batch(tmp_path, number, [order(number)]))
    assert files(duck) == ["facts-000003.duckdb", "facts-000004.duckdb", "facts-000005.duckdb"]
    assert (duck.folder.path / "CURRENT").read_text() == "facts-000005.duckdb\n"


def test_rolling_back_is_the_previous_pointer(duck: DuckEngine, tmp_path: Path) -> None:
    duck.apply(batch(tmp_path, 1, [order(1)]))
    duck.apply(batch(tmp_path, 2, [order(2)]))
    (duck.folder.path / "CURRENT").write_text("facts-000001.duckdb\n")
    assert count(duck) == 1
    duck.apply(batch(tmp_path, 2, [order(2)]))
    assert (count(duck), files(duck)) == (2, ["facts-000001.duckdb", "facts-000002.duckdb"])
    duck.rebuild()
    assert count(duck) == 2


def test_a_second_writer_is_turned_away(duck: DuckEngine, tmp_path: Path) -> None:
    with duck.folder.writing(), pytest.raises(WriterBusy, match="another process is writing"):
        duck.apply(batch(tmp_path, 1, [order(1)]))
    duck.apply(batch(tmp_path, 1, [order(1)]))


def test_what_a_dead_writer_left_is_swept(duck: DuckEngine, tmp_path: Path) -> None:
    duck.apply(batch(tmp_path, 1, [order(1)]))
    folder = duck.folder.path
    for name in (
        "facts-000002.tmp",
        "facts-000002.tmp.wal",
        "facts-000002.duckdb",
        "facts-000007.tmp-clustered",
    ):
        (folder / name).write_text("half a file")
    (folder / "archive" / "000000002-0000-9").mkdir()
    duck.apply(batch(tmp_path, 2, [order(2)]))
    assert files(duck) == ["facts-000001.duckdb", "facts-000002.duckdb"]
    assert sorted(path.name for path in (folder / "archive").iterdir()) == [
        "000000001-0000-1",
        "000000002-0000-2",
    ]
    assert count(duck) == 2


def test_a_failed_batch_leaves_nothing(duck: DuckEngine, tmp_path: Path) -> None:
    duck.apply(batch(tmp_path, 1, [order(1)]))
    broken = tmp_path / "orders-2.parquet"
    good = batch(tmp_path, 2, [order(2)])
    broken.write_bytes(broken.read_bytes()[:-40])
    with pytest.raises(Exception, match=r"arquet"):
        duck.apply(good)
    assert (count(duck), files(duck)) == (1, ["facts-000001.duckdb"])


def test_the_facts_stay_clustered_by_customer(duck: DuckEngine, tmp_path: Path) -> None:
    for number in range(1, 12):
        rows = [order(number * 100 + n, (number * 37 + n * 11) % 97) for n in range(50)]
        duck.apply(batch(tmp_path, number, rows))
    found = duck._cursor().execute("SELECT customer_key, ordered_at FROM orders ORDER BY rowid").fetchall()
    steps_back = sum(later < earlier for earlier, later in itertools.pairwise(found))
    assert len(found) == 11 * 50
    assert steps_back < 0.2 * len(found)


def test_a_pointer_to_something_else_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("../../etc/passwd\n")
    with pytest.raises(ValueError, match="does not name a generation"):
        Folder(tmp_path).current()


def test_too_little_room_is_refused_before_anything_is_written(
    duck: DuckEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    duck.apply(batch(tmp_path, 1, [order(1)]))
    monkeypatch.setattr("shutil.disk_usage", lambda _path: _Usage)
    with pytest.raises(NoRoom, match="the facts are as they were"):
        duck.apply(batch(tmp_path, 2, [order(2)]))
    assert count(duck) == 1


class _Usage:
    free = 1000


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from recompra.warehouse.duck import DuckEngine
from recompra.warehouse.load import LoadBatch, NoRoom
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    DuckEngine.at("duckdb:" + sys.argv[1]).apply(LoadBatch(2, orders=Path(sys.argv[2])))
except NoRoom as refused:
    print("no room:", refused)
"""


@pytest.mark.parametrize("room", [100_000, 700_000, 1_300_000])
def test_a_disk_that_fills_up_on_the_way_leaves_the_old_generation(
    duck: DuckEngine, tmp_path: Path, room: int
) -> None:
    duck.apply(batch(tmp_path, 1, [order(1)]))
    more = batch(tmp_path, 2, [order(n * 7919, n * 31, net=f"{n}.07") for n in range(2, 60_000)])
    said = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(duck.folder.path), str(more.orders), str(room)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.startswith("no room:"), said.stderr
    assert (count(duck), files(duck)) == (1, ["facts-000001.duckdb"])
    assert duck.apply(more).counts["orders"].new == 59_998


def test_kill_9_at_any_moment_leaves_a_whole_generation(duck: DuckEngine, tmp_path: Path) -> None:
    chance = random.Random(20260601)
    for _ in range(5):
        command = [sys.executable, "-c", WRITE_FOR_EVER, str(duck.folder.path), str(tmp_path / "batches")]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            said = [writer.stdout.readline()]  # at least one batch is in
            time.sleep(chance.random() * 0.15)
            writer.send_signal(signal.SIGKILL)
            said += writer.stdout.readlines()
        finished = int([line for line in said if line.endswith(b"\n")][-1])
        applied = duck.check()["batches"]
        assert applied in (finished, finished + 1)
        assert count(duck) == applied * 50
    before = count(duck)
    duck.rebuild()
    assert count(duck) == before
    assert not [name for name in files(duck) if "tmp" in name]


def test_a_published_file_is_whole_by_itself(duck: DuckEngine, tmp_path: Path) -> None:
    duck.apply(batch(tmp_path, 1, [order(1)]))
    with duckdb.connect(str(duck.folder.path / "facts-000001.duckdb"), read_only=True) as plain:
        assert plain.execute("SELECT count(*) FROM orders").fetchall() == [(1,)]
