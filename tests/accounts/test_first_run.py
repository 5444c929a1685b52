"""The first owner: by the installation code on a page, once, or by the command line."""

import pytest
from django.test import Client

from recompra.accounts import first_run
from recompra.accounts.models import AccessLog, HousePolicy, User
from recompra.accounts.roles import Role
from recompra.theme.refused import Refused
from tests.cast import PASSWORD, Cast

OTAVIO = {"name": "Otávio", "email": "Otavio@Loja.example", "password": PASSWORD, "again": PASSWORD}

pytestmark = pytest.mark.django_db


def test_an_empty_shop_leads_everybody_to_the_first_run(client: Client) -> None:
    assert client.get("/").url == "/comecar/"
    page = client.get("/comecar/").content.decode()
    assert "Criar o proprietário" in page
    assert 'aria-current="step"' in page


def test_the_code_opens_once_in_any_writing_and_otavio_is_inside(client: Client) -> None:
    code = first_run.issue_code()
    answer = client.post("/comecar/", OTAVIO | {"code": f" {code.lower().replace('-', ' ')} "})
    assert answer.url == "/"
    owner = User.objects.get()
    assert (owner.email, owner.role) == ("otavio@loja.example", Role.OWNER)
    assert client.get("/conta/").status_code == 200
    assert AccessLog.objects.filter(action="staff_first_owner", staff=owner).exists()
    assert HousePolicy.current().setup_code_hash == ""


def test_a_wrong_code_creates_nobody(client: Client) -> None:
    first_run.issue_code()
    answer = client.post("/comecar/", OTAVIO | {"code": "AAAA-BBBB-CCCC"})
    assert answer.status_code == 422
    assert "Este não é o código de instalação" in answer.content.decode()
    assert not User.objects.exists()


def test_without_an_issued_code_an_empty_one_opens_nothing(client: Client) -> None:
    with pytest.raises(Refused):
        first_run.open_with("", email="x@x.example", name="X", password=PASSWORD)


def test_a_new_code_replaces_the_old_one() -> None:
    old, new = first_run.issue_code(), first_run.issue_code()
    with pytest.raises(Refused, match="código de instalação"):
        first_run.open_with(old, email="x@x.example", name="X", password=PASSWORD)
    assert first_run.open_with(new, email="x@x.example", name="X", password=PASSWORD).pk


def test_only_the_hash_of_the_code_is_kept() -> None:
    code = first_run.issue_code()
    assert code.replace("-", "") not in HousePolicy.current().setup_code_hash


def test_guessing_the_code_is_slowed_down(client: Client) -> None:
    first_run.issue_code()
    answers = [client.post("/comecar/", OTAVIO | {"code": f"guess {n}"}) for n in range(11)]
    assert "Tentativas demais" in answers[-1].content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"again": "something else here"}, "As duas senhas não são iguais"),
        ({"password": "curta", "again": "curta"}, "pelo menos 10 caracteres"),
        ({"password": "otavio@loja", "again": "otavio@loja"}, "muito parecida"),
        ({"email": "not an e-mail"}, "email válido"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(client: Client, wrong: dict[str, str], told: str) -> None:
    code = first_run.issue_code()
    answer = client.post("/comecar/", OTAVIO | {"code": code} | wrong)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_shop_with_staff_has_no_first_run(cast: Cast, client: Client) -> None:
    assert client.get("/comecar/").url == "/"
    with pytest.raises(Refused, match="já tem proprietário"):
        first_run.issue_code()


def test_the_command_line_creates_owners_and_refuses_weak_or_known_ones(cast: Cast) -> None:
    owner = first_run.create_owner("Nova@Loja.example", "Nova", PASSWORD)
    assert owner.check_password(PASSWORD)
    assert owner.store_scope() is None
    for email, password in ((owner.email, PASSWORD), ("ok@loja.example", "curta"), ("wrong", PASSWORD)):
        with pytest.raises(Refused):
            first_run.create_owner(email, "X", password)
