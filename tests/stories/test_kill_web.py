"""kill -9 of the web process while a file is going up: the upload was never, or it is whole."""

from __future__ import annotations

import http.client
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = 6
LINES = 60_000
PASSWORD = "only for this drill"
MARK = "drillboundary"
FILE_PART = 'Content-Disposition: form-data; name="files"; filename="vendas.csv"'


class Web:
    """`recompra serve` in a process group of its own, and a browser's way through it."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.env = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "WAREHOUSE_URL")
        } | {"RECOMPRA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "recompra.settings", "LOG_LEVEL": "ERROR"}
        self.cookies: dict[str, str] = {}
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> None:
        subprocess.run([sys.executable, "-m", "recompra.cli", *words], cwd=ROOT, env=self.env, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip

    def start(self) -> None:
        words = ["serve", "--port", str(self.port), "--workers", "1", "--no-worker"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "recompra.cli", *words], cwd=ROOT, env=self.env, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(1800):  # a machine under load takes its time
            try:
                self.ask("GET", "/entrar/")
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the web process does not answer")

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str]:
        """Status and text of an answer; keeps the cookies."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for header in answer.msg.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def token(self, path: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask("GET", path)[1])
        assert found
        return found[1]

    def sign_in(self) -> None:
        self.cookies.clear()
        form = {
            "csrfmiddlewaretoken": self.token("/entrar/"),
            "login": "otavio@loja.example",
            "password": PASSWORD,
        }
        status, _ = self.ask(
            "POST", "/entrar/", urlencode(form).encode(), "application/x-www-form-urlencoded"
        )
        assert status == 302

    def upload(self, content: bytes) -> int:
        fields = {"csrfmiddlewaretoken": self.token("/importar/"), "source": "csv"}
        parts = [
            f'--{MARK}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = f"--{MARK}\r\n{FILE_PART}\r\n\r\n".encode()
        body = b"".join([*parts, head, content, f"\r\n--{MARK}--\r\n".encode()])
        return self.ask("POST", "/importar/", body, f"multipart/form-data; boundary={MARK}")[0]


def sales() -> bytes:
    lines = ["pedido;data;cliente_id;produto;quantidade;preco;observacao"]
    lines += [
        f"{n};{1 + n % 28:02}/03/2025;C{n % 500};P{n % 40};1;{n % 90 + 10},00;{'x' * 300}"
        for n in range(LINES)
    ]
    return "\n".join(lines).encode()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    served = Web(tmp_path / "home")
    served.command("setup", "--owner-email", "otavio@loja.example", "--owner-password", PASSWORD)
    yield served
    if served.process is not None and served.process.poll() is None:
        served.kill()


@pytest.mark.slow
@pytest.mark.once
def test_an_upload_under_way_is_never_half_an_import(web: Web, tmp_path: Path) -> None:
    chance, content, accepted = random.Random(5), sales(), 0
    home = tmp_path / "home"
    for _ in range(KILLS):
        web.start()
        web.sign_in()
        statuses: list[int] = []

        def send(into: list[int] = statuses) -> None:
            try:
                into.append(web.upload(content))
            except (OSError, http.client.HTTPException):
                into.append(0)

        sender = threading.Thread(target=send)
        sender.start()
        time.sleep(chance.uniform(0.02, 0.4))
        web.kill()
        sender.join()
        accepted += statuses == [302]
        with sqlite3.connect(home / "recompra.sqlite3") as people:
            folders = [row[0] for row in people.execute("SELECT folder FROM ingest_importrun")]
        people.close()
        assert len(folders) >= accepted, "what was answered is there"
        for folder in folders:
            assert (home / "imports" / folder / "files" / "000" / "vendas.csv").read_bytes() == content, (
                "what is there is whole"
            )
    web.start()
    web.sign_in()
    assert web.upload(content) == 302
    web.kill()
    with sqlite3.connect(home / "recompra.sqlite3") as people:
        whole = people.execute("SELECT count(*) FROM ingest_importrun").fetchone()[0]
    people.close()
    assert whole >= accepted + 1
    shutil.rmtree(home)
