"""What goes in and comes out about segments."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field, WithJsonSchema

from recompra.api.customers import Absent, Paging
from recompra.api.people import CustomerOut
from recompra.api.rule_schema import STANDS_FOR

RuleJson = Annotated[dict[str, Any], WithJsonSchema({"type": "object", STANDS_FOR: "Rule"})]
Text = r"^[^\x00-\x1f\x7f]*$"
"""One line."""


class SegmentIn(Schema):
    """What a segment is made of."""

    model_config = {"extra": "forbid"}
    name: str = Field(
        min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
    )
    folder: str = Field("", max_length=60, pattern=Text)
    description: str = Field("", max_length=300, pattern=Text)
    rule: RuleJson


class Reach(Schema):
    """How many of them a campaign may reach, after blocks and consents."""

    whatsapp: int
    email: int
    sms: int


class SegmentOut(Schema):
    """A segment. Its figures are of the last refresh and of the whole shop, so null for a key of some stores
    (ask `count`), and before the first refresh."""

    id: UUID
    name: str
    folder: str
    description: str
    rule: RuleJson
    sentence: str = Field(description="The rule in words; empty where it cannot be read any more.")
    version: int = Field(description="Counts the edits; the ETag.")
    ready_code: str | None
    people: int | None
    value: Decimal | None = Field(description="R$ that they spent in all.")
    reach: Reach | None
    counted_at: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime


class SegmentsAsked(Paging):
    """Which segments."""

    folder: str | Absent = Field(None, max_length=60, pattern=Text)
    updated_since: dt.datetime | Absent = Field(None, description="Changed at this moment or later.")


class SegmentsPage(Schema):
    """A page of segments, oldest first; `next` is null on the last one."""

    segments: list[SegmentOut]
    next: str | None


class CountAsked(Schema):
    """A rule that need not be kept."""

    model_config = {"extra": "forbid"}
    rule: RuleJson


class CountOut(Schema):
    """How many fit now, of how many; R$ that they spent in all stores."""

    people: int
    base: int
    value: Decimal
    reach: Reach
    sentence: str


class MemberOut(CustomerOut):
    """A customer, and since when in the segment (null: found now, by the rule)."""

    since: dt.date | None


class MembersPage(Schema):
    """A page of people. It may hold fewer than `limit`, and more may follow: go on until `next` is null."""

    members: list[MemberOut]
    next: str | None
