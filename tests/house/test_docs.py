"""Documentation that can lie is a failing test: its commands, options, settings and links are held here."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from recompra.cli import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
HEADING = re.compile(r"^#+ (recompra(?: [a-z-]+)*)$", re.MULTILINE)
FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
READ = re.compile(r"env\.(?:text|flag|folder|names)\(\s*\"([A-Z_]+)\"|envvar=\"([A-Z_]+)\"")


def commands(
    command: click.Command = cli, words: tuple[str, ...] = ("recompra",)
) -> Iterator[tuple[str, click.Command]]:
    """(words, command) of every command of the tree below the root."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is None or below.hidden:
                continue
            yield " ".join((*words, name)), below
            yield from commands(below, (*words, name))


def options_of(command: click.Command) -> set[str]:
    return {
        word
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for word in (*parameter.opts, *parameter.secondary_opts)
    }


def sections() -> dict[str, str]:
    """{command: its section of docs/cli.md}."""
    text = (ROOT / "docs" / "cli.md").read_text()
    heads = list(HEADING.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return {head[1]: text[head.end() : end] for head, end in zip(heads, ends, strict=True)}


def test_every_command_has_its_section_and_no_section_is_of_another() -> None:
    assert set(sections()) == {words for words, _command in commands()}


def test_every_option_is_described_and_none_is_made_up() -> None:
    wrong = {}
    for words, command in commands():
        rows = "\n".join(re.findall(r"^\| (`-.*?) \|", sections().get(words, ""), re.MULTILINE))
        told = set(re.findall(r"`(--?[a-z-]+)`", rows))
        if told != options_of(command):
            wrong[words] = told ^ options_of(command)
    assert not wrong


def written_commands() -> Iterator[tuple[str, str]]:
    """(page, line) of every `recompra …` in a shell block."""
    for page in PAGES:
        for block in FENCE.findall(page.read_text()):
            for line in block.splitlines():
                bare = line.partition("  #")[0].strip().removeprefix(".venv/bin/")
                if bare.startswith("recompra "):
                    yield str(page.relative_to(ROOT)), bare


@pytest.mark.parametrize(("source", "line"), list(written_commands()))
def test_every_command_line_in_the_docs_can_be_typed(source: str, line: str) -> None:
    known = dict(commands())
    words = shlex.split(line)
    command = max(
        (name for name in known if line == name or line.startswith(f"{name} ")), key=len, default=""
    )
    assert command, f"{source}: {line}"
    options = {word.partition("=")[0] for word in words if word.startswith("-")}
    assert options <= options_of(known[command]), f"{source}: {line}"


def test_every_setting_is_described_and_none_is_made_up() -> None:
    read = {
        first or second
        for path in (ROOT / "recompra").rglob("*.py")
        for first, second in READ.findall(path.read_text())
    }
    told = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert told == read


@pytest.mark.parametrize("source", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(source: Path) -> None:
    dead = []
    for target in LINK.findall(source.read_text()):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _hash, anchor = target.partition("#")
        file = (source.parent / path).resolve() if path else source
        if not file.exists() or (anchor and file.is_file() and anchor not in anchors(file)):
            dead.append(target)
    assert not dead


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_both_readmes_begin_with_the_two_commands() -> None:
    for name in ("README.md", "README.pt-BR.md"):
        first = FENCE.search((ROOT / name).read_text())
        assert first is not None
        assert [line.split("#")[0].strip() for line in first[1].splitlines()] == ["make demo", "make test"]
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert {"demo", "test", "install"} <= set(targets)
