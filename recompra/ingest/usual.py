"""What most rows say of a person, read by the engine, many at once: the usual ways to write each thing.

The rule is `person.read`. A row that has anything written in another way is not usual and is left to it; of a
usual row both give the same, which tests/ingest/test_usual.py holds them to.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from recompra.customers.identifiers import AREA_CODES
from recompra.ingest.desk import literal
from recompra.ingest.person import ALIASES, NO_ADDRESS, STATES
from recompra.ingest.words import FEMALE, MALE, NO, NOBODY, YES

COLUMNS = (
    "external_id", "email", "first_kind", "first_value", "first_key", "second_kind", "second_value",
    "second_key", "name", "name_key", "cpf", "cnpj", "rg", "birth_date", "sex", "marital_status", "street",
    "postcode", "city", "state", "accepts_contact",
)  # fmt: skip
"""Of a usual row, in this order: texts as we keep them, "" or NULL where nothing is said."""

_ACCENTED = "ÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑáàâãäéèêëíìîïóòôõöúùûüçñ"
_WORD = f"[A-Za-z0-9{_ACCENTED}''.&-]+"
_ATOM = "[A-Za-z0-9_%+-]+"
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PHONE = r"(\+?55[ -]?)?\(?[1-9][1-9]\)?[ -]?(9 ?[0-9]{4}|[2-5][0-9]{3})[ -]?[0-9]{4}"
_NAME_TOGETHER = "replace(d_name, ' ', '')"
_SERVICES = ("4003", "4004", "4020", "4062", "3003", "3004")


def usual(names: Collection[str], date_order: str, source: str) -> str:
    """SELECT of `source`'s columns, `is_usual`, and COLUMNS with "u_" before each.

    `names`: the person columns that `source` has; `date_order`: "dmy" or "mdy".
    """
    cell = {name: f"p.{name}" if name in names else "NULL::VARCHAR" for name in _READ}
    phones = ", ".join(
        f"right(translate({cell[name]}, '()+- ', ''), CASE WHEN length(translate({cell[name]}, '()+- ', ''))"
        f" IN (11, 13) THEN 11 ELSE 10 END) AS d_{name}"
        for name in ("mobile", "phone")
    )
    read = (
        f"SELECT p.*, try_cast(translate({cell['document']}, '.-', '') AS BIGINT) AS d_cpf, {phones}, "  # noqa: S608
        f"lower({cell['email']}) AS d_email, {_name_key(cell['customer_name'])} AS d_name, "
        f"{_birth_date(cell['birth_date'], date_order)} AS d_birth FROM {source} AS p"
    )
    values = dict(zip(COLUMNS, _values(cell), strict=True))
    listed = ", ".join(f"{value} AS u_{name}" for name, value in values.items())
    return f"SELECT p.*, {_is_usual(names)} AS is_usual, {listed} FROM ({read}) AS p"  # noqa: S608


_READ = (
    "customer_id", "customer_name", "document", "rg", "email", "mobile", "phone", "birth_date", "sex",
    "marital_status", "street", "postcode", "city", "state", "accepts_contact",
)  # fmt: skip


def _values(cell: dict[str, str]) -> tuple[str, ...]:
    """SQL of each of COLUMNS; true of usual rows only."""
    first, second = _phone("mobile"), _phone("phone")
    same = f"{first[2]} IS NOT DISTINCT FROM {second[2]}"
    sex, said = _flat(cell["sex"]), _flat(cell["accepts_contact"])
    state = f"upper({cell['state']})"
    return (
        f"coalesce({cell['customer_id']}, '')",
        "d_email",
        *first,
        *(f"CASE WHEN NOT {same} THEN {value} END" for value in second),
        f"coalesce({cell['customer_name']}, '')",
        "coalesce(d_name, '')",
        f"CASE WHEN {_true_cpf()} THEN lpad(d_cpf::VARCHAR, 11, '0') END",
        "NULL::VARCHAR",
        f"coalesce(left({cell['rg']}, 20), '')",
        f"CASE WHEN d_birth BETWEEN DATE '1900-01-01' AND DATE '{date.today()}' "  # noqa: DTZ011 (a birth date has no zone)
        "THEN d_birth::VARCHAR END",
        f"CASE WHEN {_one_of(sex, FEMALE)} THEN 'F' WHEN {_one_of(sex, MALE)} THEN 'M' ELSE '' END",
        f"coalesce(left({cell['marital_status']}, 20), '')",
        f"coalesce(left({cell['street']}, 200), '')",
        f"coalesce(replace({cell['postcode']}, '-', ''), '')",
        f"coalesce(left({cell['city']}, 80), '')",
        f"CASE WHEN {_one_of(state, STATES)} THEN {state} ELSE '' END",
        f"CASE WHEN {_one_of(said, YES)} THEN true WHEN {_one_of(said, NO)} THEN false END",
    )


def _is_usual(names: Collection[str]) -> str:
    """SQL: whether every cell of the row is blank or written in a usual way."""
    local = r"regexp_replace(split_part(d_email, '@', 1), '[^a-z0-9]', '', 'g')"
    aliases = " OR ".join(f"ends_with(d_email, {literal(alias)})" for alias in ALIASES)
    ways = {
        "customer_id": _full("customer_id", "[A-Za-z0-9_/-]{1,120}")
        + " AND regexp_matches(p.customer_id, '[A-Za-z1-9_/]') AND p.customer_id <> '-1'",
        "customer_name": _full("customer_name", f"{_WORD}( {_WORD})*")
        + f" AND length(p.customer_name) <= 200 AND NOT {_one_of(_NAME_TOGETHER, NOBODY)}",
        "document": _full("document", r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}"),
        "cnpj": "false",
        "email": _full("email", rf"{_ATOM}(\.{_ATOM})*@({_LABEL}\.)+[A-Za-z]{{2,24}}")
        + " AND length(d_email) <= 254 AND strpos(d_email, '@') <= 65 "
        + f"AND NOT ({aliases} OR {_one_of(local, NO_ADDRESS)})",
        "mobile": _is_usual_phone("mobile"),
        "phone": _is_usual_phone("phone"),
        "birth_date": _full("birth_date", "[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4}"),
        "sex": _full("sex", f"[A-Za-z0-9{_ACCENTED}]+"),
        "postcode": _full("postcode", "[0-9]{5}-?[0-9]{3}"),
        "state": _full("state", f"[A-Za-z{_ACCENTED}]+( [A-Za-z{_ACCENTED}]+)*"),
        "accepts_contact": _full("accepts_contact", f"[A-Za-z0-9{_ACCENTED}]+"),
    }
    asked = [f"(p.{name} IS NULL OR ({way}))" for name, way in ways.items() if name in names]
    return " AND ".join(asked) or "true"


def _full(name: str, pattern: str) -> str:
    return f"regexp_full_match(p.{name}, '{pattern}')"


def _one_of(value: str, words: Collection[str]) -> str:
    return f"coalesce({value} IN ({', '.join(literal(word) for word in sorted(words))}), false)"


def _flat(cell: str) -> str:
    return f"lower(strip_accents({cell}))"


def _name_key(cell: str) -> str:
    return f"trim(regexp_replace({_flat(cell)}, '[^a-z0-9]+', ' ', 'g'))"


def _true_cpf() -> str:
    """SQL: whether the check digits of `d_cpf` are true; eleven equal digits are nobody's CPF."""
    digits = [f"(d_cpf // {10 ** (10 - at)} % 10)" for at in range(11)]
    first = " + ".join(f"{digits[at]} * {10 - at}" for at in range(9))
    second = " + ".join(f"{digits[at]} * {11 - at}" for at in range(10))
    return (
        f"d_cpf % 11111111111 <> 0 AND ({first}) * 10 % 11 % 10 = {digits[9]} "
        f"AND ({second}) * 10 % 11 % 10 = {digits[10]}"
    )


def _phone(name: str) -> tuple[str, str, str]:
    """SQL of kind, E.164 digits and match key (see `identifiers.Phone`)."""
    digits = f"d_{name}"
    kind = f"CASE length({digits}) WHEN 11 THEN 'mobile' WHEN 10 THEN 'phone' END"
    return kind, f"'55' || {digits}", f"right({digits}, 8) || left({digits}, 2)"


def _is_usual_phone(name: str) -> str:
    """Numbers of services and of nobody ("900…", eight equal digits) go the exact way."""
    digits = f"d_{name}"
    return (
        f"{_full(name, _PHONE)} AND {_one_of(f'left({digits}, 2)', AREA_CODES)} "
        f"AND substr({digits}, 4, 2) <> '00' AND NOT {_one_of(f'substr({digits}, 3, 4)', _SERVICES)} "
        f"AND right({digits}, 8) <> repeat(right({digits}, 1), 8)"
    )


def _birth_date(cell: str, date_order: str) -> str:
    slashed = "%d/%m/%Y" if date_order == "dmy" else "%m/%d/%Y"
    return f"coalesce(try_strptime({cell}, '{slashed}')::DATE, try_cast({cell} AS DATE))"
