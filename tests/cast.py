"""The named cast. Whoever reads a test knows who they are.

Customers: Ana consents to all. Bruno is blocked for campaigns. Carla asked not to be contacted. Davi has just
arrived.
Staff: Otávio owns the shop, Marta manages it, Dona Lúcia sells in the store Centro, Saulo answers the SAC,
Aline analyses, Denise is the data protection officer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from recompra.accounts.models import Store, User
from recompra.accounts.roles import Role
from recompra.customers.identifiers import name_key
from recompra.customers.keys import CustomerKey
from recompra.customers.models import ContactPoint, Customer
from recompra.privacy.consents.ledger import declare_new
from tests import twelve_orders

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Cast:
    centro: Store
    online: Store
    ana: Customer
    bruno: Customer
    carla: Customer
    davi: Customer
    otavio: User
    marta: User
    lucia: User
    saulo: User
    aline: User
    denise: User


def stores() -> tuple[Store, Store]:
    centro = Store.objects.create(
        id=twelve_orders.CENTRO, code="centro", name="Loja Centro", city="Curitiba", state="PR"
    )
    online = Store.objects.create(id=twelve_orders.ONLINE, code="online", name="Loja Online", is_online=True)
    return centro, online


def customer(key: int, name: str, cpf: str, mobile: str, email: str, **fields: object) -> Customer:
    """A customer with a mobile (11 digits) and an e-mail, linked to a key of the twelve orders."""
    person = Customer.objects.create(name=name, name_key=name_key(name), cpf=cpf, **fields)
    CustomerKey.objects.create(customer=person, key=key)
    ContactPoint.objects.create(
        customer=person, kind="mobile", value=f"55{mobile}", match_key=mobile[-8:] + mobile[:2]
    )
    ContactPoint.objects.create(customer=person, kind="email", value=email, match_key=email)
    declare_new([person.pk], source="the till")
    return person


def staff(name: str, role: Role, *stores: Store) -> User:
    handle = name.split()[-1].lower().replace("á", "a").replace("ú", "u")
    user = User.objects.create_user(f"{handle}@loja.example", PASSWORD, name=name, role=role)
    user.stores.set(stores)
    return user


def enter() -> Cast:
    """Everyone on stage: needs an empty database."""
    centro, online = stores()
    return Cast(
        centro=centro,
        online=online,
        ana=customer(
            twelve_orders.ANA,
            "Ana Beatriz Souza",
            "52998224725",
            "41987654321",
            "ana@example.com",
            city="Curitiba",
            state="PR",
            birth_date=dt.date(1990, 3, 14),
            sex="F",
            accepts_contact=True,
        ),
        bruno=customer(
            twelve_orders.BRUNO,
            "Bruno Álvares Lima",
            "11144477735",
            "11976543210",
            "bruno@example.com",
            city="São Paulo",
            state="SP",
            birth_date=dt.date(1985, 7, 2),
            sex="M",
        ),
        carla=customer(
            twelve_orders.CARLA,
            "Carla Nogueira",
            "12345678909",
            "41965432109",
            "carla@example.com",
            city="Curitiba",
            state="PR",
            birth_date=dt.date(1978, 2, 28),
            sex="F",
            accepts_contact=False,
        ),
        davi=customer(
            twelve_orders.DAVI,
            "Davi Peixoto",
            "98765432100",
            "71954321098",
            "davi@example.com",
            city="Salvador",
            state="BA",
            birth_date=dt.date(2000, 12, 31),
            sex="M",
        ),
        otavio=staff("Otávio", Role.OWNER),
        marta=staff("Marta", Role.MANAGER),
        lucia=staff("Dona Lúcia", Role.SELLER, centro),
        saulo=staff("Saulo", Role.SAC),
        aline=staff("Aline", Role.ANALYST),
        denise=staff("Denise", Role.DPO),
    )
