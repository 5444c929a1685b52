"""*Clientes para chamar hoje*, as sellers and managers use it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import AccessLog, User
from recompra.accounts.roles import Role
from recompra.calls import acts
from recompra.calls.models import Call, CallRefresh
from recompra.customers.models import ContactAttempt, Customer, ExportRoll, RemarketingRule
from recompra.customers.roll import people_in
from recompra.privacy.blocks.hold import block
from recompra.privacy.consents.ledger import revoke
from tests.calls.stage import call_of, fill
from tests.cast import Cast, staff

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
Status = Call.Status
HERE = "/chamar/"


@pytest.fixture
def due(shop: Cast, today: dt.date) -> Cast:
    """Bruno and Ana are both due: Ana by a row of her own."""
    fill()
    Call.objects.create(
        customer=shop.ana, store=shop.centro, last_on=today - 12 * DAY, usual_days=10, due_on=today - 2 * DAY,
        stake="300.00", listed_on=today, next_from=today - 5 * DAY, next_until=today + 9 * DAY,
        churn_risk=0.37,
    )  # fmt: skip
    return shop


def do(client: Client, customer: Customer, what: str, **more: Any) -> Any:
    return client.post(reverse("calls:act", args=[customer.public_id]), {"fazer": what, **more})


def names(page: str) -> list[str]:
    return re.findall(r'<a href="/clientes/[0-9a-f-]+/">([^<]+)</a>', page)


def test_the_list_says_why_in_words_and_begins_with_what_is_most_at_stake(
    due: Cast, client_for: Callable[[User], Client]
) -> None:
    page = client_for(due.lucia).get(HERE).content.decode()
    assert names(page) == ["Bruno Álvares Lima", "Ana Beatriz Souza"]
    assert "Costuma comprar a cada 140 dias; já se passaram 260 dias." in page
    assert "risco de perda 37%" in page
    assert reverse("customers:recommended", args=[due.ana.public_id]) in page
    assert reverse("messaging:open_chat", args=[due.ana.public_id]) in page
    for sort in ("atraso", "recente"):
        assert len(names(client_for(due.lucia).get(HERE, {"ordem": sort}).content.decode())) == 2


def test_who_may_not_be_contacted_is_not_on_the_list_from_that_moment_on(
    due: Cast, client_for: Callable[[User], Client]
) -> None:
    client = client_for(due.lucia)
    block(due.bruno, ["messages"], "pediu")
    assert names(client.get(HERE).content.decode()) == ["Ana Beatriz Souza"]
    revoke(due.ana, "marketing", by=due.otavio)
    assert names(client.get(HERE).content.decode()) == []
    answer = do(client, due.ana, "vou")
    assert answer.status_code == 422
    assert call_of(due.ana).seller is None


def test_a_seller_of_another_store_sees_none_of_it(due: Cast, client_for: Callable[[User], Client]) -> None:
    due.lucia.stores.set([due.online])
    client = client_for(due.lucia)
    assert names(client.get(HERE).content.decode()) == []
    assert names(client.post(HERE, {"busca": "Ana"}).content.decode()) == []
    assert do(client, due.ana, "vou").status_code == 404


def test_lucia_takes_ana_and_a_colleague_comes_too_late(
    due: Cast, client_for: Callable[[User], Client]
) -> None:
    rita = staff("Rita", Role.SELLER, due.centro)
    assert do(client_for(due.lucia), due.ana, "vou").status_code == 302
    assert call_of(due.ana).seller == due.lucia
    late = do(client_for(rita), due.ana, "vou")
    assert late.status_code == 422
    assert "Dona Lúcia já disse que vai chamar." in late.content.decode()
    assert names(client_for(rita).get(HERE).content.decode()) == ["Bruno Álvares Lima"]
    assert names(client_for(rita).get(HERE, {"de": "todos"}).content.decode())[1:] == ["Ana Beatriz Souza"]
    assert names(client_for(due.lucia).get(HERE, {"de": "meus"}).content.decode()) == ["Ana Beatriz Souza"]
    assert do(client_for(rita), due.ana, "largar").status_code == 422
    assert do(client_for(due.lucia), due.ana, "largar").status_code == 302
    assert call_of(due.ana).seller is None


def test_talking_putting_off_and_leaving_alone_move_the_row_and_undo_brings_it_back(
    due: Cast, today: dt.date, client_for: Callable[[User], Client]
) -> None:
    client = client_for(due.lucia)
    for what, more, status, situation in (
        ("falei", {}, Status.TALKED, "falei"),
        ("adiar", {"dias": "7"}, Status.SNOOZED, "adiados"),
        ("nao", {}, Status.DECLINED, "nao"),
    ):
        do(client, due.ana, what, **more)
        assert call_of(due.ana).status == status
        assert names(client.get(HERE).content.decode()) == ["Bruno Álvares Lima"]
        there = client.get(HERE, {"situacao": situation, "de": "todos"}).content.decode()
        assert names(there) == ["Ana Beatriz Souza"]
        assert "Desfazer" in there
        do(client, due.ana, "desfazer")
        assert (call_of(due.ana).status, call_of(due.ana).until) == (Status.OPEN, None)
    assert do(client, due.ana, "desfazer").status_code == 422
    assert do(client, due.ana, "adiar", dias="4000").status_code == 422
    assert do(client, due.ana, "sumir").status_code == 422
    assert do(client, due.carla, "vou").status_code == 422


def test_the_row_alone_comes_back_where_htmx_asks(due: Cast, client_for: Callable[[User], Client]) -> None:
    answer = client_for(due.lucia).post(
        reverse("calls:act", args=[due.ana.public_id]),
        {"fazer": "falei"},
        headers={"HX-Request": "true", "HX-Target": f"c-{due.ana.public_id}"},
    )
    text = answer.content.decode()
    assert text.strip().startswith(f'<tr id="c-{due.ana.public_id}"')
    assert "Falou em" in text
    assert "Dona Lúcia" in text


def test_only_a_call_s_own_people_and_managers_undo(due: Cast, client_for: Callable[[User], Client]) -> None:
    rita = staff("Rita", Role.SELLER, due.centro)
    do(client_for(due.lucia), due.ana, "falei")
    assert do(client_for(rita), due.ana, "desfazer").status_code == 422
    assert do(client_for(due.marta), due.ana, "desfazer").status_code == 302


def test_the_manager_hands_customers_out(due: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(due.marta)
    ids = [str(pk) for pk in Call.objects.values_list("pk", flat=True)]
    answer = client.post("/chamar/distribuir/", {"chamada": ids, "para": due.lucia.pk}, follow=True)
    assert "2 clientes mudaram de mãos." in answer.content.decode()
    assert set(Call.objects.values_list("seller", flat=True)) == {due.lucia.pk}
    assert AccessLog.objects.filter(action="calls_dealt", about=due.lucia, count=2).exists()
    client.post("/chamar/distribuir/", {"chamada": ids, "para": ""})
    assert set(Call.objects.values_list("seller", flat=True)) == {None}


def test_customers_go_only_to_colleagues_who_may_call_them(
    due: Cast, client_for: Callable[[User], Client]
) -> None:
    client, ids = client_for(due.marta), [str(pk) for pk in Call.objects.values_list("pk", flat=True)]
    other = staff("Olga", Role.SELLER, due.online)
    for to in (due.aline.pk, other.pk, 999_999):
        assert client.post("/chamar/distribuir/", {"chamada": ids, "para": to}).status_code == 422
    assert client.post("/chamar/distribuir/", {"para": due.lucia.pk}).status_code == 422
    assert client_for(due.lucia).post("/chamar/distribuir/", {"chamada": ids}).status_code == 403
    assert set(Call.objects.values_list("seller", flat=True)) == {None}


def test_who_only_looks_has_no_buttons(due: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(due.aline)
    page = client.get(HERE).content.decode()
    assert names(page) == ["Bruno Álvares Lima", "Ana Beatriz Souza"]
    assert "Vou chamar" not in page
    assert do(client, due.ana, "vou").status_code == 403


def test_a_search_finds_by_name_without_a_word_in_the_address(
    due: Cast, client_for: Callable[[User], Client]
) -> None:
    client = client_for(due.lucia)
    assert names(client.post(HERE, {"busca": "bruno"}).content.decode()) == ["Bruno Álvares Lima"]
    none = client.post(HERE, {"busca": "Carla"}).content.decode()
    assert names(none) == []
    assert "Ninguém da lista foi encontrado" in none


def test_the_list_pages_by_key_past_those_who_may_not_be_contacted(
    due: Cast, today: dt.date, client_for: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recompra.calls.listing.CHUNK", 3)
    monkeypatch.setattr("recompra.calls.listing.PAGE", 2)
    people = [Customer.objects.create(name=f"Cliente {n:02}") for n in range(9)]
    for number, one in enumerate(people):
        Call.objects.create(
            customer=one, last_on=today - 30 * DAY, usual_days=20, due_on=today - 10 * DAY,
            stake=number // 2, listed_on=today,
        )  # fmt: skip
        if number % 3 == 0:
            block(one, ["messages"], "pediu")
    client, seen, address = client_for(due.marta), [], HERE
    while address:
        page = client.get(address).content.decode()
        seen += names(page)
        more = re.search(r'id="mais".*?href="([^"]+)"', page, re.S)
        address = more.group(1).replace("&amp;", "&") if more else ""
    wanted = [one.name for number, one in enumerate(people) if number % 3]
    assert sorted(seen[2:]) == wanted
    assert seen[:2] == ["Bruno Álvares Lima", "Ana Beatriz Souza"]
    assert len(seen) == len(set(seen))


def test_the_export_is_safe_traced_and_leaves_out_whom_we_may_not_contact(
    due: Cast, client_for: Callable[[User], Client]
) -> None:
    due.ana.name = "=HYPERLINK(1)"
    due.ana.save()
    block(due.bruno, ["messages"], "pediu")
    assert client_for(due.lucia).get("/chamar/exportar/").status_code == 403
    client = client_for(due.marta)
    assert client.post("/chamar/exportar/", {"formato": "csv", "motivo": ""}).status_code == 422
    answer = client.post("/chamar/exportar/", {"formato": "csv", "motivo": "reunião"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert row["Nome"].startswith("'=")
    assert row["Dias sem comprar"] == "12"
    entry = AccessLog.objects.get(action="export_calls")
    assert people_in(entry) == {due.ana.pk}
    assert ExportRoll.objects.count() == 1


def test_the_shop_moves_the_day_and_the_list_follows(due: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(due.marta)
    assert "no dia 16" in client.get("/chamar/regra/").content.decode()
    assert client.post("/chamar/regra/", {"dias": "-1"}).status_code == 422
    assert client.post("/chamar/regra/", {"dias": ""}).status_code == 422
    assert not RemarketingRule.objects.exists()
    client.post("/chamar/regra/", {"dias": "5"})
    assert RemarketingRule.objects.get().after_days == 5
    assert CallRefresh.objects.filter(status="waiting", reason="rule").exists()
    assert AccessLog.objects.filter(action="remarketing_rule").exists()
    assert "no dia 20" in client.get("/chamar/regra/").content.decode()
    assert client_for(due.lucia).get("/chamar/regra/").status_code == 403


def test_results_count_only_who_had_the_time_and_claim_no_cause(
    shop: Cast, today: dt.date, client_for: Callable[[User], Client]
) -> None:
    def one(talked: int | None, back: int | None, listed: int = 60) -> None:
        customer = Customer.objects.create(name="x")
        Call.objects.create(
            customer=customer, last_on=today - 100 * DAY, usual_days=20, due_on=today - 80 * DAY, stake=1,
            listed_on=today - listed * DAY, talked_on=None if talked is None else today - talked * DAY,
            back_on=None if back is None else today - back * DAY,
            status=Status.OPEN if back is None else Status.WON,
        )  # fmt: skip

    one(60, 45)
    one(60, 20)  # too late: 40 days after
    one(50, None)
    one(10, 5)  # too early to tell
    one(None, 40)
    one(None, None)
    page = client_for(shop.marta).get("/chamar/resultado/").content.decode()
    assert "1 de 3 com quem se falou" in page
    assert "1 de 2 da lista" in page
    assert "não prova" in page
    shop.lucia.stores.set([])
    assert "0 de" not in client_for(shop.aline).get("/chamar/resultado/", {"dias": "99"}).content.decode()


def test_an_attempt_by_whatsapp_shows_on_the_row(due: Cast, client_for: Callable[[User], Client]) -> None:
    ContactAttempt.objects.create(customer=due.ana, staff=due.lucia)
    page = client_for(due.lucia).get(HERE).content.decode()
    assert page.count("Conversa aberta em") == 1


def test_the_customer_s_story_tells_of_the_call(due: Cast, client_for: Callable[[User], Client]) -> None:
    acts.talk(call_of(due.ana), due.lucia)
    page = client_for(due.lucia).get(f"/clientes/{due.ana.public_id}/").content.decode()
    assert "A loja falou com o cliente" in page
