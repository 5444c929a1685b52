"""*Precisão* and *Modelos*: what the records say in words, what changed, and predicting anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from recompra.accounts.models import AccessLog
from recompra.dashboards.analyses.accuracy import card
from recompra.dashboards.analyses.changes import changes
from recompra.predictions.models import ModelRecord, PredictionRefresh
from tests.cast import Cast
from tests.dashboards.read import page, rows, text

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Any], Client]
ACCURACY, MODELS = "/painel/analises/precisao/", "/painel/analises/modelos/"
CHURN = {
    "cut": "2026-03-01",
    "until": "2026-05-30",
    "customers": 1200,
    "measures": [
        {"name": "auc", "value": 0.812, "baselines": {"base_rate": 0.5, "recency": 0.79, "btyd": 0.82}},
        {"name": "brier", "value": 0.15, "baselines": {"base_rate": 0.25, "recency": 0.16, "btyd": 0.151}},
    ],
    "bins": [
        {"predicted": 0.1, "observed": 0.12, "customers": 600},
        {"predicted": 0.8, "observed": 0.77, "customers": 600},
    ],
}
VALUE = {
    "cut": "2026-03-01",
    "until": "2026-05-30",
    "customers": 1200,
    "measures": [
        {"name": "mae", "value": 41.7, "baselines": {"daily_rate": 106.1, "bg_gg": 43.3}},
        {"name": "coverage_80", "value": 0.81, "baselines": {}},
    ],
    "bins": [{"predicted": 10.0, "observed": 12.5, "customers": 120} for _tenth in range(10)],
}


def record(name: str, version: int = 1, **fields: Any) -> ModelRecord:
    usual = {
        "as_of": dt.date(2026, 6, version),
        "horizon_days": 90,
        "active_days": 180,
        "parameters": {"base": -1.5, "terms": {"silence": {"weight": 0.5}}},
        "data": {"customers": 1000 + version},
        "accuracy": None,
        "is_shown": True,
        "reason": "",
    }
    return ModelRecord.objects.create(name=name, version=version, **usual | fields)


# accuracy -------------------------------------------------------------------------------------------------


def test_the_accuracy_of_the_risk_in_words(cast: Cast, client_for: ClientFor) -> None:
    record("churn", accuracy=CHURN)
    shown = page(client_for(cast.otavio), ACCURACY)
    assert (
        "De 100 pares formados por um cliente que se foi e um que ficou, apontou o certo em 81; a melhor "
        "regra simples, em 79."
    ) in shown
    assert "De 100 clientes ditos os mais arriscados (80%), 77 não voltaram" in shown
    assert "Conferido em 1.200 clientes, de 01/03/2026 a 30/05/2026" in shown
    assert shown.count('class="dot"') == 2
    assert "Disse 80%: de 600 clientes, 77% não voltaram" in shown
    told = rows(shown)
    assert told["Medida"] == ["Este modelo", "O mesmo para todos", "Só a última compra", "Modelo BTYD"]
    assert told["Ordem (AUC)"] == ["0,812", "0,500", "0,790", "0,820"]
    assert told["Erro quadrático da probabilidade (Brier)"][0] == "0,150 (o melhor)"


def test_the_predicted_spend_by_tenths(cast: Cast, client_for: ClientFor) -> None:
    record("value", accuracy=VALUE)
    shown = page(client_for(cast.otavio), ACCURACY)
    assert "Errou em média R$ 41,70; a melhor regra simples, R$ 106,10." in shown
    assert "O que veio estava dentro do intervalo de 80% em 81% dos casos." in shown
    assert "Décimo 10, 120 clientes: previsto R$ 10,00, veio R$ 12,50" in shown
    assert 'class="dot"' not in shown


def test_the_hit_rate_of_each_list(cast: Cast, client_for: ClientFor) -> None:
    hits = [
        {"name": "hit_10_personal", "value": 0.31, "baselines": {"popular": 0.12, "frequent": 0.28}},
        {"name": "ndcg_10_personal", "value": 0.18, "baselines": {"popular": 0.05, "frequent": 0.15}},
        {"name": "hit_10_novelty", "value": 0.04, "baselines": {"all_time": 0.02}},
    ]
    record("recommendations", accuracy=VALUE | {"measures": hits, "bins": []})
    shown = page(client_for(cast.otavio), ACCURACY)
    assert (
        "Lista pessoal: de 100 clientes que compraram, 31 levaram algo dos dez oferecidos; da melhor lista "
        "simples, 28."
    ) in shown
    assert rows(shown)["Novidades em destaque: acerto em dez"] == ["4% (o melhor)", "–", "–", "2%"]
    assert rows(shown)["Lista pessoal: ordem dos dez (NDCG)"][0] == "0,180 (o melhor)"


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("not_enough_data", "Ainda há pouca história: são precisos mais meses de vendas."),
        ("not_better", "No passado da própria loja, não foi melhor que uma regra simples."),
    ],
)
def test_a_hidden_model_says_why(cast: Cast, client_for: ClientFor, reason: str, sentence: str) -> None:
    record("churn", is_shown=False, reason=reason)
    shown = page(client_for(cast.otavio), ACCURACY)
    assert sentence in shown
    assert "oculto" in shown


def test_a_measure_nobody_described_still_stands_in_the_table(cast: Cast) -> None:
    strange = {"measures": [{"name": "depth", "value": 0.25, "baselines": {"guess": None}}], "bins": []}
    shown = card(record("weather", accuracy=strange))
    assert (shown.title, shown.rows[0].title, shown.rows[0].value) == ("weather", "depth", "0,250")
    assert shown.sentences == ()


def test_before_the_first_refresh_there_is_nothing_to_be_accurate(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.otavio)
    assert "Ainda não há previsões" in page(client, ACCURACY)
    assert "Ainda não há previsões" in page(client, MODELS)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_the_accuracy_as_a_file(cast: Cast, client_for: ClientFor, kind: str) -> None:
    record("churn", accuracy=CHURN)
    record("btyd")
    answer = client_for(cast.otavio).post(f"{ACCURACY}arquivo/", {"formato": kind})
    content = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    if kind == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + 2 * 4
        assert "Só a última compra" in lines[3]
    assert AccessLog.objects.get(action="export_analysis").count == 8


# versions -------------------------------------------------------------------------------------------------


def test_the_first_version_says_so(cast: Cast) -> None:
    assert changes(record("churn"), None) == ["A primeira versão."]


def test_what_changed_is_told_in_words_and_numbers(cast: Cast) -> None:
    old = record("churn", 1, accuracy=CHURN)
    better = CHURN | {"measures": [{"name": "auc", "value": 0.83, "baselines": {}}]}
    moved = {"base": -1.5, "terms": {"silence": {"weight": 0.6}}, "on": True}
    new = record("churn", 2, accuracy=better, parameters=moved, horizon_days=60)
    assert changes(new, old) == [
        "Horizonte: de 90 dias para 60 dias.",
        "Vendas até 02/06/2026 (antes: 01/06/2026).",
        "Clientes: de 1.001 para 1.002.",
        "Ordem (AUC): de 0,812 para 0,830.",
        "terms.silence.weight: 0,5000 → 0,6000",
    ]
    hidden = record("churn", 3, as_of=new.as_of, data=new.data, is_shown=False, reason="not_better")
    assert changes(hidden, new)[0] == (
        "Deixou de ser mostrado: No passado da própria loja, não foi melhor que uma regra simples."
    )
    assert changes(new, hidden)[0] == "Passou a ser mostrado."


def test_only_the_numbers_that_moved_most_are_named(cast: Cast) -> None:
    many = {f"n{place:02}": float(place) for place in range(1, 11)}
    old = record("btyd", 1, parameters=many)
    new = record(
        "btyd", 2, as_of=old.as_of, data=old.data, parameters={name: v * 2 for name, v in many.items()}
    )
    told = changes(new, old)
    assert len(told) == 7
    assert told[-1] == "E mais 4 números."
    tiny = {name: value * 1.0001 for name, value in many.items()}
    hardly = record("btyd", 3, as_of=old.as_of, data=old.data, parameters=tiny)
    assert changes(hardly, old) == ["Seus números mudaram menos de um milésimo."]


def test_every_model_stands_with_its_newest_version(cast: Cast, client_for: ClientFor) -> None:
    for version in (1, 2):
        record("churn", version)
        record("rhythm", version)
    shown = text(page(client_for(cast.otavio), MODELS))
    assert shown.count("Versão 2, vendas até 02/06/2026") == 2
    assert "Versão 1," not in shown
    assert "Clientes: de 1.001 para 1.002." in shown


def test_the_versions_of_a_model_come_in_pages(cast: Cast, client_for: ClientFor) -> None:
    for version in range(1, 26):
        record("churn", version, as_of=dt.date(2026, 1, version))
    client = client_for(cast.otavio)
    first = page(client, f"{MODELS}churn/")
    assert first.count("O que mudou") == 20
    assert "terms" in first  # the parameters of the newest version
    more = page(
        client, first.split('hx-get="')[1].split('"')[0], **{"HX-Request": "true", "HX-Target": "more"}
    )
    assert more.count("O que mudou") == 5
    assert "A primeira versão." in more
    assert client.get(f"{MODELS}outro/").status_code == 404


def test_the_versions_as_a_file(cast: Cast, client_for: ClientFor) -> None:
    record("churn", 1, accuracy=CHURN)
    record("churn", 2)
    client = client_for(cast.otavio)
    answer = client.post(f"{MODELS}churn/arquivo/", {"formato": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "silence" in lines[1]
    assert client.post(f"{MODELS}outro/arquivo/", {"formato": "csv"}).status_code == 404


# predicting anew ------------------------------------------------------------------------------------------


def test_the_owner_lets_it_predict_anew_and_stops_it(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.otavio)
    assert client.post(f"{MODELS}calcular/").status_code == 302
    client.post(f"{MODELS}calcular/")
    row = PredictionRefresh.objects.get()  # one that waits serves both wishes
    shown = page(client, MODELS)
    assert "Aguardando a vez" in shown
    assert "Prever de novo agora" not in shown
    piece = page(client, f"{MODELS}?trabalho={row.pk}", **{"HX-Request": "true"})
    assert "<html" not in piece
    assert client.post(f"{MODELS}parar/{row.pk}/").status_code == 302
    row.refresh_from_db()
    assert row.status == PredictionRefresh.Status.CANCELLED
    assert "foi cancelada; o que foi previsto antes continua valendo" in page(client, MODELS)
    assert client.post(f"{MODELS}parar/{row.pk}/").status_code == 422
    assert client.get(f"{MODELS}?trabalho=x").status_code == 404


def test_who_only_reads_may_not_decide(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.aline)
    assert "Prever de novo agora" not in page(client, MODELS)
    assert client.post(f"{MODELS}calcular/").status_code == 403
    for address in (ACCURACY, MODELS, f"{MODELS}churn/"):
        assert client_for(cast.lucia).get(address).status_code == 403
