"""A shop's first day: its sales file goes in, the owner sees who is who, opens one, calls her on WhatsApp."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import AccessLog, User
from recompra.customers.models import ContactAttempt, Customer, Refresh
from recompra.ingest.models import ImportRun, Publication
from recompra.work.drain import drain
from tests.cast import Cast, staff
from tests.cast import Role as StaffRole

HEADER = "Pedido;Item;Data da venda;Cliente;CPF;E-mail;Celular;Produto;Qtd;Preço unitário;Loja"


def sales_file(today: dt.date) -> bytes:
    """A small shop's file as a Brazilian spreadsheet writes it: latin-1, decimal comma, dd/mm/yyyy."""
    lines = [HEADER]
    order = 0

    def sale(days_ago: int, name: str, cpf: str, mobile: str, price: str) -> None:
        nonlocal order
        order += 1
        day = today - dt.timedelta(days=days_ago)
        email = f"{name.split()[0].lower()}@example.com" if name else ""
        lines.append(f"{order};1;{day:%d/%m/%Y};{name};{cpf};{email};{mobile};Sandália;1;{price};Centro")

    for days_ago in (400, 320, 250, 180, 110, 60, 20, 6):
        sale(days_ago, "Lívia Conceição", "529.982.247-25", "(41) 98765-4321", "1.250,00")
    for days_ago in (420, 400, 380, 360, 340):
        sale(days_ago, "Heloísa Prado", "111.444.777-35", "(11) 97654-3210", "980,50")
    sale(3, "Íris Novaes", "123.456.789-09", "(41) 96543-2109", "899,90")
    for number in range(12):
        sale(40 + 20 * number, f"Cliente {number}", "", f"(41) 97{number:03d}-1111", "49,90")
    sale(2, "", "", "", "15,00")
    lines.append(f"99;1;31/02/{today.year};Data Errada;;;;Sandália;1;10,00;Centro")
    return "\n".join(lines).encode("cp1252")


def page_text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_the_file_goes_in_and_the_owner_calls_the_one_at_risk(
    db: None, warehouse: str, today: dt.date, client_for: Callable[[User], Client]
) -> None:
    otavio = staff("Otávio", StaffRole.OWNER)
    client = client_for(otavio)

    assert "Importar" in page_text(client, reverse("dashboards:panel"))  # the first of three steps

    upload = SimpleUploadedFile("vendas.csv", sales_file(today), content_type="text/csv")
    answer = client.post(reverse("ingest:start"), {"files": upload, "source": "csv"})
    assert answer.status_code == 302
    drain(ImportRun, Publication, Refresh)
    run = ImportRun.objects.get()
    assert run.status == ImportRun.Status.DONE, run.error
    counts = {
        name: run.report[name] for name in ("read", "accepted", "unchanged", "quarantined", "duplicated")
    }
    assert counts == {"read": 28, "accepted": 27, "unchanged": 0, "quarantined": 1, "duplicated": 0}
    assert "vendas.csv" in page_text(client, reverse("ingest:run", args=[run.pk]))

    panel = page_text(client, reverse("dashboards:panel"))
    for group in ("Campeões (VIP)", "Risco de perda", "Novos promissores"):
        assert re.search(re.escape(group) + r"\s+1\s+pessoa", panel), panel

    at_risk = page_text(client, reverse("customers:list") + "?segmento=at_risk&segmento=nearly_lost")
    assert "Heloísa Prado" in at_risk
    assert "Lívia Conceição" not in at_risk

    found = client.post(reverse("customers:search"), {"busca": "11 97654 3210"})
    assert "Heloísa Prado" in found.content.decode()

    heloisa = Customer.objects.get(cpf="11144477735")
    assert "R$ 4.902,50" in page_text(client, reverse("customers:detail", args=[heloisa.public_id])).replace(
        "\xa0", " "
    )
    chat = client.post(reverse("messaging:open_chat", args=[heloisa.public_id]))
    assert "https://wa.me/5511976543210?text=Oi%2C%20Helo" in unescape(chat.content.decode())
    assert ContactAttempt.objects.get().customer_id == heloisa.pk
    assert AccessLog.objects.filter(customer_id=heloisa.pk, action="contact").exists()


def test_the_same_file_again_changes_nothing(
    db: None, warehouse: str, today: dt.date, client_for: Callable[[User], Client]
) -> None:
    client = client_for(staff("Otávio", StaffRole.OWNER))
    for _ in range(2):
        upload = SimpleUploadedFile("vendas.csv", sales_file(today), content_type="text/csv")
        client.post(reverse("ingest:start"), {"files": upload, "source": "csv"})
        drain(ImportRun, Publication, Refresh)
    second = ImportRun.objects.latest("pk").report
    assert (second["accepted"], second["unchanged"], second["quarantined"]) == (0, 27, 1)


def test_dona_lucia_sees_her_own_store_and_masked_data_only(
    shop: Cast, client_for: Callable[[User], Client]
) -> None:
    client = client_for(shop.lucia)
    people = page_text(client, reverse("customers:list"))
    assert "Ana Beatriz Souza" in people
    assert "Davi Peixoto" not in people
    assert client.get(reverse("customers:detail", args=[shop.davi.public_id])).status_code == 404
    card = page_text(client, reverse("customers:detail", args=[shop.ana.public_id]))
    assert "529.982.247-25" not in card
    assert "98765-4321" not in card
    client.post(reverse("customers:reveal", args=[shop.ana.public_id]))
    assert AccessLog.objects.filter(staff=shop.lucia, action="reveal", customer_id=shop.ana.pk).exists()
