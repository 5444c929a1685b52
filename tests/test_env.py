"""What the environment says, read once and with a hint where it cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from recompra import env

pytestmark = pytest.mark.once


@pytest.mark.parametrize("given", ["", "  "])
def test_an_empty_folder_is_not_the_one_where_the_command_was_started(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_FOLDER", given)
    with pytest.raises(ImproperlyConfigured, match="SOME_FOLDER is empty"):
        env.folder("SOME_FOLDER", "data")


def test_a_folder_is_named_or_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert env.folder("SOME_FOLDER", "data") == Path("data").resolve()
    monkeypatch.setenv("SOME_FOLDER", str(tmp_path))
    assert env.folder("SOME_FOLDER", "data") == tmp_path.resolve()
