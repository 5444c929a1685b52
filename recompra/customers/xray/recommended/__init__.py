"""The tab *Produtos recomendados*: what to offer one customer, from which list, and why."""
