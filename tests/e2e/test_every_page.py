"""Every page, at both sizes and in both themes: no finding of axe, no sideways scroll, no error."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from recompra.customers.record.register import amend
from tests.cast import Cast

PAGES = [
    "dashboards:panel",
    "dashboards:cuts",
    "dashboards:targets",
    "dashboards:report",
    "dashboards:works",
    "customers:list",
    "customers:new",
    "customers:all_changes",
    "customers:export_changes",
    "calls:list",
    "calls:rule",
    "calls:outcome",
    "calls:export",
    "segments:list",
    "segments:new",
    "segments:bring_in",
    "ingest:start",
    "messaging:texts",
    "accounts:staff",
    "accounts:invite",
    "accounts:access_log",
    "accounts:profile",
    "mfa_index",
    "usersessions_list",
]
OF_A_CUSTOMER = [
    "customers:detail",
    "customers:contact",
    "customers:export_notes",
    "customers:amend",
    "customers:changes",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_is_accessible(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str, scheme: str
) -> None:
    page = open_as(live_shop.otavio, size=size, scheme=scheme)
    amend(live_shop.ana.pk, {"email": f"{'ana' * 20}@example.com"}, seen_version=None, by=live_shop.saulo)
    addresses = [reverse(name) for name in PAGES]
    addresses += [reverse(name, args=[live_shop.ana.public_id]) for name in OF_A_CUSTOMER]
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        axe(page)
        width = page.viewport_size
        assert width is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], (
            f"{address} scrolls sideways"
        )


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_log_in_is_accessible(
    live_shop: Cast, open_as: Callable[..., Page], axe: Callable[[Page], None], size: str
) -> None:
    page = open_as(size=size)
    page.goto(reverse("account_login"))
    axe(page)
