"""A real browser. A script error, a CSP violation, a 5xx or a request that leaves localhost fails a test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.cast import Cast
from tests.conftest import lacks
from tests.e2e.chromium import CHROMIUM, FLAGS, SIZES

os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright's sync API runs an event loop in the test's thread

expect.set_options(timeout=15_000)  # the first question of a process compiles every field

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not os.path.exists(CHROMIUM):
        lacks(f"no Chromium at {CHROMIUM} (apt-get install chromium, or set CHROMIUM)")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "pt-BR",
        "timezone_id": "America/Sao_Paulo",
        "reduced_motion": "reduce",
    }


SUPERSEDED = (
    "htmx:sendAbort",
    "htmx:afterRequest",
)  # htmx says so when newer typing replaces a question under way


def watch(page: Page, faults: list[str]) -> Page:
    """Note what must never happen on this page."""
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    page.on(
        "console",
        lambda message: (
            faults.append(message.text)
            if message.type == "error" and not message.text.startswith(SUPERSEDED)
            else None
        ),
    )
    page.on(
        "response",
        lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://localhost", "http://127.0.0.1", "data:", "blob:"))
            else faults.append(f"left the machine: {request.url}")
        ),
    )
    return page


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What went wrong in the browser fails the test. A test may remove what it provoked."""
    found: list[str] = []
    yield found
    assert not found, found


@pytest.fixture
def open_as(
    browser: Browser,
    browser_context_args: dict[str, Any],
    live_server: Any,
    faults: list[str],
    client_for: Callable[[Any], Client],
) -> Iterator[Callable[..., Page]]:
    """`open_as(user, size="phone", scheme="dark", scripts=False)`: a page of a member of staff,
    signed in by a cookie; the form is in `test_accounts`."""
    contexts: list[BrowserContext] = []

    def opened(
        user: Any = None, *, size: str = "desktop", scheme: str = "light", scripts: bool = True
    ) -> Page:
        phone = {"has_touch": True, "is_mobile": True} if size == "phone" else {}
        context = browser.new_context(
            **{
                **browser_context_args,
                "viewport": SIZES[size],
                "color_scheme": scheme,
                "java_script_enabled": scripts,
            },
            base_url=live_server.url,
            **phone,
        )
        contexts.append(context)
        page = watch(context.new_page(), faults)
        if user is not None:
            session = client_for(user).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)`: no accessibility finding, WCAG 2.2 AA and best practice."""

    def check(page: Page) -> None:
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()

    return check


@pytest.fixture
def live_shop(transactional_db: None, shop: Cast) -> Cast:
    """The shop, in a database that the live server sees."""
    return shop
