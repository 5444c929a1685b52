"""The text with which a conversation opens: one per segment, and those that name a product; the shop's own or
ours, filled in for one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from recompra.customers.models import Customer
from recompra.messaging.models import ReadyText

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LONGEST = 800
VARIABLES = ("primeiro_nome", "loja")
PRODUCT = "produto"
"""The variable that only the texts about a product have."""
LONGEST_PRODUCT = 80
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_NAMELESS = re.compile(r",?[ \t]*\{primeiro_nome\}")

DEFAULTS: dict[str, StrPromise] = {
    "champions": _(
        "Hi, {primeiro_nome}! This is {loja}. You are one of our dearest customers, so I am telling "
        "you first: some special news has just arrived. May I show you?"
    ),
    "loyal": _(
        "Hi, {primeiro_nome}! This is {loja}. Thank you for always coming back. New things arrived "
        "that go well with what you already took. May I send you some pictures?"
    ),
    "potential_loyal": _(
        "Hi, {primeiro_nome}! This is {loja}. How are you liking your last purchases? I set something"
        " aside that I think you will like. May I show you?"
    ),
    "promising": _(
        "Hi, {primeiro_nome}! This is {loja}. It was a joy to have you with us! Did everything go "
        "well with your purchase? I have a treat for your next one."
    ),
    "new": _(
        "Hi, {primeiro_nome}! This is {loja}. Thank you for your first purchase! Did everything go "
        "well? If you need anything, just write to me here."
    ),
    "attention": _(
        "Hi, {primeiro_nome}! This is {loja}. It has been a while! We got news that I thought of you "
        "for. May I show you?"
    ),
    "at_risk": _(
        "Hi, {primeiro_nome}! This is {loja}. We miss you! I set a special condition aside for you to"
        " come back. May I tell you about it?"
    ),
    "nearly_lost": _(
        "Hi, {primeiro_nome}! This is {loja}. We have not seen you for some time, and you matter a "
        "lot to us. Did anything go wrong? I would love to hear you."
    ),
    "hibernating": _(
        "Hi, {primeiro_nome}! This is {loja}. Shall we talk? Our favourites are on offer and I "
        "remembered you."
    ),
    "inactive": _(
        "Hi, {primeiro_nome}! This is {loja}. It has been so long! If you feel like coming back, I "
        "have a treat waiting for you."
    ),
    "": _("Hi, {primeiro_nome}! This is {loja}. May I help you with anything?"),
}
"""Segment code to our text; "" is for who has not bought yet."""

PRODUCT_TEXTS: dict[str, StrPromise] = {
    "produto": _(
        "Hi, {primeiro_nome}! This is {loja}. I thought of you: we have {produto} here. Shall I set one "
        "aside for you, or send you a picture?"
    ),
    "reposicao": _(
        "Hi, {primeiro_nome}! This is {loja}. {produto} must be running out at your place. Shall I set "
        "some more aside for you?"
    ),
}
"""Our texts about a product: one to recommend, one that is due again."""


def default_text(segment: str) -> str:
    """Our text for a segment or about a product, in the language of the installation, since a customer
    reads it."""
    with override(settings.LANGUAGE_CODE):
        return str(PRODUCT_TEXTS.get(segment) or DEFAULTS.get(segment, DEFAULTS[""]))


def text_for(segment: str) -> str:
    """The shop's own text for a segment or about a product, or ours."""
    own = ReadyText.objects.filter(segment=segment).values_list("text", flat=True).first()
    return own or default_text(segment)


def unknown_variables(text: str, code: str = "") -> list[str]:
    """What stands in braces and is no variable of the text `code`."""
    known = (*VARIABLES, PRODUCT) if code in PRODUCT_TEXTS else VARIABLES
    return [name for name in _VARIABLE.findall(text) if name not in known]


def fill(text: str, *, first_name: str, store: str, product: str = "") -> str:
    """The text with its variables filled in, once: what a name contains is never filled in again.

    Without a first name, the variable goes away together with the comma before it.
    """
    if not first_name:
        text = _NAMELESS.sub("", text)
    values = {"primeiro_nome": first_name, "loja": store}
    if product:
        values[PRODUCT] = product if len(product) <= LONGEST_PRODUCT else f"{product[: LONGEST_PRODUCT - 1]}…"
    return _VARIABLE.sub(lambda found: values.get(found.group(1), found.group(0)), text)


def filled_for(customer: Customer, text: str, product: str = "") -> str:
    """The text as this customer gets it; `product`: the name of what it is about."""
    standing = getattr(customer, "standing", None)
    with override(settings.LANGUAGE_CODE):
        store = standing.store.name if standing and standing.store else str(_("our store"))
    return fill(text, first_name=first_name(customer.name), store=store, product=product)


def first_name(name: str) -> str:
    """ "ANA BEATRIZ SOUZA" gives "Ana"; what begins with no letter gives nothing."""
    first = name.split()[0] if name.split() else ""
    if not first[:1].isalpha():
        return ""
    return first.capitalize() if first.isupper() or first.islower() else first
