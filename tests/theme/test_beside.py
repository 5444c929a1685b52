"""Pieces are found here and worked on beside; whoever fails, both stop and the failure is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.utils.translation import get_language, override

from recompra.theme.beside import beside

pytestmark = pytest.mark.once


def test_pieces_come_in_their_order_and_are_told_of_here() -> None:
    found, told, language = list[int](), list[int](), list[str | None]()

    def work(pieces: Iterator[int]) -> None:
        language.append(get_language())
        assert threading.current_thread() is not here
        found.extend(pieces)

    def hand(piece: int) -> None:
        assert threading.current_thread() is here
        told.append(piece)

    here = threading.current_thread()
    with override("en"):
        beside(iter(range(5)), work, handed=hand)
    assert found == told == [0, 1, 2, 3, 4]
    assert language == ["en"]


def test_who_works_fails_and_no_more_pieces_are_sought() -> None:
    sought = list[int]()

    def pieces() -> Iterator[int]:
        for number in range(1_000):
            sought.append(number)
            yield number

    def work(feed: Iterator[int]) -> None:
        next(feed)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        beside(pieces(), work, handed=lambda piece: None)
    assert len(sought) < 1_000


@pytest.mark.parametrize("where", ["finding", "handing"])
def test_who_finds_them_fails_and_the_work_ends(where: str) -> None:
    ended = list[int]()

    def pieces() -> Iterator[int]:
        yield 1
        if where == "finding":
            raise LookupError
        yield 2

    def work(feed: Iterator[int]) -> None:
        ended.append(sum(feed))

    def hand(piece: int) -> None:
        if where == "handing":
            raise LookupError

    with pytest.raises(LookupError):
        beside(pieces(), work, handed=hand)
    assert ended == [1]
