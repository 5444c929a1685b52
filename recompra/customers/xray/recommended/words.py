"""Why a product is in a list, in a sentence; and what each list is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from recompra.customers.xray.recommended.lists import Pick
from recompra.theme.formats import num

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Sort:
    """A list on the page. `about`: what is in it; `empty`: why there may be nothing; `text`: which ready text
    opens the conversation (the name of the button, see `messaging`)."""

    code: str
    title: StrPromise
    icon: str
    about: StrPromise
    empty: StrPromise
    text: str = "produto"


SORTS = (
    Sort(
        "due",
        gettext_lazy("Time to buy it again"),
        "timer",
        gettext_lazy("What this customer has probably used up by now, by how long it lasts them and others."),
        gettext_lazy("Nothing that this customer buys is due again now."),
        "repor",
    ),
    Sort(
        "personal",
        gettext_lazy("Recommended for this person"),
        "sparkles",
        gettext_lazy("What they bought often and lately; filled up with what is most popular."),
        gettext_lazy("There is nothing on offer yet that fits."),
    ),
    Sort(
        "together",
        gettext_lazy("Bought together"),
        "shopping-basket",
        gettext_lazy("What others take in the same purchase as the last products of this customer."),
        gettext_lazy("Too few purchases hold what this customer bought together with something else."),
    ),
    Sort(
        "next",
        gettext_lazy("Bought next"),
        "footprints",
        gettext_lazy("What others took some time after the last products of this customer."),
        gettext_lazy("Too few people took anything else after what this customer bought."),
    ),
    Sort(
        "up_sell",
        pgettext_lazy("up-sell", "One step up"),
        "trending-up",
        gettext_lazy("Of the same group as what they buy, 10 to 100 % dearer, and bought by many."),
        gettext_lazy("No next step is known for what this customer buys: groups or prices are missing."),
    ),
    Sort(
        "cross_sell",
        pgettext_lazy("cross-sell", "What is missing"),
        "layers",
        gettext_lazy("Groups that this customer never bought and people with the same taste do."),
        gettext_lazy("No group is missing, or the products have no groups."),
    ),
    Sort(
        "popular",
        gettext_lazy("Most popular"),
        "users",
        gettext_lazy("What most customers took lately, and this customer never did."),
        gettext_lazy("This customer already bought everything that is popular now."),
    ),
    Sort(
        "satisfaction",
        gettext_lazy("Highest satisfaction"),
        "repeat",
        gettext_lazy("What others most often come back for."),
        gettext_lazy("No product has enough customers yet who had the time to buy it again."),
    ),
    Sort(
        "novelty",
        gettext_lazy("Featured novelties"),
        "package-plus",
        gettext_lazy("Came in the last 90 days and sells well already."),
        gettext_lazy("Nothing new sells well enough yet, or the sales are too short to tell what is new."),
    ),
)


def why(pick: Pick) -> str:
    """The reason in a sentence."""
    return told_of(pick.reason, pick.product.group, pick.told)


def told_of(reason: str, group: str, told: Mapping[str, Any]) -> str:
    """A reason (`analytics.lists.rows.REASONS`) with what it tells; `because`: the other product's name."""
    return _SENTENCES[reason](group, told)


def _popular(_group: str, told: Mapping[str, Any]) -> str:
    people = told["people"]
    return ngettext(
        "%(people)s customer took it in the last %(days)s days",
        "%(people)s customers took it in the last %(days)s days",
        people,
    ) % {"people": num(people), "days": num(told["days"])}


def _satisfaction(_group: str, told: Mapping[str, Any]) -> str:
    whole, part = out_of(told["share"])
    return ngettext(
        "of each %(whole)s who take it, %(part)s buys it again (among %(people)s customers)",
        "of each %(whole)s who take it, %(part)s buy it again (among %(people)s customers)",
        part,
    ) % {"whole": whole, "part": part, "people": num(told["people"])}


def _novelty(_group: str, told: Mapping[str, Any]) -> str:
    return ngettext(
        "came %(days)s day ago and %(people)s customers already took it",
        "came %(days)s days ago and %(people)s customers already took it",
        told["days"],
    ) % {"people": num(told["people"]), "days": num(told["days"])}


def _again(_group: str, told: Mapping[str, Any]) -> str:
    times, days = told["times"], told["days"]
    if times == 1:
        return ngettext("took it once, %(days)s day ago", "took it once, %(days)s days ago", days) % {
            "days": num(days)
        }
    return ngettext(
        "took it %(times)s times, the last one %(days)s day ago",
        "took it %(times)s times, the last one %(days)s days ago",
        days,
    ) % {"times": num(times), "days": num(days)}


def _due(_group: str, told: Mapping[str, Any]) -> str:
    return _("usually lasts %(lasts)s days; the last one was %(days)s days ago") % {
        "lasts": num(told["interval_days"]),
        "days": num(told["days"]),
    }


def _together(_group: str, told: Mapping[str, Any]) -> str:
    return _("goes together with %(because)s in %(people)s purchases") % {
        "because": told["because"],
        "people": num(told["people"]),
    }


def _next(_group: str, told: Mapping[str, Any]) -> str:
    people = told["people"]
    return ngettext(
        "%(people)s customer took it after %(because)s",
        "%(people)s customers took it after %(because)s",
        people,
    ) % {"because": told["because"], "people": num(people)}


def _up_sell(_group: str, told: Mapping[str, Any]) -> str:
    return _("one step above %(because)s; %(people)s customers took it lately") % {
        "because": told["because"],
        "people": num(told["people"]),
    }


def _cross_sell(group: str, told: Mapping[str, Any]) -> str:
    whole, part = out_of(told["share"])
    return ngettext(
        "of each %(whole)s who buy %(because)s, %(part)s also buys %(group)s",
        "of each %(whole)s who buy %(because)s, %(part)s also buy %(group)s",
        part,
    ) % {"whole": whole, "part": part, "because": told["because"], "group": group}


def out_of(share: Decimal) -> tuple[int, int]:
    """A share as people count: so many out of ten, or out of a hundred where that is less than one."""
    whole = 10 if share * 10 >= 1 else 100
    return whole, max(1, int((share * whole).quantize(Decimal(1), ROUND_HALF_UP)))


_SENTENCES: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "popular": _popular,
    "satisfaction": _satisfaction,
    "novelty": _novelty,
    "again": _again,
    "due": _due,
    "together": _together,
    "next": _next,
    "up_sell": _up_sell,
    "cross_sell": _cross_sell,
}
