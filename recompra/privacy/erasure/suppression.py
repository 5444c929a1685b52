"""Whom never to take in again: what told erased people from others, as keyed hashes.

HMAC-SHA256 (RFC 2104) of kind and value under a key of this installation, kept in RECOMPRA_HOME/erasure-key
apart from the database and its backups: without the key, no list of all CPFs leads back to a hash.
"""

from __future__ import annotations

import hmac
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from recompra.customers.models import ContactPoint, Customer, ExternalId
from recompra.privacy.models import ErasedIdentifier, Erasure

EXTERNAL = "external:"
CHUNK = 500
Identifiers = Mapping[str, Collection[str]]
"""{kind: values}; values as the customers' tables keep them (match keys of phones)."""


def key_path() -> Path:
    return Path(settings.RECOMPRA_HOME) / "erasure-key"


def key() -> bytes:
    """The 32 secret bytes, made at the first call and readable by their owner alone."""
    path = key_path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        with suppress(FileExistsError):  # another process made it first: that one counts
            path.hardlink_to(draft)
        draft.unlink()
    return bytes.fromhex(path.read_text().strip())


def digest(kind: str, value: str, secret: bytes) -> str:
    return hmac.digest(secret, f"{kind}\0{value}".encode(), "sha256").hex()


def identifiers_of(customer: Customer) -> dict[str, set[str]]:
    """What tells this customer from others."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind in ("cpf", "cnpj"):
        if value := getattr(customer, kind):
            found[kind].add(value)
    if customer.rg_key:
        found["rg"].add(customer.rg_key)
    for kind, value in ContactPoint.objects.filter(customer=customer).values_list("kind", "match_key"):
        found[kind].add(value)
    for source, value in ExternalId.objects.filter(customer=customer).values_list("source", "value"):
        found[EXTERNAL + source].add(value)
    return dict(found)


def remember(erasure: Erasure, digests: Iterable[tuple[str, str]]) -> None:
    """Keep (kind, digest) of an erased person; kept already, nothing changes."""
    ErasedIdentifier.objects.bulk_create(
        [ErasedIdentifier(erasure=erasure, kind=kind, digest=value) for kind, value in digests],
        ignore_conflicts=True,
    )


def anybody_erased() -> bool:
    """Whether there is anybody to look out for: asked once, it spares a house without erasures all else."""
    return ErasedIdentifier.objects.exists()


def is_erased(kind: str, value: str) -> bool:
    """Whether an erased person was told by this."""
    return bool(erased_among(kind, [value]))


def erased_among(kind: str, values: Iterable[str]) -> set[str]:
    """Those of the values that erased people were told by."""
    return set(_owners({kind: set(values)}).get(kind, {}))


@dataclass(frozen=True)
class Told:
    """How one person is told: by documents and ids, which are theirs alone, and by contact points, which a
    family may share. `system` is whose ids they are."""

    system: str = ""
    external_id: str = ""
    cpf: str = ""
    cnpj: str = ""
    email: str = ""
    mobiles: tuple[str, ...] = ()

    def own(self) -> list[tuple[str, str]]:
        pairs = (
            ("cpf", self.cpf),
            ("cnpj", self.cnpj),
            (EXTERNAL + self.system, self.external_id),
        )
        return [(kind, value) for kind, value in pairs if value]

    def shared(self) -> list[tuple[str, str]]:
        points = [("email", self.email)] if self.email else []
        return points + [("mobile", key) for key in self.mobiles]


@dataclass
class Erased:
    """What is known of the erased people among some told ones: who answers to what, and what told each."""

    owners: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    kinds: dict[int, set[str]] = field(default_factory=dict)

    def holds(self, told: Told) -> bool:
        """Whether this is one of them."""
        return bool(self.matching(told))

    def matching(self, told: Told) -> set[int]:
        """The erasures of this person. A contact point alone does not tell who has another document, or
        another id in the same system, than the erased person had: families share a telephone."""
        return set().union(*self.each(told))

    def each(self, told: Told) -> list[set[int]]:
        """As `matching`, for each identifier that any of them answers to."""
        found = [self.owners.get(kind, {}).get(value, set()) for kind, value in told.own()]
        others = {kind for kind, _value in told.own()}
        for kind, value in told.shared():
            same = self.owners.get(kind, {}).get(value, set())
            found.append({erasure for erasure in same if not others & self.kinds[erasure]})
        return [same for same in found if same]


def erased_people(told: Iterable[Told]) -> Erased:
    """Look up many at once: one statement per CHUNK of identifiers."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in told:
        for kind, value in (*one.own(), *one.shared()):
            wanted[kind].add(value)
    owners = _owners(wanted)
    ids = {erasure for found in owners.values() for each in found.values() for erasure in each}
    kinds: dict[int, set[str]] = {erasure: set() for erasure in ids}
    for erasure, kind in ErasedIdentifier.objects.filter(erasure__in=ids).values_list("erasure_id", "kind"):
        kinds[erasure].add(kind)
    return Erased(owners, kinds)


def _owners(wanted: Identifiers) -> dict[str, dict[str, set[int]]]:
    """{kind: {value: ids of the erasures}} of those values that erased people were told by."""
    secret = key()
    meant = {
        digest(kind, value, secret): (kind, value) for kind, values in wanted.items() for value in values
    }
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    digests = list(meant)
    for at in range(0, len(digests), CHUNK):
        rows = ErasedIdentifier.objects.filter(digest__in=digests[at : at + CHUNK])
        for value, erasure in rows.values_list("digest", "erasure_id"):
            kind, plain = meant[value]
            found[kind][plain].add(erasure)
    return found
