"""What the base page needs: the menu from every room's door card, the account links, the page's language."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from recompra.theme.door import doors
from recompra.theme.waiting import running_works

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class MenuLink:
    """An entry of the rail as this person sees it on this page; `in_bar`: also in the bar of a phone."""

    label: "StrPromise | str"
    icon: str
    url: str
    current: bool = False
    exact: bool = False
    waiting: int = 0
    in_bar: bool = True


ACCOUNT_LINKS = (
    (_("My account"), "user-round", "accounts:profile"),
    (_("Password"), "key-round", "account_change_password"),
    (_("Second factor"), "shield-check", "mfa_index"),
    (_("My sessions"), "monitor-smartphone", "usersessions_list"),
    (_("Mentions"), "at-sign", "customers:mentions"),
)
WORKS = "import"  # the capability that the page of works asks for
BAR = 5
"""How many entries the bar of a phone has room for; where there are more, the last one opens the others."""


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: cheap for fragments, since nothing here asks the database unless it is shown."""
    language = get_language() or settings.LANGUAGE_CODE
    user = getattr(request, "user", None)
    context: dict[str, Any] = {
        "page_language": "en" if language.startswith("en") else "pt-BR",
        "current_language": "en" if language.startswith("en") else "pt-br",
        "languages": settings.LANGUAGES,
        "theme_toggle_label": _("Switch between light and dark"),
    }
    if user is not None and user.is_authenticated:
        context |= {
            "menu": SimpleLazyObject(lambda: menu(request)),
            "account_links": SimpleLazyObject(account_links),
            "language_url": _url("accounts:language"),
            "works_url": _url("dashboards:works") if _may(user, WORKS) else "",
            "running_works": SimpleLazyObject(running_works),
        }
    return context


def account_links() -> list[MenuLink]:
    """The pages of one's own account."""
    return [MenuLink(label, icon, url) for label, icon, name in ACCOUNT_LINKS if (url := _url(name))]


def menu(request: HttpRequest) -> list[MenuLink]:
    """The entries this person may open, in order.

    The current one is that whose address is the longest beginning of this page's address.
    """
    entries = sorted(
        (entry for _label, door in doors() for entry in door.menu),
        key=lambda entry: (entry.order, entry.url_name),
    )
    allowed = [e for e in entries if not e.capability or _may(request.user, e.capability)]
    urls = [(entry, url) for entry in allowed if (url := _url(entry.url_name))]
    here = max((url for _entry, url in urls if request.path.startswith(url)), key=len, default="")
    by_need = sorted(range(len(urls)), key=lambda at: urls[at][0].at_a_desk)
    in_bar = set(by_need if len(urls) <= BAR else by_need[: BAR - 1])
    return [
        MenuLink(
            entry.label, entry.icon, url, current=url == here, exact=url == request.path,
            waiting=import_string(entry.count)() if entry.count else 0, in_bar=at in in_bar,
        )
        for at, (entry, url) in enumerate(urls)
    ]  # fmt: skip


def _may(user: object, capability: str) -> bool:
    asked = getattr(user, "may", None)
    return bool(asked and asked(capability))


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
