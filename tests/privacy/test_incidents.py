"""The register of incidents: all on record, their clocks, whom they touched, and closing them by the law."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recompra.accounts import audit
from recompra.accounts.models import AccessLog
from recompra.privacy import days
from recompra.privacy.incidents import affected
from recompra.privacy.incidents import letters as incident_letters
from recompra.privacy.incidents import register as incidents
from recompra.privacy.models import Incident, IncidentStep, ShopPrivacy
from recompra.theme.refused import Refused
from tests.cast import Cast

Enter = Callable[..., Client]
Risk = Incident.Risk


def lost_list(cast: Cast, **more: object) -> Incident:
    """Aline's laptop with an exported list is gone."""
    known = timezone.now() - dt.timedelta(hours=2)
    given = {"known_at": known} | more
    return incidents.open_incident("device", "Notebook furtado com lista", by=cast.denise, **given)  # type: ignore[arg-type]


def words(found: Incident) -> list[str]:
    return list(found.steps.order_by("pk").values_list("what", flat=True))


def test_its_clock_runs_from_when_it_was_known(cast: Cast) -> None:
    found = lost_list(cast)
    known = timezone.localtime(found.known_at).date()
    assert found.due_on == days.report_due(known)
    assert words(found) == ["opened"]


def test_where_people_are_in_danger_a_small_agent_has_no_more_time(cast: Cast) -> None:
    ShopPrivacy(pk=1, small_agent=True).save()
    found = lost_list(cast)
    known = timezone.localtime(found.known_at).date()
    assert found.due_on == days.report_due(known, small_agent=True)
    incidents.change(found, {"endangers": True}, by=cast.denise)
    assert found.due_on == days.report_due(known)


def test_it_cannot_be_known_before_it_happened_nor_in_the_future(cast: Cast) -> None:
    with pytest.raises(Refused, match="futuro"):
        lost_list(cast, known_at=timezone.now() + dt.timedelta(minutes=1))
    with pytest.raises(Refused, match="antes de ser conhecido"):
        lost_list(cast, happened_at=timezone.now())


def test_what_was_changed_is_named_in_the_history(cast: Cast) -> None:
    found = lost_list(cast)
    changed = incidents.change(
        found, {"risk": Risk.RELEVANT, "people": 40, "title": found.title}, by=cast.denise
    )
    assert changed == ["risk", "people"]
    assert found.steps.latest("pk").text == "risco, titulares afetados"
    assert incidents.change(found, {"people": 40}, by=cast.denise) == []
    assert words(found) == ["opened", "changed"]


def test_telling_the_anpd_starts_the_clock_of_the_complement(cast: Cast) -> None:
    found = lost_list(cast)
    at = timezone.now()
    with pytest.raises(Refused, match="Primeiro"):
        incidents.complete(found, at, by=cast.denise)
    incidents.tell_authority(found, at, by=cast.denise, text="protocolo 1")
    assert found.complement_on == days.complement_due(timezone.localtime(at).date())
    incidents.complete(found, timezone.now(), by=cast.denise)
    assert words(found) == ["opened", "told_authority", "completed"]
    assert found.steps.get(what="told_authority").text == "protocolo 1"


def test_late_communication_says_so(cast: Cast) -> None:
    found = lost_list(cast, known_at=timezone.now() - dt.timedelta(days=30))
    incidents.mark_overdue()
    incidents.mark_overdue()
    incidents.tell_authority(found, timezone.now(), by=cast.denise)
    assert words(found) == ["opened", "overdue", "told_authority"]
    assert "Depois do prazo" in found.steps.latest("pk").text


def test_a_public_notice_stands_ninety_days(cast: Cast, today: dt.date) -> None:
    found = lost_list(cast)
    at = timezone.now()
    short = today + dt.timedelta(days=89)
    with pytest.raises(Refused, match="90 dias"):
        incidents.tell_people(found, at, how="aviso no site", by=cast.denise, notice_until=short)
    incidents.tell_people(
        found, at, how="aviso no site", by=cast.denise, notice_until=short + dt.timedelta(days=1)
    )
    assert found.notice_until is not None


