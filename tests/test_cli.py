"""The command as a shopkeeper runs it: real processes, a home and databases of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.places import Place


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def wait_for(condition: Callable[[], object], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return False


def children(pid: int) -> dict[int, str]:
    """The process's children with their command lines."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            words = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if parent == pid:
            found[int(stat.parent.name)] = words
    return found


def test_wrong_usage_is_2_and_in_portuguese(empty: Place) -> None:
    code, _out, err = empty.run("metrics", "rmf")
    assert code == 2
    assert "Não existe o comando 'rmf'. Seria 'rfm'?" in err


def test_a_wrong_setting_is_said_in_one_line(empty: Place) -> None:
    empty.env["DATABASE_URL"] = "mysql://x"
    code, _out, err = empty.run("check")
    assert code == 1
    assert "DATABASE_URL" in err
    assert "Traceback" not in err


def test_before_the_setup_the_mend_is_the_setup(empty: Place) -> None:
    assert empty.run("serve")[::2] == (1, "O banco de dados ainda não está pronto. Rode: recompra setup\n")
    code, out, _err = empty.run("check", "--json")
    wrong = [finding for finding in json.loads(out) if not finding["ok"]]
    assert code == 1
    assert [(finding["name"], finding["mend"]) for finding in wrong] == [
        ("Migrações", "Rode: recompra setup")
    ]


def test_the_setup_gives_the_first_access_once(empty: Place) -> None:
    code, out, _err = empty.run("setup")
    assert code == 0
    assert "código de instalação" in out
    code, out, _err = empty.run("setup", "--owner-email", "otavio@loja.example", "--json")
    assert code == 0
    made = json.loads(out)
    assert made["owner"] == "otavio@loja.example"
    assert len(made["password"]) >= 16
    code, _out, err = empty.run("setup", "--owner-email", "outro@loja.example")
    assert (code, err) == (1, "Esta loja já tem dono: convide pessoas na página “Equipe”.\n")
    assert empty.run("setup")[0] == 0, "after an update it runs again"
    code, out, _err = empty.run("check")
    assert code == 0, out
    assert "! Privacidade: falta: controlador" in out, "a warning stops nothing"


def test_a_database_that_is_not_there_is_a_finding(place: Place) -> None:
    place.env["DATABASE_URL"] = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    code, out, _err = place.run("check", "--json")
    assert code == 1
    assert {finding["name"]: finding["ok"] for finding in json.loads(out)}["Banco de dados"] is False


@pytest.mark.slow
def test_a_backup_is_proved_and_restored(place: Place, tmp_path: Path, cluster_url: str) -> None:
    place.fill()
    code, out, err = place.run("backup", str(tmp_path), "--json")
    assert code == 0, err
    made = json.loads(out)
    assert (made["rows"]["customers_customer"], made["facts"]["orders"]) == (4, 12)
    file = Path(made["file"])
    assert file.stat().st_mode & 0o077 == 0, "only its owner may read it"
    assert place.run("restore", str(file), "--verify")[::2] == (0, "")
    code, _out, err = place.run("restore", str(file))
    assert code == 1
    assert "Já há dados" in err
    assert place.run("restore", str(file), "--force", "--yes")[::2] == (0, "")
    assert place.run("check")[0] == 0
    code, out, _err = place.run("backup", str(tmp_path / "again.tar"), "--json")
    again = json.loads(out)
    assert (again["rows"], again["facts"]) == (made["rows"], made["facts"])
    if not cluster_url:
        assert place.run("restore", str(file), "--into", str(tmp_path / "elsewhere"))[0] == 0
        assert Place(tmp_path / "elsewhere").run("check")[0] == 0


@pytest.mark.slow
def test_a_damaged_backup_is_refused(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "shop.tar"
    assert place.run("backup", str(file))[0] == 0
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    code, _out, err = place.run("restore", str(file), "--verify")
    assert code == 1
    assert "danificado" in err
    file.write_bytes(content[: len(content) // 3])
    assert place.run("restore", str(file), "--verify")[0] == 1
    file.write_text("no tar at all")
    assert place.run("restore", str(file), "--verify")[0] == 1


@pytest.mark.slow
def test_serve_keeps_web_and_worker_running_and_ends_cleanly(place: Place) -> None:
    port = free_port()
    shop = place.start("serve", "--port", str(port), "--workers", "1")
    try:
        assert wait_for(lambda: answers(port))
        code, _out, err = place.run("restore", __file__)
        assert (code, err) == (1, "O Recompra está no ar. Pare-o primeiro (Ctrl-C ou systemctl stop).\n")
        for part in ("recompra.cli worker", "granian"):
            (victim,) = [pid for pid, words in children(shop.pid).items() if part in words]
            os.kill(victim, signal.SIGKILL)
            assert wait_for(
                lambda part=part, victim=victim: any(
                    part in words and pid != victim for pid, words in children(shop.pid).items()
                )
            )
        assert wait_for(lambda: answers(port)), "it answers again"
        family = list(children(shop.pid))
        shop.send_signal(signal.SIGTERM)
        assert shop.wait(timeout=40) == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in family)
        assert not answers(port)
    finally:
        shop.kill()
        shop.communicate(timeout=60)


@pytest.mark.slow
@pytest.mark.once
def test_a_killed_serve_leaves_no_orphan(place: Place) -> None:
    port = free_port()
    shop = place.start("serve", "--port", str(port), "--workers", "1")
    assert wait_for(lambda: answers(port))
    family = list(children(shop.pid))
    shop.kill()
    shop.communicate(timeout=60)
    assert wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))
    assert not answers(port)


@pytest.mark.slow
@pytest.mark.once
def test_the_worker_ends_when_told(place: Place) -> None:
    worker = place.start("worker")
    assert wait_for(
        lambda: '"Trabalhadores ativos", "ok": true, "found": "1"' in place.run("check", "--json")[1]
    )
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=25) == 0
    worker.communicate()
