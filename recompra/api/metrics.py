"""Metrics: which there are, and each one asked with its own parameters."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field, create_model

from recompra.accounts.api_keys.model import ApiKey
from recompra.accounts.api_keys.scopes import Scope
from recompra.analytics.catalog import metrics
from recompra.api.asking import TODAY, WHOLE_SHOP, Question, compute, questions
from recompra.api.cursor import seal, unseal
from recompra.api.customers import Paging
from recompra.api.guard import caller, needs
from recompra.api.metric_page import page
from recompra.api.people import log
from recompra.api.problem import Problem, invalid, not_found
from recompra.api.routes import operation
from recompra.api.segments import kept, people_in
from recompra.customers.cuts import edges_of, in_force
from recompra.customers.identity.unseen import people_orders
from recompra.segments.members import analysed, key_at, members
from recompra.segments.rule.people import ALL
from recompra.theme.refused import Refused
from recompra.warehouse.engine import engine

MOST_ROWS = 10_000
YEARS = (1990, 2100)


class MetricOut(Schema):
    """A metric; `path` is null for what an address cannot ask."""

    name: str
    title: str
    description: str
    tables: list[str]
    parameters: list[str] = Field(description="What it may be asked, in the query.")
    by_customer: bool = Field(description="A row tells of one person: paged, and `customers:read` is needed.")
    step: bool = Field(description="Only other metrics and the fitting of models read it.")
    path: str | None


class Metrics(Schema):
    """The catalogue."""

    metrics: list[MetricOut]


@operation("GET", "/metrics", Scope.METRICS_READ, {200: Metrics}, tag="metrics")
def list_metrics(request: HttpRequest) -> Metrics:
    """The metrics there are."""
    known = questions()
    return Metrics(
        metrics=[
            MetricOut(
                name=one.name,
                title=one.title,
                description=one.text,
                tables=list(one.tables),
                parameters=sorted(known[one.name].parameters) if one.name in known else [],
                by_customer=one.name in known and known[one.name].by_customer,
                step=one.is_step,
                path=f"/api/metrics/{one.name}" if one.name in known else None,
            )
            for one in metrics()
        ]
    )


def stand(question: Question) -> None:
    """Put one metric's operation into the door."""
    name, metric = "".join(word.title() for word in question.metric.name.split("_")), question.metric
    paging = {field: (info.annotation, info) for field, info in Paging.model_fields.items()}
    taken: Any = {**question.parameters, **(paging if question.by_customer else {})}
    reader: Any = Query
    query: Any = create_model(f"{name}Asked", __base__=Schema, **taken)
    answer = _answer_model(name, question)
    tell = _by_customer if question.by_customer else _summed

    def view(request: HttpRequest, asked: Any = None) -> Any:
        return answer(**tell(request, question, asked))

    view.__name__, view.__doc__ = f"metric_{metric.name}", f"{metric.title}.\n\n{metric.text}"
    view.__annotations__ = {"request": HttpRequest, "asked": reader[query]}
    view.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # one without parameters has no query
        [
            inspect.Parameter(one, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=kind)
            for one, kind in view.__annotations__.items()
            if taken or one == "request"
        ]
    )
    fails = (404,) if question.of_one or question.by_segment else ()
    operation(
        "GET", f"/metrics/{metric.name}", Scope.METRICS_READ, {200: answer}, tag="metrics", fails=fails
    )(view)


def _answer_model(name: str, question: Question) -> Any:
    columns: dict[str, Any] = {column: (kind | None, ...) for column, kind in question.columns.items()}
    ending: dict[str, Any] = {
        "complete": (bool, Field(..., description="False: there are more rows than one answer holds."))
    }
    if question.by_customer:
        columns = {"customer": (UUID, Field(..., description="Public id.")), **columns}
        ending = {"next": (str | None, ...)}
    row: Any = create_model(f"{name}Row", __base__=Schema, **columns)
    return create_model(f"{name}Answer", __base__=Schema, rows=(list[row], ...), **ending)


