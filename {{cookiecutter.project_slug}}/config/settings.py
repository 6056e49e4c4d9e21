"""Settings. What differs between machines comes from the environment (see .env.example)."""

import logging
import tomllib
from pathlib import Path
from typing import Any

import environ
from channels_realtime.layers import channel_layers_from_url

BASE_DIR = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG: bool = env.bool("DEBUG", default=False)
SECRET_KEY: str = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = [host.strip() for host in env.list("ALLOWED_HOSTS", default=[])]
CSRF_TRUSTED_ORIGINS = [site.strip() for site in env.list("CSRF_TRUSTED_ORIGINS", default=[])]

SITE_NAME: str = PROJECT["description"]  # of pyproject.toml; the pages show it

INSTALLED_APPS = [
    # First, because Daphne replaces the runserver command of staticfiles by one that speaks ASGI.
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "channels_realtime",
    "accounts",
    #% if cookiecutter.example
    "chat",
    #% endif
]
#% if cookiecutter.layer == "redis" or cookiecutter.database == "postgres"

# The servers that manage.py starts in development where none answers.
REALTIME_SERVICES = [
    #% if cookiecutter.layer == "redis"
    "channels_realtime.services.valkey.Valkey",
    #% endif
    #% if cookiecutter.database == "postgres"
    "channels_realtime.services.postgres.PostgreSQL",
    #% endif
]
#% endif

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Django warns once that it reads its files whole under ASGI; they are small.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "channels_realtime.monitoring.logs.RequestMiddleware",
    # Outside of sessions: it acts when they are saved.
    "channels_realtime.auth.revocation.RevocationMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.site",
            ],
        },
    },
]

# Connections are not kept between requests: under ASGI they would pile up, one for each thread.
DATABASES: dict[str, Any] = {"default": env.db_url("DATABASE_URL")}
#% if cookiecutter.database == "sqlite"
if DATABASES["default"].get("ENGINE") == "django.db.backends.sqlite3":
    DATABASES["default"]["NAME"] = BASE_DIR / DATABASES["default"]["NAME"]
    # Readers do not wait for the writer (WAL), and a writer waits its turn instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        **DATABASES["default"].get("OPTIONS", {}),
    }
    # A file, because a test's threads lock each other out of a database in memory.
    DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "test.sqlite3"}
#% endif
#% if cookiecutter.database == "postgres"
if DATABASES["default"].get("ENGINE") == "django.db.backends.postgresql":
    # A pool replaces kept connections; a server that is away is noticed after five seconds, and
    # connections that a restart of it has broken are not handed out. Each of these costs a second,
    # the next one two, so a quiet pool keeps only one.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A host that dies says nothing. PostgreSQL would keep for hours what a transaction from there
    # has locked, and a thread here would wait for minutes: each gives the other up within seconds.
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": 4, "timeout": 5},
        "connect_timeout": 5,
        "tcp_user_timeout": 10_000,  # milliseconds
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "options": "-c tcp_user_timeout=10s -c tcp_keepalives_idle=5"
        " -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3",
        **DATABASES["default"].get("OPTIONS", {}),
    }
#% endif
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# memory:// is one process, and redis://HOST:6379/0 is any number of them. From the latter comes
# {"default": {"BACKEND": "channels_realtime.layers.redis.PubSubLayer", "CONFIG": {"hosts":
# [{"address": "redis://HOST:6379/0", "socket_timeout": 30, …}], "prefix": "my-site"}}}.
CHANNEL_LAYER_URL: str = env.str("CHANNEL_LAYER_URL", default="")
CHANNEL_LAYERS = channel_layers_from_url(
    CHANNEL_LAYER_URL, prefix=env.str("CHANNEL_LAYER_PREFIX", default=PROJECT["name"])
)

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
if not DEBUG:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s [%(connection)s %(user)s] %(message)s"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": LOG_FORMAT}},
    "filters": {
        "client": {"()": "channels_realtime.monitoring.logs.ConnectionFilter"},
        "repeat": {"()": "channels_realtime.monitoring.logs.RepeatFilter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["client"]}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"level": "INFO"},
        # While Redis is away it logs a traceback each second.
        "channels_redis.pubsub": {"filters": ["repeat"]},
    },
}
# Where uvicorn has handlers of its own, ours replace them; --no-access-log has taken one away.
for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
    has_handlers = bool(logging.getLogger(name).handlers)
    LOGGING["loggers"][name] = {"handlers": ["console"] if has_handlers else []}

HTTPS: bool = env.bool("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS: int = env.int("HSTS_SECONDS", default=3600) if HTTPS else 0
# Whether every subdomain speaks https, and for ever, is known to the domain's owner alone.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
