"""The strict Content-Security-Policy is on every answer, and no page or template needs it weaker."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from recompra.theme.csp import HEADERS, POLICY
from tests.house.markup import blocked
from tests.house.test_views_guarded import all_views

if TYPE_CHECKING:
    from recompra.accounts.models import User
    from tests.cast import Cast

PACKAGE = Path(__file__).resolve().parents[2] / "recompra"
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+off|\bmark_safe\b|\|\s*safeseq\b")


def addresses() -> list[str]:
    return sorted({address for _name, address, _view in all_views()})


def held(answer: HttpResponseBase) -> bool:
    return all(answer.headers.get(name) == value for name, value in HEADERS.items())


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert POLICY.startswith("default-src 'none'; ")
    for directive in ("base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'", "object-src 'none'"):
        assert directive in POLICY


@pytest.mark.django_db
def test_every_address_answers_a_stranger_with_the_policy(cast: "Cast") -> None:
    client = Client(raise_request_exception=False)
    assert [address for address in addresses() if not held(client.get(address))] == []


def test_every_page_of_the_owner_is_within_the_policy(
    shop: "Cast", client_for: "Callable[[User], Client]"
) -> None:
    wrong = {address: found for address in addresses() if (found := faults(address, client_for(shop.otavio)))}
    assert wrong == {}


def faults(address: str, client: Client) -> list[str]:
    """What is wrong with the answer of this address; each gets a session of its own, since some end it."""
    client.raise_request_exception = False
    answer = client.get(address)
    if not held(answer):
        return ["the headers are missing"]
    if answer.status_code == 500:
        return ["it crashes"]
    is_page = isinstance(answer, HttpResponse) and answer.headers["Content-Type"].startswith("text/html")
    return blocked(answer.content.decode()) if is_page else []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/static/theme/app.js", "/static/theme/nothing.js", "/nowhere/", "/nowhere"]
)
def test_static_files_and_missing_pages_carry_the_policy_too(address: str) -> None:
    answer = Client().get(address)
    assert held(answer)
    answer.close()


@pytest.mark.django_db
def test_a_host_that_is_not_ours_gets_the_policy_and_no_page(settings: object) -> None:
    settings.ALLOWED_HOSTS = ["loja.example"]  # type: ignore[attr-defined]
    answer = Client(raise_request_exception=False).get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert held(answer)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_template_holds_anything_inline_or_unescaped(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    without_tags = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "x", text)
    inline = [
        *re.findall(r"<[^>]+\sstyle\s*=[^>]*>", without_tags),
        *re.findall(r"<[^>]+\s(?:on[a-z]+|hx-on\S*)\s*=[^>]*>", without_tags),
        *re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style[^>]*>|javascript:", without_tags),
    ]
    assert inline == []
    assert not UNESCAPED.search(text)


def test_only_charts_tags_and_panels_of_the_theme_make_markup_safe() -> None:
    allowed = ("theme/charts/", "theme/templatetags/", "theme/panels.py")
    guilty = [
        name
        for path in sorted(PACKAGE.rglob("*.py"))
        if (name := str(path.relative_to(PACKAGE))) and not name.startswith(allowed)
        if re.search(r"\bmark_safe\(|\bSafeString\(", path.read_text(encoding="utf-8"))
    ]
    assert guilty == []


def test_no_post_form_of_a_template_forgets_its_token() -> None:
    guilty = []
    for template in TEMPLATES:
        for form in re.findall(
            r"<form\b[^>]*method=\"post\".*?</form>", template.read_text(encoding="utf-8"), re.S | re.I
        ):
            if "csrf_token" not in form:
                guilty.append(f"{template.relative_to(PACKAGE)}: {form[:80]}")
    assert guilty == []