def _summed(request: HttpRequest, asked: Question, given: Any) -> dict[str, Any]:
    key = caller(request)
    if key.store_scope() is not None and not (asked.by_store or asked.of_one):
        raise Problem(403, "every_store", _("This metric counts every store, and this key sees only some."))
    if asked.of_one and not key.may(Scope.CUSTOMERS_READ):
        raise needs(Scope.CUSTOMERS_READ)
    table = compute(asked.metric, _values(asked, given, key)).limit(MOST_ROWS + 1)
    rows = engine(settings.WAREHOUSE_URL).rows(table)
    return {"rows": [_told(row, asked) for row in rows[:MOST_ROWS]], "complete": len(rows) <= MOST_ROWS}


def _by_customer(request: HttpRequest, asked: Question, given: Any) -> dict[str, Any]:
    """A page in the order of the keys; whose key leads to nobody, or to somebody unseen, is left out."""
    key = caller(request)
    if not key.may(Scope.CUSTOMERS_READ):
        raise needs(Scope.CUSTOMERS_READ)
    place = unseal(request, int)
    after = int(str(place[0])) if place else -1
    rows, last = page(asked.metric, _values(asked, given, key), after, given.limit)
    seen = list(analysed(rows, key.store_scope()))
    log(key, "api_metric", [who.customer_id for who, _row in seen], fields=sorted(asked.columns))
    told = [{"customer": who.public_id, **_told(row, asked)} for who, row in seen]
    return {"rows": told, "next": None if last is None else seal(request, last)}


def _told(row: Mapping[str, Any], asked: Question) -> dict[str, Any]:
    return {column: row[column] for column in asked.columns}


def _values(asked: Question, given: Any, key: ApiKey) -> dict[str, Any]:
    """What the metric is asked, as far as the key sees. Raises Problem for days that make no period and for
    words that the metric does not know."""
    elsewhere = ("store", "customer", "segment")
    values = {name: getattr(given, name) for name in asked.parameters if name not in elsewhere}
    _check_days(values)
    values = {name: value for name, value in values.items() if value != []}
    if asked.by_segment and given.segment is not None:
        values[asked.by_segment] = people_in(kept(given.segment), key)
    elif asked.by_segment == "people":
        values["people"] = ALL.of_stores(key.store_scope())["people"]
    if asked.metric.name not in WHOLE_SHOP:
        values["orders"] = people_orders()
    if asked.by_store:
        values["store_keys"] = _stores(key.store_scope(), given.store)
    if asked.of_one:
        values["customer_key"] = _named(asked, given.customer, key)
    if asked.by_cuts:
        if (cuts := in_force()) is None:
            raise Refused(_("Nobody was scored yet: bring in sales first."))
        values["cuts"] = edges_of(cuts)
    try:
        compute(asked.metric, values)
    except ValueError:
        raise invalid("", _("This metric does not know one of these words.")) from None
    return values


def _named(asked: Question, public_id: UUID, key: ApiKey) -> int:
    """The key of the customer that is asked about, who then stands in the access log."""
    scope = key.store_scope()
    found = key_at(public_id, scope)
    who = members([found], scope).get(found) if found is not None else None
    if found is None or who is None:
        raise not_found()
    log(key, "api_metric", [who.customer_id], fields=sorted(asked.columns), alone=True)
    return found


def _check_days(values: dict[str, Any]) -> None:
    for name in TODAY:
        if name in values and values[name] is None:
            values[name] = timezone.localdate()
    for name, value in values.items():
        if isinstance(value, dt.date) and not YEARS[0] <= value.year < YEARS[1]:
            raise invalid(name, _("This day is too far away."))
    since, until = values.get("since"), values.get("until")
    if since and until and since > until:
        raise invalid("since", _("The period ends before it begins."))


def _stores(scope: frozenset[int] | None, asked: Iterable[int]) -> list[int] | None:
    """The stores to count: those asked for, as far as the key sees them."""
    wanted = frozenset(asked)
    if not wanted:
        return None if scope is None else sorted(scope)
    return sorted(wanted if scope is None else wanted & scope)


for _question in questions().values():
    stand(_question)
