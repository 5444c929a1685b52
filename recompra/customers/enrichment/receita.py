"""Receita Federal: the register of companies (CNPJ), by a service that answers over HTTP.

The address is the shop's choice (`CNPJ_LOOKUP_URL`, with {cnpj} in it); the answer is read as BrasilAPI
(`https://brasilapi.com.br/api/cnpj/v1/{cnpj}`) and Minha Receita (`https://minhareceita.org/{cnpj}`) write
it: one JSON object, 404 for a CNPJ that is not registered.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recompra.customers.enrichment.catalog import Adapter, Found
from recompra.customers.enrichment.http import ask_json
from recompra.customers.models import Customer, Origin

ADDRESS = {
    "number": "numero",
    "complement": "complemento",
    "district": "bairro",
    "city": "municipio",
    "state": "uf",
}
"""Our columns and what the answer calls them; street and postcode are put together."""


class ReceitaService(Adapter):
    name: ClassVar = "receita"
    title: ClassVar = gettext_lazy("Receita Federal (service)")
    origin: ClassVar = Origin.RECEITA

    def is_on(self) -> bool:
        return bool(settings.CNPJ_LOOKUP_URL)

    def missing(self) -> str:
        return _("Set CNPJ_LOOKUP_URL to look companies up by their CNPJ.")

    def question(self, customer: Customer) -> str:
        return customer.cnpj or ""

    def ask(self, question: str, customer: Customer) -> Found | None:
        answer = ask_json("GET", settings.CNPJ_LOOKUP_URL.replace("{cnpj}", question))
        return None if answer is None else found(answer)


def found(answer: dict[str, Any]) -> Found:
    """The answer in our forms; fields of another type than documented count as missing."""
    phones = (_text(answer, "ddd_telefone_1"), _text(answer, "ddd_telefone_2"))
    email = _text(answer, "email")
    street = " ".join(
        part for part in (_text(answer, "descricao_tipo_de_logradouro"), _text(answer, "logradouro")) if part
    )
    address = {name: _text(answer, theirs) for name, theirs in ADDRESS.items()}
    postcode = "".join(char for char in _text(answer, "cep") if char.isdigit())
    return Found(
        name=_text(answer, "razao_social"),
        trade_name=_text(answer, "nome_fantasia"),
        note=_text(answer, "descricao_situacao_cadastral").capitalize(),
        phones=tuple(phone for phone in phones if phone),
        emails=(email.lower(),) if email else (),
        address={"street": street, "postcode": postcode.zfill(8) if postcode else "", **address}
        if street
        else {},
    )


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
