"""Every setting, read once. What the shop decides is in the database; what is here is where things are."""

import contextlib
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from recompra import env

PACKAGE = Path(__file__).resolve().parent

RECOMPRA_HOME = env.folder("RECOMPRA_HOME", "data")
DEBUG = False


def secret_key() -> str:
    """From the environment; else made once and kept in RECOMPRA_HOME, readable by its owner alone."""
    if given := env.text("SECRET_KEY"):
        return given
    path = RECOMPRA_HOME / "secret-key"
    if not path.exists():
        RECOMPRA_HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"secret-key.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):  # another process made it first: use that one
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text().strip()


SECRET_KEY = secret_key()
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "recompra.theme",
    "recompra.work",
    "recompra.accounts",
    "recompra.customers",
    "recompra.privacy",
    "recompra.messaging",
    "recompra.calls",
    "recompra.ingest",
    "recompra.predictions",
    "recompra.segments",
    "recompra.dashboards",
    "recompra.api",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "lucide",
]

MIDDLEWARE = [
    "recompra.theme.csp.ContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # safe beside secrets: Django masks the CSRF token per answer
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "recompra.accounts.doorkeeper.Doorkeeper",
    "recompra.theme.refusal.Refusals",
    "recompra.customers.identity.moved.MergedAddresses",
]

ROOT_URLCONF = "recompra.urls"
WSGI_APPLICATION = "recompra.wsgi.application"
CSRF_FAILURE_VIEW = "recompra.theme.errors.csrf_failure"
FORM_RENDERER = "recompra.theme.forms.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recompra.theme.context.page",
            ],
            "builtins": [
                "recompra.theme.templatetags.formats",
                "recompra.theme.templatetags.components",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]


def database(url: str) -> dict[str, object]:
    """SQLite by default, tuned so that writers wait instead of failing; PostgreSQL by DATABASE_URL."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        RECOMPRA_HOME.mkdir(parents=True, exist_ok=True, mode=0o700)  # SQLite makes its file, not the folder
        name = unquote(parts.path.removeprefix("/")) or str(RECOMPRA_HOME / "recompra.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "CONN_MAX_AGE": 0,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                    "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728; "
                    "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-20000;"
                ),
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(f"DATABASE_URL must start with sqlite: or postgresql:, not {parts.scheme!r}.")


DATABASES = {"default": database(env.text("DATABASE_URL", "sqlite:"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "recompra_cache",
        # The counts of failed log-ins stand here: a flood of new ones must not push the others out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

WAREHOUSE_URL = env.text("WAREHOUSE_URL", f"duckdb:{RECOMPRA_HOME / 'facts'}")

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "recompra.accounts.adapter.ClosedDoor"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the other sessions end by themselves: their hash no longer fits
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "recompra.accounts.entrance_forms.LogIn",
    "change_password": "recompra.accounts.entrance_forms.ChangePassword",
    "reauthenticate": "recompra.accounts.entrance_forms.ConfirmPassword",
}
MFA_FORMS = {
    "authenticate": "recompra.accounts.entrance_forms.EnterCode",
    "reauthenticate": "recompra.accounts.entrance_forms.ConfirmCode",
    "activate_totp": "recompra.accounts.entrance_forms.SwitchOnFactor",
}
MFA_ADAPTER = "recompra.accounts.adapter.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Recompra"

SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
HTTPS = env.flag("HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY") else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [] if HTTPS else ["security.W004", "security.W008", "security.W012", "security.W016"]

LANGUAGE_CODE = "pt-br"
LANGUAGES = [("pt-br", "Português"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / room / "locale" for room in ("cli", "demo", "bench")]  # no Django apps
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "America/Sao_Paulo")
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = RECOMPRA_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 60
MEDIA_ROOT = RECOMPRA_HOME / "uploads"
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = RECOMPRA_HOME / "incoming"  # swept: a killed process leaves its half there
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a rule of 200 conditions is a form of some 2,000 inputs

EMAIL_CONFIG = env.text("EMAIL_URL")


def lookup_url(url: str) -> str:
    if url and not (url.startswith(("https://", "http://")) and "{cnpj}" in url):
        raise ImproperlyConfigured(
            "CNPJ_LOOKUP_URL must be an address with {cnpj} in it, as https://brasilapi.com.br/api/cnpj/v1/{cnpj}."
        )
    return url


CNPJ_LOOKUP_URL = lookup_url(env.text("CNPJ_LOOKUP_URL"))
GOOGLE_PLACES_KEY = env.text("GOOGLE_PLACES_KEY")
GOOGLE_PLACES_URL = env.text("GOOGLE_PLACES_URL", "https://places.googleapis.com")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    # They write every address that is asked for, and a CNPJ stands in some.
    "loggers": {name: {"level": "WARNING"} for name in ("httpx", "httpcore", "fontTools")},
}
