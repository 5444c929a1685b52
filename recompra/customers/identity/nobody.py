"""Names and identities that stand for no person."""

NOBODY = frozenset(
    {
        "consumidor", "consumidorfinal", "consumidornaoidentificado", "clientepadrao",
        "clientebalcao", "balcao", "vendabalcao",
        "clientediversos", "diversos", "naoidentificado", "naoinformado", "cliente", "clientefinal",
        "clienteavulso", "avulso",
        "anonimo", "seminformacao", "semcadastro", "vendaaoconsumidor",
        "consumidorfinalnaoidentificado", "clientenaoidentificado",
        "guest", "walkin", "walkincustomer", "unknown", "na", "null", "none", "teste",
    }
)  # fmt: skip
"""Names that tills write when there is no customer, in lower case without accents and spaces."""

RELAYS = ("@ct.vtex.com", ".mercadolivre.com.br", ".mercadolibre.com", "@marketplace.amazon.com.br")
"""Addresses that a marketplace makes for one order: nobody's own."""

MARKETPLACES = ("03007331", "15436940", "47960950", "35635824")
"""Roots of the CNPJs under which Mercado Livre, Amazon, Magalu and Shopee stand in a shop's invoices."""
