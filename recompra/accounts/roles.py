"""What each role may do. A view names the capability it needs; nothing else decides."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django_stubs_ext import StrPromise

    from recompra.accounts.models import User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Role(TextChoices):
    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    SELLER = "seller", _("Seller")
    SAC = "sac", _("Customer service")
    ANALYST = "analyst", _("Analyst")
    DPO = "dpo", _("Data protection officer (DPO)")


class Capability(TextChoices):
    SEE_PANEL = "see_panel", _("See the panel")
    SEE_CUSTOMERS = "see_customers", _("See customers")
    SEE_PERSONAL_DATA = "see_personal_data", _("See personal data without masks")
    REVEAL_PERSONAL_DATA = "reveal_personal_data", _("Reveal masked personal data, logged")
    CONTACT = "contact", _("Contact customers")
    EDIT_CUSTOMERS = "edit_customers", _("Register and correct customers, write notes")
    MERGE = "merge", _("Merge duplicates and take a merge back")
    BLOCK = "block", _("Block customers and lift blocks")
    PRIVACY = "privacy", _("Answer privacy requests, erase, keep the records the law asks for")
    SEGMENT = "segment", _("Create and change segments")
    EXPORT = "export", _("Export lists and reports")
    IMPORT = "import", _("Import data")
    DECIDE = "decide", _("Change cuts, texts and other decisions of the shop")
    MANAGE_STAFF = "manage_staff", _("Invite and manage staff")


C = Capability
MAY: dict[str, frozenset[Capability]] = {
    Role.OWNER: frozenset(C),
    Role.MANAGER: frozenset(C) - {C.SEE_PERSONAL_DATA, C.MANAGE_STAFF, C.PRIVACY},
    Role.SELLER: frozenset({C.SEE_CUSTOMERS, C.CONTACT, C.REVEAL_PERSONAL_DATA, C.EDIT_CUSTOMERS}),
    Role.SAC: frozenset(
        {C.SEE_CUSTOMERS, C.SEE_PERSONAL_DATA, C.CONTACT, C.EDIT_CUSTOMERS, C.MERGE, C.BLOCK}
    ),
    Role.ANALYST: frozenset({C.SEE_PANEL, C.SEE_CUSTOMERS, C.SEGMENT, C.EXPORT}),
    Role.DPO: frozenset(
        {C.SEE_CUSTOMERS, C.SEE_PERSONAL_DATA, C.EDIT_CUSTOMERS, C.PRIVACY, C.BLOCK, C.EXPORT}
    ),
}
MEANS: dict[str, StrPromise] = {
    Role.OWNER: _("Everything, staff and access log included."),
    Role.MANAGER: _("Panel, customers, segments, imports, exports and the shop's decisions."),
    Role.SELLER: _("Customers of the stores given: calls them, registers and corrects them."),
    Role.SAC: _("Finds customers, sees, corrects, merges and blocks them, calls them."),
    Role.ANALYST: _("Panel, customers with masked data, segments and exports."),
    Role.DPO: _("Answers privacy requests: sees, corrects, exports and erases personal data."),
}

ANYONE_SIGNED_IN = "anyone signed in"
BY_KEY = "a key of the API"
"""The mark of a view that lets in no session, only a key with the scope that its operation names."""


def may(user: User | AnonymousUser, capability: str) -> bool:
    """Whether this signed-in, active member of staff has the capability."""
    return bool(user.is_authenticated and user.is_active and capability in MAY.get(user.role, ()))


def requires(capability: Capability, *also: Capability) -> Callable[[View], View]:
    """Mark a view with the capability it needs (`also`: and these), and hold it: who lacks one gets a 403.

    The doorkeeper has sent who is not signed in to the log-in before the view is reached.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not all(may(request.user, needed) for needed in (capability, *also)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.also = also  # type: ignore[attr-defined]
        return _marked(view, guarded, capability)

    return mark


def signed_in(view: View) -> View:
    """Mark a view that every member of staff may use: one's own account, the way home."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return _marked(view, guarded, ANYONE_SIGNED_IN)


def before_second_factor(view: View) -> View:
    """Mark a page of one's own account: reachable also while a required second factor is still missing."""
    marked = signed_in(view)
    marked.before_second_factor = True  # type: ignore[attr-defined]
    return marked


def public(view: View) -> View:
    """Mark a view that needs no log-in. The law of views lists these by name."""

    @wraps(view)
    def open_to_all(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return _marked(view, open_to_all, None)


def _marked(view: View, guarded: Callable[..., HttpResponseBase], mark: str | None) -> View:
    """`guarded`, bearing the mark; it stands for `view` and has its signature."""
    guarded.requires = mark  # type: ignore[attr-defined]
    return cast(View, guarded)
