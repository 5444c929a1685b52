"""The door card: what a room shows of itself to the house, so that rooms meet without imports."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class MenuEntry:
    """One entry of the rail.

    `capability` is a `recompra.accounts.roles.Capability` value: who lacks it does not see the entry.
    `order` places it: panel 10, customers 20, segments 30, journeys 40, import 60, settings 90.
    `count`: dotted path of a function without parameters that says how many things wait behind it.
    `at_a_desk`: read in peace on a wide screen; on a phone it gives its place in the bar to the others.
    """

    label: "StrPromise | str"
    icon: str
    url_name: str
    order: int
    capability: str = ""
    count: str = ""
    at_a_desk: bool = False


@dataclass(frozen=True)
class CustomerPanel:
    """A fragment that another room shows on the customer page: `url_name` takes the customer's public id.

    `place` is "action" (beside the name), "figures" and "side" (in the overview, below the chart and beside
    it), "moment" (there, in the card that says whether it is time to write), "card" (there, across),
    "contact" (on the tab Contato), "product" (on the tab Produtos recomendados: the form that the
    buttons beside its products belong to) or "recommended" (beneath its lists).
    """

    url_name: str
    place: str
    order: int
    capability: str = ""


@dataclass(frozen=True)
class Door:
    """Title and route of the room, its menu entries, and what it shows on the customer page."""

    title: "StrPromise | str"
    route: str
    menu: tuple[MenuEntry, ...] = ()
    customer_panels: tuple[CustomerPanel, ...] = field(default=())


def doors() -> Iterator[tuple[str, Door]]:
    """(app label, door) of every room that has one, in the order of INSTALLED_APPS."""
    for config in apps.get_app_configs():
        door = getattr(config, "door", None)
        if isinstance(door, Door):
            yield config.label, door
