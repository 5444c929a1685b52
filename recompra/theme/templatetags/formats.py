"""The formats as template filters; each is described in `recompra.theme.formats`."""

from django import template

from recompra.theme import formats

register = template.Library()

for name in (
    "num", "brl", "brl0", "brlk", "compact", "compact0", "pct", "dshort", "dlong", "month", "hour", "moment",
    "days", "ago", "initials", "phone", "cpf", "cnpj",
):  # fmt: skip
    register.filter(name, getattr(formats, name))
