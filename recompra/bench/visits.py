"""The visits that `recompra bench pages` measures: who looks at what, through the real application."""

from __future__ import annotations

import datetime as dt
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
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recompra.accounts.models import Store, User
from recompra.accounts.roles import Role
from recompra.bench.browser import Answer, Browser
from recompra.bench.child import spawn
from recompra.customers.models import ContactPoint, Customer
from recompra.dashboards.customers.catalog import tiles
from recompra.dashboards.figures import forget
from recompra.dashboards.links import people
from recompra.theme.refused import Refused
from recompra.work.garbage import seldom

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
    seldom()  # as the web process does
    browser, chance = Browser(owner), random.Random(1)  # noqa: S311 (a sample, not a secret)
    if during is None:
        for _round in range(WARM_UP):
            for _name, look in tour(chance):
                look(browser)
        for code in tiles():
            a_tile(code)(browser)
        rounds = ([*tour(chance), *counted_tiles(chance)] for _round in range(requests))
        found = measured(browser, rounds)
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
    rare = people(chance.choice(("champions", "promising")), store=chance.choice(stores()))
    yield gettext_noop("list by name, segment and store"), getting(f"{rare}&ordem=nome")
    yield gettext_noop("list, next page"), following(listing)
    yield from x_ray(someone)
    yield from searches(someone)
    yield gettext_noop("dashboard"), getting(reverse("dashboards:customers"))
    yield gettext_noop("panel"), getting(reverse("dashboards:panel"))
    yield gettext_noop("panel, first after a load"), after_a_load(reverse("dashboards:panel"))


def counted_tiles(chance: random.Random) -> Iterator[tuple[str, Visit]]:
    """A tile of the dashboard as it was counted before, and one over days that nobody asked for yet."""
    code, back = chance.choice(list(tiles())), chance.randint(400, 900)
    until = timezone.localdate()
    since = until - dt.timedelta(days=back)
    yield gettext_noop("dashboard, one tile"), a_tile(code)
    yield gettext_noop("tile, counted anew"), a_tile(code, f"?de={since}&ate={until}")


def a_tile(code: str, query: str = "") -> Visit:
    """A tile as htmx asks for it."""
    return getting(reverse("dashboards:tile", args=[code]) + query, f"tile-{code}")


def x_ray(someone: Customer) -> Iterator[tuple[str, Visit]]:
    """The whole page of a customer, then each tab as htmx asks for it, and what the tabs ask for further."""
    here = reverse("customers:detail", args=[someone.public_id])
    bought = reverse("customers:most_bought", args=[someone.public_id])
    yield gettext_noop("x-ray"), getting(here)
    yield gettext_noop("x-ray, chosen in the list"), getting(here, "raiox")
    yield gettext_noop("tab overview"), getting(here, "aba")
    yield gettext_noop("tab overview, this year"), getting(f"{here}?periodo=ano", "aba")
    for name, words in (
        ("contact", gettext_noop("tab contact")),
        ("recommended", gettext_noop("tab recommended products")),
    ):
        yield words, getting(reverse(f"customers:{name}", args=[someone.public_id]), "aba")
    yield gettext_noop("tab most bought"), getting(bought, "aba")
    yield gettext_noop("tab most bought, by brand"), getting(f"{bought}?por=marca&periodo=tudo", "aba")
    yield gettext_noop("timeline, one kind"), getting(f"{here}?tipo=purchase", "linha")


def searches(someone: Customer) -> Iterator[tuple[str, Visit]]:
    """Looking for somebody in every way."""
    words = someone.name.split()
    yield gettext_noop("search by name"), searching(" ".join(words[:2]))
    yield gettext_noop("search by surname"), searching(words[-1])
    yield gettext_noop("search by parts of a name"), searching(f"{words[-1][:4]} {words[0][:3]}")
    if someone.cpf:
        yield gettext_noop("search by CPF"), searching(someone.cpf)
        yield gettext_noop("search by part of a CPF"), searching(someone.cpf[:7])
    yield gettext_noop("search by CNPJ"), searching("11.222.333/0001-81")
    yield gettext_noop("search by RG"), searching(someone.rg or "12.345.678-X")
    points = dict(ContactPoint.objects.filter(customer=someone).values_list("kind", "match_key"))
    if key := points.get(ContactPoint.Kind.MOBILE):
        yield gettext_noop("search by phone"), searching(f"({key[8:]}) 9{key[:8]}")
        yield gettext_noop("search by the end of a phone"), searching(key[:8])
    if address := points.get(ContactPoint.Kind.EMAIL):
        yield gettext_noop("search by e-mail"), searching(address)


def stores() -> list[int]:
    return list(Store.objects.values_list("pk", flat=True))


def sample(chance: random.Random) -> Customer:
    """Some customer, by a random place in the table."""
    last = Customer.objects.order_by("-pk").values_list("pk", flat=True)[0]
    found = Customer.objects.filter(pk__gte=chance.randint(1, last)).order_by("pk").first()
    return found or sample(chance)


def getting(address: str, target: str = "") -> Visit:
    return lambda browser: browser.get(address, target=target)


def searching(text: str) -> Visit:
    return lambda browser: browser.post(reverse("customers:search"), {"busca": text})


def following(address: str) -> Visit:
    """The page after the first: its address is in the first one, which is not counted."""

    def look(browser: Browser) -> Answer:
        found = NEXT.search(browser.get(address).body.decode())
        return browser.get(f"{address}?{unescape(found[1])}" if found else address)

    return look


def after_a_load(address: str) -> Visit:
    """The page as the first person sees it after new data: nothing of it counted before."""

    def look(browser: Browser) -> Answer:
        forget()
        return browser.get(address)

    return look
