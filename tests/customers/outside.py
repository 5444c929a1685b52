"""A stand-in for the services outside, on this machine: it answers over HTTP as theirs document it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BAKERY_CNPJ = "11222333000181"
BRASIL_API = {
    "cnpj": BAKERY_CNPJ,
    "identificador_matriz_filial": 1,
    "descricao_matriz_filial": "MATRIZ",
    "razao_social": "PADARIA CENTRAL LTDA",
    "nome_fantasia": "PADARIA CENTRAL",
    "situacao_cadastral": 2,
    "descricao_situacao_cadastral": "ATIVA",
    "data_situacao_cadastral": "2005-11-03",
    "descricao_tipo_de_logradouro": "RUA",
    "logradouro": "AUGUSTA",
    "numero": "100",
    "complemento": "LOJA 2",
    "bairro": "CONSOLACAO",
    "cep": "01305000",
    "uf": "SP",
    "codigo_municipio": 7107,
    "municipio": "SAO PAULO",
    "ddd_telefone_1": "1132101234",
    "ddd_telefone_2": "",
    "ddd_fax": "",
    "email": "CONTATO@PADARIA.EXAMPLE",
    "qsa": [{"nome_socio": "FULANO DE TAL", "cnpj_cpf_do_socio": "***982247**"}],
    "cnae_fiscal": 1091102,
}
"""As https://brasilapi.com.br/docs (CNPJ v1) shows an answer; Minha Receita has the same names."""
PLACES = {
    "places": [
        {
            "id": "ChIJoutra",
            "formattedAddress": "R. XV de Novembro, 9 - Curitiba - PR, Brasil",
            "displayName": {"text": "Padaria Central", "languageCode": "pt"},
        },
        {
            "id": "ChIJpadaria",
            "formattedAddress": "R. Augusta, 100 - Consolação, São Paulo - SP, 01305-000, Brasil",
            "displayName": {"text": "Padaria Central", "languageCode": "pt"},
        },
    ]
}
"""Text Search (New)."""
DETAILS = {
    "id": "ChIJpadaria",
    "nationalPhoneNumber": "(11) 98888-1234",
    "internationalPhoneNumber": "+55 11 98888-1234",
    "formattedAddress": "R. Augusta, 100 - Consolação, São Paulo - SP, 01305-000, Brasil",
    "addressComponents": [
        {"longText": "100", "shortText": "100", "types": ["street_number"]},
        {"longText": "Rua Augusta", "shortText": "R. Augusta", "types": ["route"]},
        {
            "longText": "Consolação",
            "shortText": "Consolação",
            "types": ["sublocality_level_1", "sublocality", "political"],
        },
        {
            "longText": "São Paulo",
            "shortText": "São Paulo",
            "types": ["administrative_area_level_2", "political"],
        },
        {"longText": "São Paulo", "shortText": "SP", "types": ["administrative_area_level_1", "political"]},
        {"longText": "Brasil", "shortText": "BR", "types": ["country", "political"]},
        {"longText": "01305-000", "shortText": "01305-000", "types": ["postal_code"]},
    ],
    "businessStatus": "OPERATIONAL",
    "displayName": {"text": "Padaria Central", "languageCode": "pt"},
}
"""Place Details (New)."""


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Outside:
    """`answers` are given in turn, the last one again and again: (status, body as text or data)."""

    url: str
    answers: list[tuple[int, Any]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    delay: float = 0
    location: str = ""

    def next(self) -> tuple[int, Any]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def outside() -> Iterator[Outside]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.outside = Outside(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.outside  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        world: Outside = self.server.outside  # type: ignore[attr-defined]
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(content) if content else None
        world.asked.append(Asked(self.command, self.path, dict(self.headers), body))
        time.sleep(world.delay)
        status, told = world.next()
        text = told if isinstance(told, bytes) else json.dumps(told).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            if world.location:
                self.send_header("Location", world.location)
            self.end_headers()
            self.wfile.write(text)
        except (BrokenPipeError, ConnectionResetError):  # whoever asked has gone: that is the test
            self.close_connection = True

    do_GET = do_POST = _answer  # noqa: N815 (names of the standard library)

    def log_message(self, *args: Any) -> None:
        pass
