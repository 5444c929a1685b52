"""Two halves of a work side by side: one finds pieces, the other works on them in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from threading import Event
from typing import TypeVar, cast

from django.utils import timezone, translation

T = TypeVar("T")
_END = object()


def beside(pieces: Iterable[T], work: Callable[[Iterator[T]], None], *, handed: Callable[[T], None]) -> None:
    """`work` takes the pieces in their order while the next one is found; one waits at most. Here they are
    found and, once handed over, told to `handed`: a database knows its asker by the thread.

    `work` sees the language and the zone of here, and the end of the pieces also where finding them, or
    `handed`, raises; then what it made is of no use. Raises what any of the three raises.
    """
    waiting: Queue[object] = Queue(maxsize=1)
    failed = Event()
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def fed() -> Iterator[T]:
        while (piece := waiting.get()) is not _END:
            yield cast("T", piece)

    def worked(feed: Iterator[T]) -> None:
        try:
            with translation.override(language), timezone.override(zone):
                work(feed)
        except BaseException:
            failed.set()
            raise
        finally:
            for _piece in feed:  # who finds them must not wait for somebody who is gone
                pass

    with ThreadPoolExecutor(1) as apart:
        done = apart.submit(worked, fed())
        try:
            for piece in pieces:
                if failed.is_set():
                    break
                waiting.put(piece)
                handed(piece)
                del piece  # it may be large, and the next one is on its way
        finally:
            waiting.put(_END)
        done.result()
