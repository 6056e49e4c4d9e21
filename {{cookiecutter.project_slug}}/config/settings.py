"""Settings. Values that differ between machines come from the environment (see .env.example)."""

import tomllib
from pathlib import Path
from typing import Any

import environ
from channels_realtime.http.addresses import hosts_from_text, origins_from_text, root_path_from_text
from channels_realtime.layers import channel_layers_from_url
from channels_realtime.monitoring.log_settings import console_logging

BASE_DIR = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]
env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG: bool = env.bool("DEBUG", default=False)
SECRET_KEY: str = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = hosts_from_text(env.str("ALLOWED_HOSTS", default=""))
CSRF_TRUSTED_ORIGINS = origins_from_text(env.str("CSRF_TRUSTED_ORIGINS", default=""))
# Below a path of its host, such as /chat, the site's links, files, cookies and sockets are there.
ROOT_PATH = root_path_from_text(env.str("FORCE_SCRIPT_NAME", default=""))
FORCE_SCRIPT_NAME = ROOT_PATH or None
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{ROOT_PATH}/"
SITE_NAME: str = PROJECT["description"]  # in pyproject.toml

INSTALLED_APPS = [
    # Daphne must be first: its runserver command serves ASGI, the one of staticfiles does not.
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

# The servers that manage.py starts in development, unless they run already.
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
    #% if cookiecutter.django == "5.2"
    "channels_realtime.http.csp.ContentSecurityPolicyMiddleware",  # also for pages of WhiteNoise
    #% else
    "django.middleware.csp.ContentSecurityPolicyMiddleware",  # also for pages of WhiteNoise
    #% endif
    # Under ASGI, Django warns once that WhiteNoise reads files as a whole. They are small.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "channels_realtime.monitoring.logs.RequestMiddleware",
    # Before SessionMiddleware: it runs after sessions are saved.
    "channels_realtime.auth.revocation.RevocationMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    #% if cookiecutter.database == "postgres"
    # Answers with 503 while all connections of the pool below are in use.
    "channels_realtime.http.busy.PoolTimeoutMiddleware",
    #% endif
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

# CONN_MAX_AGE stays 0: under ASGI, persistent connections accumulate, one for each thread.
DATABASES: dict[str, Any] = {"default": env.db_url("DATABASE_URL")}
#% if cookiecutter.database == "sqlite"
if DATABASES["default"].get("ENGINE") == "django.db.backends.sqlite3":
    DATABASES["default"]["NAME"] = BASE_DIR / DATABASES["default"]["NAME"]
    # WAL: readers do not wait for a writer. IMMEDIATE: writers wait instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        **DATABASES["default"].get("OPTIONS", {}),
    }
    # A file: the threads of a test would lock each other out of a database in memory.
    DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "test.sqlite3"}
#% endif
#% if cookiecutter.database == "postgres"
if DATABASES["default"].get("ENGINE") == "django.db.backends.postgresql":
    # The pool replaces persistent connections. It checks a connection before use, because a
    # restart of PostgreSQL breaks all of them. Replacing broken ones takes seconds, so an idle
    # pool keeps only one. Each running request takes one: 40 requests of a second each end in
    # time. By default, PostgreSQL has 97 connections, enough for 12 processes.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A host that fails sends no packet. Without these timeouts, PostgreSQL keeps the locks of
    # its transactions for hours, and threads here wait for a failed PostgreSQL for minutes.
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
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

# memory:// supports one process, redis://HOST:6379/0 any number. The function returns
# {"default": {"BACKEND": "channels_realtime.layers.redis.PubSubLayer", "CONFIG": {"hosts":
# [{"address": "redis://HOST:6379/0", "socket_timeout": 30, …}], "prefix": "my-site"}}}.
CHANNEL_LAYER_URL: str = env.str("CHANNEL_LAYER_URL", default="")
CHANNEL_LAYER_PREFIX: str = env.str("CHANNEL_LAYER_PREFIX", default=PROJECT["name"])
CHANNEL_LAYERS = channel_layers_from_url(CHANNEL_LAYER_URL, CHANNEL_LAYER_PREFIX)

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

TIME_ZONE = "UTC"

STATIC_URL = f"{ROOT_PATH}/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
if not DEBUG:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

# Each line names the request or socket, and the user.
LOGGING = console_logging()
# LOGGING["loggers"]["chat"] = {"level": "INFO"}

HTTPS: bool = env.bool("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CSP = {  # pages contain no inline scripts or styles
    "default-src": "'self'",
    "connect-src": "'self'",  # includes the sockets of this site
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
SECURE_HSTS_SECONDS: int = env.int("HSTS_SECONDS", default=3600) if HTTPS else 0
# HSTS for subdomains and preloading are decisions of the domain's owner.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
