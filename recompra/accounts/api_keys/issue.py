"""Making, finding and revoking keys of the API; counting what each one asks for."""

from __future__ import annotations

import hashlib
import secrets
import string
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recompra.accounts import audit
from recompra.accounts.api_keys.model import ApiKey
from recompra.accounts.api_keys.scopes import Scope
from recompra.accounts.models import Store, User
from recompra.theme.refused import Refused

LETTERS = string.ascii_lowercase  # no digits: the access log takes no long numbers
USED_EVERY = timedelta(minutes=1)
LONGEST = 200


def issue(
    by: User,
    name: str,
    scopes: Iterable[str],
    *,
    stores: Iterable[Store] | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is kept nowhere.

    `stores`: the ones it may see, None for all. Raises Refused without a scope, for stores chosen to be none,
    and for a name that looks like a personal datum (it stands in the access log).
    """
    wanted = set(scopes)
    seen = None if stores is None else list(stores)
    if not wanted or not wanted <= set(Scope.values):
        raise Refused(_("Choose what the key may do."))
    if seen == []:
        raise Refused(_("Choose the stores that the key may see, or every store."))
    if audit.LIKE_A_PERSONAL_DATUM.search(name):
        raise Refused(
            _("Name the key after the system that uses it, without numbers of documents or e-mails.")
        )
    prefix = "rc_" + "".join(secrets.choice(LETTERS) for _place in range(8))
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            prefix=prefix,
            secret_hash=_hash(secret),
            name=name.strip(),
            scopes=[scope for scope in Scope.values if scope in wanted],
            every_store=seen is None,
            created_by=by,
            expires_at=expires_at,
        )
        key.stores.set(seen or [])
        audit.record(by, "api_key_made", reason=told(key))
    return key, secret


def revoke(by: User, key: ApiKey) -> None:
    """Close a key for good. Raises Refused when it is closed already."""
    with transaction.atomic():
        if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
            raise Refused(_("This key was already revoked."))
        audit.record(by, "api_key_revoked", reason=told(key))


def told(key: ApiKey) -> str:
    """The key as the access log names it."""
    return f"{key.name} ({key.prefix})"


def find(secret: str) -> ApiKey | None:
    """The open key with this secret, marked as used; None when unknown, revoked or past its end."""
    if len(secret) > LONGEST:
        return None
    found = ApiKey.open_ones().prefetch_related("stores").filter(secret_hash=_hash(secret)).first()
    now = timezone.now()
    if found and (found.last_used_at is None or now - found.last_used_at > USED_EVERY):
        ApiKey.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def seconds_to_wait(key: ApiKey) -> int:
    """Counts one request; 0 when it may go on, else the seconds until the next minute begins."""
    now = int(time.time())
    slot = f"api-key:{key.pk}:{now // 60}"
    if cache.add(slot, 1, 120):
        return 0
    asked = int(cache.get(slot) or 0) + 1  # two at once may count as one: it is a limit, not an account
    cache.set(slot, asked, 120)
    return 60 - now % 60 if asked > key.per_minute else 0


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
