"""Keyed hashes inside the staging database: HMAC-SHA256 (RFC 2104) under the installation's pepper, first
63 bits.
"""

from __future__ import annotations

from recompra.ingest.desk import Desk
from recompra.ingest.models import pepper

BLOCK = 64


def prepare(desk: Desk) -> None:
    """Make the macro `keyed(text)`, for what runs beside, too: the text's keyed hash as a BIGINT that is not
    negative. The desk is in memory: the pepper is never on disk."""
    key = pepper().ljust(BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in key).hex() for pad in (0x36, 0x5C))
    desk.run_sql(
        "CREATE OR REPLACE MACRO keyed(t) AS (('0x' || substr(sha256("
        f"unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode(t)))), 1, 16))::UBIGINT >> 1)::BIGINT"
    )
