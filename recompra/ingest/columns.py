"""Our columns, and what other systems call them, in Portuguese and English.

A header is compared without accents, case, spaces and punctuation. The first matching column of a file wins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

# fmt: off
PERSON: dict[str, tuple[str, ...]] = {
    "customer_id": (
        "customer_id", "client_id", "id_cliente", "cod_cliente", "codigo_cliente", "codigo_do_cliente",
        "cliente_id", "customer_unique_id", "customer_code", "cd_cliente", "matricula",
    ),
    "customer_name": (
        "customer_name", "name", "full_name", "nome", "nome_completo", "nome_cliente", "nome_do_cliente",
        "cliente", "customer", "razao_social", "comprador", "nm_cliente", "destinatario",
    ),
    "document": (
        "document", "cpf", "cpf_cnpj", "cpfcnpj", "documento", "cpf_cliente", "cpf_do_cliente", "doc",
        "nr_cpf",
    ),
    "cnpj": ("cnpj", "cnpj_cliente"),
    "rg": ("rg", "identidade", "rg_cliente"),
    "email": (
        "email", "e_mail", "mail", "email_cliente", "customer_email", "correio_eletronico",
        "e_mail_cliente",
    ),
    "mobile": (
        "mobile", "cell", "cellphone", "celular", "whatsapp", "telefone_celular", "fone_celular",
        "mobile_phone", "cel",
    ),
    "phone": (
        "phone", "telephone", "telefone", "fone", "tel", "telefone_fixo", "telefone_cliente",
        "phone_number", "contato",
    ),
    "birth_date": (
        "birth_date", "birthdate", "date_of_birth", "birthday", "nascimento", "data_nascimento",
        "data_de_nascimento", "dt_nascimento", "dt_nasc", "data_nasc", "aniversario",
    ),
    "sex": ("sex", "gender", "sexo", "genero"),
    "marital_status": ("marital_status", "estado_civil"),
    "street": ("street", "address", "endereco", "logradouro", "rua"),
    "postcode": ("postcode", "zip", "zip_code", "postal_code", "cep", "customer_zip_code_prefix"),
    "city": ("city", "cidade", "municipio", "customer_city"),
    "state": ("state", "uf", "estado", "customer_state"),
    "accepts_contact": (
        "accepts_contact", "opt_in", "optin", "accepts_marketing", "aceita_contato", "aceita_marketing",
        "aceita_email", "newsletter", "aceita_receber",
    ),
}

ORDER: dict[str, tuple[str, ...]] = {
    "order_id": (
        "order_id", "order", "order_number", "order_no", "invoice", "invoice_no", "pedido", "id_pedido",
        "num_pedido", "numero_pedido", "numero_do_pedido", "cod_pedido", "codigo_pedido", "venda",
        "id_venda", "numero_venda", "cupom", "cupom_fiscal", "nota", "nota_fiscal", "numero_nota", "nf",
        "nfe", "coo", "documento_fiscal", "n_pedido", "nr_pedido", "no_pedido", "no_do_pedido", "no_venda",
        "no_nota", "no_nf", "nro_pedido", "nro_venda",
    ),
    "ordered_at": (
        "ordered_at", "order_date", "date", "purchase_date", "purchased_at", "sale_date", "invoice_date",
        "created_at", "order_purchase_timestamp", "data", "data_venda", "data_da_venda", "data_pedido",
        "data_do_pedido", "data_compra", "data_da_compra", "dt_venda", "dt_pedido", "dt_compra", "emissao",
        "data_emissao", "dt_emissao", "datetime", "timestamp", "data_hora", "order_datetime",
    ),
    "ordered_time": (
        "ordered_time", "time", "hora", "horario", "hora_venda", "hora_pedido", "hora_da_venda", "hr_venda",
    ),
    "status": ("status", "order_status", "situacao", "status_pedido", "status_do_pedido", "situacao_pedido"),
    "kind": (
        "kind", "type", "tipo", "tipo_operacao", "operacao", "natureza", "tipo_venda", "transaction_type",
        "movimento",
    ),
    "channel": ("channel", "sales_channel", "canal", "canal_venda", "canal_de_venda", "origem"),
    "freight": ("freight", "shipping", "shipping_cost", "freight_value", "frete", "valor_frete", "vl_frete"),
    "order_total": (
        "order_total", "total_pedido", "valor_pedido", "valor_do_pedido", "total_do_pedido", "total_venda",
        "valor_venda", "valor_da_venda", "total_da_venda", "valor_compra", "total_nota", "valor_nota",
        "grand_total",
    ),
    "payment_value": (
        "payment_value", "payment", "valor_pagamento", "valor_pago", "pagamento", "amount_paid",
    ),
}

ITEM: dict[str, tuple[str, ...]] = {
    "line_id": (
        "line_id", "line", "item", "order_item_id", "id_item", "item_id", "numero_item", "num_item", "seq",
        "sequencia", "linha", "nr_item", "line_number", "no_item", "nro_item",
    ),
    "quantity": ("quantity", "qty", "quantidade", "qtd", "qtde", "qde", "unidades", "units", "quant"),
    "unit_price": (
        "unit_price", "price", "preco", "preco_unitario", "valor_unitario", "vl_unitario", "vlr_unitario",
        "preco_unit", "valor_unit", "preco_venda", "preco_de_venda",
    ),
    "line_total": (
        "line_total", "total", "amount", "value", "valor", "valor_total", "vl_total", "vlr_total",
        "valor_item", "total_item", "subtotal", "sales", "revenue", "valor_liquido", "spend",
    ),
    "discount": ("discount", "desconto", "valor_desconto", "vl_desconto", "desconto_item", "discount_amount"),
    "product_code": (
        "product_code", "sku", "product_id", "stock_code", "cod_produto", "codigo_produto",
        "codigo_do_produto", "id_produto", "referencia", "ref", "ean", "codigo_barras", "codigo_de_barras",
        "cd_produto", "produto_id",
    ),
    "product_name": (
        "product_name", "product", "description", "produto", "nome_produto", "nome_do_produto", "descricao",
        "descricao_produto", "descricao_do_produto", "mercadoria", "item_name",
    ),
    "product_group": (
        "product_group", "group", "category", "grupo", "categoria", "departamento", "secao",
        "linha_produto", "product_category_name", "grupo_produto", "categoria_produto", "familia",
    ),
    "brand": ("brand", "marca", "fabricante"),
    "color": ("color", "colour", "cor"),
    "launched_on": ("launched_on", "launch_date", "lancamento", "data_lancamento", "data_de_lancamento"),
}

STORE: dict[str, tuple[str, ...]] = {
    "store_code": (
        "store_code", "store_id", "store", "cod_loja", "codigo_loja", "id_loja", "loja", "filial",
        "cod_filial", "unidade",
    ),
    "store_name": ("store_name", "nome_loja", "nome_da_loja", "nome_filial"),
    "store_city": ("store_city", "cidade_loja"),
    "store_state": ("store_state", "uf_loja"),
}

# fmt: on
COLUMNS: dict[str, tuple[str, ...]] = {**PERSON, **ORDER, **ITEM, **STORE}
IDENTITY = ("customer_id", "document", "cnpj", "email", "mobile", "phone")
AMOUNTS = ("unit_price", "line_total", "order_total", "payment_value")
NUMBERS = ("quantity", "unit_price", "line_total", "discount", "freight", "order_total", "payment_value")
DATES = ("ordered_at", "birth_date", "launched_on")

ACCENTLESS = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """A header or word without accents, case, spaces and punctuation: "Nº do Pedido" -> "nodopedido"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return ACCENTLESS.sub("", "".join(c for c in decomposed if not unicodedata.combining(c)))


