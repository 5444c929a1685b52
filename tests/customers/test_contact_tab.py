"""The tab *Contato* as each member of staff sees and uses it, with and without htmx."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import User
from recompra.customers.contact import addresses, company
from recompra.customers.contact import points as contact_points
from recompra.customers.models import Change, ContactPoint, Customer, Mention, Note
from recompra.customers.notes import write as notes
from tests.cast import Cast
from tests.customers.test_addresses import FLOWERS

SignIn = Callable[[User], Client]
XSS = '<img src=x onerror="alert(1)">'
FORMULA = '=HYPERLINK("http://x")'


def at(customer: Customer, name: str, *more: int) -> str:
    return reverse(f"customers:{name}", args=[customer.public_id, *more])


def text(answer: Any) -> str:
    return answer.content.decode().replace("\xa0", " ")


def htmx(target: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": target}


def mobile(customer: Customer) -> ContactPoint:
    return customer.contact_points.get(kind="mobile")


NEW_POINT = {"valor": "ana.nova@example.org", "origem": "customer", "uso": "any"}


def test_a_contact_is_added_and_the_tab_says_so(shop: Cast, client_for: SignIn) -> None:
    page = client_for(shop.saulo).post(at(shop.ana, "add_point"), NEW_POINT, follow=True)
    assert "Contato adicionado." in text(page)
    assert "ana.nova@example.org" in text(page)
    assert "informado pelo cliente" in text(page)
    assert page.redirect_chain == [(at(shop.ana, "contact") + "#contato", 302)]


def test_htmx_gets_the_section_and_a_wrong_value_stays_in_its_form(shop: Cast, client_for: SignIn) -> None:
    sac = client_for(shop.saulo)
    wrong = sac.post(at(shop.ana, "add_point"), NEW_POINT | {"valor": "98765-4321"}, headers=htmx("contato"))
    assert wrong.status_code == 422
    assert text(wrong).lstrip().startswith('<section id="contato"')
    assert "Falta o DDD" in text(wrong)
    assert 'value="98765-4321"' in text(wrong)
    assert re.search(r"<details[^>]* open>", text(wrong))
    right = sac.post(at(shop.ana, "add_point"), NEW_POINT, headers=htmx("contato"))
    assert right.status_code == 200
    assert "Contato adicionado." in text(right)
    assert 'id="notas"' not in text(right)
    doubled = sac.post(at(shop.ana, "add_point"), NEW_POINT)
    assert "já tem este contato" in text(doubled)


def test_a_contact_is_corrected_in_its_place(shop: Cast, client_for: SignIn) -> None:
    sac, point = client_for(shop.saulo), mobile(shop.ana)
    form = text(sac.get(at(shop.ana, "edit_point", point.pk), headers=htmx("contato")))
    assert 'value="(41) 98765-4321"' in form
    seen = re.search(r'name="ponto-visto" value="(\w+)"', form)
    assert seen is not None
    given = {
        "ponto-valor": "41 98888-7777",
        "ponto-origem": "customer",
        "ponto-uso": "service",
        "ponto-visto": seen[1],
    }
    page = text(sac.post(at(shop.ana, "edit_point", point.pk), given, headers=htmx("contato")))
    assert "(41) 98888-7777" in page
    assert "só atendimento" in page
    again = sac.post(at(shop.ana, "edit_point", point.pk), given)
    assert again.status_code == 422
    assert "Um colega mudou este contato" in text(again)


def test_who_sees_masks_corrects_without_seeing(shop: Cast, client_for: SignIn) -> None:
    seller, point = client_for(shop.lucia), mobile(shop.ana)
    form = text(seller.get(at(shop.ana, "edit_point", point.pk)))
    assert "98765" not in form
    assert "Deixe em branco para manter" in form
    given = {"ponto-valor": "", "ponto-origem": "customer", "ponto-uso": "none"}
    page = text(seller.post(at(shop.ana, "edit_point", point.pk), given, follow=True))
    point.refresh_from_db()
    assert (point.value, point.use) == ("5541987654321", "none")
    assert "não usar" in page
    assert "98765" not in page


def test_removing_asks_first_and_says_how_to_undo(shop: Cast, client_for: SignIn) -> None:
    sac, point = client_for(shop.saulo), mobile(shop.ana)
    asked = text(sac.get(at(shop.ana, "remove_point", point.pk)))
    assert "Remover celular (41) 98765-4321?" in asked
    assert ContactPoint.objects.filter(pk=point.pk).exists()
    page = text(sac.post(at(shop.ana, "remove_point", point.pk), follow=True))
    assert "histórico de alterações" in page
    assert not ContactPoint.objects.filter(pk=point.pk).exists()


def test_preferring_and_confirming(shop: Cast, client_for: SignIn) -> None:
    sac, point = client_for(shop.saulo), mobile(shop.ana)
    assert "preferido" in text(sac.post(at(shop.ana, "prefer_point", point.pk), follow=True))
    confirmed = sac.post(at(shop.ana, "confirm_point", point.pk), {"como": "answered"}, follow=True)
    assert "atendeu ou respondeu" in text(confirmed)
    assert sac.post(at(shop.ana, "confirm_point", point.pk), {"como": "magic"}).status_code == 422


def test_a_contact_of_another_customer_is_not_reached_through_ones_own(
    shop: Cast, client_for: SignIn
) -> None:
    sac, other = client_for(shop.saulo), mobile(shop.bruno)
    for name in ("edit_point", "remove_point", "prefer_point", "confirm_point"):
        assert sac.post(at(shop.ana, name, other.pk)).status_code == 404
    note = notes.write(shop.bruno, "x", "other", by=shop.saulo)
    kept = addresses.save(shop.bruno, FLOWERS, by=shop.saulo)
    for name in ("edit_note", "pin_note", "delete_note", "bring_back_note"):
        assert sac.post(at(shop.ana, name, note.pk)).status_code == 404
    assert sac.get(at(shop.ana, "note", note.pk)).status_code == 404
    assert sac.post(at(shop.ana, "remove_address", kept.pk)).status_code == 404
    assert sac.get(at(shop.ana, "edit_point", 10**30)).status_code == 404


WRITES = ("add_point", "add_person", "add_address", "add_note", "look_up", "accept_public_data")


def test_who_may_not_edit_reads_and_is_offered_nothing(shop: Cast, client_for: SignIn) -> None:
    analyst = client_for(shop.aline)
    page = text(analyst.get(at(shop.ana, "contact")))
    for offered in ("Adicionar telefone", "Adicionar endereço", "Guardar nota"):
        assert offered not in page
    for name in WRITES:
        assert analyst.post(at(shop.ana, name)).status_code == 403


def test_a_seller_of_another_store_gets_nowhere(shop: Cast, client_for: SignIn) -> None:
    seller, point = client_for(shop.lucia), mobile(shop.davi)
    for name in WRITES:
        assert seller.post(at(shop.davi, name)).status_code == 404
    for name in ("edit_point", "remove_point", "prefer_point", "confirm_point"):
        assert seller.post(at(shop.davi, name, point.pk)).status_code == 404
    assert seller.post(at(shop.davi, "search_notes"), {"palavras": "x"}).status_code == 404


def test_addresses_are_written_corrected_and_removed(shop: Cast, client_for: SignIn) -> None:
    sac = client_for(shop.saulo)
    wrong = sac.post(at(shop.ana, "add_address"), FLOWERS | {"postcode": "123", "street": ""})
    assert wrong.status_code == 422
    assert "oito dígitos" in text(wrong)
    sac.post(at(shop.ana, "add_address"), FLOWERS | {"postcode": "80010-000"})
    kept = shop.ana.addresses.get()
    given = {f"endereco-{name}": value for name, value in (FLOWERS | {"number": "12"}).items()}
    page = text(sac.post(at(shop.ana, "edit_address", kept.pk), given, follow=True))
    assert "Rua das Flores, 12" in page
    assert "Entrega" in page
    masked = text(client_for(shop.lucia).get(at(shop.ana, "contact")))
    assert "Rua das Flores" not in masked
    assert "•••••••• · Curitiba, PR" in masked
    assert "Remover o endereço" in text(sac.get(at(shop.ana, "remove_address", kept.pk)))
    sac.post(at(shop.ana, "remove_address", kept.pk))
    assert not shop.ana.addresses.exists()


def company_of(customer: Customer) -> Customer:
    """The customer, made a company."""
    Customer.objects.filter(pk=customer.pk).update(cpf=None, cnpj="11222333000181", trade_name="Padaria")
    return Customer.objects.get(pk=customer.pk)


def test_a_company_has_people_with_their_own_contacts(shop: Cast, client_for: SignIn) -> None:
    sac, bakery = client_for(shop.saulo), company_of(shop.bruno)
    assert "Pessoas da empresa" not in text(sac.get(at(shop.ana, "contact")))
    page = text(sac.post(at(bakery, "add_person"), {"nome": "Joana", "cargo": "compras"}, follow=True))
    assert "Pessoa adicionada" in page
    joana = bakery.contact_persons.get()
    sac.post(at(bakery, "add_point"), NEW_POINT | {"pessoa": str(joana.pk)})
    shown = text(sac.get(at(bakery, "contact")))
    assert shown.index("Joana") < shown.index("ana.nova@example.org")
    given = {"pessoa-nome": "Joana Prado", "pessoa-cargo": "diretora"}
    assert "Joana Prado" in text(sac.post(at(bakery, "edit_person", joana.pk), given, follow=True))
    assert "Remover Joana Prado da empresa?" in text(sac.get(at(bakery, "remove_person", joana.pk)))
    sac.post(at(bakery, "remove_person", joana.pk))
    assert bakery.contact_points.get(value="ana.nova@example.org").person is None


def test_a_person_of_another_company_is_no_choice(shop: Cast, client_for: SignIn) -> None:
    bakery = company_of(shop.bruno)
    company.save_person(bakery, name="Joana", role="")
    other = Customer.objects.create(name="Outra", cnpj="11444777000161")
    theirs = company.save_person(other, name="Pedro", role="")
    answer = client_for(shop.saulo).post(at(bakery, "add_point"), NEW_POINT | {"pessoa": str(theirs.pk)})
    assert answer.status_code == 422
    assert client_for(shop.saulo).post(at(bakery, "edit_person", theirs.pk)).status_code == 404


def test_a_person_has_no_company_people(shop: Cast, client_for: SignIn) -> None:
    assert client_for(shop.saulo).post(at(shop.ana, "add_person"), {"nome": "Joana"}).status_code == 422


def test_a_note_is_written_found_edited_and_brought_back(shop: Cast, client_for: SignIn) -> None:
    sac = client_for(shop.saulo)
    page = text(sac.post(at(shop.ana, "add_note"), {"texto": "Pediu catálogo", "tipo": "visit"}, follow=True))
    assert "Nota guardada." in page
    assert "Pediu catálogo" in page
    note = Note.objects.get()
    mine = htmx(f"nota-{note.pk}")
    form = text(sac.get(at(shop.ana, "edit_note", note.pk), headers=mine))
    assert f'name="nota{note.pk}-texto"' in form
    given = {f"nota{note.pk}-texto": "Pediu catálogo de Natal", f"nota{note.pk}-tipo": "visit"}
    edited = text(sac.post(at(shop.ana, "edit_note", note.pk), given, headers=mine))
    assert "editada em" in edited
    alone = text(sac.get(at(shop.ana, "note", note.pk)))
    assert "Como era antes" in alone
    assert "até" in alone
    found = sac.post(at(shop.ana, "search_notes"), {"palavras": "catalogo natal"}, headers=htmx("notas"))
    assert "Pediu catálogo de Natal" in text(found)
    nothing = sac.post(at(shop.ana, "search_notes"), {"palavras": "zzz"})
    assert "Nenhuma nota combina" in text(nothing)
    deleted = text(sac.post(at(shop.ana, "delete_note", note.pk), headers=mine))
    assert "Desfazer" in deleted
    assert "Pediu catálogo" not in deleted
    assert "Pediu catálogo" not in text(sac.get(at(shop.ana, "contact")))
    back = sac.post(at(shop.ana, "bring_back_note", note.pk), follow=True)
    assert "Pediu catálogo de Natal" in text(back)


def test_a_deleted_note_is_nobody_elses_to_see(shop: Cast, client_for: SignIn) -> None:
    note = notes.write(shop.ana, "segredo", "other", by=shop.saulo)
    notes.delete(note, by=shop.saulo)
    assert client_for(shop.lucia).get(at(shop.ana, "note", note.pk)).status_code == 404
    assert client_for(shop.lucia).post(at(shop.ana, "bring_back_note", note.pk)).status_code == 404
    assert client_for(shop.saulo).get(at(shop.ana, "note", note.pk)).status_code == 200


def test_the_note_of_a_colleague_is_not_ones_own_to_edit(shop: Cast, client_for: SignIn) -> None:
    note = notes.write(shop.ana, "da Lúcia", "other", by=shop.lucia)
    sac = client_for(shop.saulo)
    assert sac.get(at(shop.ana, "edit_note", note.pk)).status_code == 422
    assert sac.post(at(shop.ana, "delete_note", note.pk)).status_code == 422
    note.refresh_from_db()
    assert note.deleted_at is None


def test_ten_thousand_and_one_characters_are_refused_with_a_sentence_and_stay(
    shop: Cast, client_for: SignIn
) -> None:
    long = "a" * 10_001
    answer = client_for(shop.saulo).post(at(shop.ana, "add_note"), {"texto": long, "tipo": "other"})
    assert answer.status_code == 422
    assert "no máximo 10.000 caracteres: encurte 1" in text(answer)
    assert long in text(answer)


def test_markup_and_formulas_are_shown_as_text(shop: Cast, client_for: SignIn) -> None:
    sac = client_for(shop.saulo)
    for evil in (XSS, FORMULA, "\u202eevil"):
        sac.post(at(shop.ana, "add_note"), {"texto": evil, "tipo": "other"})
        sac.post(at(shop.ana, "add_address"), FLOWERS | {"street": evil})
    page = text(sac.get(at(shop.ana, "contact")))
    assert XSS not in page
    assert "&lt;img src=x" in page
    assert "\u202e" not in page


def test_the_mentioned_sees_a_counter_a_list_and_marks_it_seen(shop: Cast, client_for: SignIn) -> None:
    client_for(shop.saulo).post(at(shop.ana, "add_note"), {"texto": "@Marta olhe", "tipo": "other"})
    manager = client_for(shop.marta)
    assert re.search(r"Menções\s*<span class=\"badge brand\">1", text(manager.get("/clientes/")))
    page = text(manager.get(reverse("customers:mentions")))
    assert "1 ainda não vista" in page
    assert "@Marta olhe" in page
    call = Mention.objects.get()
    assert "Tudo visto" in text(
        manager.post(reverse("customers:read_mention"), {"qual": str(call.pk)}, follow=True)
    )
    assert "@Marta olhe" in text(manager.get(reverse("customers:mentions") + "?todas=1"))
    assert manager.post(reverse("customers:read_mention"), {"qual": "x"}).status_code == 404
    assert "badge brand" not in text(manager.get("/clientes/"))


def test_one_marks_only_ones_own_mentions(shop: Cast, client_for: SignIn) -> None:
    notes.write(shop.ana, "@Marta", "other", by=shop.saulo)
    call = Mention.objects.get()
    client_for(shop.lucia).post(reverse("customers:read_mention"), {"qual": str(call.pk)})
    call.refresh_from_db()
    assert call.read_at is None


def test_a_note_masked_for_the_role_is_shown_after_a_reveal_and_logged(
    shop: Cast, client_for: SignIn
) -> None:
    notes.write(shop.ana, "Novo número 41 99999-1234", "contact", by=shop.saulo)
    seller = client_for(shop.lucia)
    assert "99999-1234" not in text(seller.get(at(shop.ana, "contact")))
    revealed = text(seller.post(at(shop.ana, "reveal"), headers=htmx("aba")))
    assert "99999-1234" in revealed
    assert "41) 98765-4321" in revealed


def test_every_change_of_the_tab_stands_in_the_log(shop: Cast, client_for: SignIn) -> None:
    sac = client_for(shop.saulo)
    sac.post(at(shop.ana, "add_point"), NEW_POINT)
    added = shop.ana.contact_points.get(value="ana.nova@example.org")
    contact_points.remove(added, by=shop.saulo)
    sac.post(at(shop.ana, "add_address"), FLOWERS)
    names = list(Change.objects.order_by("pk").values_list("names", flat=True))
    assert names == [",email,", ",email,", ",address,"]


@pytest.mark.parametrize("who", ["otavio", "marta", "lucia", "saulo", "aline", "denise"])
def test_the_tab_opens_for_every_role_within_few_questions(
    shop: Cast, client_for: SignIn, who: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(15):
        notes.write(shop.ana, f"nota {number} @Marta", "other", by=shop.saulo)
    client = client_for(getattr(shop, who))
    with django_assert_max_num_queries(45):
        assert client.get(at(shop.ana, "contact")).status_code == 200
