"""The way in and one's own account: the pages of django-allauth that this house opens, each with its mark.

Sign-up, e-mail change and password reset by e-mail have no address here: staff come in by invitation.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path

from recompra.accounts import sessions
from recompra.accounts.roles import before_second_factor, public

urlpatterns = [
    path("entrar/", public(account.login), name="account_login"),
    path("entrar/codigo/", public(factor.authenticate), name="mfa_authenticate"),
    path("entrar/desligado/", public(account.account_inactive), name="account_inactive"),
    path("sair/", public(account.logout), name="account_logout"),
    path("conta/confirmar/", before_second_factor(account.reauthenticate), name="account_reauthenticate"),
    path("conta/senha/", before_second_factor(account.password_change), name="account_change_password"),
    path("conta/sessoes/", before_second_factor(sessions.own_sessions), name="usersessions_list"),
    path("conta/segundo-fator/", before_second_factor(factor.index), name="mfa_index"),
    path(
        "conta/segundo-fator/confirmar/",
        before_second_factor(factor.reauthenticate),
        name="mfa_reauthenticate",
    ),
    path("conta/segundo-fator/ligar/", before_second_factor(totp.activate_totp), name="mfa_activate_totp"),
    path(
        "conta/segundo-fator/desligar/",
        before_second_factor(totp.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path(
        "conta/segundo-fator/codigos/",
        before_second_factor(codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "conta/segundo-fator/codigos/novos/",
        before_second_factor(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "conta/segundo-fator/codigos/arquivo/",
        before_second_factor(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
