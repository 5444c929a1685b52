"""What a person's statements come to. Pure: no database.

The order rule: by the moment each was said, whenever it became known to us; of one moment the strictest
last. The last one holds, but for one thing: an import or a merge may lower a consent, never raise it, so
their "agreed" does not lift a "no".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from recompra.privacy.models import STRICTNESS, Action, Channel, ConsentEvent

ANY = Channel.ANY.value
SECOND_HAND = frozenset((ConsentEvent.Origin.IMPORT, ConsentEvent.Origin.MERGE))


class Said(NamedTuple):
    """One statement about one purpose and channel."""

    at: dt.datetime
    action: str
    origin: str


class Stand(NamedTuple):
    """What holds, and since when."""

    state: str
    at: dt.datetime

    @property
    def is_no(self) -> bool:
        return self.state != Action.GRANT


def fold(said: Iterable[Said]) -> Stand | None:
    """What holds after these statements, in whatever order they came; None where nothing was said."""
    held: Stand | None = None
    for one in sorted(said, key=lambda each: (each.at, STRICTNESS.index(Action(each.action)))):
        raises = one.action == Action.GRANT and held is not None and held.is_no
        if not (raises and one.origin in SECOND_HAND):
            held = Stand(one.action, one.at)
    return held


def refusal(stands: Mapping[str, Stand], channel: str) -> str | None:
    """The channel of the "no" that holds for a channel (ANY: of the general one), None where there is none.

    A "no" to one channel holds until that channel is agreed to again. A general "no" holds for every channel
    but one that the person agreed to by name afterwards.
    """
    general, own = stands.get(ANY), stands.get(channel)
    if own is not None and own.is_no:
        return channel
    if general is None or not general.is_no:
        return None
    return None if channel != ANY and own is not None and own.at > general.at else ANY
