"""Google Places API (New): Text Search for the place, then Place Details for its phone and address.

https://developers.google.com/maps/documentation/places/web-service/text-search and /place-details. The key is
`GOOGLE_PLACES_KEY`; the field mask asks for no more than is used. Whether what Google answers may be kept is
ruled by the shop's contract with Google: answers serve one day here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from recompra.customers.enrichment.catalog import Adapter, Found
from recompra.customers.enrichment.http import ask_json
from recompra.customers.identifiers import text_key
from recompra.customers.models import Customer, Origin

SEARCH_MASK = "places.id,places.displayName,places.formattedAddress"
DETAIL_MASK = (
    "id,displayName,formattedAddress,addressComponents,nationalPhoneNumber,internationalPhoneNumber,"
    "businessStatus"
)
LEGAL_FORMS = frozenset(("ltda", "me", "epp", "eireli", "sa", "s", "a", "mei", "e", "de", "da", "do", "cia"))
LIKE_ENOUGH = 0.5
STATES = {
    "OPERATIONAL": lambda: pgettext("business state", "Open"),
    "CLOSED_TEMPORARILY": lambda: _("Closed for the time being"),
    "CLOSED_PERMANENTLY": lambda: _("Closed for good"),
}


class GooglePlaces(Adapter):
    name: ClassVar = "google"
    title: ClassVar = "Google"
    origin: ClassVar = Origin.GOOGLE
    legal_basis: ClassVar = "art. 7, IX e § 4º (tornado público pela empresa, legítimo interesse)"
    keeps: ClassVar = timedelta(days=1)

    def is_on(self) -> bool:
        return bool(settings.GOOGLE_PLACES_KEY)

    def missing(self) -> str:
        return _("Set GOOGLE_PLACES_KEY to look companies up on Google.")

    def question(self, customer: Customer) -> str:
        """Its name and place: "Padaria Central, Curitiba, PR"."""
        name = customer.trade_name or customer.name
        return ", ".join(part for part in (name, customer.city, customer.state) if part) if name else ""

    def ask(self, question: str, customer: Customer) -> Found | None:
        body = {"textQuery": question, "languageCode": "pt-BR", "regionCode": "BR", "pageSize": 5}
        answer = _call("POST", "places:searchText", SEARCH_MASK, body)
        chosen = _same((answer or {}).get("places"), customer)
        if chosen is None:
            return None
        details = _call("GET", f"places/{quote(chosen, safe='')}", DETAIL_MASK)
        return None if details is None else found(details)


def _call(method: str, path: str, mask: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
    headers = {
        "X-Goog-Api-Key": settings.GOOGLE_PLACES_KEY,
        "X-Goog-FieldMask": mask,
        "Accept-Language": "pt-BR",
    }
    url = f"{settings.GOOGLE_PLACES_URL.rstrip('/')}/v1/{path}"
    answer: dict[str, Any] | None = ask_json(method, url, headers=headers, body=body)
    return answer


def _same(places: object, customer: Customer) -> str | None:
    """The id of the first place whose name is like enough to the company's, and that lies in its city."""
    for place in places if isinstance(places, list) else ():
        name = text_key(_inner(place, "displayName", "text"))
        where = text_key(_inner(place, "formattedAddress"))
        in_city = not customer.city or text_key(customer.city) in where
        if in_city and any(_like(name, text_key(ours)) for ours in (customer.trade_name, customer.name)):
            return _inner(place, "id") or None
    return None


def _like(name: str, ours: str) -> bool:
    """Half of the words of the shorter name stand in the other, legal forms aside."""
    one, other = set(name.split()) - LEGAL_FORMS, set(ours.split()) - LEGAL_FORMS
    return bool(one and other) and len(one & other) / min(len(one), len(other)) > LIKE_ENOUGH - 1e-9


def found(details: dict[str, Any]) -> Found:
    """The details in our forms."""
    phone = _inner(details, "internationalPhoneNumber") or _inner(details, "nationalPhoneNumber")
    state = STATES.get(_inner(details, "businessStatus"))
    parts = _components(details.get("addressComponents"))
    street = parts.get("route", "")
    address = {
        "street": street,
        "number": parts.get("street_number", ""),
        "district": parts.get("sublocality_level_1") or parts.get("sublocality", ""),
        "postcode": "".join(char for char in parts.get("postal_code", "") if char.isdigit()),
        "city": parts.get("administrative_area_level_2") or parts.get("locality", ""),
        "state": parts.get("administrative_area_level_1", ""),
    }
    return Found(
        name=_inner(details, "displayName", "text"),
        note=state() if state else "",
        phones=(phone,) if phone else (),
        address=address if street else {},
    )


def _components(given: object) -> dict[str, str]:
    """{type: text}; of states the short text, "PR"."""
    parts: dict[str, str] = {}
    for component in given if isinstance(given, list) else ():
        kinds = component.get("types") if isinstance(component, dict) else None
        for kind in kinds if isinstance(kinds, list) else ():
            text = "shortText" if kind == "administrative_area_level_1" else "longText"
            parts.setdefault(str(kind), _inner(component, text))
    return parts


def _inner(value: object, *path: str) -> str:
    """The text at the end of a path of keys, "" where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value.strip() if isinstance(value, str) else ""
