"""Settings: one file, read from the environment. Production sets DATABASE_URL, REDIS_URL and SECRET_KEY."""

from __future__ import annotations

import json
import os
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from config import logs

ROOT = Path(__file__).resolve().parent.parent
STATE = Path(os.environ.get("PROBITY_STATE", ROOT / "var"))  # everything the running system writes to disk

DEBUG = os.environ.get("DEBUG") == "1"
# Invented countries, people and sign-ins: script/server sets it for the embedded database only.
DEMO = os.environ.get("DEMO") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY") or ("demo-only" if DEMO or DEBUG else "")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]

# --- the house, from the bottom up (docs/architecture.md) ---
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "guardian",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "foundation.audit",
    "foundation.outbox",
    "foundation.accounts",
    "foundation.doors",
    "foundation.signing",
    "foundation.sources",
    "units",
    "evidence",
    "screening",
    "cspa",
    "vetting",
    "remediation",
    "config",
]

# --- databases: one engine, two roles ---
DATABASE_ROLE = os.environ.get("DATABASE_ROLE", "app")
_app_url = os.environ.get("DATABASE_URL", "")
_owner_url = os.environ.get("DATABASE_OWNER_URL") or _app_url
DATABASES = {"default": dj_database_url.parse(_owner_url if DATABASE_ROLE == "owner" else _app_url)}
if os.environ.get("PROBITY_TESTS") and not DATABASES["default"]["NAME"].startswith("test_"):
    raise ImproperlyConfigured("Tests run in a test database only: start them with script/test.")
_options = DATABASES["default"].setdefault("OPTIONS", {})
_options["options"] = "-c lock_timeout=5s -c timezone=UTC"
# A server that is there no more, or hangs, is noticed in seconds instead of minutes: "try again" (503).
_unreachable = {
    "connect_timeout": 3,
    "tcp_user_timeout": 15_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
}
DATABASES["default"]["OPTIONS"] = _unreachable | _options
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
APP_DATABASE_USER = dj_database_url.parse(_app_url).get("USER", "")  # migrations grant to it
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- accounts ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "foundation.accounts.backends.PlacesBackend",
]
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # PlacesBackend asks guardian's tables itself
    "security.W008",  # SECURE_SSL_REDIRECT: the proxy's work
    "security.W021",  # a browser's preload list is for whole domains; whoever owns the domain decides
]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
PASSWORD_AGAIN_SECONDS = 300  # signing, unmasking, exporting in a browser: so long is a password good for
_https = os.environ.get("HTTPS", "0" if DEMO or DEBUG else "1") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = False  # the proxy's work
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
# How many proxies of ours a request comes through; X-Forwarded-For is believed that far (doors/tries.py).
PROXIES = int(os.environ.get("PROXIES", "0"))
X_FRAME_OPTIONS = "DENY"

# --- web ---
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "config.edges.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.bodies.NotTooLarge",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.edges.Edges",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.desk",
            ],
        },
    }
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_000  # a class typed in: a hundred rows of some forty boxes
STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STATICFILES_DIRS = [ROOT / "static", ("uswds", STATE / "assets" / "uswds")]
LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"

# --- files of documents: another storage is another backend here; keys are opaque either way ---
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is kept in it
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "documents": {
        "BACKEND": os.environ.get("DOCUMENTS_BACKEND", "django.core.files.storage.FileSystemStorage"),
        "OPTIONS": json.loads(os.environ.get("DOCUMENTS_OPTIONS", "null"))
        or {
            "location": str(STATE / "documents"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}

# --- REST ---
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["foundation.doors.auth.Token", "foundation.doors.auth.Session"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["foundation.doors.parsers.StrictJSON"],
    "DEFAULT_SCHEMA_CLASS": "foundation.doors.schema.Schema",
    "DEFAULT_PAGINATION_CLASS": "foundation.doors.cursors.SignedCursor",
    "EXCEPTION_HANDLER": "config.edges.problem_response",
}
REST_KNOX = {"TOKEN_TTL": None, "AUTH_HEADER_PREFIX": "Token", "USER_SERIALIZER": None}
SPECTACULAR_SETTINGS = {
    "TITLE": "Probity",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],  # each field with its own codes: many are called kind, state or status
}

# --- Celery: a wake-up, never the record (foundation/outbox) ---
REDIS_URL = os.environ.get("REDIS_URL", "")

LOGGING = logs.config(plain=DEMO or DEBUG)

# --- mail ---
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = STATE / "mail"
# For links in mail.
PUBLIC_URL = os.environ.get("PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "probity@localhost")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS") == "1"

# The audit roots, outside the database: one file for every machine that runs workers.
SEALS = Path(os.environ.get("SEALS", STATE / "seals" / "seals.jsonl"))
