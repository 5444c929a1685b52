"""Segments: the saved rules, how many people they hold, and who they are."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any
from uuid import UUID

import ibis.expr.types as ir
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, Query
from ninja.responses import Status

from recompra.accounts.api_keys.model import ApiKey
from recompra.accounts.api_keys.scopes import Scope
from recompra.api.cursor import seal, unseal
from recompra.api.customers import Paging
from recompra.api.guard import caller
from recompra.api.people import in_order, log, told_of
from recompra.api.problem import invalid, not_found
from recompra.api.routes import operation
from recompra.api.segment_edit import archive, change, create
from recompra.api.segment_shapes import (
    CountAsked,
    CountOut,
    MemberOut,
    MembersPage,
    Reach,
    SegmentIn,
    SegmentOut,
    SegmentsAsked,
    SegmentsPage,
)
from recompra.segments.count import count
from recompra.segments.members import analysed
from recompra.segments.models import Segment
from recompra.segments.rule.people import people_of
from recompra.segments.rule.read import read
from recompra.segments.rule.sentence import sentence
from recompra.segments.rule.tree import Rule
from recompra.segments.rule.write import as_json
from recompra.theme.refused import Refused
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import members as memberships

Seen = Annotated[str, Header(alias="If-Match", pattern=r'^"\d{1,9}"$', description="The ETag that was read.")]
SURROGATE = re.compile("[\ud800-\udfff]")


@operation("GET", "/segments", Scope.SEGMENTS_READ, {200: SegmentsPage}, tag="segments")
def list_segments(request: HttpRequest, asked: Query[SegmentsAsked]) -> SegmentsPage:
    """The saved segments, without the archived ones."""
    place = unseal(request, int)
    found = Segment.objects.filter(archived_at=None, pk__gt=place[0] if place else 0).order_by("pk")
    if asked.folder is not None:
        found = found.filter(folder=asked.folder)
    if asked.updated_since is not None:
        if asked.updated_since.tzinfo is None or not 1990 <= asked.updated_since.year < 2100:
            raise invalid("updated_since", _("This must be a moment as 2026-10-31T14:00:00-03:00."))
        found = found.filter(updated_at__gte=asked.updated_since)
    rows = list(found[: asked.limit + 1])
    shown = rows[: asked.limit]
    more = seal(request, shown[-1].pk) if len(rows) > asked.limit else None
    return SegmentsPage(segments=[_told(one, caller(request)) for one in shown], next=more)


@operation(
    "POST", "/segments", Scope.SEGMENTS_WRITE, {201: SegmentOut}, tag="segments", fails=(400, 409, 413)
)  # fmt: skip
def create_segment(request: HttpRequest, given: SegmentIn, response: HttpResponse) -> Status[SegmentOut]:
    """Keep a rule as a segment."""
    segment = create(_fields(given))
    return Status(201, _tagged(segment, request, response))


@operation("POST", "/segments/count", Scope.SEGMENTS_READ, {200: CountOut}, tag="segments", fails=(400, 413))
def count_rule(request: HttpRequest, given: CountAsked) -> CountOut:
    """Count a rule now: how many people fit, and how many of them may be reached."""
    rule = understood(given.rule)
    found = count(rule, as_of=timezone.localdate(), stores=caller(request).store_scope())
    reach = Reach(whatsapp=found.whatsapp, email=found.email, sms=found.sms)
    return CountOut(
        people=found.people, base=found.base, value=found.value, reach=reach, sentence=sentence(rule)
    )


@operation(
    "GET", "/segments/{uuid:segment}", Scope.SEGMENTS_READ, {200: SegmentOut}, tag="segments", fails=(404,)
)
def get_segment(request: HttpRequest, segment: UUID, response: HttpResponse) -> SegmentOut:
    """One segment."""
    return _tagged(kept(segment), request, response)


@operation(
    "PUT", "/segments/{uuid:segment}", Scope.SEGMENTS_WRITE, {200: SegmentOut}, tag="segments",
    fails=(400, 404, 409, 412, 413, 428),
)  # fmt: skip
def change_segment(
    request: HttpRequest, segment: UUID, given: SegmentIn, seen: Seen, response: HttpResponse
) -> SegmentOut:
    """Change a segment, upon the version that was read."""
    return _tagged(change(kept(segment), _fields(given), _version(seen)), request, response)


@operation(
    "DELETE", "/segments/{uuid:segment}", Scope.SEGMENTS_WRITE, {204: None}, tag="segments",
    fails=(404, 412, 428),
)  # fmt: skip
def archive_segment(request: HttpRequest, segment: UUID, seen: Seen) -> Status[None]:
    """Archive a segment, upon the version that was read."""
    archive(kept(segment), _version(seen))
    return Status(204, None)


@operation(
    "GET", "/segments/{uuid:segment}/members", Scope.MEMBERS_READ, {200: MembersPage}, tag="segments",
    fails=(404,),
)  # fmt: skip
def list_members(request: HttpRequest, segment: UUID, asked: Query[Paging]) -> MembersPage:
    """Who is in a segment, in an order without meaning.

    Those of the last refresh; found now where the segment changed since, or for a key of some stores. Each
    page goes into the access log.
    """
    key, place = caller(request), unseal(request, int)
    people = _current(kept(segment), key)
    if place is not None:
        people = people.filter(people.customer_key > place[0])
    page = people.order_by("customer_key").limit(asked.limit + 1)
    rows = engine(settings.WAREHOUSE_URL).rows(page)
    shown = rows[: asked.limit]
    known = {who.public_id: row["since"] for who, row in analysed(shown, key.store_scope())}
    found = in_order(list(known))
    log(key, "api_members", [one.pk for one in found])
    told = [MemberOut(**one.model_dump(), since=known[one.id]) for one in told_of(found, key)]
    return MembersPage(
        members=told, next=seal(request, shown[-1]["customer_key"]) if len(rows) > asked.limit else None
    )


def kept(public_id: UUID) -> Segment:
    """The segment of this id. Raises Problem (404) for none and for an archived one."""
    found = Segment.objects.filter(public_id=public_id, archived_at=None).first()
    if found is None:
        raise not_found()
    return found


def understood(given: dict[str, Any]) -> Rule:
    """The rule, every text of which both databases can hold. Raises Refused with what is wrong."""
    text = json.dumps(given, ensure_ascii=False)
    if "\\u0000" in text or SURROGATE.search(text):
        raise invalid("rule", _("A text holds signs that nobody can read."))
    return read(given)


def people_in(segment: Segment, key: ApiKey) -> ir.Table:
    """The rows of `people` that a segment holds now, as far as the key sees them."""
    return people_of(read(segment.rule), as_of=timezone.localdate(), stores=key.store_scope())


def _current(segment: Segment, key: ApiKey) -> ir.Table:
    """customer_key and `since` of those in it: kept by the last refresh, or found by the rule."""
    if key.store_scope() is None and segment.counted_version == segment.version:
        own = memberships.filter(memberships.segment_id == segment.pk)
        return own.select("customer_key", "since")
    people = people_in(segment, key)
    return people.select("customer_key", since=people.last_on.nullif(people.last_on))


def _fields(given: SegmentIn) -> dict[str, Any]:
    rule = as_json(understood(given.rule))
    texts = {"name": given.name, "folder": given.folder, "description": given.description}
    return {name: text.strip() for name, text in texts.items()} | {"rule": rule}


def _version(seen: str) -> int:
    return int(seen.strip('"'))


def _tagged(segment: Segment, request: HttpRequest, response: HttpResponse) -> SegmentOut:
    response["ETag"] = f'"{segment.version}"'
    return _told(segment, caller(request))


def _told(segment: Segment, key: ApiKey) -> SegmentOut:
    counted = segment.counted_at is not None and key.store_scope() is None
    reach = Reach(
        whatsapp=segment.reach_whatsapp or 0, email=segment.reach_email or 0, sms=segment.reach_sms or 0
    )
    return SegmentOut(
        id=segment.public_id,
        name=segment.name,
        folder=segment.folder,
        description=segment.description,
        rule=segment.rule,
        sentence=_in_words(segment),
        version=segment.version,
        ready_code=segment.ready_code or None,
        people=segment.people if counted else None,
        value=segment.value if counted else None,
        reach=reach if counted else None,
        counted_at=segment.counted_at if counted else None,
        created_at=segment.created_at,
        updated_at=segment.updated_at,
    )


def _in_words(segment: Segment) -> str:
    try:
        return sentence(read(segment.rule))
    except Refused:  # a field that vanished: the page of segments tells it
        return ""
