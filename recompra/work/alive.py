"""Who is alive on this machine: a working process holds a lock file, which the kernel frees when it dies.

So the work of a process killed on this machine is taken up at once; elsewhere the lease's end decides.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path

from django.conf import settings

_held: dict[int, tuple[str, int]] = {}


def folder() -> Path:
    return Path(settings.RECOMPRA_HOME) / "workers"


def owner() -> str:
    """The name under which this process leases work; made, with its lock file, at the first call."""
    pid = os.getpid()
    if pid not in _held:
        name = f"{pid}-{secrets.token_hex(8)}"
        folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = folder() / f".{name}"  # locked before it has its name: nobody may find it free
        descriptor = os.open(draft, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        draft.rename(folder() / name)
        _held[pid] = (name, descriptor)
    return _held[pid][0]


def is_dead(name: str) -> bool:
    """True only when the process of that name ran on this machine and is gone for certain."""
    if name == _held.get(os.getpid(), ("", 0))[0]:
        return False
    try:
        descriptor = os.open(folder() / name, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def others() -> list[str]:
    """The other processes of Recompra that live on this machine: workers, and `recompra serve`."""
    own = _held.get(os.getpid(), ("", 0))[0]
    names = [path.name for path in folder().glob("[!.]*")] if folder().is_dir() else []
    return [name for name in names if name != own and not is_dead(name)]


def leave() -> None:
    """Take this process' lock file away: it works no more."""
    if held := _held.pop(os.getpid(), None):
        (folder() / held[0]).unlink(missing_ok=True)
        os.close(held[1])


def sweep(keep: set[str]) -> None:
    """Remove the lock files of dead processes, but not of those in `keep`, which still own rows."""
    if folder().is_dir():
        for path in folder().iterdir():
            if path.name not in keep and not path.name.startswith(".") and is_dead(path.name):
                path.unlink(missing_ok=True)


def _forget_parents_locks() -> None:
    for _name, descriptor in _held.values():
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_forget_parents_locks)
