"""Typed readers of the environment: where things are, and secrets. Each NAME may be given as NAME_FILE."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The value of NAME, or the content of the file that NAME_FILE points at, or the default."""
    if (path := os.environ.get(f"{name}_FILE")) is not None:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read ({error}).") from error
    return os.environ.get(name, default)


def folder(name: str, default: str) -> Path:
    """The folder that NAME names. One that is empty would be the folder in which the command was started."""
    if not (given := text(name, default).strip()):
        raise ImproperlyConfigured(f"{name} is empty: it must name a folder, or not be set at all.")
    return Path(given).resolve()


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off", ""):
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def names(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]
