"""Nothing that identifies a person passes the wall: canaries go in and are looked for behind it."""

from __future__ import annotations

import base64
import datetime as dt
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from recompra.customers import refresh
from recompra.customers.models import Refresh
from recompra.ingest.models import ImportRun
from recompra.warehouse.engine import engine
from recompra.warehouse.schema import TABLES
from recompra.work.drain import drain
from tests.ingest.bring import brought

CANARIES = (
    "Quitéria Zarantonello", "52998224725", "529.982.247-25", "quiteria.zara@example.com", "41987650123",
    "(41) 98765-0123", "Rua das Canárias", "PED-CANARIO-77", "CLI-CANARIO-42",
)  # fmt: skip
ALLOWED = {
    "order_key", "customer_key", "store_key", "kind", "is_cancelled", "is_online", "ordered_at",
    "ordered_on", "net", "gross", "discount", "freight", "units", "batch", "line", "product_key",
    "quantity", "unit_price", "code", "name", "group_name", "brand", "color", "launched_on",
    "attributes", "city", "state", "as_of", "cuts_version", "first_on", "last_on", "orders",
    "purchase_days", "ltv", "aov", "mean_interval_days", "recency_days", "frequency", "monetary",
    "recency_score", "frequency_score", "monetary_score", "segment",
    # what a browser or a mailing tool told, under keyed hashes
    "visit_key", "visitor_key", "event_key", "event", "occurred_at", "occurred_on", "source", "medium",
    "campaign", "channel",
    # what segments need of a person, and no more (docs/decisions/0010): bands, codes and flags
    "registered_on", "birth_day", "age_band", "sex", "marital_status", "is_company", "completeness",
    "has_mobile", "has_phone", "has_email", "is_subscriber", "reach_whatsapp", "reach_email", "reach_sms",
    "blocked_campaigns", "blocked_messages", "blocked_loyalty", "blocked_giftback", "loyalty_program",
    "loyalty_tier", "loyalty_since", "contacted_on", "segment_id", "since", "moved_at", "entered", "reason",
    # what was made of purchases: what each customer is likely to do, and what is known of products
    "models_version", "is_active", "churn_risk", "churn_base", "churn_recency", "churn_ticket",
    "churn_frequency", "churn_growth", "churn_mix", "churn_source", "p_alive", "p_none", "expected_90",
    "expected_180", "expected_365", "spend_90", "spend_90_low", "spend_90_high", "spend_180", "spend_180_low",
    "spend_180_high", "spend_365", "spend_365_low", "spend_365_high", "interval_days", "next_on", "next_from",
    "next_until", "is_pooled", "is_discontinued", "stock", "is_offered", "popular_days", "buyers", "share",
    "chance", "group_chance", "popular_place", "ever_buyers", "repeaters", "repeat_rate",
    "satisfaction_place", "days_on_sale", "takers", "novelty_place", "price", "step_key", "other_key",
    "place", "together", "baskets", "lift", "score", "other_group", "both",
    "followed", "days", "times", "people", "because_key",
}  # fmt: skip


def shapes(text: str) -> Iterator[bytes]:
    """The ways in which a text may lie in a file."""
    for form in (text, text.lower(), text.upper()):
        yield form.encode()
        yield form.encode("utf-16-le")
        yield base64.b64encode(form.encode())[:-4]
        yield form.encode().hex().encode()
        yield quote(form).encode()


def found_in(content: bytes) -> list[str]:
    return [canary for canary in CANARIES if any(shape in content for shape in shapes(canary))]


def sales(folder: Path, today: dt.date) -> Path:
    day = today - dt.timedelta(days=9)
    path = folder / "vendas.csv"
    path.write_text(
        "pedido;item;data;cliente_id;nome;cpf;email;celular;endereco;produto;qtd;preco\n"
        f"PED-CANARIO-77;1;{day:%d/%m/%Y};CLI-CANARIO-42;Quitéria Zarantonello;529.982.247-25;"
        "quiteria.zara@example.com;(41) 98765-0123;Rua das Canárias, 9;Vela;1;30,00\n"
        f"PED-CANARIO-78;1;31/02/{today.year};CLI-CANARIO-42;Quitéria Zarantonello;529.982.247-25;"
        "quiteria.zara@example.com;(41) 98765-0123;Rua das Canárias, 9;Vela;1;30,00\n",
        encoding="utf-8",
    )
    return path


def test_the_scanner_finds_a_canary_in_every_shape() -> None:
    for canary in CANARIES:
        for shape in shapes(canary):
            assert canary in found_in(b"\x00before" + shape + b"after\xff")


def test_the_facts_their_archive_the_logs_and_the_report_hold_no_canary(
    db: None, warehouse: str, tmp_path: Path, today: dt.date, caplog: pytest.LogCaptureFixture
) -> None:
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    with caplog.at_level(logging.DEBUG):
        run = brought(sales(incoming, today))
        refresh.request("test")
        drain(Refresh)
    assert run.status == ImportRun.Status.DONE, run.error
    assert (run.report["accepted"], run.report["quarantined"]) == (1, 1)

    facts = engine(warehouse)
    told = "".join(repr(facts.run(table).to_pylist()) for table in TABLES.values())  # values, uncompressed
    assert not found_in(told.encode())
    files = [path for path in (tmp_path / "facts").rglob("*") if path.is_file()]
    assert any(path.suffix == ".parquet" for path in files)
    assert {
        str(path.name): found_in(path.read_bytes()) for path in files if found_in(path.read_bytes())
    } == {}
    assert not found_in(caplog.text.encode())
    assert not found_in(repr(run.report).encode())
    assert not found_in(f"{run.error} {run.progress_phase}".encode())


def test_the_facts_have_only_columns_of_the_list() -> None:
    for name, table in TABLES.items():
        assert set(table.columns) <= ALLOWED, name
