"""The page for the public (LGPD art. 9): what the shop keeps of people, why, with whom it shares it, and how
to ask. Drawn from the record of processing, so it cannot promise what the software does not do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from recompra.accounts.roles import public
from recompra.privacy.record.processing import HOLDERS, record

RIGHTS = (
    (_("Know and see"), _("whether we keep data about you, and which (art. 18, I and II)")),
    (_("Correct"), _("what is incomplete, wrong or old (art. 18, III)")),
    (_("Block, anonymise or delete"), _("what is unnecessary or excessive (art. 18, IV)")),
    (_("Take along"), _("your data in an open format (art. 18, V)")),
    (_("Delete"), _("what we keep only by your consent (art. 18, VI)")),
    (_("Know with whom"), _("we shared your data (art. 18, VII)")),
    (_("Say no"), _("and know what follows from it (art. 18, VIII)")),
    (pgettext_lazy("right", "Withdraw"), _("your consent at any time, free of charge (art. 18, IX)")),
    (_("Object"), _("to what we do without your consent (art. 18, §2)")),
    (_("Have a decision reviewed"), _("that was made by the computer alone (art. 20)")),
)
"""What a person may ask for, in the order of the law."""


@public
@require_GET
def public_page(request: HttpRequest) -> HttpResponse:
    """For whoever asks: no log-in, no cookie, no script."""
    held = record()
    staff = str(HOLDERS["accounts"])
    context = {
        "shop": held.shop,
        "operations": [one for one in held.operations if one.holders != staff],
        "operators": held.operators,
        "safeguards": held.safeguards,
        "rights": RIGHTS,
    }
    return render(request, "privacy/public.html", context)