def test_one_of_relevant_risk_closes_only_when_all_were_told(cast: Cast) -> None:
    found = lost_list(cast)
    with pytest.raises(Refused, match="Avalie"):
        incidents.close(found, by=cast.denise)
    incidents.change(found, {"risk": Risk.RELEVANT, "measures": "senhas trocadas"}, by=cast.denise)
    with pytest.raises(Refused, match=r"art\. 48"):
        incidents.close(found, by=cast.denise, why_not_told="não quero")
    incidents.tell_authority(found, timezone.now(), by=cast.denise)
    incidents.tell_people(found, timezone.now(), how="e-mail", by=cast.denise)
    incidents.close(found, by=cast.denise)
    assert not found.is_open
    with pytest.raises(Refused, match="encerrado"):
        incidents.change(found, {"people": 1}, by=cast.denise)
    incidents.reopen(found, by=cast.denise, why="apareceu mais")
    assert found.is_open


def test_one_of_low_risk_says_why_it_was_not_told(cast: Cast) -> None:
    found = lost_list(cast)
    incidents.change(found, {"risk": Risk.LOW}, by=cast.denise)
    with pytest.raises(Refused, match="medidas"):
        incidents.close(found, by=cast.denise, why_not_told="disco cifrado")
    incidents.change(found, {"measures": "aparelho apagado à distância"}, by=cast.denise)
    with pytest.raises(Refused, match="por que não"):
        incidents.close(found, by=cast.denise)
    incidents.close(found, by=cast.denise, why_not_told="disco cifrado")
    assert found.why_not_told == "disco cifrado"


def test_the_history_is_written_once(cast: Cast) -> None:
    lost_list(cast)
    with pytest.raises(TypeError):
        IncidentStep.objects.all().delete()


# --- whom it touched ---------------------------------------------------------------------------------------


def test_whose_records_a_colleague_opened_is_asked_of_the_access_log(cast: Cast) -> None:
    start = timezone.now()
    audit.record(cast.saulo, "reveal", customer_id=cast.ana.pk)
    audit.record(cast.saulo, "reveal", customer_id=cast.ana.pk)
    audit.record(cast.saulo, "contact", customer_id=cast.bruno.pk)
    audit.record(cast.marta, "reveal", customer_id=cast.carla.pk)
    audit.record(cast.saulo, "log_in")
    found = affected.opened_by(cast.saulo.pk, start, timezone.now())
    assert found == {cast.ana.pk, cast.bruno.pk}
    assert affected.opened_by(cast.saulo.pk, start - dt.timedelta(days=1), start) == set()


def test_who_was_in_a_lost_list_is_found_once_and_counted(shop: Cast, client_for: Enter) -> None:
    answer = client_for(shop.aline).post(reverse("customers:export"), {"formato": "csv", "motivo": "reunião"})
    b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    entry = AccessLog.objects.get(action="export_customers")
    incident = lost_list(shop)
    found = affected.in_export(entry)
    assert affected.add(incident, found, found_by="export", by=shop.denise) == len(found)
    assert affected.add(incident, found, found_by="export", by=shop.denise) == 0
    assert incident.people == len(found)


def test_who_was_in_a_list_without_a_roll_is_not_known(cast: Cast) -> None:
    entry = audit.record(cast.aline, "export_customers", count=10)
    with pytest.raises(Refused, match="Não se sabe"):
        affected.in_export(entry)


def test_an_erased_person_is_left_out(cast: Cast) -> None:
    incident = lost_list(cast)
    assert affected.add(incident, {cast.ana.pk, 999_999}, found_by="export", by=cast.denise) == 1


# --- letters and pages -------------------------------------------------------------------------------------


