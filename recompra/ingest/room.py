"""A full disk, told in one sentence wherever it is met: in a file or in either of the databases."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from django.db import DatabaseError
from django.utils.translation import gettext as _

from recompra.theme.refused import Refused

SAID = ("no space left", "disk is full", "quota exceeded", "max_temp_directory_size")


@contextmanager
def room() -> Iterator[None]:
    """Turns a disk that fills up inside into Refused; any other failure goes on."""
    try:
        yield
    except (OSError, duckdb.Error, DatabaseError) as error:
        if not is_full(error):
            raise
        raise Refused(_("The disk is full: nothing was imported. Free some space and try again.")) from None


def is_full(error: Exception) -> bool:
    """Whether the disk, or our share of it, has no room left."""
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return True
    return any(words in str(error).lower() for words in SAID)
