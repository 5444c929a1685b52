"""Requests of data subjects: opened under a protocol, identified, settled, answered; nothing is forgotten."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recompra.accounts.models import AccessLog
from recompra.privacy.models import PrivacyRequest, RequestStep, ShopPrivacy
from recompra.privacy.requests import handle as requests
from recompra.theme.refused import Refused
from tests.cast import Cast

Enter = Callable[..., Client]
K = PrivacyRequest.Kind


def carla_asks(cast: Cast, kind: str = K.DELETION, **more: object) -> PrivacyRequest:
    """Carla calls; Saulo opens her request."""
    return requests.open_request(kind, channel="phone", by=cast.saulo, customer=cast.carla, **more)  # type: ignore[arg-type]


def words(found: PrivacyRequest) -> list[str]:
    return list(found.steps.order_by("pk").values_list("what", flat=True))


# --- opening -----------------------------------------------------------------------------------------------


def test_a_request_gets_a_protocol_of_the_year_that_nobody_can_guess(cast: Cast) -> None:
    found = {carla_asks(cast).protocol for _time in range(20)}
    assert len(found) == 20
    assert all(re.fullmatch(r"20\d\d-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", one) for one in found)


def test_it_takes_name_and_contact_from_the_record(cast: Cast) -> None:
    found = carla_asks(cast)
    assert (found.name, found.contact) == ("Carla Nogueira", "carla@example.com")
    assert words(found) == ["opened"]


def test_its_clock_starts_on_the_day_it_was_received(cast: Cast, today: dt.date) -> None:
    received = today - dt.timedelta(days=3)
    found = carla_asks(cast, received_on=received)
    assert found.due_on == received + dt.timedelta(days=15)
    assert found.alert_on == received + dt.timedelta(days=10)


def test_a_simplified_confirmation_is_answered_on_the_same_day(cast: Cast, today: dt.date) -> None:
    assert carla_asks(cast, K.CONFIRMATION, simplified=True).due_on == today
    assert carla_asks(cast, K.DELETION, simplified=True).due_on == today + dt.timedelta(days=15)


def test_a_small_agent_has_twice_the_time(cast: Cast, today: dt.date) -> None:
    ShopPrivacy(pk=1, small_agent=True).save()
    assert carla_asks(cast).due_on == today + dt.timedelta(days=30)
    assert carla_asks(cast, K.ACCESS, simplified=True).due_on == today + dt.timedelta(days=15)


def test_somebody_unknown_needs_a_name_and_a_contact(cast: Cast) -> None:
    with pytest.raises(Refused, match="nome"):
        requests.open_request(K.ACCESS, channel="email", by=cast.saulo, name="Elisa")
    found = requests.open_request(
        K.ACCESS, channel="email", by=cast.saulo, name="Elisa Prado", contact="elisa@example.com"
    )
    assert found.customer is None


def test_no_request_comes_from_the_future(cast: Cast, today: dt.date) -> None:
    with pytest.raises(Refused, match="futuro"):
        carla_asks(cast, received_on=today + dt.timedelta(days=1))


# --- identity ----------------------------------------------------------------------------------------------


def test_without_identity_nothing_that_reveals_or_destroys_is_done(cast: Cast) -> None:
    found = carla_asks(cast)
    with pytest.raises(Refused, match="identidade"):
        requests.hold_identity(found)
    with pytest.raises(Refused, match="identidade"):
        requests.settle(found, "fulfilled", by=cast.otavio)
    with pytest.raises(Refused, match="identidade"):
        requests.settle(found, "nothing_held", by=cast.otavio)


def test_who_could_not_be_identified_is_refused_with_the_reason(cast: Cast) -> None:
    found = carla_asks(cast)
    requests.settle(found, "refused", by=cast.otavio, refusal="identity")
    assert "art. 18, § 3º" in found.letter


def test_withdrawing_consent_needs_no_check(cast: Cast) -> None:
    found = carla_asks(cast, K.REVOCATION)
    requests.settle(found, "fulfilled", by=cast.otavio)
    assert "consentimento" in found.letter


def test_the_check_says_how_when_and_by_whom(cast: Cast) -> None:
    found = carla_asks(cast)
    requests.identify(found, "known_contact", by=cast.saulo, text="ligação de volta")
    found.refresh_from_db()
    assert (found.identity, found.identity_by) == ("known_contact", cast.saulo)
    assert found.identity_at is not None
    assert "ligação de volta" in found.steps.last().text  # type: ignore[union-attr]


def test_another_record_is_another_person_to_check(cast: Cast) -> None:
    found = carla_asks(cast)
    requests.identify(found, "document", by=cast.saulo)
    requests.link(found, cast.ana, by=cast.otavio)
    found.refresh_from_db()
    assert not found.is_identified


# --- outcome, letter, answer -------------------------------------------------------------------------------


def identified(cast: Cast, kind: str = K.DELETION) -> PrivacyRequest:
    found = carla_asks(cast, kind)
    requests.identify(found, "document", by=cast.saulo)
    return found


def test_a_refusal_says_its_reason_and_article(cast: Cast) -> None:
    found = identified(cast)
    with pytest.raises(Refused, match="motivo"):
        requests.settle(found, "refused", by=cast.otavio)
    requests.settle(found, "refused", by=cast.otavio, refusal="legal_duty", explanation="Notas de 2025.")
    assert "art. 16, I" in found.letter
    assert "Notas de 2025." in found.letter


@pytest.mark.parametrize("kind", K.values)
def test_every_kind_has_a_letter_in_portuguese_for_every_outcome(cast: Cast, kind: str) -> None:
    found = identified(cast, kind)
    for outcome in PrivacyRequest.Outcome.values[1:]:
        requests.settle(found, outcome, by=cast.otavio, refusal="other")
        assert found.protocol in found.letter
        assert "Carla Nogueira" in found.letter
        assert "ANPD" in found.letter
        assert not re.search(r"\b(we|your|the|you)\b", found.letter), found.letter


def test_an_answered_request_is_closed_until_somebody_says_why_it_opens_again(cast: Cast) -> None:
    found = identified(cast)
    with pytest.raises(Refused, match="resultado"):
        requests.answer(found, by=cast.otavio)
    requests.settle(found, "fulfilled", by=cast.otavio)
    requests.write_letter(found, "Cara Carla, feito.", by=cast.otavio)
    requests.answer(found, by=cast.otavio, how="e-mail")
    for act in (
        lambda: requests.settle(found, "refused", by=cast.otavio, refusal="other"),
        lambda: requests.identify(found, "document", by=cast.otavio),
        lambda: requests.write_letter(found, "x", by=cast.otavio),
        lambda: requests.answer(found, by=cast.otavio),
    ):
        with pytest.raises(Refused, match="respondida"):
            act()
    with pytest.raises(Refused):
        requests.reopen(found, by=cast.otavio, why=" ")
    requests.reopen(found, by=cast.otavio, why="a carta voltou")
    assert found.is_open
    assert words(found) == ["opened", "identified", "outcome", "letter", "answered", "reopened"]


def test_the_history_is_written_once(cast: Cast) -> None:
    step = carla_asks(cast).steps.get()
    step.text = "outra coisa"
    for act in (
        step.save,
        step.delete,
        RequestStep.objects.all().delete,
        lambda: RequestStep.objects.update(text="x"),
    ):
        with pytest.raises(TypeError):
            act()


# --- the clock ---------------------------------------------------------------------------------------------


def test_the_clock_marks_the_alert_and_the_end_once(cast: Cast, today: dt.date) -> None:
    near = carla_asks(cast, received_on=today - dt.timedelta(days=10))
    late = carla_asks(cast, received_on=today - dt.timedelta(days=16))
    fresh = carla_asks(cast, received_on=today - dt.timedelta(days=9))
    last = carla_asks(cast, received_on=today - dt.timedelta(days=15))
    requests.mark_deadlines()
    requests.mark_deadlines()
    assert words(near) == ["opened", "alert"]
    assert words(late) == ["opened", "alert", "overdue"]
    assert words(last) == ["opened", "alert"]
    assert words(fresh) == ["opened"]


# --- forgetting --------------------------------------------------------------------------------------------


def test_of_an_erased_person_only_the_proof_stays(cast: Cast) -> None:
    done = identified(cast)
    requests.note(done, "Carla ligou outra vez", by=cast.saulo)
    requests.settle(done, "fulfilled", by=cast.otavio)
    requests.answer(done, by=cast.otavio)
    open_one = carla_asks(cast)
    assert requests.forget(cast.carla.pk) == 2
    done.refresh_from_db()
    open_one.refresh_from_db()
    assert (done.name, done.contact, done.letter, done.outcome) == ("", "", "", "fulfilled")
    assert set(done.steps.values_list("text", flat=True)) == {""}
    assert open_one.name == "Carla Nogueira"  # she must still be told
    requests.identify(open_one, "document", by=cast.saulo)
    requests.settle(open_one, "fulfilled", by=cast.otavio)
    requests.answer(open_one, by=cast.otavio)
    open_one.refresh_from_db()
    assert (open_one.name, open_one.letter) == ("", "")
    assert requests.forget(cast.carla.pk) == 2


# --- pages -------------------------------------------------------------------------------------------------


def test_saulo_opens_a_request_from_the_customer_s_page(cast: Cast, client_for: Enter) -> None:
    client = client_for(cast.saulo)
    address = reverse("privacy:request_customer", args=[cast.carla.public_id])
    page = client.get(reverse("customers:detail", args=[cast.carla.public_id])).content.decode()
    assert address in page
    answer = client.post(
        address,
        {
            "pedido": "deletion",
            "canal": "phone",
            "recebida": f"{timezone.localdate():%Y-%m-%d}",
            "identidade": "known_contact",
            "contato": "",
            "texto": "Quero ser esquecida",
        },
        follow=True,
    )
    found = PrivacyRequest.objects.get()
    assert found.protocol in answer.content.decode()
    assert found.is_identified
    assert AccessLog.objects.filter(action="request_open", customer_id=cast.carla.pk).exists()


def test_wrong_fields_say_so_beside_themselves(cast: Cast, client_for: Enter) -> None:
    answer = client_for(cast.otavio).post(reverse("privacy:request_new"), {"pedido": "deletion"})
    assert answer.status_code == 422
    assert answer.content.decode().count('class="error"') >= 3


def test_the_list_shows_late_ones_first_and_finds_by_name_protocol_and_cpf(
    cast: Cast, client_for: Enter, today: dt.date
) -> None:
    fresh = carla_asks(cast)
    late = requests.open_request(
        K.ACCESS, channel="email", by=cast.saulo, name="Élcio Prado", contact="elcio@example.com",
        received_on=today - dt.timedelta(days=20),
    )  # fmt: skip
    client = client_for(cast.otavio)
    page = client.get(reverse("privacy:requests")).content.decode()
    assert page.index(late.protocol) < page.index(fresh.protocol)
    assert "1 solicitação está atrasada" in page
    assert "atrasada há 5 dias" in page
    for typed, there, absent in (
        ("elcio prado", late, fresh),
        (fresh.protocol.lower(), fresh, late),
        ("123.456.789-09", fresh, late),
        ("ELCIO@example.com", late, fresh),
    ):
        page = client.post(reverse("privacy:requests"), {"busca": typed}).content.decode()
        assert there.protocol in page, typed
        assert absent.protocol not in page, typed
    only_late = client.get(reverse("privacy:requests"), {"situacao": "atrasadas"}).content.decode()
    assert late.protocol in only_late
    assert fresh.protocol not in only_late


def test_the_list_goes_on_by_keyset_without_losing_anyone(
    cast: Cast, client_for: Enter, today: dt.date
) -> None:
    made = {
        carla_asks(cast, received_on=today - dt.timedelta(days=number % 3)).protocol for number in range(120)
    }
    client, seen = client_for(cast.otavio), []
    for order in ("prazo", "-recebida"):
        seen, address = [], f"{reverse('privacy:requests')}?ordem={order}"
        while address:
            page = client.get(address).content.decode()
            seen += re.findall(r'row-link" href="/privacidade/solicitacoes/([^/]+)/"', page)
            found = re.search(r'href="([^"]+apos=[^"]+)" hx-get', page)
            address = found[1].replace("&amp;", "&") if found else ""
        assert len(seen) == 120
        assert set(seen) == made


def test_the_rail_counts_what_waits_for_who_answers(cast: Cast, client_for: Enter) -> None:
    carla_asks(cast)
    carla_asks(cast)
    page = client_for(cast.otavio).get(reverse("privacy:requests")).content.decode()
    assert 'class="count">2<' in page


def test_who_opened_it_sees_it_and_others_do_not(cast: Cast, client_for: Enter) -> None:
    found = carla_asks(cast)
    address = reverse("privacy:request", args=[found.protocol])
    assert client_for(cast.saulo).get(address).status_code == 200
    assert client_for(cast.aline).get(address).status_code == 404
    settle = reverse("privacy:request_act", args=[found.protocol, "resultado"])
    assert client_for(cast.saulo).post(settle, {"resultado": "withdrawn"}).status_code == 403


def test_a_whole_answer_by_the_pages(cast: Cast, client_for: Enter) -> None:
    found = requests.open_request(
        K.ACCESS, channel="email", by=cast.saulo, name="Carla N.", contact="carla@example.com"
    )
    client = client_for(cast.otavio)

    def act(slug: str, **given: str) -> str:
        address = reverse("privacy:request_act", args=[found.protocol, slug])
        return client.post(address, given, follow=True).content.decode()

    page = client.post(
        reverse("privacy:request_candidates", args=[found.protocol]), {"busca": "12345678909"}
    ).content.decode()
    link = reverse("privacy:request_link", args=[found.protocol, cast.carla.public_id])
    assert link in page
    client.post(link)
    assert "Escolha o motivo" in act("resultado", resultado="refused")
    assert "Primeiro confira a identidade" in act("resultado", resultado="fulfilled")
    act("identidade", identidade="document", observacao="")
    assert "declaração completa" in act("resultado", resultado="fulfilled", explicacao="Segue em anexo.")
    letter = client.get(reverse("privacy:request_letter", args=[found.protocol])).content.decode()
    assert "Segue em anexo." in letter
    assert "respondida" in act("respondida", como="e-mail")
    found.refresh_from_db()
    assert not found.is_open
    assert words(found) == ["opened", "linked", "identified", "outcome", "answered"]


def test_the_export_for_the_authority_is_safe_and_leaves_a_trace(cast: Cast, client_for: Enter) -> None:
    found = requests.open_request(
        K.ACCESS, channel="email", by=cast.saulo, name="=HYPERLINK(1)", contact="+55"
    )
    requests.note(found, "@SUM(1)", by=cast.saulo)
    client = client_for(cast.otavio)
    asked = {"formato": "csv", "motivo": "ofício da ANPD"}
    rows = b"".join(client.post(reverse("privacy:requests_export"), asked).streaming_content).decode()
    steps = b"".join(
        client.post(reverse("privacy:request_export", args=[found.protocol]), asked).streaming_content
    ).decode()
    assert "'=HYPERLINK(1)" in rows
    assert "'+55" in rows
    assert "'@SUM(1)" in steps
    assert AccessLog.objects.filter(action="export_requests", reason="ofício da ANPD").count() == 2


def test_the_timeline_tells_of_the_request(cast: Cast, client_for: Enter) -> None:
    found = carla_asks(cast)
    page = client_for(cast.otavio).get(reverse("customers:detail", args=[cast.carla.public_id]))
    assert f"{found.protocol} · aberta, responder até" in page.content.decode()


def test_the_letter_is_a_page_and_a_pdf(cast: Cast, client_for: Enter) -> None:
    found = identified(cast)
    client = client_for(cast.denise)
    address = reverse("privacy:request_letter", args=[found.protocol])
    assert client.get(address).status_code == 422
    requests.settle(found, "fulfilled", by=cast.denise)
    assert "Olá, Carla Nogueira." in client.get(address).content.decode()
    pdf = client.get(address, {"formato": "pdf"})
    assert pdf.content.startswith(b"%PDF")
    assert AccessLog.objects.filter(action="letter_pdf").count() == 1


def test_a_record_linked_by_mistake_is_detached(cast: Cast, client_for: Enter) -> None:
    found = identified(cast)
    client_for(cast.denise).post(reverse("privacy:request_unlink", args=[found.protocol]))
    found.refresh_from_db()
    assert found.customer is None
    assert not found.is_identified
