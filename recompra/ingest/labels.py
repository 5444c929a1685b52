"""Our columns in words, for the page where a person says what a column of the file is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

COLUMN_LABELS = {
    "customer_id": _("Customer code"),
    "customer_name": _("Customer name"),
    "document": _("CPF or CNPJ"),
    "cnpj": "CNPJ",
    "rg": "RG",
    "email": _("E-mail"),
    "mobile": _("Mobile number"),
    "phone": _("Telephone"),
    "birth_date": _("Birth date"),
    "sex": _("Sex"),
    "marital_status": _("Marital status"),
    "street": _("Address"),
    "postcode": _("Postcode"),
    "city": _("City"),
    "state": _("State"),
    "accepts_contact": _("Accepts contact"),
    "order_id": _("Order number"),
    "ordered_at": _("Date of the sale"),
    "ordered_time": _("Time of the sale"),
    "status": _("State of the order"),
    "kind": _("Sale or return"),
    "channel": _("Sales channel"),
    "freight": _("Freight"),
    "order_total": _("Value of the order"),
    "payment_value": _("Value paid"),
    "line_id": _("Item number"),
    "quantity": _("Quantity"),
    "unit_price": _("Unit price"),
    "line_total": _("Value of the item"),
    "discount": _("Discount"),
    "product_code": _("Product code"),
    "product_name": _("Product name"),
    "product_group": _("Product group"),
    "brand": _("Brand"),
    "color": _("Colour"),
    "launched_on": _("Launch date"),
    "product_status": _("Situation of the product: still sold?"),
    "discontinued": _("Product is no longer sold"),
    "stock": _("Stock of the product"),
    "store_code": _("Store"),
    "store_name": _("Store name"),
    "store_city": _("City of the store"),
    "store_state": _("State of the store"),
    "program": _("Loyalty programme"),
    "tier": _("Tier of the programme"),
    "joined_on": _("Member since"),
    "left_on": _("Left the programme on"),
    "is_member": _("Still a member"),
    "visitor": _("Visitor of the site"),
    "event": _("What happened"),
    "occurred_at": _("When it happened"),
    "source": _("Where the visit came from"),
    "medium": _("How the visit came"),
    "campaign": _("Campaign"),
    "is_machine": _("Opened by a machine"),
}

LEFT_OUT = {
    "visitor_missing": _("visits without a visitor: the browser did not allow it to be told"),
    "person_unknown": _("messages of people who are not customers"),
    "machine_open": _("opens made by machines (privacy filters, virus scanners)"),
}
"""Why a good row brings nothing."""

ANONYMOUS = _(
    "No sale has a customer, so nothing can be told of who comes back. The file needs a column with the "
    "customer's code, CPF, phone or e-mail, under a header that says so; a name alone identifies nobody."
)


def is_anonymous(report: Mapping[str, Any]) -> bool:
    """Whether an import brought sales and nobody who made one."""
    figures = report.get("figures", {})
    return bool(figures.get("orders")) and not figures.get("customers")


CHANNEL_NAMES = {"sms": "SMS", "whatsapp": "WhatsApp"}
EVENTS = {
    "sent": _("sent"),
    "delivered": _("delivered"),
    "opened": _("opened"),
    "clicked": _("clicked"),
    "bounced": _("bounced"),
    "unsubscribed": _("unsubscribed"),
    "complained": _("marked as spam"),
}
"""What happened to a message, whatever the channel."""


def happened(event: str) -> str:
    """ "sms_delivered" in words: "entregue (SMS)"; of an e-mail without the channel."""
    channel, _under, what = event.partition("_")
    told = str(EVENTS.get(what, what))
    return told if channel == "email" else f"{told} ({CHANNEL_NAMES.get(channel, channel)})"
