"""The letter that answers a request, drafted from its kind and outcome; always in Brazilian Portuguese.

A draft: whoever answers may change every word before it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from recompra.privacy.models import Operator, PrivacyRequest, ShopPrivacy
from recompra.theme.formats import cnpj, dlong

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LANGUAGE = "pt-br"
K, O = PrivacyRequest.Kind, PrivacyRequest.Outcome  # noqa: E741 (as they are read)

ARTICLES: dict[str, str] = {
    K.CONFIRMATION: "art. 18, I",
    K.ACCESS: "art. 18, II",
    K.CORRECTION: "art. 18, III",
    K.ANONYMISATION: "art. 18, IV",
    K.BLOCKING: "art. 18, IV",
    K.DELETION: "art. 18, VI",
    K.PORTABILITY: "art. 18, V",
    K.SHARING: "art. 18, VII",
    K.REFUSING: "art. 18, VIII",
    K.REVOCATION: "art. 18, IX",
    K.OPPOSITION: "art. 18, § 2º",
    K.REVIEW: "art. 20",
}
"""Kind to the article of the LGPD that gives the right."""


@dataclass(frozen=True)
class Refusal:
    """Why the shop says no: in words for the staff, in a sentence for the letter, and by which article."""

    words: StrPromise
    sentence: StrPromise
    article: str


REFUSALS: dict[str, Refusal] = {
    "identity": Refusal(
        gettext_lazy("identity could not be checked"),
        gettext_lazy(
            "We could not confirm that the request comes from the person it is about. To protect the data, "
            "we can only go on after that confirmation."
        ),
        "art. 18, § 3º",
    ),
    "not_agent": Refusal(
        gettext_lazy("the shop does not process these data"),
        gettext_lazy("We are not the agent that processes these data."),
        "art. 18, § 4º, I",
    ),
    "legal_duty": Refusal(
        gettext_lazy("kept by legal duty"),
        gettext_lazy(
            "Part of the data must be kept by legal or regulatory duty, such as that of tax documents, for "
            "as long as the law says."
        ),
        "art. 16, I",
    ),
    "rights": Refusal(
        gettext_lazy("needed for the exercise of rights"),
        gettext_lazy("The data are needed for the regular exercise of rights in proceedings."),
        "art. 7º, VI",
    ),
    "secret": Refusal(
        gettext_lazy("commercial and industrial secret"),
        gettext_lazy(
            "The information asked for would reveal a commercial or industrial secret; we give what can be "
            "given without it."
        ),
        "art. 20, § 1º",
    ),
    "other": Refusal(
        gettext_lazy("another reason of fact or law"),
        gettext_lazy("There are reasons of fact or law that prevent us from doing so at once."),
        "art. 18, § 4º, II",
    ),
}

FULFILLED: dict[str, StrPromise] = {
    K.CONFIRMATION: gettext_lazy(
        "We confirm that we process personal data about you, as a customer of the shop."
    ),
    K.ACCESS: gettext_lazy(
        "With this letter you receive the complete declaration of the data that we hold about you: where they"
        " come from, the criteria used and the purpose of the processing (art. 19, II)."
    ),
    K.CORRECTION: gettext_lazy(
        "We corrected your data as you asked. Whoever had received them from us is being told (art. 18, § 6)."
    ),
    K.ANONYMISATION: gettext_lazy("Your data were anonymised: what stays can no longer be linked to you."),
    K.BLOCKING: gettext_lazy(
        "The processing of your data is suspended for the purposes that you pointed out."
    ),
    K.DELETION: gettext_lazy(
        "We deleted your personal data from our customer records. What stays are totals of sales that no "
        "longer identify you (art. 16, IV), the record of this request without your data, and what the law "
        "makes us keep elsewhere, such as tax documents (art. 16, I). Older backup copies lose your data "
        "before they are ever used again."
    ),
    K.PORTABILITY: gettext_lazy(
        "With this letter you receive a file with your data in an open format, which another supplier can "
        "read."
    ),
    K.SHARING: gettext_lazy("These are the organisations with which we share personal data:"),
    K.REFUSING: gettext_lazy(
        "You may refuse consent at any time. Without it you get no offers from us; your purchases, exchanges "
        "and guarantees stay exactly as they are."
    ),
    K.REVOCATION: gettext_lazy(
        "Your consent was withdrawn. We no longer use your data for what depended on it; what was done "
        "before stays valid (art. 8, § 5)."
    ),
    K.OPPOSITION: gettext_lazy("We noted your opposition and stopped using your data for that purpose."),
    K.REVIEW: gettext_lazy(
        "A person of our team reviewed the automated classification of your purchases. It looks at how "
        "recently, how often and how much you bought, compared with our other customers (art. 20, § 1)."
    ),
}


def letter(request: PrivacyRequest) -> str:
    """The draft for this request and its outcome, in paragraphs with an empty line between."""
    with override(LANGUAGE):
        shop = ShopPrivacy.current()
        return "\n\n".join(
            part for part in (*_opening(request, shop), *_body(request), *_closing(shop)) if part
        )


def _opening(request: PrivacyRequest, shop: ShopPrivacy) -> list[str]:
    today = dlong(timezone.localdate())
    asked = _(
        "On %(day)s we received your request of %(kind)s (LGPD, %(article)s), protocol %(protocol)s."
    ) % {
        "day": dlong(request.received_on),
        "kind": request.get_kind_display().lower(),
        "article": ARTICLES[request.kind],
        "protocol": request.protocol,
    }
    greeting = _("Dear %(name)s,") % {"name": request.name} if request.name else _("Dear customer,")
    return [f"{shop.city}, {today}." if shop.city else f"{today}.", greeting, asked]


def _body(request: PrivacyRequest) -> list[str]:
    if request.outcome == O.NOTHING_HELD:
        told = [_("We looked for you in all our records and hold no personal data about you.")]
    elif request.outcome == O.WITHDRAWN:
        told = [
            _("As you asked, we close the request without doing anything. You may open another any time.")
        ]
    elif request.outcome == O.REFUSED:
        told = [_("We could not do what you asked, and want to tell you why."), *_reasons(request)]
    elif request.outcome == O.PARTLY:
        told = [
            *_done(request),
            _("One part could not be done, and we want to tell you why."),
            *_reasons(request),
        ]
    else:
        told = _done(request)
    return [*told, request.explanation]


def _done(request: PrivacyRequest) -> list[str]:
    told = [str(FULFILLED[request.kind])]
    if request.kind == K.SHARING:
        told.append(_shared_with())
    return told


def _shared_with() -> str:
    """Each operator in use, one a line."""
    lines = [
        f"- {one.name} ({one.country}): {one.purpose}" for one in Operator.objects.filter(is_active=True)
    ]
    return "\n".join(lines) or _("With none. Your data stay with us.")


def _reasons(request: PrivacyRequest) -> list[str]:
    why = REFUSALS[request.refusal]
    return [f"{why.sentence} (LGPD, {why.article})"]


def _closing(shop: ShopPrivacy) -> list[str]:
    rights = _(
        "This answer is free of charge. If you do not agree with it, write to us; you may also turn to the "
        "ANPD (www.gov.br/anpd) and to the bodies of consumer protection (art. 18, §§ 1 and 8)."
    )
    officer = [_("Data protection officer: %(name)s") % {"name": shop.dpo_name}] if shop.dpo_name else []
    contact = [_("Contact: %(contact)s") % {"contact": shop.dpo_contact}] if shop.dpo_contact else []
    who = f"{shop.controller} · CNPJ {cnpj(shop.cnpj)}" if shop.cnpj else shop.controller
    return [rights, _("Kind regards,"), "\n".join(part for part in (who, *officer, *contact) if part)]
