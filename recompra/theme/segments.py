"""The ten RFM segments as people read them: name, colour family, meaning and what to do about them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Segment:
    """How a segment of `analytics.rfm_map` is shown; `family` is the CSS class that carries its colour."""

    code: str
    label: "StrPromise"
    family: str
    meaning: "StrPromise"
    strategy: "StrPromise"


SEGMENTS: dict[str, Segment] = {
    segment.code: segment
    for segment in (
        Segment(
            "champions", pgettext_lazy("segment", "Champions"), "champ",
            _("They buy much, often, and bought lately."),
            _("VIP offers and exclusive products; ask them to recommend you."),
        ),
        Segment(
            "loyal", pgettext_lazy("segment", "Loyal"), "loyal",
            _("They come back regularly."),
            _("Loyalty benefits and products that go with what they already buy."),
        ),
        Segment(
            "potential_loyal", pgettext_lazy("segment", "Potential loyal"), "loyal",
            _("They bought lately and have already come back."),
            _("Invite them to the loyalty programme and suggest the next product."),
        ),
        Segment(
            "promising", pgettext_lazy("segment", "Promising new"), "new",
            _("They have just arrived, with purchases of high value."),
            _("A warm welcome and an incentive for the second purchase."),
        ),
        Segment(
            "new", pgettext_lazy("segment", "New"), "new",
            _("They made their first purchase lately."),
            _("Welcome them and help them use what they bought."),
        ),
        Segment(
            "attention", pgettext_lazy("segment", "Need attention"), "warn",
            _("They bought some time ago and are cooling down."),
            _("A time-limited offer based on what they bought."),
        ),
        Segment(
            "at_risk", pgettext_lazy("segment", "At risk"), "risk",
            _("High value, and silent for some time."),
            _("Reactivation e-mail and a personal discount."),
        ),
        Segment(
            "nearly_lost", pgettext_lazy("segment", "Nearly lost"), "risk",
            _("They used to buy much and often, and have not bought for a long time."),
            _("Call them in person and ask what happened, with a strong offer."),
        ),
        Segment(
            "hibernating", pgettext_lazy("segment", "Hibernating"), "lost",
            _("Low value, and no purchase for a long time."),
            _("Popular products and a simple offer, at low cost."),
        ),
        Segment(
            "inactive", pgettext_lazy("segment", "Inactive"), "lost",
            _("They bought little, rarely and long ago."),
            _("Rescue campaign and repurchase incentive."),
        ),
    )
}  # fmt: skip

NO_SEGMENT = Segment(
    "",
    pgettext_lazy("segment", "No purchases"),
    "grey",
    _("They have not bought yet."),
    _("Invite them to the first purchase."),
)


def segment(code: str | None) -> Segment:
    """The segment of this code; for none or an unknown one, "no purchases"."""
    return SEGMENTS.get(code or "", NO_SEGMENT)
