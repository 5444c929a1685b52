"""A browser without a screen: requests through the real WSGI application, in this process, signed in."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils.crypto import get_random_string

from recompra.accounts.models import User

ASSET = r"[^\"')]+\.(?:css|js|woff2|svg|ico|png)(?:\?[^\"')]*)?"
LINKED = re.compile(rf"""(?:src|href)=["']({ASSET})["']|url\(["']?({ASSET})["']?\)""")


@dataclass(frozen=True)
class Answer:
    """What came back: server time and CPU time in ms, the body as transferred."""

    status: str
    ms: float
    cpu: float
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.status.startswith("200")


class Browser:
    """Signed in as one member of staff."""

    def __init__(self, user: User) -> None:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        self.secret = get_random_string(32)
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        cookies[settings.CSRF_COOKIE_NAME] = self.secret
        self.cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.application = get_wsgi_application()

    def get(self, address: str, *, coding: str = "", target: str = "") -> Answer:
        """`target`: id of the element that htmx would fill with the answer; "" asks for the whole page."""
        asked = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": target} if target else {}
        return self._ask("GET", address, b"", {"HTTP_ACCEPT_ENCODING": coding, **asked})

    def post(self, address: str, form: dict[str, str]) -> Answer:
        body = urlencode(form | {"csrfmiddlewaretoken": self.secret}).encode()
        return self._ask("POST", address, body, {"CONTENT_TYPE": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, address: str, body: bytes, more: dict[str, Any]) -> Answer:
        path, _mark, query = address.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookies,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            **more,
        }
        setup_testing_defaults(environ)
        status, headers = "", {}

        def start(told: str, lines: list[tuple[str, str]], *_failure: object) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = told, dict(lines)
            return len

        begun, spent = time.perf_counter(), time.process_time()
        chunks = self.application(environ, start)
        received = b"".join(chunks)
        closing = getattr(chunks, "close", None)
        if closing:
            closing()
        ms, cpu = (time.perf_counter() - begun) * 1000, (time.process_time() - spent) * 1000
        return Answer(status, ms, cpu, received, headers)

    def first_load(self, address: str) -> dict[str, int]:
        """{address: bytes as transferred} of a page and all it needs, with an empty cache."""
        sizes: dict[str, int] = {}
        waiting = [address]
        while waiting:
            here = waiting.pop()
            if here in sizes:
                continue
            answer = self.get(here, coding="gzip, br")
            sizes[here] = len(answer.body)
            text = answer.body if "Content-Encoding" not in answer.headers else self.get(here).body
            if here == address or here.endswith(".css"):
                found = (one or other for one, other in LINKED.findall(text.decode()))
                waiting += [urljoin(here, link) for link in found if not link.startswith(("data:", "http"))]
        return sizes
