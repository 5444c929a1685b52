"""Notes of colleagues: written, found, edited with what stood before, pinned, deleted, brought back, told."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from recompra.accounts.models import AccessLog, User
from recompra.customers.contact.forms import NoteForm
from recompra.customers.models import Mention, Note, NoteVersion
from recompra.customers.notes import mentions
from recompra.customers.notes import write as notes
from tests.cast import Cast


def texts(page: notes.Page) -> list[str]:
    return [note.text for note in [*page.pinned, *page.notes]]


def test_the_newest_note_stands_first_and_the_pinned_before_it(cast: Cast) -> None:
    first = notes.write(cast.ana, "primeira", "visit", by=cast.saulo)
    notes.write(cast.ana, "segunda", "other", by=cast.saulo)
    notes.write(cast.bruno, "de outro cliente", "other", by=cast.saulo)
    assert texts(notes.page(cast.ana)) == ["segunda", "primeira"]
    notes.pin(first, True)
    assert texts(notes.page(cast.ana)) == ["primeira", "segunda"]


def test_notes_are_found_by_kind_and_by_words_without_accents(cast: Cast) -> None:
    notes.write(cast.ana, "Reclamação: a VELA chegou quebrada", "complaint", by=cast.saulo)
    notes.write(cast.ana, "Gosta de vela de lavanda", "feedback", by=cast.saulo)
    assert texts(notes.page(cast.ana, words="reclamacao vela")) == ["Reclamação: a VELA chegou quebrada"]
    assert len(texts(notes.page(cast.ana, words="vela"))) == 2
    assert texts(notes.page(cast.ana, kind="feedback")) == ["Gosta de vela de lavanda"]
    assert texts(notes.page(cast.ana, words="100%_")) == []
    assert len(texts(notes.page(cast.ana, kind="' OR 1=1 --"))) == 2


def test_a_long_list_is_paged_by_key_and_every_note_comes_once(cast: Cast) -> None:
    same = timezone.now()
    for number in range(notes.PAGE * 2 + 5):
        note = notes.write(cast.ana, f"nota {number}", "other", by=cast.saulo)
        if number % 3:  # many at the very same instant
            Note.objects.filter(pk=note.pk).update(created_at=same)
    seen: list[str] = []
    after = ""
    while True:
        page = notes.page(cast.ana, after=after)
        seen += texts(page)
        after = page.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == notes.PAGE * 2 + 5


@pytest.mark.parametrize("cursor", ["x", "bm90anNvbg", "WzEsMl0", "'; DROP TABLE", "A" * 500])
def test_a_made_up_cursor_shows_the_first_page(cast: Cast, cursor: str) -> None:
    notes.write(cast.ana, "uma", "other", by=cast.saulo)
    assert texts(notes.page(cast.ana, after=cursor)) == ["uma"]


def test_an_edit_keeps_how_it_read_before(cast: Cast) -> None:
    note = notes.write(cast.ana, "Visitou a loja", "visit", by=cast.saulo)
    notes.edit(note, "Visitou a loja Centro", "visit", by=cast.saulo)
    notes.edit(note, "Visitou a loja Centro", "visit", by=cast.saulo)
    notes.edit(note, "Visitou a loja Centro", "feedback", by=cast.saulo)
    note.refresh_from_db()
    assert (note.text, note.kind) == ("Visitou a loja Centro", "feedback")
    assert note.edited_at is not None
    assert list(note.versions.order_by("pk").values_list("text", "kind")) == [
        ("Visitou a loja", "visit"),
        ("Visitou a loja Centro", "visit"),
    ]
    assert texts(notes.page(cast.ana, words="centro")) == ["Visitou a loja Centro"]


def test_a_deleted_note_waits_and_comes_back_until_it_is_purged(cast: Cast) -> None:
    note = notes.write(cast.ana, "engano", "other", by=cast.saulo)
    notes.edit(note, "engano meu", "other", by=cast.saulo)
    notes.delete(note, by=cast.saulo)
    assert texts(notes.page(cast.ana)) == []
    notes.purge()
    notes.bring_back(note)
    assert texts(notes.page(cast.ana)) == ["engano meu"]
    notes.delete(note, by=cast.saulo)
    Note.objects.update(deleted_at=timezone.now() - dt.timedelta(days=31))
    notes.purge()
    assert not Note.objects.exists()
    assert not NoteVersion.objects.exists()


def test_the_oldest_pin_gives_way(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MOST_PINNED", 2)
    written = [notes.write(cast.ana, f"n{number}", "other", by=cast.saulo) for number in range(3)]
    for note in written:
        notes.pin(note, True)
    assert {note.text for note in notes.page(cast.ana).pinned} == {"n1", "n2"}


def test_only_the_author_edits_and_who_decides_may_delete(cast: Cast) -> None:
    note = notes.write(cast.ana, "x", "other", by=cast.lucia)
    may = {user.name: (notes.may_change(user, note), notes.may_delete(user, note)) for user in staff(cast)}
    assert may == {
        "Dona Lúcia": (True, True),
        "Saulo": (False, False),
        "Marta": (False, True),
        "Otávio": (False, True),
        "Aline": (False, False),
    }


def staff(cast: Cast) -> list[User]:
    return [cast.lucia, cast.saulo, cast.marta, cast.otavio, cast.aline]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ligar em 41 98765-4321 às 10h30", "ligar em •• •••••-•••• às 10h30"),
        ("CPF 529.982.247-25, pedido 1234", "CPF •••.•••.•••-••, pedido 1234"),
        ("novo e-mail: ana@example.com.", "novo e-mail: a•••@example.com."),
        ("veio em 12/10, comprou 3 velas", "veio em 12/10, comprou 3 velas"),
    ],
)
def test_contact_data_in_a_note_are_masked(text: str, shown: str) -> None:
    assert notes.masked(text) == shown


@given(st.text(max_size=200), st.integers(0, 99_999_999_999), st.text(max_size=200))
def test_no_run_of_digits_as_long_as_a_document_passes_the_mask(before: str, number: int, after: str) -> None:
    document = f"{number:011d}"
    assert document not in notes.masked(f"{before} {document} {after}")


def test_the_timeline_tells_a_note_in_short_and_masked(cast: Cast, rf: RequestFactory) -> None:
    notes.write(cast.ana, "Ligar em 41 98765-4321. " + "a" * 500, "complaint", by=cast.saulo)
    request = rf.get("/")
    request.user = cast.lucia
    (entry,) = notes.told(request, cast.ana.pk, None, 10)
    assert (entry.kind, entry.title, entry.by) == ("note", "Nota: reclamação", "Saulo")
    assert "4321" not in entry.text
    assert len(entry.text) < 300
    request.user = cast.saulo
    assert "98765-4321" in notes.told(request, cast.ana.pk, None, 10)[0].text
    assert notes.told(request, cast.ana.pk, entry.at, 10) == []


def test_notes_of_one_instant_come_with_one_page_of_the_timeline(cast: Cast, rf: RequestFactory) -> None:
    for number in range(5):
        notes.write(cast.ana, f"nota {number}", "other", by=cast.saulo)
    Note.objects.update(created_at=timezone.now())
    request = rf.get("/")
    request.user = cast.saulo
    assert len(notes.told(request, cast.ana.pk, None, 2)) == 5


def test_a_colleague_is_called_by_whole_name_by_a_first_name_of_one_or_by_choice(cast: Cast) -> None:
    note = notes.write(
        cast.ana, "@marta vê isto? e @Dona Lucia também; ana@saulo.example não", "other",
        by=cast.otavio, called=[cast.aline],
    )  # fmt: skip
    assert called(note) == {"Marta", "Dona Lúcia", "Aline"}
    User.objects.create_user("marta2@loja.example", None, name="Marta Reis", role="sac")
    second = notes.write(cast.ana, "@Marta Reis pode ligar?", "other", by=cast.otavio)
    assert called(second) == {"Marta Reis"}


def called(note: Note) -> set[str]:
    return set(Mention.objects.filter(note=note).values_list("user__name", flat=True))


def test_nobody_calls_themselves_nor_who_may_not_see_the_customer(shop: Cast) -> None:
    note = notes.write(shop.davi, "@Dona Lúcia @Saulo", "other", by=shop.saulo)  # Davi buys online
    assert called(note) == set()
    assert shop.lucia not in mentions.callable_for(shop.davi)
    assert shop.lucia in mentions.callable_for(shop.ana)


def test_a_call_waits_until_it_is_read(cast: Cast) -> None:
    note = notes.write(cast.ana, "@Marta", "other", by=cast.saulo)
    notes.edit(note, "@Marta de novo", "other", by=cast.saulo)
    assert mentions.unread(cast.marta) == 1
    mentions.read(cast.saulo)
    assert mentions.unread(cast.marta) == 1
    mentions.read(cast.marta, Mention.objects.get().pk)
    assert mentions.unread(cast.marta) == 0
    assert mentions.page(cast.marta, everything=False).mentions == []
    assert len(mentions.page(cast.marta, everything=True).mentions) == 1
    notes.delete(note, by=cast.saulo)
    assert mentions.page(cast.marta, everything=True).mentions == []


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "obrigatório"), ("\u200b \u202e", "Escreva a nota antes"), ("a" * 10_003, "encurte 3")],
)
def test_a_note_that_cannot_be_kept_is_told_why(text: str, said: str) -> None:
    form = NoteForm([], {"texto": text, "tipo": "other"})
    assert not form.is_valid()
    assert said in " ".join(form.errors["texto"])


def test_ten_thousand_characters_emoji_and_lines_are_kept_and_direction_marks_are_not() -> None:
    form = NoteForm([], {"texto": "🕯️ ok\nsegunda\u202elinha" + "á" * 9_000, "tipo": "other"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["texto"].startswith("🕯️ ok\nsegundalinha")


def test_notes_leave_as_a_file_masked_as_they_are_shown(
    shop: Cast, client_for: Callable[[User], Client]
) -> None:
    notes.write(shop.ana, "Ligou de (41) 98765-4321", "complaint", by=shop.saulo, called=[shop.lucia])
    notes.write(shop.ana, "=vela", "feedback", by=shop.otavio)
    notes.delete(notes.write(shop.ana, "apagada", "other", by=shop.saulo), by=shop.saulo)
    address = reverse("customers:export_notes", args=[shop.ana.public_id])

    def taken(user: User, query: str = "") -> list[list[str]]:
        answer = client_for(user).post(address + query, {"formato": "csv", "motivo": "reclamação"})
        assert answer.status_code == 200
        content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        return list(csv.reader(io.StringIO(content), delimiter=";"))[1:]

    newest, first = taken(shop.marta)
    assert (newest[1], newest[3]) == (shop.otavio.name, "'=vela")
    assert first[3] == "Ligou de (••) •••••-••••"
    assert first[5] == shop.lucia.name
    assert [line[3] for line in taken(shop.otavio, "?nota=complaint")] == ["Ligou de (41) 98765-4321"]
    entry = AccessLog.objects.filter(action="export_notes").latest("pk")
    assert (entry.staff, entry.customer_id, entry.count) == (shop.otavio, shop.ana.pk, 1)
    assert client_for(shop.lucia).get(address).status_code == 403
    assert client_for(shop.otavio).post(address, {"formato": "csv"}).status_code == 422
    assert (
        address
        in client_for(shop.otavio)
        .get(reverse("customers:contact", args=[shop.ana.public_id]))
        .content.decode()
    )
