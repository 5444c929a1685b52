"""The facts' columns, declared once. Every expression reads these tables; every engine makes them from
here.

No column identifies a person: `customer_key` is random, `order_key` is a keyed hash. Money is R$,
DECIMAL(18,2). Instants are UTC without zone; `*_on` days are the shop's own days, so that no expression
needs a time zone.
"""

import ibis
import ibis.expr.types as ir

MONEY = "decimal(18, 2)"
QUANTITY = "decimal(18, 4)"

orders: ir.Table = ibis.table(
    {
        "order_key": "!int64",  # keyed hash of (source, the shop's order id)
        "customer_key": "int64",  # null: sale without an identified customer
        "store_key": "!int64",
        "kind": "!string",  # "sale" | "return"
        "is_cancelled": "!boolean",  # kept for reconciliation; every metric leaves these out
        "is_online": "!boolean",
        "ordered_at": "!timestamp",
        "ordered_on": "!date",
        "net": f"!{MONEY}",  # what the lines come to: gross - discount; negative for a return; freight apart
        "gross": f"!{MONEY}",
        "discount": f"!{MONEY}",
        "freight": f"!{MONEY}",
        "units": f"!{QUANTITY}",
        "batch": "!int64",  # which import brought this version
    },
    name="orders",
)

order_items: ir.Table = ibis.table(
    {
        "order_key": "!int64",
        "line": "!int64",  # the item number, else a hash of content and occurrence; -1: the whole order
        "customer_key": "int64",
        "store_key": "!int64",
        "product_key": "int64",
        "kind": "!string",
        "is_cancelled": "!boolean",
        "ordered_at": "!timestamp",
        "ordered_on": "!date",
        "quantity": f"!{QUANTITY}",  # negative for a return
        "unit_price": f"!{QUANTITY}",
        "discount": f"!{MONEY}",
        "net": f"!{MONEY}",
        "batch": "!int64",
    },
    name="order_items",
)

products: ir.Table = ibis.table(
    {
        "product_key": "!int64",
        "code": "!string",
        "name": "!string",
        "group_name": "string",
        "brand": "string",
        "color": "string",
        "launched_on": "date",
        "attributes": "string",  # any further attributes as a JSON object
        "is_discontinued": "boolean",  # null: the shop did not say
        "stock": QUANTITY,  # units left when the shop last told; null: it did not say
        "batch": "!int64",
    },
    name="products",
)

stores: ir.Table = ibis.table(
    {
        "store_key": "!int64",
        "name": "!string",
        "is_online": "!boolean",
        "city": "string",
        "state": "string",
    },
    name="stores",
)

scores: ir.Table = ibis.table(
    {
        "customer_key": "!int64",
        "as_of": "!date",
        "cuts_version": "!int64",
        "first_on": "!date",
        "last_on": "!date",
        "orders": "!int64",
        "purchase_days": "!int64",
        "ltv": f"!{MONEY}",
        "aov": MONEY,
        "mean_interval_days": "decimal(9, 2)",
        "store_key": "int64",  # preferred store, 12 months; else the last one bought in
        "is_online": "!boolean",
        "recency_days": "!int64",
        "frequency": "!int64",  # purchase days in the window
        "monetary": f"!{MONEY}",  # net spend in the window
        "recency_score": "!int64",
        "frequency_score": "!int64",
        "monetary_score": "!int64",
        "segment": "!string",
    },
    name="scores",
)

_FORECAST = {
    "churn_risk": "float64",  # probability of no purchase in the horizon; null: not active, or not shown
    "spend_90": MONEY,  # predicted net spend in the next days, R$; null: not shown
    "spend_180": MONEY,
    "spend_365": MONEY,
    "next_on": "date",  # when the next purchase is likely
    "next_from": "date",  # four of five fall between these two days
    "next_until": "date",
}

predictions: ir.Table = ibis.table(
    {
        "customer_key": "!int64",
        "as_of": "!date",
        "models_version": "!int64",
        "is_active": "!boolean",
        **_FORECAST,
        "churn_base": "float64",  # base + the five = the logit of the risk
        "churn_recency": "float64",
        "churn_ticket": "float64",
        "churn_frequency": "float64",
        "churn_growth": "float64",
        "churn_mix": "float64",
        "churn_source": "string",  # "model" | "btyd"
        "p_alive": "float64",
        "p_none": "float64",  # probability of no purchase day in the horizon, from buy-till-you-die
        "expected_90": "float64",  # purchase days
        "expected_180": "float64",
        "expected_365": "float64",
        "spend_90_low": MONEY,  # four of five fall between low and high
        "spend_90_high": MONEY,
        "spend_180_low": MONEY,
        "spend_180_high": MONEY,
        "spend_365_low": MONEY,
        "spend_365_high": MONEY,
        "interval_days": "float64",  # the customer's own rhythm, drawn towards everybody's
        "is_pooled": "boolean",  # one purchase day: the rhythm is everybody's
    },
    name="predictions",
)
"""Computed: what each customer is likely to do. See `recompra.predictions`."""

product_figures: ir.Table = ibis.table(
    {
        "product_key": "!int64",
        "group_name": "string",
        "is_offered": "!boolean",
        "popular_days": "!int64",
        "buyers": "!int64",
        "share": "decimal(9, 4)",
        "chance": "!int64",
        "group_chance": "int64",
        "popular_place": "int64",
        "ever_buyers": "!int64",
        "repeaters": "!int64",
        "repeat_rate": "decimal(9, 4)",
        "satisfaction_place": "int64",
        "first_on": "!date",
        "last_on": "!date",
        "days_on_sale": "!int64",
        "takers": "!int64",
        "novelty_place": "int64",
        "interval_days": "int64",
        "price": MONEY,
        "step_key": "int64",
    },
    name="product_figures",
)
"""Computed: what is known of each product. See `analytics.product_figures`."""

