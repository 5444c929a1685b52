"""How each customer answers the shop's messages: what was sent, opened, clicked, and refused."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

DAYS = 90


def engagement(events: ir.Table, *, as_of: dt.date, days: int = DAYS) -> ir.Table:
    """How each customer answers the shop's e-mails, for everybody with any message event up to `as_of`.

    Opens made by machines are no events (the import leaves them out). Columns: customer_key; last_sent_on,
    last_opened_on, last_clicked_on, bounced_on, unsubscribed_on (days of the last one, null: never; a
    complaint counts as unsubscribing); messages (sent), opens and clicks in the `days` days up to `as_of`.
    """
    known = events.filter(events.customer_key.notnull(), events.occurred_on <= ibis.literal(as_of))
    lately = known.occurred_on > ibis.literal(as_of - dt.timedelta(days=days))

    def last(*names: str) -> ir.DateValue:
        return known.occurred_on.max(where=known.event.isin(names))

    def lately_of(name: str) -> ir.IntegerValue:
        return known.count(where=(known.event == name) & lately).cast("int64")

    return known.group_by("customer_key").agg(
        last_sent_on=last("email_sent", "email_delivered"),
        last_opened_on=last("email_opened"),
        last_clicked_on=last("email_clicked"),
        bounced_on=last("email_bounced"),
        unsubscribed_on=last("email_unsubscribed", "email_complained"),
        messages=lately_of("email_sent"),
        opens=lately_of("email_opened"),
        clicks=lately_of("email_clicked"),
    )
