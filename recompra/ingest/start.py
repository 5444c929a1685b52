"""How an import begins: the files are taken in, then the run is a row that is due."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from recompra.accounts.models import User
from recompra.ingest.columns import COLUMNS
from recompra.ingest.kinds import FURTHER
from recompra.ingest.models import HeaderMapping, ImportRun, new_folder
from recompra.ingest.room import room
from recompra.ingest.sources.catalog import Source, sources
from recompra.ingest.unpack import refuse_large
from recompra.theme.refused import Refused

MAX_FILES = 200


def source_named(name: str) -> Source:
    """The source of this name; raises Refused naming those there are."""
    known = sources()
    if name not in known:
        raise Refused(
            _("There is no source “%(name)s”. There are: %(known)s.")
            % {"name": name, "known": ", ".join(known)}
        )
    return known[name]


def start(
    source: str,
    paths: Sequence[Path],
    user: User | None = None,
    dry_run: bool = False,
    options: Mapping[str, Any] | None = None,
    *,
    take: bool = False,
) -> ImportRun:
    """Take in the files and make the run, due now. The files given are copied, never changed; with `take`
    moved.

    Options: review (show the columns before going on), date_order "dmy"/"mdy", encoding, delimiter,
    mapping {their header: our column}, store (name of the store for
    rows without one), online (that store is the online shop), system (whose ids these are).
    Raises Refused for an unknown source or a file that is not there.
    """
    chosen = source_named(source)
    files = chosen.expand(list(paths))
    if not files or len(files) > MAX_FILES:
        raise Refused(_("Give from 1 to %(count)d files.") % {"count": MAX_FILES})
    for path in files:
        if not path.is_file():
            raise Refused(_("There is no file “%(name)s”.") % {"name": path.name})
    folder = new_folder()
    place = settings.RECOMPRA_HOME / "imports" / folder
    given = dict(options or {})
    names = [path.name for path in files]
    try:
        with room():
            _take_in(files, place, take=take)
        _learn(source, given.get("mapping", {}))
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return ImportRun.objects.create(
        source=source,
        system=given.get("system") or chosen.system,
        user=user,
        folder=folder,
        files=names,
        options=given,
        dry_run=dry_run,
    )


def _take_in(files: Sequence[Path], place: Path, *, take: bool) -> None:
    place.mkdir(parents=True, mode=0o700)
    refuse_large(sum(path.stat().st_size for path in files), place)
    for number, path in enumerate(files):
        target = place / "files" / f"{number:03d}"
        target.mkdir(parents=True, mode=0o700)
        (shutil.move if take else shutil.copyfile)(path, target / path.name)


def answer(run: ImportRun, options: Mapping[str, Any]) -> None:
    """Give a run that stopped with a question its answer, and let it go on."""
    _learn(run.source, options.get("mapping", {}))
    ImportRun.objects.filter(pk=run.pk).update(options={**run.options, **options}, question=None)


def _learn(source: str, mapping: Mapping[str, str]) -> None:
    """Keep what a header means for the next file of this source."""
    known = {**COLUMNS, **FURTHER}
    unknown = sorted({ours for ours in mapping.values() if ours and ours not in known})
    if unknown:
        raise Refused(
            _("There is no column “%(name)s”. There are: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(known)}
        )
    for theirs, ours in mapping.items():
        HeaderMapping.objects.update_or_create(source=source, header=theirs[:120], defaults={"column": ours})
