"""The channel layer's `BACKEND` cannot be imported."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..channels.api import LAYERS
from ..channels.unported_code import has_code_for_channels_1, is_for_channels_1
from ..diffs import file_line, line_diff
from ..finding import Finding
from ..packages.forgotten_packages import forgetting_line, line_without_cryptography
from ..packages.installs import lacks_channels
from ..python.literal_values import UNKNOWN
from ..settings.item_location import item_location
from ..settings.layer_config import CORE_LAYER, MEMORY, REDIS, layer_configs

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..settings.layer_config import LayerConfig

SEVERITY = "error"
DEPTH = "source"
CANNOT_IMPORT = SYMPTOM = "channels.exceptions.InvalidChannelLayerError: Cannot import BACKEND"

CLASSES = {
    *MEMORY,
    *REDIS,
    *LAYERS,
    "channels_postgres.core.PostgresChannelLayer",
    "channels_rabbitmq.core.RabbitmqChannelLayer",
}
PACKAGES = {
    "channels_realtime": "channels-redis",
    "channels_redis": "channels-redis",
    "channels_valkey": "channels-valkey",
    "channels_postgres": "channels-postgres",
}
FORGOTTEN = {
    "channels_redis": "channels-redis",
    "channels_valkey": "channels-valkey",
    "channels_postgres": "channels-postgres",
    "channels_rabbitmq": "channels-rabbitmq",
}
ENCRYPTION_KEYS = "symmetric_encryption_keys"
NO_LIBRARY = "ValueError: Cannot run with encryption without 'cryptography' installed."
TEXTS = (".txt", ".in", ".pip")
CHECKED_PACKAGES = {"asgi_redis", "asgiref", "channels", *PACKAGES}
# Classes of Channels 1, and names in tutorials that never existed.
REMOVED_CLASSES = {
    "asgi_redis.RedisChannelLayer": CORE_LAYER,
    "asgi_redis.core.RedisChannelLayer": CORE_LAYER,
    "asgi_redis.RedisLocalChannelLayer": CORE_LAYER,
    "asgiref.inmemory.ChannelLayer": "channels.layers.InMemoryChannelLayer",
    "channels.database_layer.DatabaseChannelLayer": CORE_LAYER,
    "channels.layers.RedisChannelLayer": CORE_LAYER,
    "channels_redis.RedisChannelLayer": CORE_LAYER,
}
# Classes of caches, and the beginnings of the names of their modules.
CACHES = ("django.core.cache.", "django_redis.", "django_valkey.", "redis_cache.")


def check(project: Project) -> Iterator[Finding]:
    """Find a class that Channels could not import, or that is a misspelt known class."""
    if is_for_channels_1(project) or has_code_for_channels_1(project) or lacks_channels(project):
        return
    imported = project.facts.get("layer")
    failure, layer_class = ((imported or {}).get(name) for name in ("error", "class"))
    for layer in layer_configs(project):
        is_own = layer.setting == project.settings["CHANNEL_LAYERS"]
        if layer.alias == "default" and is_own and imported is not None:
            if failure and not layer_class:
                yield _finding(project, layer, "settings")
        else:
            yield from _in_sources(project, layer)


def _in_sources(project: Project, layer: LayerConfig) -> Iterator[Finding]:
    if layer.backend.startswith(CACHES):
        yield _cache(project, layer)
    elif _intended_class(layer.backend):
        yield _finding(project, layer, layer.setting.depth)
    else:
        yield from _forgotten(project, layer)
        yield from _forgotten_cryptography(project, layer)


def _forgotten_cryptography(project: Project, layer: LayerConfig) -> Iterator[Finding]:
    """Find a layer that encrypts messages where the requirements lack the package for it."""
    keys = layer.config.get(ENCRYPTION_KEYS)
    is_encrypted = keys and keys is not UNKNOWN and layer.backend in REDIS
    place = line_without_cryptography(project) if is_encrypted else None
    if place and project.uses_websockets:
        message = (
            f'The layer "{layer.alias}" has `{ENCRYPTION_KEYS}` and so needs `cryptography`, which'
            " the requirements do not install: every socket fails. Require it."
        )
        yield Finding(
            message, place, _requirement(project, place, "cryptography"), symptom=NO_LIBRARY
        )


def _requirement(project: Project, place: Location, package: str) -> str:
    """Return the change that requires a package below a line."""
    line = file_line(project, place)
    return f" {line}\n+{package}" if place.path.endswith(TEXTS) else f"Require `{package}`."


def _forgotten(project: Project, layer: LayerConfig) -> Iterator[Finding]:
    """Find a class of a package that the requirements do not install."""
    package = FORGOTTEN.get(layer.backend.partition(".")[0], "")
    place = forgetting_line(project, package) if package and project.uses_websockets else None
    if place and not project.resolver.find_module(layer.backend.rpartition(".")[0]):
        where = f" in {layer.setting.location.path}" if layer.setting.location else ""
        message = (
            f'The layer "{layer.alias}"{where} needs {package}, which the requirements do not'
            " install, so every socket fails. Require it."
        )
        fix = _requirement(project, place, package)
        symptom = f"{CANNOT_IMPORT} '{layer.backend}' specified for {layer.alias}"
        yield Finding(message, place, fix, symptom=symptom, cause=(package,))


def _cache(project: Project, layer: LayerConfig) -> Finding:
    place = item_location(project, layer.setting, layer.alias, "BACKEND")
    message = (
        f"`CHANNEL_LAYERS` names `{layer.backend}`, which is a cache and has no groups. Name a"
        " channel layer."
    )
    fix = line_diff(project, place, layer.backend, CORE_LAYER)
    option = next((f" '{each}'" for each in layer.config if isinstance(each, str)), "")
    name = layer.backend.rpartition(".")[2]
    symptom = f"TypeError: {name}.__init__() got an unexpected keyword argument{option}"
    return Finding(message, place, fix, symptom=symptom, depth=layer.setting.depth)


def _finding(project: Project, layer: LayerConfig, depth: str) -> Finding:
    backend = layer.backend
    location = item_location(project, layer.setting, layer.alias, "BACKEND")
    intended = _intended_class(backend)
    package = PACKAGES.get(backend.split(".", maxsplit=1)[0])
    fix = f"pip install {package}" if package else ""
    if intended:
        fix = line_diff(project, location, backend, intended)
    message = (
        f"`CHANNEL_LAYERS` names `{backend}`, which cannot be imported, so every use of the layer"
        " fails. Correct or install it."
    )
    return Finding(message, location, fix, depth=depth)


def _intended_class(backend: str) -> str:
    """Return the class that a misspelt name means, "" for a correct or unknown name."""
    if backend in CLASSES or backend.split(".", maxsplit=1)[0] not in CHECKED_PACKAGES:
        return ""
    similar = get_close_matches(backend, sorted(CLASSES), n=1, cutoff=0.85)
    return REMOVED_CLASSES.get(backend) or "".join(similar)
