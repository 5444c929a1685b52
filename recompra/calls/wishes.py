"""When the list is brought up to date: where the facts, the day or the rule moved since it was."""

from __future__ import annotations

from recompra.calls.models import CallRefresh
from recompra.customers.xray.remarketing import after_days
from recompra.work.again import last_done, moved
from recompra.work.wishes import ask_once


def ask(reason: str) -> None:
    """Let a refresh wait. `reason`: load, clock, rule."""
    ask_once(CallRefresh, reason=reason, priority=-1)


def poll() -> None:
    """The clock's call: ask for a refresh where something moved. Nobody below knows of this room."""
    last = last_done(CallRefresh)
    why = moved(CallRefresh, last.version if last else "", last.as_of if last else None)
    if why:
        ask(why)
    elif why == "" and last and last.after_days != after_days():
        ask("rule")


def nightly() -> None:
    """The clock's call, after scores and predictions were made anew."""
    ask("clock")
