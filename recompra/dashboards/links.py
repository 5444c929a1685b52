"""Addresses of the people behind a number: the customer list with its filters set."""

from django.urls import reverse
from django.utils.http import urlencode


def people(*segments: str, recency: int = 0, frequency: int = 0, store: int | None = None) -> str:
    """The customer list with only these segments, this square of the matrix, this store."""
    query: list[tuple[str, str | int]] = [("segmento", code) for code in segments]
    query += [(name, score) for name, score in (("r", recency), ("f", frequency)) if score]
    if store is not None:
        query.append(("loja", store))
    address = reverse("customers:list")
    return f"{address}?{urlencode(query)}" if query else address
