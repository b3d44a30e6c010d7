"""All settings, one file. What differs between installations comes from the environment (docs in README.md).

Every name may also be given as `NAME_FILE=/path/to/file` (secrets of containers). Without any of them the portal is a
safe development installation on an embedded SQLite database.
"""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from accounts.login_rules import LOGIN_RULES, origins, providers
from coopportal.placeholders import OPERATOR as PLACEHOLDERS

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.FileAwareEnv()

# --- What kind of installation is this? ---

DEBUG, DEMO = env.bool("DEBUG", default=False), env.bool("DEMO", default=False)
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
SECURE = _public.scheme == "https"


def _database(url: str) -> dict[str, Any]:
    """Connection settings: SQLite that survives many writers and a power cut, PostgreSQL behind a pool."""
    database: dict[str, Any] = env.db_url_config(url)
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"].endswith("sqlite3"):
        Path(database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        database["CONN_MAX_AGE"] = None
        # IMMEDIATE: a writer waits its turn at BEGIN instead of failing half-way.
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=268435456;"
            "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;",
        }
    else:
        database["CONN_MAX_AGE"] = 0  # the pool keeps connections; Django must give them back after each request
        database["CONN_HEALTH_CHECKS"] = True
        options["pool"] = {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=16), "timeout": 10}
        # To compile a statement of many parts takes PostgreSQL seconds, where its answer takes a hundredth of one.
        options["options"] = f"-c jit=off {options.get('options', '')}".strip()
    return database


DATABASES = {"default": _database(env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}"))}
# Rows of the database, so that all workers count the same failed log-ins; so many that a flood forgets none.
_cache: dict[str, Any] = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
_cache |= {"KEY_FUNCTION": "coopportal.common.caches.secret_key", "OPTIONS": {"MAX_ENTRIES": 100_000}}
CACHES = {"default": _cache}
EMBEDDED = DATABASES["default"]["ENGINE"].endswith("sqlite3")
PRODUCTION = SECURE or not (DEBUG or DEMO or EMBEDDED)


def _secret_key() -> str:
    """From the environment; else, never in production, from the file the set-up made; empty where there is none."""
    key = env.str("SECRET_KEY", default="")
    if PRODUCTION and (len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure-")):
        raise ImproperlyConfigured("SECRET_KEY fehlt oder ist zu schwach: mindestens 50 zufällige Zeichen sind nötig.")
    file = VAR_DIR / "secret_key"
    return key or (file.read_text().strip() if file.exists() else "")


SECRET_KEY = _secret_key()
# Without one each process makes its own; whatever it signs or enciphers nobody can read after it.
SECRET_KEY_IS_PASSING = not SECRET_KEY
SECRET_KEY = SECRET_KEY or secrets.token_urlsafe(64)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_public.hostname, "localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

# --- Parts ---

INSTALLED_APPS = [
    *["allauth.account", "allauth.mfa", "allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"],
    "knox",  # before accounts, as allauth: the admin of accounts puts their tables away
    *["coopportal", "coopportal.common", "sources", "municipalities", "accounts", "funding", "agreements", "watching"],
    *["accounts.apps.StewardAdminConfig", "django.contrib.auth", "django.contrib.contenttypes"],
    *[
        "django.contrib.sessions",
        "django.contrib.messages",
        "whitenoise.runserver_nostatic",
        "django.contrib.staticfiles",
    ],
    *["django.contrib.humanize", "rest_framework", "django_filters", "drf_spectacular", "drf_spectacular_sidecar"],
    *["django_htmx", "csp", "simple_history"],
]
MIDDLEWARE = [
    "coopportal.common.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "coopportal.common.middleware.PermissionsPolicyMiddleware",
    "coopportal.common.middleware.PolicyMiddleware",
    "coopportal.common.middleware.OpenDataMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "coopportal.common.middleware.SmallPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "coopportal.common.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "coopportal.common.limits.RateLimitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionRulesMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "coopportal.urls"
WSGI_APPLICATION = "coopportal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- People ---

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/konto/anmelden/"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
globals().update(LOGIN_RULES)
SOCIALACCOUNT_PROVIDERS = providers(env)
# Behind how many proxies are we? Guessing is slowed down for the address that the outermost of them saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if SECURE else 0)
globals().update(env.email("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"kooperationsportal@{_public.hostname}")

# --- Language: German for everybody; the browser's wish does not decide ---

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("Deutsch")), ("en", _("Englisch"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME, LANGUAGE_COOKIE_AGE = "sprache", 60 * 60 * 24 * 365
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE, LANGUAGE_COOKIE_SECURE = True, "Lax", SECURE
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
# Grouping every number would write years and ids as "2.025": amounts and counts say `|intcomma` instead.
USE_THOUSAND_SEPARATOR = False

# --- Who runs this installation: shown in the imprint, the privacy notice and the accessibility statement ---

OPERATOR = {name.lower(): env.str(f"OPERATOR_{name}", default="") or default for name, default in PLACEHOLDERS.items()}

# The name that GovData gave the operator (dcat-ap.de/def/contributors); the catalogue is complete only with it.
DCAT_CONTRIBUTOR = env.str("DCAT_CONTRIBUTOR", default="")

# --- Files ---

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "coopportal.common.finders.StyleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "coopportal.common.finders.VendorFinder",
]
_hashed, _plain = "coopportal.common.storage.HashedStaticFiles", "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _plain if DEBUG else _hashed},
}
FILE_UPLOAD_PERMISSIONS = 0o640
# Documents that municipalities attach: outside every folder that is served, read only through a view that asks.
EVIDENCE_DIR = env.path("EVIDENCE_DIR", default=str(VAR_DIR / "evidence"))
# The dotted name of a function that is given the open file and raises ValidationError where it finds malware.
EVIDENCE_SCANNER = env.str("EVIDENCE_SCANNER", default="")

# --- Safety ---

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # the icons of KERN are data URIs
        **{nothing: ["'none'"] for nothing in ("object-src", "base-uri", "frame-ancestors")},
        "form-action": ["'self'", *origins(SOCIALACCOUNT_PROVIDERS)],
    },
}
# Webhooks go to public addresses; on a developer's machine to that machine too.
WEBHOOKS_TO_LOOPBACK = DEBUG and not PRODUCTION
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# A registration of several hundred participants is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000
CSRF_FAILURE_VIEW = "coopportal.views.form_expired"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE
CSRF_COOKIE_HTTPONLY, SESSION_COOKIE_AGE = True, 60 * 60 * 24
# The prefix binds a cookie to this very host and to https.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, PERSON_COOKIE_NAME = (
    f"{'__Host-' * SECURE}{name}" for name in ("sessionid", "csrftoken", "person")
)
# An https address means a proxy in front ends TLS: without its word every request would be redirected for ever.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SILENCED_SYSTEM_CHECKS = [
    "security.W021",  # the browsers' preload list is the domain owner's decision, not ours
    "templates.W003",  # our i18n takes the place of Django's on purpose, for the templates of others too
]

