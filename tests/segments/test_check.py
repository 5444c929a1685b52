"""What `recompra check` says of segments."""

from __future__ import annotations

import pytest

from recompra.cli.check import segments
from recompra.segments.models import SegmentRefresh


@pytest.mark.django_db
def test_members_that_were_kept_wrong_are_a_warning_until_a_night_finds_them_right() -> None:
    assert (segments().found, segments().warning) == ("ainda não comparados", False)
    SegmentRefresh.objects.create(reason="clock", is_full=True, status="done", differed=3)
    assert (segments().ok, segments().warning) == (True, True)
    assert segments().found == "3 membros estavam errados e foram corrigidos"
    SegmentRefresh.objects.create(reason="clock", is_full=True, status="done")
    assert (segments().found, segments().warning) == ("membros como na contagem do zero", False)
