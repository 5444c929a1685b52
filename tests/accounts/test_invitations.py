"""Colleagues come in by a link: made once, shown once, used once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from recompra.accounts import invitations, staff
from recompra.accounts.models import AccessLog, Invitation, User
from recompra.accounts.roles import Role
from recompra.accounts.sweep import sweep
from recompra.theme.refused import Refused
from tests.cast import PASSWORD, Cast

NILO = "nilo@loja.example"
NEW = "uma frase bem comprida"


def invite(cast: Cast) -> tuple[Invitation, str]:
    return invitations.invite(cast.otavio, NILO, Role.SELLER, [cast.centro])


def test_nilo_follows_his_link_and_works_in_his_store(
    cast: Cast, client: Client, client_for: Callable[[User], Client]
) -> None:
    owner = client_for(cast.otavio)
    page = owner.post("/equipe/convidar/", {"email": NILO, "role": "seller", "stores": [cast.centro.pk]})
    link = re.search(r"http://testserver(/convite/[^\"/]+/)", page.content.decode()).group(1)
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get(link).url == "/convite/"
    assert NILO in client.get("/convite/").content.decode()
    answer = client.post("/convite/", {"name": "Nilo", "password": NEW, "again": NEW})
    assert answer.status_code == 302
    nilo = User.objects.get(email=NILO)
    assert (nilo.name, nilo.role, nilo.store_scope()) == ("Nilo", Role.SELLER, {cast.centro.pk})
    assert client.get("/conta/").status_code == 200
    assert set(AccessLog.objects.values_list("action", flat=True)) >= {"staff_invite", "staff_join"}
    assert Client().get(link, follow=True).status_code == 410


def test_only_the_hash_of_the_link_is_kept(cast: Cast) -> None:
    invitation, token = invite(cast)
    assert token not in str(Invitation.objects.filter(pk=invitation.pk).values())


def test_a_link_opens_once(cast: Cast) -> None:
    _invitation, token = invite(cast)
    invitations.accept(token, "Nilo", NEW)
    with pytest.raises(Refused, match="não funciona mais"):
        invitations.accept(token, "Mallory", NEW)


def test_a_link_dies_after_seven_days(cast: Cast, client: Client) -> None:
    invitation, token = invite(cast)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "não funciona mais" in client.get(f"/convite/{token}/", follow=True).content.decode()
    with pytest.raises(Refused):
        invitations.accept(token, "Nilo", NEW)


def test_a_second_invitation_closes_the_first(cast: Cast) -> None:
    _old, old_token = invite(cast)
    _new, new_token = invite(cast)
    assert invitations.find(old_token) is None
    assert invitations.find(new_token)


def test_otavio_withdraws_an_invitation(cast: Cast, client_for: Callable[[User], Client]) -> None:
    invitation, token = invite(cast)
    owner = client_for(cast.otavio)
    path = f"/equipe/convites/{invitation.pk}/cancelar/"
    assert NILO in owner.get(path).content.decode()
    assert owner.post(path).status_code == 302
    assert invitations.find(token) is None
    assert owner.post(path).status_code == 404


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"email": "marta@loja.example", "role": "manager"}, "Já existe alguém na equipe"),
        ({"email": NILO, "role": "seller"}, "pelo menos uma loja"),
        ({"email": "nobody", "role": "manager"}, "email válido"),
        ({"email": NILO, "role": "emperor"}, "não é uma das escolhas"),
    ],
)
def test_what_cannot_be_invited(
    cast: Cast, client_for: Callable[[User], Client], given: dict[str, str], told: str
) -> None:
    answer = client_for(cast.otavio).post("/equipe/convidar/", given)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_weak_password_leaves_the_invitation_open(cast: Cast) -> None:
    _invitation, token = invite(cast)
    with pytest.raises(Refused):
        invitations.accept(token, "Nilo", "curta")
    assert invitations.find(token)
    assert not User.objects.filter(email=NILO).exists()


def test_marta_forgot_her_password_and_gets_a_link(
    cast: Cast, client: Client, client_for: Callable[[User], Client]
) -> None:
    hers = client_for(cast.marta)
    page = client_for(cast.otavio).post(f"/equipe/{cast.marta.pk}/nova-senha/").content.decode()
    link = re.search(r"http://testserver(/convite/[^\"/]+/)", page).group(1)
    assert 'name="name"' not in client.get(link, follow=True).content.decode()
    assert client.post("/convite/", {"password": NEW, "again": NEW}).status_code == 302
    cast.marta.refresh_from_db()
    assert cast.marta.check_password(NEW)
    assert cast.marta.role == Role.MANAGER
    assert hers.get("/conta/").url.startswith("/entrar/")


def test_a_switched_off_colleague_does_not_come_back_by_a_link(cast: Cast) -> None:
    _invitation, token = invitations.new_password(cast.otavio, cast.marta)
    staff.switch_off(cast.otavio, cast.marta)
    with pytest.raises(Refused):
        invitations.accept(token, "", NEW)


def test_the_old_password_works_until_the_new_one_is_set(cast: Cast, client: Client) -> None:
    invitations.new_password(cast.otavio, cast.marta)
    assert client.post("/entrar/", {"login": cast.marta.email, "password": PASSWORD}).status_code == 302


def test_with_a_mail_server_the_link_goes_by_e_mail_too(
    cast: Cast,
    client_for: Callable[[User], Client],
    settings: Any,
    mailoutbox: list[EmailMessage],
) -> None:
    settings.EMAIL_CONFIG = "smtp://crm%40loja.example:secret@mail.example:587"
    page = client_for(cast.otavio).post("/equipe/convidar/", {"email": NILO, "role": "sac"}).content.decode()
    assert "também foi enviado por e-mail" in page
    [letter] = mailoutbox
    assert (letter.to, letter.from_email) == ([NILO], "crm@loja.example")
    assert re.search(r"http://testserver/convite/[^/]+/", letter.body).group(0) in page


def test_a_mail_server_that_is_away_is_told_and_the_link_still_shown(
    cast: Cast, client_for: Callable[[User], Client], settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_CONFIG = "smtp://127.0.0.1:9"
    page = client_for(cast.otavio).post(f"/equipe/{cast.marta.pk}/nova-senha/").content.decode()
    assert "não pôde ser enviado" in page
    assert "/convite/" in page


def test_what_has_ended_is_swept_away_and_what_is_open_stays(cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(days=40)
    old, _token = invite(cast)
    Invitation.objects.filter(pk=old.pk).update(expires_at=long_ago)
    fresh, _token = invitations.new_password(cast.otavio, cast.marta)
    gone, here = Client(), Client()
    for client, person in ((gone, cast.marta), (here, cast.otavio)):
        client.post("/entrar/", {"login": person.email, "password": PASSWORD})
    Session.objects.filter(session_key=gone.session.session_key).update(expire_date=long_ago)
    sweep()
    assert list(Invitation.objects.all()) == [fresh]
    assert Session.objects.count() == UserSession.objects.count() == 1
    assert here.get("/conta/").status_code == 200