# --- API ---

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["coopportal.common.json_answers.Json"],
    "DEFAULT_PARSER_CLASSES": ["coopportal.common.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "coopportal.common.schema.PortalSchema",
    "EXCEPTION_HANDLER": "coopportal.common.problems.exception_handler",
    "URL_FORMAT_OVERRIDE": "format",
}
# Requests in a minute: of an address, of a token, of a person who writes. 0: as many as they like.
API_LIMITS = {
    "reading": env.int("API_READS_PER_MINUTE", default=1000),
    "reading-with-token": env.int("API_TOKEN_READS_PER_MINUTE", default=5000),
    "writing": env.int("API_WRITES_PER_MINUTE", default=120),
}
# So much of what the API told each process keeps, to tell it again as long as it is true.
KEPT_RECORDS_MB = env.int("KEPT_RECORDS_MB", default=32)
API_LIMITS_FILE = Path(env.str("API_LIMITS_FILE", default=str(VAR_DIR / "limits")))
API_TOKEN_OF = "accounts.authentication.token_of"  # noqa: S105 (a name of a function)
# The closed lists of words by their names, so that the description calls each the same wherever it is used.
_words = {
    "coopportal.common.dates": "Precision",
    "sources.choices": "DocumentKind Modality Confidence ConflictState",
    "municipalities.choices": "Level Kind SuccessionKind OrganisationKind",
    "funding.choices": "ProgrammeKind ProgrammeStatus CriterionKind Qualifier Rung",
    "agreements.choices": "CooperationKind CooperationStatus RecordState Role Degree EventKind "
    "AgreementStatus LegalForm Decision ChangeKind ProposalState",
}
KNOX_TOKEN_MODEL = "knox.AuthToken"  # noqa: S105 (a name of a model)
REST_KNOX = {"TOKEN_TTL": timedelta(days=365), "TOKEN_LIMIT_PER_USER": 20, "AUTO_REFRESH": False}
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SPECTACULAR_SETTINGS = {
    "TITLE": "Kooperationsportal",
    "DESCRIPTION": _(
        "Wer arbeitet mit wem zusammen, in welcher Rechtsform, seit wann, mit wessen Geld, und woher man es weiß. "
        "Lesen darf jeder, ohne Anmeldung. Listen haben Seiten, Dateien (format=csv, xlsx, ndjson) alle Zeilen. Der "
        "Stichtag (as_of) ist der Tag in der Welt. Fehler sind application/problem+json und nennen, was nicht passt."
    ),
    "VERSION": "1",
    "ENUM_NAME_OVERRIDES": {name: f"{module}.{name}" for module, names in _words.items() for name in names.split()},
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
}

# --- Log: one JSON object per line, with the id of the request ---

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "coopportal.common.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
