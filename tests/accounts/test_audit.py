"""The access log is a chain: nobody changes it unseen, and it holds not one personal value."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from recompra.accounts import audit
from recompra.accounts.models import AccessLog, AccessLogHead, User
from recompra.theme.refused import Refused
from tests.cast import Cast


def test_saulo_opens_ana_and_the_log_says_who_whom_and_which_fields(cast: Cast) -> None:
    entry = audit.record(cast.saulo, "reveal", customer_id=cast.ana.pk, fields=["phone", "cpf", "cpf"])
    entry.refresh_from_db()
    assert (entry.staff, entry.customer_id, entry.fields) == (cast.saulo, cast.ana.pk, ["cpf", "phone"])


def test_the_row_stays_when_the_customer_is_gone(cast: Cast) -> None:
    entry = audit.record(cast.saulo, "reveal", customer_id=cast.carla.pk)
    cast.carla.delete()
    assert AccessLog.objects.get(pk=entry.pk).customer_id == entry.customer_id


def test_a_chain_of_entries_is_whole(cast: Cast) -> None:
    for count in range(5):
        audit.record(cast.aline, "export_customers", count=count)
    assert audit.first_break() is None


@pytest.mark.parametrize(
    "column", ["action", "count", "customer_id", "reason", "staff_id", "prev_hash", "hash"]
)
def test_a_changed_entry_is_found(cast: Cast, column: str) -> None:
    entries = [audit.record(cast.aline, "export_customers", count=n, customer_id=7) for n in range(3)]
    changed = {
        "action": "'reveal'",
        "reason": "'x'",
        "prev_hash": "'0'",
        "hash": "'0'",
        "staff_id": str(cast.marta.pk),
    }
    sql = f"UPDATE accounts_accesslog SET {column} = {changed.get(column, '99')} WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [entries[1].pk])
    assert audit.first_break() == entries[1].pk


@pytest.mark.parametrize(("gone", "found"), [(0, 1), (1, 2), (2, None)])
def test_an_entry_taken_out_is_found_even_the_last_one(cast: Cast, gone: int, found: int | None) -> None:
    entries = [audit.record(cast.aline, "export_customers", count=n) for n in range(3)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_accesslog WHERE id = %s", [entries[gone].pk])
    assert audit.first_break() == (0 if found is None else entries[found].pk)


def test_the_log_cannot_be_changed_by_our_own_code(cast: Cast) -> None:
    entry = audit.record(cast.aline, "export_customers")
    for attempt in (
        entry.save,
        entry.delete,
        AccessLog.objects.all().delete,
        lambda: AccessLog.objects.update(action="x"),
        lambda: AccessLog.objects.bulk_create([AccessLog(action="x")]),
    ):
        with pytest.raises(TypeError):
            attempt()


def test_values_are_refused_where_names_of_fields_belong(cast: Cast) -> None:
    with pytest.raises(ValueError, match="never values"):
        audit.record(cast.saulo, "reveal", fields=["529.982.247-25"])


@pytest.mark.parametrize(
    "reason", ["ligou de 41 98765-4321", "escreveu de ana@example.com", "CPF 529.982.247-25"]
)
def test_a_reason_with_a_personal_datum_is_refused(cast: Cast, reason: str) -> None:
    with pytest.raises(Refused, match="sem números de documento"):
        audit.record(cast.saulo, "reveal", reason=reason)
    assert not AccessLog.objects.filter(action="reveal").exists()


def test_an_ordinary_reason_is_kept(cast: Cast) -> None:
    assert audit.record(cast.saulo, "reveal", reason="pedido de 11/2026, protocolo 4711").reason


@pytest.mark.django_db(transaction=True)
def test_four_writers_at_once_make_one_chain() -> None:
    user = User.objects.create_user("aline@loja.example", name="Aline")

    def write(_number: int) -> None:
        try:
            for _each in range(5):
                audit.record(user, "export_customers")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert audit.first_break() is None
    assert AccessLogHead.objects.get().entries == AccessLog.objects.count() == 20
