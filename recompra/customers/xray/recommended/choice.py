"""What the shop's own past says about the lists: told by the room that looked back, if there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.apps import apps
from django.http import HttpRequest
from django.utils.module_loading import import_string

from recompra.analytics.lists.expected import MEMORY


@dataclass(frozen=True)
class Choice:
    """`memory_days`: how fast habits fade (see `analytics.lists.expected`). `hidden`: {list: why it is not
    shown}. `is_ranked`: a ranker made the personal list beforehand, and it stands in the facts."""

    memory_days: int = MEMORY
    hidden: Mapping[str, str] = field(default_factory=dict)
    is_ranked: bool = False


def choice(request: HttpRequest) -> Choice:
    """By the function that a room names as `recommending` on its AppConfig: dotted path, takes the request,
    gives a Choice."""
    for config in apps.get_app_configs():
        if path := getattr(config, "recommending", ""):
            found: Choice = import_string(path)(request)
            return found
    return Choice()