NAMED: dict[str, str] = {}
for _column, _synonyms in COLUMNS.items():
    for _synonym in (_column, *_synonyms):
        NAMED.setdefault(plain(_synonym), _column)


def recognise(
    headers: Sequence[str], chosen: Mapping[str, str], named: Mapping[str, str] = NAMED
) -> dict[int, str]:
    """{position in the file: our column}. `chosen` ({their header: our column, or "" for none}) goes first.

    `named`: {header as `plain` gives it: our column}. Each of our columns is given once; a header that nobody
    knows is left out.
    """
    given = {plain(theirs): ours for theirs, ours in chosen.items()}
    found: dict[int, str] = {}
    for position, header in enumerate(headers):
        if (ours := given.get(plain(header))) and ours not in found.values():
            found[position] = ours
    for position, header in enumerate(headers):
        key = plain(header)
        ours = named.get(key)
        if position not in found and key not in given and ours and ours not in found.values():
            found[position] = ours
    return found


def holds(columns: Iterable[str]) -> str:
    """What a file with these columns of ours holds: "sales", "items", "people", "products", or "" for
    nothing of use.
    """
    present = set(columns)
    if "ordered_at" in present and present & {*AMOUNTS}:
        return "sales"
    if "order_id" in present and "ordered_at" in present:
        return "orders"
    if "order_id" in present and present & {*AMOUNTS}:
        return "items"
    if "product_code" in present and not present & {*IDENTITY}:
        return "products"
    if present & {*IDENTITY}:
        return "people"
    return ""
