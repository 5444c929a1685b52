"""The team's pages: finding, changing, switching off; and there is always an owner."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from recompra.accounts import staff
from recompra.accounts.models import AccessLog, User
from recompra.accounts.roles import Capability, Role, may
from recompra.theme.refused import Refused
from tests.cast import Cast


@pytest.fixture
def owner(cast: Cast, client_for: Callable[[User], Client]) -> Client:
    return client_for(cast.otavio)


def names(page: str) -> list[str]:
    return [name for name in ("Otávio", "Marta", "Dona Lúcia", "Saulo", "Aline") if f">{name}</a>" in page]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Otávio", "Marta", "Dona Lúcia", "Saulo", "Aline"]),
        ("busca=aline", ["Aline"]),
        ("busca=saulo@loja", ["Saulo"]),
        ("funcao=manager", ["Marta"]),
        ("funcao=nonsense", ["Otávio", "Marta", "Dona Lúcia", "Saulo", "Aline"]),
        ("loja=999999999999999999999", []),
        ("situacao=desligado", []),
        ("busca=ninguém", []),
    ],
)
def test_finding_colleagues(owner: Client, query: str, shown: list[str]) -> None:
    assert names(owner.get(f"/equipe/?{query}").content.decode()) == shown


def test_by_store_only_lucia_is_of_centro(cast: Cast, owner: Client) -> None:
    assert names(owner.get(f"/equipe/?loja={cast.centro.pk}").content.decode()) == ["Dona Lúcia"]


@pytest.mark.parametrize(("order", "first"), [("nome", "Aline"), ("-nome", "Saulo"), ("entrada", "Otávio")])
def test_sorting_colleagues(owner: Client, order: str, first: str) -> None:
    page = owner.get(f"/equipe/?ordem={order}").content.decode()
    places = {name: page.index(f">{name}</a>") for name in names(page)}
    assert min(places, key=places.__getitem__) == first


def test_filtering_answers_with_the_table_alone(owner: Client) -> None:
    answer = owner.get("/equipe/?busca=marta", headers={"HX-Request": "true", "HX-Target": "people"})
    page = answer.content.decode()
    assert page.lstrip().startswith('<div id="people"')
    assert "HX-Target" in answer.headers["Vary"]


def test_lucia_becomes_a_manager_of_both_stores_and_is_logged_out(
    cast: Cast, owner: Client, client_for: Callable[[User], Client]
) -> None:
    hers = client_for(cast.lucia)
    assert hers.get("/conta/").status_code == 200
    given = {
        "name": "Lúcia",
        "email": cast.lucia.email,
        "role": "manager",
        "stores": [cast.centro.pk, cast.online.pk],
    }
    assert owner.post(f"/equipe/{cast.lucia.pk}/", given).status_code == 302
    cast.lucia.refresh_from_db()
    assert (cast.lucia.role, len(cast.lucia.store_scope() or ())) == (Role.MANAGER, 2)
    entry = AccessLog.objects.get(action="staff_change")
    assert (entry.staff, entry.about, entry.fields) == (cast.otavio, cast.lucia, ["name", "role", "stores"])


def test_saving_without_a_change_changes_and_logs_nothing(cast: Cast, owner: Client) -> None:
    given = {"name": cast.marta.name, "email": cast.marta.email, "role": "manager"}
    assert "Nada mudou." in owner.post(f"/equipe/{cast.marta.pk}/", given, follow=True).content.decode()
    assert not AccessLog.objects.filter(action="staff_change").exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"email": "otavio@loja.example"}, "Já existe alguém na equipe"),
        ({"role": "seller"}, "pelo menos uma loja"),
        ({"name": ""}, "obrigatório"),
    ],
)
def test_a_change_that_the_rules_refuse(
    cast: Cast, owner: Client, changed: dict[str, str], told: str
) -> None:
    given = {"name": cast.marta.name, "email": cast.marta.email, "role": "manager"} | changed
    answer = owner.post(f"/equipe/{cast.marta.pk}/", given)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    cast.marta.refresh_from_db()
    assert (cast.marta.email, cast.marta.role) == ("marta@loja.example", Role.MANAGER)


def test_the_last_owner_stays_an_owner_and_stays_on(cast: Cast, owner: Client) -> None:
    given = {"name": "Otávio", "email": cast.otavio.email, "role": "manager"}
    assert "pelo menos um proprietário" in owner.post(f"/equipe/{cast.otavio.pk}/", given).content.decode()
    answer = owner.post(f"/equipe/{cast.otavio.pk}/desligar/")
    assert (answer.status_code, "pelo menos um proprietário" in answer.content.decode()) == (422, True)
    cast.otavio.refresh_from_db()
    assert cast.otavio.is_active
    assert cast.otavio.role == Role.OWNER


def test_with_two_owners_one_may_go(cast: Cast) -> None:
    staff.change(cast.otavio, cast.marta, name="Marta", email=cast.marta.email, role=Role.OWNER, stores=[])
    staff.switch_off(cast.marta, cast.otavio)
    with pytest.raises(Refused):
        staff.switch_off(cast.marta, cast.marta)


@pytest.mark.parametrize("act", ["desligar", "religar", "zerar-segundo-fator", "nova-senha"])
def test_each_act_asks_first_and_get_changes_nothing(cast: Cast, owner: Client, act: str) -> None:
    before = AccessLog.objects.count()
    assert "Marta" in owner.get(f"/equipe/{cast.marta.pk}/{act}/").content.decode()
    assert AccessLog.objects.count() == before


def test_an_act_that_does_not_exist_is_not_found(cast: Cast, owner: Client) -> None:
    assert owner.get(f"/equipe/{cast.marta.pk}/promover/").status_code == 404


def test_marta_lost_her_phone_and_the_second_factor_is_reset(cast: Cast, owner: Client) -> None:
    Authenticator.objects.create(user=cast.marta, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert "Zerar o segundo fator" in owner.get(f"/equipe/{cast.marta.pk}/").content.decode()
    assert owner.post(f"/equipe/{cast.marta.pk}/zerar-segundo-fator/").status_code == 302
    assert not Authenticator.objects.filter(user=cast.marta).exists()
    assert AccessLog.objects.get(action="staff_reset_second_factor").about == cast.marta
    assert owner.post(f"/equipe/{cast.marta.pk}/zerar-segundo-fator/").status_code == 422


def test_the_rule_of_the_second_factor_is_a_switch(cast: Cast, owner: Client) -> None:
    owner.post("/equipe/segundo-fator/", {"required": "1"})
    assert owner.get("/equipe/").url == "/conta/segundo-fator/ligar/"


def test_what_each_role_may() -> None:
    def of(role: Role) -> set[str]:
        return {c.value for c in Capability if may(User(role=role, is_active=True), c)}

    assert of(Role.OWNER) == {c.value for c in Capability}
    assert of(Role.MANAGER) == of(Role.OWNER) - {"manage_staff", "see_personal_data", "privacy"}
    assert of(Role.SELLER) == {"see_customers", "contact", "reveal_personal_data", "edit_customers"}
    assert of(Role.SAC) == {
        "see_customers", "contact", "see_personal_data", "edit_customers", "merge", "block",
    }  # fmt: skip
    assert of(Role.ANALYST) == {"see_panel", "see_customers", "export", "segment"}
    assert of(Role.DPO) == {
        "see_customers", "see_personal_data", "edit_customers", "privacy", "block", "export",
    }  # fmt: skip
    assert not may(User(role=Role.OWNER, is_active=False), Capability.SEE_PANEL)


def test_a_seller_without_store_sees_none_and_an_owner_with_one_sees_all(cast: Cast) -> None:
    assert cast.lucia.store_scope() == {cast.centro.pk}
    cast.lucia.stores.clear()
    cast.otavio.stores.add(cast.centro)
    assert cast.lucia.store_scope() == frozenset()
    assert cast.otavio.store_scope() is None
    assert cast.marta.store_scope() is None
