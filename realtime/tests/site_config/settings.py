"""Settings of the site that the library's tests use."""

from typing import Any

import environ

from channels_realtime.layers import channel_layers_from_url
from channels_realtime.monitoring.log_settings import console_logging
from site_config.environment import choose_database, choose_folder, find_tests_in_children

find_tests_in_children()
BASE_DIR = choose_folder()

env = environ.Env()

DEBUG: bool = env.bool("DEBUG", default=True)
SECRET_KEY = "a key for tests only, and never for production: 0123456789"
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "people",
    "channels_realtime",
    "channels_realtime.tickets",
    "channels_realtime.progress",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "channels_realtime.monitoring.logs.RequestMiddleware",
    "channels_realtime.auth.revocation.RevocationMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "channels_realtime.http.busy.PoolTimeoutMiddleware",
]

ROOT_URLCONF = "site_config.urls"
ASGI_APPLICATION = "site_config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASE_URL: str = env.str("DATABASE_URL", default="") or choose_database(BASE_DIR)
DATABASES: dict[str, Any] = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file, because a test's threads lock each other out of a database in memory.
    DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "test.sqlite3"}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": 4, "timeout": 5},
        "connect_timeout": 5,
        "options": "-c tcp_user_timeout=10s",
    }
# Those that DATABASE_URL and CHANNEL_LAYER_URL name are started.
REALTIME_SERVICES = [
    "channels_realtime.services.valkey.Valkey",
    "channels_realtime.services.postgres.PostgreSQL",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CHANNEL_LAYER_URL: str = env.str("CHANNEL_LAYER_URL", default="memory://")
CHANNEL_LAYERS = channel_layers_from_url(
    CHANNEL_LAYER_URL, prefix=env.str("CHANNEL_LAYER_PREFIX", default="tests")
)

AUTH_USER_MODEL = "people.Person"
FORCE_SCRIPT_NAME = env.str("FORCE_SCRIPT_NAME", default="") or None
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"

LOGGING = console_logging()
