"""The unsaved work of one person: opened, kept at every change, begun from a rule, thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from recompra.segments.builder.conditions import as_tree
from recompra.segments.builder.nodes import Node, restored, root, stored
from recompra.segments.models import Segment, SegmentDraft

if TYPE_CHECKING:
    from recompra.accounts.models import User

LETTERS = 600
"""More than a name or a description may have: what is too long is told, not cut."""


@dataclass
class Draft:
    """The form as it stands."""

    name: str
    folder: str
    description: str
    tree: Node

    def content(self) -> dict[str, Any]:
        return {
            "name": self.name[:LETTERS],
            "folder": self.folder[:LETTERS],
            "description": self.description[:LETTERS],
            "tree": stored(self.tree),
        }


def read(content: dict[str, Any]) -> Draft:
    """What `Draft.content` gave."""
    return Draft(content["name"], content["folder"], content["description"], restored(content["tree"]))


def of_segment(told: dict[str, Any]) -> Draft:
    """The form of a segment as `seen` told it."""
    return Draft(told["name"], told["folder"], told["description"], as_tree(told["rule"]))


def seen(segment: Segment) -> dict[str, Any]:
    """What of a segment a change may overwrite."""
    return {
        "name": segment.name,
        "folder": segment.folder,
        "description": segment.description,
        "rule": segment.rule,
    }


def opened(user: User, segment: Segment | None, *, anew: bool = False) -> SegmentDraft:
    """The person's draft of this segment (None: of a new one): the one that was left, else a fresh one.
    `anew`: its page is opened, and a draft in which nothing was changed follows the segment."""
    found = SegmentDraft.objects.filter(owner=user, segment=segment).select_related("segment").first()
    if segment is None:
        return found or SegmentDraft(owner=user, content=Draft("", "", "", root()).content())
    if found is None:
        found = SegmentDraft(owner=user, segment=segment)
    elif not anew or found.seen_version == segment.version or not _is_untouched(found):
        return found
    now = seen(segment)
    found.seen_version, found.seen, found.content = segment.version, now, of_segment(now).content()
    return found


def _is_untouched(row: SegmentDraft) -> bool:
    """Whether the form still says what the segment said when it was opened."""
    return row.seen is not None and bool(row.content == of_segment(row.seen).content())


def begin(row: SegmentDraft) -> None:
    """Keep which version of a segment was seen when its page was opened: who saves meanwhile is told of."""
    SegmentDraft.objects.update_or_create(
        owner=row.owner,
        segment=row.segment,
        defaults={"content": row.content, "seen_version": row.seen_version, "seen": row.seen},
    )


def keep(row: SegmentDraft, draft: Draft, before: dict[str, Any] | None = None) -> None:
    """Keep the form as it stands. `before`: what the last removal may be taken back to."""
    with transaction.atomic():
        kept, _made = SegmentDraft.objects.select_for_update().get_or_create(
            owner=row.owner,
            segment=row.segment,
            defaults={"content": row.content, "seen_version": row.seen_version, "seen": row.seen},
        )
        kept.content, kept.before, kept.updated_at = draft.content(), before, timezone.now()
        kept.save()
    row.pk, row.content, row.before, row.updated_at = kept.pk, kept.content, before, kept.updated_at


def start(user: User, rule: dict[str, Any], *, name: str = "", folder: str = "") -> None:
    """Begin a new segment of the person with this rule (`rule.read.as_json`); the page `segments:new` shows
    it. An unsaved new segment of theirs is replaced."""
    row = SegmentDraft(owner=user, content={})
    keep(row, Draft(name, folder, "", as_tree(rule)))


def discard(user: User, segment: Segment | None) -> None:
    SegmentDraft.objects.filter(owner=user, segment=segment).delete()