def test_both_letters_are_in_portuguese_and_say_what_the_resolution_wants(cast: Cast) -> None:
    ShopPrivacy(pk=1, controller="Loja Boa Ltda", dpo_name="Denise", dpo_contact="dpo@loja.example").save()
    found = lost_list(cast)
    incidents.change(
        found,
        {
            "categories": ["cpf", "email"], "people": 1200, "damage": "golpes por e-mail",
            "measures": "senhas trocadas", "circumstances": "furto no ônibus",
        },
        by=cast.denise,
    )  # fmt: skip
    for letter in (incident_letters.to_authority(found), incident_letters.to_people(found)):
        for needed in ("CPF, e-mail", "golpes por e-mail", "senhas trocadas", "furto no ônibus", "Denise"):
            assert needed in letter
    assert "1.200" in incident_letters.to_authority(found)
    assert "Res. CD/ANPD 15/2024" in incident_letters.to_authority(found)


def test_denise_puts_an_incident_on_record_and_closes_it_by_the_pages(cast: Cast, client_for: Enter) -> None:
    client = client_for(cast.denise)
    now = timezone.localtime()
    shape = "%Y-%m-%dT%H:%M"
    wrong = client.post(reverse("privacy:incident_new"), {"tipo": "device", "titulo": ""})
    assert wrong.status_code == 422
    client.post(
        reverse("privacy:incident_new"),
        {
            "tipo": "device", "titulo": "Notebook furtado",
            "conhecido": (now - dt.timedelta(hours=1)).strftime(shape), "aconteceu": "",
        },
    )  # fmt: skip
    found = Incident.objects.get()

    def act(slug: str, **given: str) -> str:
        address = reverse("privacy:incident_act", args=[found.number, slug])
        return client.post(address, given, follow=True).content.decode()

    record = {
        "tipo": "device", "titulo": "Notebook furtado",
        "conhecido": (now - dt.timedelta(hours=1)).strftime(shape),
        "dados": "cpf", "risco": "relevant", "medidas": "senha trocada", "danos": "golpe",
    }  # fmt: skip
    assert "O registro foi salvo" in act("registro", **record)
    assert "Anotado: a ANPD" in act(
        "anpd", **{"anpd-quando": now.strftime(shape), "anpd-texto": "processo 77"}
    )
    told = {"titulares-quando": now.strftime(shape), "titulares-como": "e-mail"}
    assert "Anotado: os titulares" in act("titulares", **told)
    assert "encerrado" in act("encerrar", **{"encerrar-motivo": ""})
    found.refresh_from_db()
    assert not found.is_open
    page = client.get(reverse("privacy:incidents")).content.decode()
    assert found.number in page
    for to in ("anpd", "titulares"):
        letter = client.get(reverse("privacy:incident_letter", args=[found.number, to]))
        assert letter.status_code == 200
    answer = client.post(reverse("privacy:incidents_export"), {"formato": "csv", "motivo": "ofício"})
    assert "Notebook furtado" in b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def test_the_people_are_exported_to_be_told_and_it_leaves_a_trace(cast: Cast, client_for: Enter) -> None:
    incident = lost_list(cast)
    affected.add(incident, {cast.ana.pk, cast.bruno.pk}, found_by="export", by=cast.denise)
    answer = client_for(cast.denise).post(
        reverse("privacy:incident_people", args=[incident.number]), {"formato": "csv", "motivo": "aviso"}
    )
    told = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "ana@example.com" in told
    assert "Bruno" in told
    assert AccessLog.objects.get(action="export_incidents").count == 2


def test_the_register_goes_on_by_keyset(cast: Cast, client_for: Enter) -> None:
    made = {lost_list(cast).number for _number in range(60)}
    client, seen, address = client_for(cast.denise), [], reverse("privacy:incidents")
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r'row-link" href="/privacidade/incidentes/([^/]+)/"', page)
        more = re.search(r'href="([^"]+apos=[^"]+)" hx-get', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == 60
    assert set(seen) == made
