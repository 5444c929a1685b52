"""How many notes wait for the person at the screen."""

from __future__ import annotations

from django import template
from django.template import Context

from recompra.accounts.models import User
from recompra.customers.notes.mentions import unread

register = template.Library()


@register.inclusion_tag("customers/_mentions_waiting.html", takes_context=True)
def mentions_waiting(context: Context) -> dict[str, int]:
    """A button with the number of mentions not yet seen, where there are any."""
    user = context["request"].user
    return {"waiting": unread(user) if isinstance(user, User) else 0}
