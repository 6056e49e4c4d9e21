"""System checks for mistakes that Django itself does not notice."""

from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core import checks
from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from channels_realtime.conf import RealtimeSettings, Setting, conf
from channels_realtime.http.addresses import RULES
from channels_realtime.layers.config import MEMORY

TAG = "channels_realtime"

# Test runners switch DEBUG off later.
debug_at_startup: bool = settings.DEBUG

MEMORY_BACKENDS = (MEMORY, "channels.layers.InMemoryChannelLayer")

# CHANNELS_LAYERS resembles the real name by 0.97, the nearest correct one, CHANNEL_LAYER_URL, by
# 0.84.
SIMILARITY = 0.9


def require_valid_settings() -> None:
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
            id="channels_realtime.E001",
        )
        for name in dir(settings)
        if name != "CHANNEL_LAYERS"
        and SequenceMatcher(None, name, "CHANNEL_LAYERS").ratio() > SIMILARITY
    ]


@register(TAG)
def check_layer_was_chosen(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a memory layer in production that was not chosen."""
    layers = getattr(settings, "CHANNEL_LAYERS", {})
    is_memory = layers.get("default", {}).get("BACKEND") in MEMORY_BACKENDS
    if debug_at_startup or conf.CHANNEL_LAYER_URL or not is_memory:
        return []
    return [
        Error(
            "CHANNEL_LAYER_URL is not set, so messages stay inside one process.",
            hint="Set CHANNEL_LAYER_URL=redis://HOST:6379/0, or memory:// if one process is meant.",
            id="channels_realtime.E002",
        )
    ]


@register(TAG)
def check_hosts_are_known(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a production that answers every page with 400."""
    if debug_at_startup or settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS is empty, so every page will be answered with 400.",
            hint="Set ALLOWED_HOSTS=example.com to the names of your site.",
            id="channels_realtime.E005",
        )
    ]


@register(TAG)
def check_origins_are_known(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a production without a site whose pages may open sockets."""
    if debug_at_startup or settings.CSRF_TRUSTED_ORIGINS:
        return []
    return [
        Error(
            "CSRF_TRUSTED_ORIGINS is empty, so every WebSocket will be refused with 403.",
            hint="Set CSRF_TRUSTED_ORIGINS=https://example.com to the addresses of your pages.",
            id="channels_realtime.E003",
        )
    ]


@register(TAG)
def check_addresses_match(**kwargs: Any) -> list[CheckMessage]:
    """Find hosts and origins that match nothing, because Django compares them literally."""
    return [
        Error(
            f"{name} contains {value!r}, which matches no page of the site.",
            hint=f"Write {right!r}." if right else f"The setting lists {rule}.",
            id="channels_realtime.E007",
        )
        for name, (normalize, rule) in RULES.items()
        for value in getattr(settings, name)
        if (right := normalize(value.lower())) != value.lower()
    ]


@register(TAG, deploy=True)
def check_static_files_are_collected(**kwargs: Any) -> list[CheckMessage]:
    """Find a production without the manifest of its static files: its pages answer 500."""
    storage: Any = staticfiles_storage
    is_strict = isinstance(storage, ManifestFilesMixin) and storage.manifest_strict
    if settings.DEBUG or not is_strict or storage.read_manifest() is not None:
        return []
    return [
        Error(
            f"The static files are not collected: {storage.manifest_name} is missing, so every "
            "page with a static file will be answered with 500.",
            hint="Run: python manage.py collectstatic --no-input",
            id="channels_realtime.E008",
        )
    ]


@register(TAG)
def check_redis_is_installed(**kwargs: Any) -> list[CheckMessage]:
    """Find a Redis address in a project without the package for it."""
    is_redis = str(conf.CHANNEL_LAYER_URL).startswith("redis")
    if not is_redis or find_spec("channels_redis"):
        return []
    return [
        Error(
            "CHANNEL_LAYER_URL names Redis, and channels-redis is not installed.",
            hint='Add "channels-redis>=4.3,<5" to the dependencies and install them.',
            id="channels_realtime.E004",
        )
    ]


def known_settings() -> dict[str, Setting[Any]]:
    """Return the library's settings by their names in a settings module."""
    found = [each for each in vars(RealtimeSettings).values() if isinstance(each, Setting)]
    return {each.name: each for each in found}


@register(TAG)
def check_setting_names(**kwargs: Any) -> list[CheckMessage]:
    """Find settings that look like the library's and are not read."""
    known = known_settings()
    return [
        checks.Warning(
            f"The setting {name} is not read by channels-realtime.",
            hint=f"Its nearest setting is {', '.join(get_close_matches(name, known, 1, 0))}.",
            id="channels_realtime.W001",
        )
        for name in dir(settings)
        if name.startswith("REALTIME_") and name not in known
    ]


@register(TAG)
def check_setting_values(**kwargs: Any) -> list[CheckMessage]:
    """Find limits and times that are not positive numbers, and services that are no list."""
    return [
        Error(
            f"The setting {name} is {value!r}, which is not {rule}.",
            hint=f"Remove it for the default, {known_settings()[name].default!r}.",
            id="channels_realtime.E006",
        )
        for name, value, rule in _wrong_values()
    ]


def _wrong_values() -> Iterator[tuple[str, Any, str]]:
    """Yield the name and value of each wrong setting, and the rule that it breaks."""
    for name, setting in known_settings().items():
        value = getattr(settings, name, setting.default)
        if isinstance(setting.default, int | float):
            if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
                yield name, value, "a positive number"
        elif isinstance(setting.default, list):
            if not isinstance(value, list | tuple):
                yield name, value, "a list"
        elif not isinstance(value, str):
            yield name, value, "text"
