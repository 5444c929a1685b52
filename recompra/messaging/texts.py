"""The page where the shop writes its ready texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from recompra.accounts.roles import Capability, requires
from recompra.customers.models import Customer
from recompra.customers.scope import member, within
from recompra.messaging.models import ReadyText
from recompra.messaging.ready_text import (
    DEFAULTS,
    LONGEST,
    PRODUCT_TEXTS,
    filled_for,
    text_for,
    unknown_variables,
)
from recompra.theme.segments import segment

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

NOBODY_YET = "sem-compras"
CODES = (*DEFAULTS, *PRODUCT_TEXTS)
ABOUT: dict[str, tuple[StrPromise, StrPromise]] = {
    "produto": (
        gettext_lazy("Recommending a product"),
        gettext_lazy("From a list of recommended products; the text names the product."),
    ),
    "reposicao": (
        gettext_lazy("Time to buy it again"),
        gettext_lazy("Of a product that the customer has probably used up."),
    ),
}
"""What the texts about a product are for."""
EXAMPLE = gettext_lazy("Eau de parfum")
LONGEST_ENCODED = 1_900  # WhatsApp takes addresses of about 2,000 characters


class TextForm(forms.Form):
    """The text of a segment, or about a product."""

    texto = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("{primeiro_nome} becomes the customer's first name, {loja} the store's name."),
    )

    def __init__(
        self, code: str, data: QueryDict | None = None, initial: dict[str, str] | None = None
    ) -> None:
        super().__init__(data, initial=initial, prefix=_prefix(code))
        self.code = code
        if code in PRODUCT_TEXTS:
            self.fields["texto"].help_text = _(
                "{produto} becomes the product's name, {primeiro_nome} the customer's first name, {loja} the "
                "store's name."
            )

    def clean_texto(self) -> str:
        text: str = self.cleaned_data["texto"].replace("\r\n", "\n").strip()
        if unknown := unknown_variables(text, self.code):
            names = ", ".join(f"{{{name}}}" for name in unknown)
            raise forms.ValidationError(_("We do not know %(names)s.") % {"names": names})
        if len(quote(text, safe="")) > LONGEST_ENCODED:
            raise forms.ValidationError(_("This text is too long for WhatsApp. Please shorten it."))
        return text


@dataclass(frozen=True)
class Card:
    """A text on the page, and how a real customer would read it."""

    code: str
    label: StrPromise | str
    family: str
    meaning: StrPromise | str
    form: TextForm
    is_own: bool
    reader: str
    preview: str


@requires(Capability.DECIDE)
@require_GET
def texts(request: HttpRequest) -> HttpResponse:
    """All texts, each with a preview."""
    return render(request, "messaging/texts.html", {"cards": [_card(request, code) for code in CODES]})


@requires(Capability.DECIDE)
@require_POST
def save_text(request: HttpRequest, code: str) -> HttpResponse:
    """Show how it reads, keep it, or go back to ours, as the button says."""
    code = "" if code == NOBODY_YET else code
    if code not in CODES:
        raise Http404
    wish = request.POST.get("fazer", "salvar")
    if wish == "padrao":
        ReadyText.objects.filter(segment=code).delete()
        messages.success(request, _("The original text is back."))
        return redirect("messaging:texts")
    form = TextForm(code, request.POST)
    if wish == "salvar" and form.is_valid():
        kept = {"text": form.cleaned_data["texto"], "by": member(request), "updated_at": timezone.now()}
        ReadyText.objects.update_or_create(segment=code, defaults=kept)
        messages.success(request, _("Text saved."))
        return redirect("messaging:texts")
    cards = [_card(request, each, form if each == code else None) for each in CODES]
    return render(request, "messaging/texts.html", {"cards": cards}, status=200 if form.is_valid() else 422)


def _card(request: HttpRequest, code: str, form: TextForm | None = None) -> Card:
    text = text_for(code)
    shown = form.cleaned_data["texto"] if form is not None and form.is_valid() else text
    reader = _reader(request, code)
    if code in PRODUCT_TEXTS:
        (label, meaning), family = ABOUT[code], ""
    else:
        its = segment(code)
        label, meaning, family = its.label, its.meaning, its.family
    return Card(
        code=code or NOBODY_YET,
        label=label,
        family=family,
        meaning=meaning,
        form=form if form is not None else TextForm(code, initial={"texto": text}),
        is_own=ReadyText.objects.filter(segment=code).exists(),
        reader=reader.title if reader else "",
        preview=filled_for(reader, shown, str(EXAMPLE)) if reader else "",
    )


def _prefix(code: str) -> str:
    return code or NOBODY_YET


def _reader(request: HttpRequest, code: str) -> Customer | None:
    """A real customer of the segment, or of any, whom this member of staff may see; the biggest one."""
    people = Customer.objects.filter(within(member(request).store_scope())).select_related("standing__store")
    if code in PRODUCT_TEXTS:
        return (
            people.filter(standing__isnull=False).order_by("-standing__ltv", "-standing__customer_id").first()
        )
    if not code:
        return people.filter(standing__isnull=True).order_by("-pk").first()
    return people.filter(standing__segment=code).order_by("-standing__ltv", "-standing__customer_id").first()
