"""The panel: who to thank, who to win back, who to welcome, and where everybody stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recompra.accounts.roles import Capability, may, requires
from recompra.customers.models import Refresh
from recompra.dashboards.figures import PanelNumbers, panel_numbers
from recompra.dashboards.links import people
from recompra.dashboards.pictures import legend, matrix, revenue_tree
from recompra.dashboards.scope import Scope, scope_of
from recompra.theme.pages import render_page
from recompra.theme.segments import SEGMENTS
from recompra.warehouse.engine import engine

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Group:
    """One of the three groups on top: its segments, and what to do about them."""

    title: StrPromise
    meaning: StrPromise
    strategy: StrPromise
    icon: str
    segments: tuple[str, ...]

    @property
    def family(self) -> str:
        return SEGMENTS[self.segments[0]].family


GROUPS = (
    Group(
        _("Champions (VIP)"),
        _("They buy much and often."),
        SEGMENTS["champions"].strategy,
        "crown",
        ("champions",),
    ),
    Group(
        _("Churn risk"),
        SEGMENTS["at_risk"].meaning,
        _("Reactivation e-mail and a personal discount; call the biggest ones."),
        "hourglass",
        ("at_risk", "nearly_lost"),
    ),
    Group(
        _("Promising new"),
        SEGMENTS["promising"].meaning,
        SEGMENTS["promising"].strategy,
        "sprout",
        ("promising",),
    ),
)


@requires(Capability.SEE_PANEL)
def panel(request: HttpRequest) -> HttpResponse:
    """The panel; before the first import three steps, and while the first scores are made their progress."""
    latest = Refresh.objects.order_by("-id").first()
    if not engine(settings.WAREHOUSE_URL).version():
        return render(
            request, "dashboards/first_steps.html", {"may_import": may(request.user, Capability.IMPORT)}
        )
    published = latest_scores()
    if published is None or published.as_of is None or published.finished_at is None:
        return render(request, "dashboards/computing.html", {"work": latest})
    scope = scope_of(request)
    context = shown(panel_numbers(published.as_of, scope.keys), scope) | {
        "made_at": published.finished_at,
        "made_today": timezone.localdate(published.finished_at) == timezone.localdate(),
        "may_export": may(request.user, Capability.EXPORT),
        "may_import": may(request.user, Capability.IMPORT),
    }
    return render_page(request, "dashboards/panel.html", {"panel": "dashboards/panel_body.html"}, context)


def latest_scores() -> Refresh | None:
    """The refresh whose scores are the published ones."""
    done = Refresh.objects.filter(status=Refresh.Status.DONE, as_of__isnull=False)
    return done.order_by("-finished_at").first()


def shown(numbers: PanelNumbers, scope: Scope) -> dict[str, Any]:
    """What the panel's templates say."""
    store = scope.chosen.id if scope.chosen else None
    entries = legend(numbers, store)
    return {
        "scope": scope,
        "numbers": numbers,
        "groups": [
            (group, numbers.group(*group.segments), people(*group.segments, store=store)) for group in GROUPS
        ],
        "matrix": matrix(numbers, store),
        "legend": entries,
        "tree": revenue_tree(entries),
    }