product_pairs: ir.Table = ibis.table(
    {
        "product_key": "!int64",
        "other_key": "!int64",
        "place": "!int64",
        "together": "!int64",
        "baskets": "!int64",
        "lift": MONEY,
        "score": "!int64",
    },
    name="product_pairs",
)
"""Computed: what goes with each product. See `analytics.product_pairs`."""

group_pairs: ir.Table = ibis.table(
    {
        "group_name": "!string",
        "other_group": "!string",
        "place": "!int64",
        "both": "!int64",
        "buyers": "!int64",
        "share": "decimal(9, 4)",
        "product_key": "!int64",
    },
    name="group_pairs",
)
"""Computed: which other groups the buyers of a group buy. See `analytics.product_pairs`."""

next_pairs: ir.Table = ibis.table(
    {
        "product_key": "!int64",
        "other_key": "!int64",
        "place": "!int64",
        "followed": "!int64",
        "buyers": "!int64",
        "score": "!int64",
    },
    name="next_pairs",
)
"""Computed: what people take after each product. See `analytics.next_pairs`."""

offers: ir.Table = ibis.table(
    {
        "customer_key": "!int64",
        "place": "!int64",
        "product_key": "!int64",
        "reason": "!string",  # what the numbers mean: see `analytics.lists.rows.REASONS`
        "because_key": "int64",  # of a product that the customer has
        "people": "int64",
        "days": "int64",
        "times": "int64",
        "score": "!int64",  # the higher, the likelier; between customers, too
    },
    name="offers",
)
"""Computed: the ten products that each customer is likeliest to take next. See `predictions.products`."""

visits: ir.Table = ibis.table(
    {
        "visit_key": "!int64",  # keyed hash of one event of the shop's site, as its analytics told it
        "visitor_key": "!int64",  # keyed hash of the browser's id
        "customer_key": "int64",  # null: nobody signed in
        "event": "!string",  # as GA4 names it: session_start, view_item, add_to_cart, purchase, ...
        "occurred_at": "!timestamp",
        "occurred_on": "!date",
        "store_key": "int64",
        "source": "string",
        "medium": "string",
        "campaign": "string",
        "batch": "!int64",
    },
    name="visits",
)

events: ir.Table = ibis.table(
    {
        "event_key": "!int64",
        "customer_key": "int64",
        "event": "!string",  # email_sent, email_opened, email_clicked, ...
        "channel": "string",
        "occurred_at": "!timestamp",
        "occurred_on": "!date",
        "campaign": "string",
        "batch": "!int64",
    },
    name="events",
)

_PROFILE = {
    "customer_key": "!int64",
    "registered_on": "!date",
    "birth_day": "int64",  # month * 100 + day; null: unknown
    "age_band": "int64",  # the youngest age of the band (see segments.profiles); null: unknown
    "sex": "string",  # "F" | "M"
    "marital_status": "string",
    "state": "string",
    "is_company": "!boolean",
    "completeness": "!int64",  # per cent
    "has_mobile": "!boolean",
    "has_phone": "!boolean",
    "has_email": "!boolean",
    "is_subscriber": "!boolean",  # agreed to offers and news
    "reach_whatsapp": "!boolean",  # a campaign may be sent there: consents, blocks, age, a point to use
    "reach_email": "!boolean",
    "reach_sms": "!boolean",
    "blocked_campaigns": "!boolean",
    "blocked_messages": "!boolean",
    "blocked_loyalty": "!boolean",
    "blocked_giftback": "!boolean",
    "loyalty_program": "string",  # of several, the one joined last
    "loyalty_tier": "string",
    "loyalty_since": "date",
    "contacted_on": "date",  # when somebody of the shop last opened a conversation
}

profiles: ir.Table = ibis.table(_PROFILE, name="profiles")
"""What segments need of a person and no more: everybody who may be shown, with purchases or without."""

_STANDING = {
    name: kind.copy(nullable=True)
    for name, kind in scores.schema().items()
    if name not in ("customer_key", "as_of", "cuts_version")
}

people: ir.Table = ibis.table({**_PROFILE, **_STANDING, **_FORECAST}, name="people")
"""Computed: `profiles`, `scores` and the forecast of `predictions` side by side, so that a question about
people joins nothing."""

members: ir.Table = ibis.table(
    {"segment_id": "!int64", "customer_key": "!int64", "since": "!date"}, name="members"
)
"""Computed: who is in which saved segment."""

moves: ir.Table = ibis.table(
    {
        "segment_id": "!int64",
        "customer_key": "!int64",
        "moved_at": "!timestamp",
        "entered": "!boolean",  # false: left
        "reason": "!string",  # what let it be seen: load, clock, rule, profile
    },
    name="moves",
)
"""Computed: who entered and who left a saved segment, when and why."""

TABLES: dict[str, ir.Table] = {
    table.get_name(): table
    for table in (
        orders, order_items, products, stores, visits, events, scores, predictions, product_figures,
        product_pairs, group_pairs, next_pairs, offers, profiles, people, members, moves,
    )
}  # fmt: skip
