"""The product's settings, pointed at a home of the test process' own."""

import os
import tempfile
from pathlib import Path

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
_home = Path(os.environ.get("RECOMPRA_TEST_HOME") or tempfile.mkdtemp(prefix="recompra-tests-")) / _worker
_home.mkdir(parents=True, exist_ok=True)
os.environ["RECOMPRA_HOME"] = str(_home)
os.environ.setdefault("SECRET_KEY", "only for tests: " + "x" * 40)

from recompra.settings import *  # noqa: E402, F403
from recompra.settings import DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A real file, as in production: locking and durability differ in memory.
    DATABASES["default"]["TEST"] = {"NAME": str(_home / "test.sqlite3")}

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
