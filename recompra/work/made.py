"""Files that works made for somebody: in a folder of the home, kept for a day, then gone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

KEPT = dt.timedelta(days=1)


@dataclass(frozen=True)
class Made:
    """The folder of one kind of file."""

    name: str

    @property
    def folder(self) -> Path:
        return Path(settings.RECOMPRA_HOME) / self.name

    def ready(self) -> Path:
        """The folder, there, and nobody else's to read."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder

    def files(self) -> list[Path]:
        return list(self.folder.iterdir()) if self.folder.is_dir() else []

    def sweep(self) -> None:
        """Delete what is older than a day."""
        oldest = (timezone.now() - KEPT).timestamp()
        for path in self.files():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)

    def delete_all(self) -> int:
        """Delete everything, and say how many there were. Whoever needs one asks again."""
        found = self.files()
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)
