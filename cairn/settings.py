"""Django's settings, joined from the typed ones. Django serves the API beside the hot paths, and owns the tables."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from cairn import wiring

_settings = wiring.settings()
SECRET_KEY = wiring.secret_key()
DEBUG = False
ALLOWED_HOSTS = ["*"]  # Behind any proxy or name; links are made from CAIRN_BASE_URL, never from the Host header.
ROOT_URLCONF = "cairn.urls"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_COOKIE_NAME = "cairn_session"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = _settings.public_url.startswith("https:")
CSRF_COOKIE_NAME = "cairn_csrf"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_TRUSTED_ORIGINS = [_settings.public_url]
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024

DOMAINS = (
    "accounts",
    "tags",
    "images",
    "profiles",
    "lists",
    "events",
    "segments",
    "templates",
    "messaging",
    "campaigns",
    "flows",
    "analytics",
    "webhooks",
    "properties",
    "integrations",
    "privacy",
)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    *(f"cairn.domains.{name}" for name in DOMAINS),
    "cairn.workers",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "DIRS": [Path(__file__).parent / "public" / "templates"],
    }
]


def database(url: str) -> dict[str, object]:
    """Django's form of a PostgreSQL URL; a socket folder comes as `?host=/path`."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "cairn",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5},
    }


DATABASES = {"default": database(_settings.database_url)}
LOGGING_CONFIG = None
