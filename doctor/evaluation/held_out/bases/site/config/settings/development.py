from .base import *  # noqa: F403
from .base import BASE_DIR, INSTALLED_APPS

DEBUG = True
SECRET_KEY = "insecure-and-only-for-development"
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]

INSTALLED_APPS = ["daphne", *INSTALLED_APPS]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "db.sqlite3",
    },
}

# One process: no Redis is needed here.
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
