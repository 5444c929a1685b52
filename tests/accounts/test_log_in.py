"""Getting in: password, limits, second factor, and the end of a session."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.test import Client

from recompra.accounts import doorkeeper, staff
from recompra.accounts.models import AccessLog, User
from tests.cast import PASSWORD, Cast


def log_in(client: Client, user: User, password: str = PASSWORD, **extra: str):
    return client.post("/entrar/", {"login": user.email, "password": password}, **extra)


def confirm(client: Client, path: str):
    """Follow a page's way over "is it you?" with the password."""
    asked = client.get(path)
    assert asked.status_code == 302
    assert asked.url.startswith("/conta/confirmar/")
    return client.post(asked.url, {"password": PASSWORD}, follow=True)


def with_second_factor(client: Client, user: User) -> None:
    page = confirm(client, "/conta/segundo-fator/ligar/")
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.content.decode()).group(1).replace(" ", "")
    counter = next(iter(yield_hotp_counters_from_time()))
    done = client.post("/conta/segundo-fator/ligar/", {"code": f"{hotp_value(secret, counter):06d}"})
    assert done.url == "/conta/segundo-fator/codigos/"


def test_marta_logs_in_with_e_mail_in_any_case_and_it_is_logged(cast: Cast, client: Client) -> None:
    answer = client.post("/entrar/", {"login": cast.marta.email.upper(), "password": PASSWORD})
    assert answer.status_code == 302
    assert AccessLog.objects.get(action="log_in").staff == cast.marta


def test_the_log_in_page_speaks_portuguese_and_needs_no_log_in(cast: Cast, client: Client) -> None:
    page = client.get("/entrar/")
    assert page.status_code == 200
    assert "Esqueceu a senha?" in page.content.decode()


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(cast: Cast, client: Client) -> None:
    known = log_in(client, cast.marta, "wrong password").content.decode()
    unknown = client.post("/entrar/", {"login": "nobody@loja.example", "password": "wrong"}).content.decode()
    assert "E-mail e senha não conferem." in known
    assert "E-mail e senha não conferem." in unknown


def test_after_five_wrong_passwords_even_the_right_one_waits(cast: Cast, client: Client) -> None:
    for _attempt in range(5):
        log_in(client, cast.marta, "wrong password")
    answer = log_in(Client(), cast.marta)
    assert "Tentativas demais. Espere cinco minutos" in answer.content.decode()


def test_too_many_posts_from_one_address_get_a_page_of_their_own(cast: Cast, client: Client) -> None:
    answers = [client.post("/entrar/", {"login": f"x{n}@loja.example"}) for n in range(31)]
    assert answers[-1].status_code == 429
    assert "Vieram tentativas demais deste endereço" in answers[-1].content.decode()


def test_a_switched_off_access_stays_outside(cast: Cast, client: Client) -> None:
    staff.switch_off(cast.otavio, cast.marta)
    assert log_in(client, cast.marta).url == "/entrar/desligado/"
    assert "desligado" in client.get("/entrar/desligado/").content.decode()


def test_switching_off_ends_open_sessions_at_once(cast: Cast, client: Client) -> None:
    log_in(client, cast.marta)
    assert client.get("/conta/").status_code == 200
    staff.switch_off(cast.otavio, cast.marta)
    assert client.get("/conta/").url.startswith("/entrar/")


def test_the_page_asked_for_comes_back_after_the_log_in(cast: Cast, client: Client) -> None:
    asked = client.get("/equipe/?funcao=seller")
    assert asked.url == "/entrar/?next=%2Fequipe%2F%3Ffuncao%3Dseller"
    assert (
        client.post(asked.url, {"login": cast.otavio.email, "password": PASSWORD}).url
        == "/equipe/?funcao=seller"
    )


def test_another_site_is_never_the_page_after_the_log_in(cast: Cast, client: Client) -> None:
    answer = client.post(
        "/entrar/?next=https://evil.example/", {"login": cast.marta.email, "password": PASSWORD}
    )
    assert "evil" not in answer.url


