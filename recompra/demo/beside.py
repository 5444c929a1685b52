"""What the shop's people do beside buying: they are in the loyalty programme, look around on the site, and
open e-mails or not. Written as a loyalty system, GA4 and a mailing tool would export it.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recompra.demo.catalogue import Ints
from recompra.demo.people import masked, padded, picked
from recompra.demo.purchases import Bools
from recompra.demo.season import Season

PROGRAM = "Clube da Casa"
TIERS = ("Bronze", "Prata", "Ouro")
TIER_FROM = (0.0, 0.60, 0.90)
"""From which share of the members, the rarest buyers first, each tier begins."""
MEMBERS, LEFT = 0.45, 0.06
DAYS = 90
VISITS_EACH, SIGNED_IN = 3, 0.12
STEPS = (
    ("session_start", 1.0),
    ("page_view", 1.0),
    ("view_item", 0.58),
    ("add_to_cart", 0.27),
    ("begin_checkout", 0.52),
    ("purchase", 0.41),
)
"""GA4's events in order, each with the share of those at the step before who go on."""
ORIGINS = (
    ("google", "organic"),
    ("google", "cpc"),
    ("instagram", "social"),
    ("(direct)", "(none)"),
    ("crm", "email"),
)
ORIGIN_SHARE = (0.34, 0.22, 0.24, 0.14, 0.06)
OPENED, CLICKED, BY_MACHINE, BOUNCED, GONE = 0.27, 0.14, 0.06, 0.012, 0.003
UTC_AHEAD = 3 * 3600  # seconds, of Brasília; no summer time since 2019


def beside(sales: pa.Table, truth: pa.Table, until: date, rng: np.random.Generator) -> dict[str, pa.Table]:
    """{file: rows} of fidelidade, visitas and emails, for the customers of these sales. `truth`: their
    purchase rates."""
    folk = everybody(sales)
    season = Season(until - timedelta(days=DAYS - 1), until)
    return {
        "fidelidade": members(folk, truth, until, rng),
        "visitas": visits(folk, season, rng),
        "emails": emails(folk, season, rng),
    }


def everybody(sales: pa.Table) -> pa.Table:
    """Each customer of the sales once, in the order of their codes."""
    codes = sales["codigo_cliente"].combine_chunks().fill_null("").to_numpy(zero_copy_only=False)
    known, first = np.unique(codes.astype(str), return_index=True)
    rows = sales.take(pa.array(first[known != ""]))
    return rows.select(["codigo_cliente", "nome", "cpf", "email", "aceita_contato"])


def members(folk: pa.Table, truth: pa.Table, until: date, rng: np.random.Generator) -> pa.Table:
    """Who is in the programme: the more often somebody buys, the higher the tier."""
    joined = folk.join(truth, "codigo_cliente", join_type="inner").sort_by("codigo_cliente")
    joined = joined.filter(pa.array(rng.random(len(joined)) < MEMBERS))
    count = len(joined)
    rate = joined["rate_per_day"].to_numpy() * rng.lognormal(0, 0.4, count)
    rank = np.argsort(np.argsort(rate)) / max(count, 1)
    tier = np.searchsorted(TIER_FROM, rank, side="right") - 1
    last = np.datetime64(until, "D")
    since = joined["first_on"].to_numpy().astype("datetime64[D]") + rng.integers(0, 200, count)
    since = np.minimum(since, last)
    left = np.minimum(since + rng.integers(30, 700, count), last)
    return pa.table(
        {
            "codigo_cliente": joined["codigo_cliente"],
            "programa": pa.array([PROGRAM] * count),
            "categoria": picked(TIERS, tier),
            "membro_desde": pa.array(since),
            "data_saida": masked(pa.array(left), rng.random(count) < LEFT),
        }
    )


def visits(folk: pa.Table, season: Season, rng: np.random.Generator) -> pa.Table:
    """Visits of the site, several for each customer; few sign in."""
    count = len(folk) * VISITS_EACH
    going = np.cumprod(rng.random((count, len(STEPS))) < [share for _name, share in STEPS], axis=1)
    visitor, step = np.nonzero(going)
    begins = season.instants(rng.random(count) * season.days, rng.random(count))
    at = (begins.astype(np.int64) + UTC_AHEAD)[visitor] * 1_000_000
    at += np.cumsum(rng.integers(2, 240, (count, len(STEPS))), axis=1)[visitor, step] * 1_000_000
    origin = rng.choice(len(ORIGINS), count, p=ORIGIN_SHARE)[visitor]
    who = rng.integers(0, max(len(folk), 1), count)
    signed_in = rng.random(count) < SIGNED_IN
    codes = folk["codigo_cliente"].combine_chunks().take(pa.array(who[visitor]))
    return pa.table(
        {
            "event_timestamp": pa.array(at),
            "event_name": picked([name for name, _share in STEPS], step),
            "user_pseudo_id": padded(visitor * 7_919 + rng.integers(1, 10_000) * 10_000_000, 12),
            "user_id": masked(codes, signed_in[visitor]),
            "source": picked([source for source, _medium in ORIGINS], origin),
            "medium": picked([medium for _source, medium in ORIGINS], origin),
        }
    )


def emails(folk: pa.Table, season: Season, rng: np.random.Generator) -> pa.Table:
    """A newsletter a week to everybody who accepts contact and has an e-mail."""
    wants = pc.and_(pc.equal(folk["aceita_contato"], "sim"), pc.is_valid(folk["email"]))
    address = folk["email"].filter(pc.fill_null(wants, False)).combine_chunks()
    weeks = np.arange(3, season.days, 7)
    reader = np.repeat(np.arange(len(address)), len(weeks))
    week = np.tile(np.arange(len(weeks)), len(address))
    keen = rng.beta(1.2, 3.2, len(address))[reader]
    sent = np.datetime64(season.start, "s") + weeks[week] * 86_400 + 10 * 3600 + reader % 900
    draw = rng.random((5, len(reader)))
    bounced = draw[0] < BOUNCED
    opened = ~bounced & (draw[1] < keen)
    clicked = opened & (draw[2] < CLICKED)
    later = sent + rng.integers(60, 86_400, len(reader))
    parts = (
        ("enviado", np.ones(len(reader), bool), sent),
        ("devolvido", bounced, sent + 2),
        ("aberto", ~bounced & (draw[3] < BY_MACHINE), sent),
        ("aberto", opened, later),
        ("clicado", clicked, later + 20),
        ("descadastrado", opened & (draw[4] < GONE / OPENED), later + 40),
    )
    return pa.concat_tables(_told(name, address, reader, week, chosen, at) for name, chosen, at in parts)


def _told(name: str, address: pa.Array, reader: Ints, week: Ints, chosen: Bools, at: object) -> pa.Table:
    """The rows of one kind of event."""
    places = np.flatnonzero(chosen)
    return pa.table(
        {
            "email": address.take(pa.array(reader[places])),
            "evento": pa.array([name] * len(places), pa.string()),
            "data": pa.array(np.asarray(at)[places]),
            "campanha": pc.binary_join_element_wise(
                "Novidades da semana ", pa.array(week[places] + 1).cast(pa.string()), ""
            ),
        }
    )
