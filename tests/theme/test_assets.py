"""What the build makes: the font with every sign our formats write, and the compiled words."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
FONT = ROOT / "recompra" / "theme" / "static" / "theme" / "inter.woff2"
SIGNS = "R$ 0123456789.,−–·…×%áàâãçéêíóôõúüÁÇÉÓ“”’→←↑↓≥≤" + "\u00a0"


@pytest.fixture
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("assets_hook", ROOT / "build_hooks" / "assets_hook.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_font_has_every_sign_that_a_page_writes() -> None:
    font = TTFont(FONT)
    known = font.getBestCmap()
    assert [sign for sign in SIGNS if ord(sign) not in known] == []
    assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in font["fvar"].axes] == [
        ("wght", 400, 700)
    ]
    assert "tnum" in {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}


def test_the_font_is_light_and_its_licence_lies_beside_it() -> None:
    assert FONT.stat().st_size < 40_000
    assert "SIL OPEN FONT LICENSE" in FONT.with_name("inter-OFL.txt").read_text().upper()


def test_words_are_compiled_beside_their_catalogue(hook: ModuleType, tmp_path: Path) -> None:
    catalogue = tmp_path / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8"\n\nmsgid "Save"\nmsgstr "Salvar"\n'
    )
    hook.compile_messages(tmp_path)
    assert b"Salvar" in catalogue.with_suffix(".mo").read_bytes()


@pytest.mark.slow
def test_the_font_has_the_same_bytes_at_every_build(hook: ModuleType, tmp_path: Path) -> None:
    for name in ("first", "second"):
        hook.subset_font(tmp_path / name)
    assert (tmp_path / "first" / FONT.name).read_bytes() == (tmp_path / "second" / FONT.name).read_bytes()
