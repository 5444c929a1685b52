"""Every word on every screen has its Portuguese: complete, current, the same placeholders, one meaning."""

import re
import shutil
from collections import defaultdict
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from tests.conftest import lacks

PACKAGE = Path(__file__).resolve().parents[2] / "recompra"
CATALOGUES = sorted(PACKAGE.rglob("django.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")
Key = tuple[str | None, str]


def room(catalogue: Path) -> str:
    return catalogue.relative_to(PACKAGE).parts[0]


def key(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=room)
def test_a_catalogue_is_complete_and_nothing_in_it_is_a_guess(catalogue: Path) -> None:
    entries = polib.pofile(str(catalogue))
    assert [entry.msgid for entry in entries if entry.fuzzy or not all(translations(entry))] == []
    assert [entry.msgid for entry in entries if entry.obsolete] == []
    assert entries.metadata["Plural-Forms"] == "nplurals=2; plural=(n > 1);"


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=room)
def test_a_translation_has_the_placeholders_of_its_original(catalogue: Path) -> None:
    wrong = []
    for entry in polib.pofile(str(catalogue)):
        allowed = {frozenset(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgid_plural) if text}
        given = filter(None, translations(entry))
        wrong += [text for text in given if frozenset(PLACEHOLDER.findall(text)) not in allowed]
    assert wrong == []


@pytest.mark.parametrize("name", sorted({room(path) for path in PACKAGE.glob("*/*.py")}))
def test_every_message_of_a_room_is_in_its_catalogue(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("xgettext") is None:
        lacks("GNU gettext is missing (apt-get install gettext): catalogues cannot be compared with the code")
    catalogue = PACKAGE / name / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po"
    copy = tmp_path / name
    shutil.copytree(
        PACKAGE / name, copy, ignore=shutil.ignore_patterns("static", "__pycache__", "*.po", "*.mo")
    )
    (copy / "locale").mkdir(exist_ok=True)
    monkeypatch.chdir(copy)
    call_command("makemessages", locale=["pt_BR"], no_location=True, verbosity=0)
    found = copy / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po"
    in_code = {key(entry) for entry in polib.pofile(str(found))} if found.exists() else set()
    known = {key(entry) for entry in polib.pofile(str(catalogue))} if catalogue.exists() else set()
    assert sorted(map(str, in_code - known)) == [], "run makemessages in this room, then translate"
    assert sorted(map(str, known - in_code)) == [], "no longer in the code: run makemessages"


def test_the_same_words_have_one_translation_in_all_rooms() -> None:
    """Django merges the catalogues: two rooms that disagree need a message context (`pgettext`)."""
    seen: dict[Key, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for catalogue in CATALOGUES:
        for entry in polib.pofile(str(catalogue)):
            if all(translations(entry)):
                seen[key(entry)][tuple(translations(entry))].append(room(catalogue))
    assert {str(words): dict(answers) for words, answers in seen.items() if len(answers) > 1} == {}


def test_django_looks_into_every_catalogue() -> None:
    looked_into = {Path(config.path) / "locale" for config in apps.get_app_configs()}
    looked_into |= {Path(folder) for folder in settings.LOCALE_PATHS}
    assert [room(path) for path in CATALOGUES if path.parents[2] not in looked_into] == []
