"""Makes at build time what git must not hold: the font subset and the compiled translations."""

import importlib.resources
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

GLYPHS = [*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, "–—‘’“”•…\u202f←↑→↓€−≈≤≥")]


class Assets(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        package = Path(self.root) / "recompra"
        subset_font(package / "theme" / "static" / "theme")
        compile_messages(package)


def subset_font(out: Path) -> None:
    """Inter, Latin letters only, one file for the weights 400 to 700: 31 KB, the same bytes each time."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    out.mkdir(parents=True, exist_ok=True)
    source = importlib.resources.files("fontpkg_inter")
    with importlib.resources.as_file(source / "files" / "Inter[opsz,wght].ttf") as path:
        font = TTFont(path, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["kern", "liga", "calt", "ccmp", "locl", "mark", "tnum", "case"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=GLYPHS)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, {"opsz": 14, "wght": (400, 700)})
    font.flavor = "woff2"
    font.save(out / "inter.woff2")
    (out / "inter-OFL.txt").write_bytes((source / "LICENSE").read_bytes())


def compile_messages(package: Path) -> None:
    from babel.messages import mofile, pofile

    for po in package.rglob("*.po"):
        with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
            mofile.write_mo(target, pofile.read_po(source))
