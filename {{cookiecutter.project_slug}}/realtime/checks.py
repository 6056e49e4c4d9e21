"""System checks for mistakes that Django itself does not notice."""

from difflib import SequenceMatcher
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from realtime.layers import MEMORY

TAG = "realtime"

# CHANNELS_LAYERS is 0.97 like the real name; the nearest innocent one, CHANNEL_LAYER_URL, 0.84.
MISSPELT = 0.9


def require_order() -> None:
    """Raise ImproperlyConfigured for the first error that the checks below find.

    Servers run no checks: they would start, and then refuse or lose every socket.
    """
    for message in run_checks(tags=[TAG]):
        if message.is_serious() and not message.is_silenced():
            raise ImproperlyConfigured(f"{message.msg} {message.hint}")


@register(TAG)
def check_misspelt_setting(**kwargs: Any) -> list[CheckMessage]:
    """Find a setting that was meant to be CHANNEL_LAYERS."""
    return [
        Error(
            f"The setting {name} is ignored: its name must be CHANNEL_LAYERS.",
            hint="Otherwise the first connection fails: 'NoneType' object has no attribute "
            "'group_add'.",
            id="realtime.E001",
        )
        for name in dir(settings)
        if name != "CHANNEL_LAYERS"
        and SequenceMatcher(None, name, "CHANNEL_LAYERS").ratio() > MISSPELT
    ]


@register(TAG)
def check_layer_was_chosen(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a memory layer in production that nobody asked for."""
    layers = getattr(settings, "CHANNEL_LAYERS", {})
    chosen = getattr(settings, "CHANNEL_LAYER_URL", "")
    if settings.DEBUG or chosen or layers.get("default", {}).get("BACKEND") != MEMORY:
        return []
    return [
        Error(
            "CHANNEL_LAYER_URL is not set, so messages stay inside one process.",
            hint="Set CHANNEL_LAYER_URL=redis://HOST:6379/0, or memory:// if one process is meant.",
            id="realtime.E002",
        )
    ]


@register(TAG)
def check_hosts_are_known(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a production that answers every page with 400."""
    if settings.DEBUG or settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS is empty, so every page will be answered with 400.",
            hint="Set ALLOWED_HOSTS=example.com to the names of your site.",
            id="realtime.E005",
        )
    ]


@register(TAG)
def check_origins_are_known(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a production without a site whose pages may open sockets."""
    if settings.DEBUG or settings.CSRF_TRUSTED_ORIGINS:
        return []
    return [
        Error(
            "CSRF_TRUSTED_ORIGINS is empty, so every WebSocket will be refused with 403.",
            hint="Set CSRF_TRUSTED_ORIGINS=https://example.com to the addresses of your pages.",
            id="realtime.E003",
        )
    ]


@register(TAG)
def check_redis_is_installed(**kwargs: Any) -> list[CheckMessage]:
    """Find an address of Redis in a project without the package for it."""
    if "redis" not in getattr(settings, "CHANNEL_LAYER_URL", "") or find_spec("channels_redis"):
        return []
    return [
        Error(
            "CHANNEL_LAYER_URL names Redis, and channels-redis is not installed.",
            hint='Add "channels-redis>=4.3,<5" to pyproject.toml and run `python bootstrap.py`.',
            id="realtime.E004",
        )
    ]
