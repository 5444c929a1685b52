"""The visits that `recompra bench pages` measures: who looks at what, through the real application."""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from pathlib import Path
from statistics import median

import click
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recompra.accounts.models import Store, User
from recompra.accounts.roles import Role
from recompra.bench.browser import Answer, Browser
from recompra.bench.child import spawn
from recompra.customers.models import ContactPoint, Customer
from recompra.dashboards.links import people
from recompra.theme.refused import Refused

NEXT = re.compile(r"[?&;](apos=[^\"'&]+)")
Visit = Callable[[Browser], Answer]
WARM_UP = 3  # of each page, not counted


@click.command(hidden=True, help=_("Used by “bench pages” in its own home."))
@click.option("--requests", default=200)
@click.option("--during", type=click.Path(path_type=Path))
def visit(requests: int, during: Path | None) -> None:
    owner = User.objects.filter(role=Role.OWNER).first()
    if owner is None:
        raise Refused(_("This home has no owner: make the base with “recompra bench pages”."))
    browser, chance = Browser(owner), random.Random(1)  # noqa: S311 (a sample, not a secret)
    if during is None:
        for _round in range(WARM_UP):
            for _name, look in tour(chance):
                look(browser)
        found = measured(browser, (list(tour(chance)) for _round in range(requests)))
        found["first_load"] = browser.first_load(reverse("dashboards:panel"))
    else:
        found = measured(browser, while_importing(during, chance))
    click.echo(json.dumps(found))


def measured(browser: Browser, rounds: Iterable[list[tuple[str, Visit]]]) -> dict[str, object]:
    """Make the visits of all rounds: {page: {median, p95, max, cpu (ms), visits, bad (statuses)}}."""
    answers: dict[str, list[Answer]] = defaultdict(list)
    for visits in rounds:
        for name, look in visits:
            answers[name].append(look(browser))
    return {name: summary(given) for name, given in answers.items()}


def summary(answers: list[Answer]) -> dict[str, object]:
    ordered = sorted(answer.ms for answer in answers)
    return {
        "median": median(ordered),
        "p95": ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        "max": ordered[-1],
        "cpu": median(answer.cpu for answer in answers),
        "visits": len(ordered),
        "bad": [answer.status for answer in answers if not answer.ok],
    }


def while_importing(file: Path, chance: random.Random) -> Iterator[list[tuple[str, Visit]]]:
    """Rounds of visits for as long as another process imports the file."""
    home = Path(settings.RECOMPRA_HOME)
    importing = spawn(home, "recompra.cli", "import", "csv", str(file), "--json", output=subprocess.DEVNULL)
    while importing.poll() is None:
        yield list(tour(chance))
    if importing.returncode:
        raise Refused(_("The import failed during the visits."))


def tour(chance: random.Random) -> Iterator[tuple[str, Visit]]:
    """One visit to each kind of page, to other people every time."""
    someone = sample(chance)
    contact = ContactPoint.objects.filter(customer=someone, kind=ContactPoint.Kind.MOBILE).first()
    words = someone.name.split()
    listing = reverse("customers:list")
    yield gettext_noop("list"), getting(listing)
    yield gettext_noop("list by last purchase"), getting(f"{listing}?ordem=recente")
    yield gettext_noop("list by name"), getting(f"{listing}?ordem=nome")
    yield (
        gettext_noop("list by segment"),
        getting(people(chance.choice(("champions", "at_risk", "promising", "inactive")))),
    )
    yield (
        gettext_noop("list by cell"),
        getting(people(recency=chance.randint(1, 5), frequency=chance.randint(1, 5))),
    )
    yield gettext_noop("list by store"), getting(people(store=chance.choice(stores())))
    yield gettext_noop("list, next page"), following(listing)
    yield gettext_noop("x-ray"), getting(reverse("customers:detail", args=[someone.public_id]))
    yield gettext_noop("search by name"), searching(" ".join(words[:2]))
    yield gettext_noop("search by surname"), searching(words[-1])
    if someone.cpf:
        yield gettext_noop("search by CPF"), searching(someone.cpf)
    if contact:
        yield (
            gettext_noop("search by phone"),
            searching(f"({contact.match_key[8:]}) 9{contact.match_key[:8]}"),
        )
    yield gettext_noop("panel"), fresh(reverse("dashboards:panel"))


def stores() -> list[int]:
    return list(Store.objects.values_list("pk", flat=True))


def sample(chance: random.Random) -> Customer:
    """Some customer, by a random place in the table."""
    last = Customer.objects.order_by("-pk").values_list("pk", flat=True)[0]
    found = Customer.objects.filter(pk__gte=chance.randint(1, last)).order_by("pk").first()
    return found or sample(chance)


def getting(address: str) -> Visit:
    return lambda browser: browser.get(address)


def searching(text: str) -> Visit:
    return lambda browser: browser.post(reverse("customers:search"), {"busca": text})


def following(address: str) -> Visit:
    """The page after the first: its address is in the first one, which is not counted."""

    def look(browser: Browser) -> Answer:
        found = NEXT.search(browser.get(address).body.decode())
        return browser.get(f"{address}?{unescape(found[1])}" if found else address)

    return look


def fresh(address: str) -> Visit:
    """The page as the first person sees it after new data: nothing in the cache."""

    def look(browser: Browser) -> Answer:
        cache.clear()
        return browser.get(address)

    return look