def test_a_fragment_for_a_stranger_moves_the_whole_page_to_the_log_in(cast: Cast, client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/equipe/?busca=x"}
    answer = client.get("/equipe/", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (
        204,
        "/entrar/?next=%2Fequipe%2F%3Fbusca%3Dx",
    )


def test_a_new_session_begins_at_the_log_in(cast: Cast, client: Client) -> None:
    client.get("/entrar/")
    session = client.session
    session["before"] = "1"
    session.save()
    before = client.session.session_key
    log_in(client, cast.marta)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("key", "seconds"), [("began", doorkeeper.ABSOLUTE_SECONDS), ("seen", doorkeeper.IDLE_SECONDS)]
)
def test_a_session_ends_after_twelve_hours_or_two_idle_ones(
    cast: Cast, client: Client, key: str, seconds: int
) -> None:
    log_in(client, cast.marta)
    assert client.get("/conta/").status_code == 200
    session = client.session
    session[key] = int(time.time()) - seconds - 5
    session.save()
    assert client.get("/conta/").url.startswith("/entrar/")
    assert "Sua sessão terminou" in client.get("/entrar/").content.decode()


def test_pages_of_a_signed_in_person_are_never_stored(cast: Cast, client: Client) -> None:
    log_in(client, cast.marta)
    assert client.get("/conta/").headers["Cache-Control"] == "no-store"


def test_marta_ends_her_session_on_the_other_machine(cast: Cast, client: Client) -> None:
    other = Client()
    log_in(other, cast.marta, headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    log_in(client, cast.marta)
    page = client.get("/conta/sessoes/").content.decode()
    assert "Firefox, Linux" in page
    theirs = UserSession.objects.get(session_key=other.session.session_key)
    client.post("/conta/sessoes/", {"session": theirs.pk})
    assert other.get("/conta/").url.startswith("/entrar/")
    assert client.get("/conta/").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(cast: Cast, client: Client) -> None:
    other = Client()
    log_in(other, cast.otavio)
    log_in(client, cast.marta)
    theirs = UserSession.objects.get(session_key=other.session.session_key)
    client.post("/conta/sessoes/", {"session": theirs.pk})
    assert other.get("/conta/").status_code == 200


def test_changing_the_password_keeps_this_session_and_ends_the_others(cast: Cast, client: Client) -> None:
    other = Client()
    log_in(other, cast.marta)
    log_in(client, cast.marta)
    new = {
        "oldpassword": PASSWORD,
        "password1": "uma frase bem comprida",
        "password2": "uma frase bem comprida",
    }
    assert client.post("/conta/senha/", new).status_code == 302
    assert client.get("/conta/").status_code == 200
    assert other.get("/conta/").url.startswith("/entrar/")
    assert AccessLog.objects.filter(action="own_password", staff=cast.marta).exists()


@pytest.mark.parametrize("weak", ["curta", "password123", "1234567890"])
def test_a_weak_password_is_not_taken(cast: Cast, client: Client, weak: str) -> None:
    log_in(client, cast.marta)
    client.post("/conta/senha/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})
    cast.marta.refresh_from_db()
    assert cast.marta.check_password(PASSWORD)


def test_a_manager_without_second_factor_is_reminded_and_a_seller_is_not(cast: Cast, client: Client) -> None:
    log_in(client, cast.marta)
    assert "ligue o seu segundo fator" in client.get("/conta/").content.decode()
    seller = Client()
    log_in(seller, cast.lucia)
    assert "ligue o seu segundo fator" not in seller.get("/conta/").content.decode()


def test_otavio_switches_on_a_second_factor_and_needs_it_from_then_on(cast: Cast, client: Client) -> None:
    log_in(client, cast.otavio)
    with_second_factor(client, cast.otavio)
    fresh = Client()
    assert log_in(fresh, cast.otavio).url == "/entrar/codigo/"
    assert fresh.get("/conta/").url.startswith("/entrar/")
    assert "não confere" in fresh.post("/entrar/codigo/", {"code": "000000"}).content.decode()
    codes = Authenticator.objects.get(user=cast.otavio, type=Authenticator.Type.RECOVERY_CODES)
    assert fresh.post("/entrar/codigo/", {"code": codes.wrap().get_unused_codes()[0]}).status_code == 302
    assert fresh.get("/conta/").status_code == 200


def test_the_seed_of_the_second_factor_is_not_readable_in_the_database(cast: Cast, client: Client) -> None:
    log_in(client, cast.otavio)
    with_second_factor(client, cast.otavio)
    stored = Authenticator.objects.get(user=cast.otavio, type=Authenticator.Type.TOTP).data["secret"]
    assert stored.startswith("gAAAA")


def test_the_key_is_drawn_in_the_page_and_told_as_text_without_a_data_address(
    cast: Cast, client: Client
) -> None:
    log_in(client, cast.otavio)
    page = confirm(client, "/conta/segundo-fator/ligar/").content.decode()
    assert 'class="qr-code"' in page
    assert "data:image" not in page


def test_recovery_codes_are_shown_saved_and_made_anew(cast: Cast, client: Client) -> None:
    log_in(client, cast.otavio)
    with_second_factor(client, cast.otavio)
    shown = client.get("/conta/segundo-fator/codigos/").content.decode()
    file = client.get("/conta/segundo-fator/codigos/arquivo/").content.decode()
    code = re.search(r"<code>(\w+)</code>", shown).group(1)
    assert code in file
    client.post("/conta/segundo-fator/codigos/novos/")
    assert code not in client.get("/conta/segundo-fator/codigos/").content.decode()


def test_where_it_is_required_nothing_opens_before_it_is_switched_on(cast: Cast, client: Client) -> None:
    staff.require_second_factor(cast.otavio, True)
    log_in(client, cast.otavio)
    assert client.get("/equipe/").url == "/conta/segundo-fator/ligar/"
    assert client.get("/conta/segundo-fator/").status_code == 200
    with_second_factor(client, cast.otavio)
    assert client.get("/equipe/").status_code == 200


def test_who_leaves_is_out(cast: Cast, client: Client) -> None:
    log_in(client, cast.marta)
    client.post("/sair/")
    assert client.get("/conta/").url.startswith("/entrar/")


def test_pages_speak_the_language_somebody_chose(cast: Cast, client: Client) -> None:
    log_in(client, cast.marta)
    assert client.post("/conta/idioma/", {"language": "en", "next": "/conta/"}).url == "/conta/"
    assert "What I may do" in client.get("/conta/").content.decode()
    assert client.post("/conta/idioma/", {"language": "xx", "next": "//evil.example"}).url == "/"


def test_a_view_that_nobody_marked_is_answered_to_nobody(cast: Cast, client: Client, rf) -> None:
    request = rf.get("/")
    request.user = cast.otavio
    with pytest.raises(PermissionDenied):
        doorkeeper.Doorkeeper(lambda r: None).process_view(request, lambda r: None, (), {})
