"""A rule as JSON Schema: its form. What a value must be, `segments.rule.read` says."""

from __future__ import annotations

from typing import Any

from recompra.segments.fields import fields
from recompra.segments.rule.read import DEEPEST, MEASURED
from recompra.segments.rule.tree import Did, Match, Measure, Op
from recompra.segments.rule.values import LONGEST_DAYS, MOST_VALUES

STANDS_FOR = "x-stands-for"
"""Marks a schema that the document replaces by a component of ours."""
EXAMPLE: dict[str, Any] = {
    "version": 1,
    "match": "all",
    "rules": [
        {"field": "sex", "op": "one_of", "value": ["F"]},
        {"did": "bought", "measure": "orders", "op": "at_least", "value": 2, "period": {"last_days": 90}},
    ],
}
_DAY = {"type": "string", "format": "date"}
_NUMBER = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,2})?$"}]}
_WORDS = {
    "type": "array",
    "items": {"type": "string", "minLength": 1},
    "minItems": 1,
    "maxItems": MOST_VALUES,
}


def rule_schemas() -> dict[str, Any]:
    """{name of a component: its schema}."""
    node = {"anyOf": [_of(name) for name in ("RuleGroup", "RuleField", "RuleBehaviour", "RuleSequence")]}
    group: dict[str, Any] = {
        "match": {"enum": [one.value for one in Match], "default": "all"},
        "rules": {"type": "array", "items": node},
    }
    return {
        "Rule": {
            **_object({"version": {"const": 1}, **group}, ()),
            "description": f"Who belongs to a group: groups in one another up to {DEEPEST} deep. A rule "
            "without conditions holds everybody.",
            "examples": [EXAMPLE],
        },
        "RuleGroup": _object({**group, "rules": {**group["rules"], "minItems": 1}}, ("rules",)),
        "RuleField": _object(
            {
                "field": {"enum": list(fields())},
                "op": {"enum": [one.value for one in Op if one != Op.NEVER]},
                "value": {"description": "As the field and the op ask: see docs/segments.md."},
            },
            ("field", "op"),
        ),
        "RuleBehaviour": _behaviour(),
        "RuleSequence": _object(
            {
                "first": _of("RuleBehaviour"),
                "then": _of("RuleBehaviour"),
                "within_days": {"type": "integer", "minimum": 0, "maximum": LONGEST_DAYS},
                "never": {"type": "boolean", "default": False},
            },
            ("first", "then"),
        ),
        "RulePeriod": _period(),
    }


def _behaviour() -> dict[str, Any]:
    return _object(
        {
            "did": {"enum": [one.value for one in Did]},
            "measure": {"enum": [one.value for one in Measure], "default": "orders"},
            "op": {"enum": [one.value for one in MEASURED], "default": "at_least"},
            "value": {"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}]},
            "what": {
                "type": "object",
                "additionalProperties": _WORDS,
                "description": "Any of the values of each: product (its code), group, brand, color, or an "
                "attribute of the shop's own.",
            },
            "stores": {"type": "array", "items": {"type": "integer", "minimum": 1}, "maxItems": MOST_VALUES},
            "channel": {"enum": ["online", "store"]},
            "period": _of("RulePeriod"),
        },
        ("did",),
    )


def _period() -> dict[str, Any]:
    days = {"type": "integer", "minimum": 0, "maximum": LONGEST_DAYS}
    ago = {
        "type": "array",
        "prefixItems": [days, {"anyOf": [days, {"type": "null"}]}],
        "minItems": 2,
        "maxItems": 2,
    }
    return {
        "anyOf": [
            {**_object({"from": _DAY, "to": _DAY}, ()), "minProperties": 1},
            _object({"last_days": {**days, "minimum": 1}}, ("last_days",)),
            _object({"days_ago": ago}, ("days_ago",)),
            _object({"month": {"type": "integer", "maximum": 0, "minimum": -1200}}, ("month",)),
        ]
    }


def _object(properties: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**made, "required": list(required)} if required else made


def _of(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
