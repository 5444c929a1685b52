"""One's own account: who I am here, what I may see, and in which language."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from recompra.accounts.models import me
from recompra.accounts.roles import MEANS, Capability, before_second_factor


@before_second_factor
def profile(request: HttpRequest) -> HttpResponse:
    user = me(request)
    context = {
        "means": MEANS[user.role],
        "stores": user.stores.all(),
        "second_factor": is_mfa_enabled(user),
        "capabilities": [capability.label for capability in Capability if user.may(capability)],
    }
    return render(request, "accounts/profile.html", context)


@before_second_factor
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language of this person's pages and go back to the page they came from."""
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        user = me(request)
        user.language = chosen
        user.save(update_fields=["language"])
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "home")
