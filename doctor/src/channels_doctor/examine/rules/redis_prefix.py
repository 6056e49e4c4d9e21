"""A Redis layer without a prefix shares its Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator
from urllib.parse import urlsplit

from ..deployment.compose import compose_services
from ..finding import Finding
from ..python.literal_values import UNKNOWN, is_complete
from ..settings.layer_config import PUBSUB, REDIS, LayerConfig, layer_configs

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = (
    "A message of one site appears in the tabs of another site, or in those of its test stage."
)

REDIS_SETTINGS = [
    "CACHES",
    "CELERY_BROKER_URL",
    "BROKER_URL",
    "CELERY_RESULT_BACKEND",
    "RQ_QUEUES",
    "SESSION_REDIS",
]
HOST_AND_PORT = 2
MAX_DEPTH = 6  # values in values


def check(project: Project) -> Iterator[Finding]:
    """Find a layer without a prefix whose Redis, or core database, another setting also names."""
    for layer in layer_configs(project):
        is_redis = layer.class_names & REDIS and UNKNOWN not in layer.config
        if is_redis and layer.config.get("prefix", "") == "":
            sharer = _sharer(project, layer)
            if sharer and not _is_private(project, layer):
                message = (
                    f"The layer has no prefix and shares its Redis with `{sharer}`. Another project"
                    " there may share its groups. Set `prefix`."
                )
                name = (project.settings.name or "site").split(".")[0]
                fix = f'"CONFIG": {{"hosts": […], "prefix": "{name}"}}'
                yield Finding(message, layer.setting.location, fix, depth=layer.setting.depth)


def _is_private(project: Project, layer: LayerConfig) -> bool:
    """Return whether the Redis is a service of the project's compose files, not for others."""
    names = {name for each in compose_services(project) for name in each.names}
    hosts = {host for host, _, _ in _servers(layer.hosts)}
    return bool(hosts) and hosts <= names


def _sharer(project: Project, layer: LayerConfig) -> str:
    """Return the name of a setting that also uses the layer's Redis, "" if there is none."""
    own = set(_servers(layer.hosts))
    for name in REDIS_SETTINGS:
        for server in _servers(project.settings[name].value):
            same = {each[:2] for each in own} if layer.class_names & PUBSUB else own
            if (server[:2] if layer.class_names & PUBSUB else server) in same:
                return name
    return ""


def _servers(value: Any, depth: int = 0) -> Iterator[tuple[str, int, int]]:
    """Yield the Redis servers that a value names: host, port and database."""
    if isinstance(value, str):
        yield from _server(value)
    elif isinstance(value, (dict, list, tuple)) and depth < MAX_DEPTH:
        yield from _options(value) if isinstance(value, dict) else _pair(value)
        for each in value.values() if isinstance(value, dict) else value:
            yield from _servers(each, depth + 1)


def _options(value: dict[Any, Any]) -> Iterator[tuple[str, int, int]]:
    host = value.get("HOST") or value.get("host")
    port = value.get("PORT") or value.get("port") or 6379
    if isinstance(host, str) and str(port).isdigit():
        yield _normalized_host(host), int(port), _number(value.get("DB", value.get("db", 0)))


def _pair(value: Any) -> Iterator[tuple[str, int, int]]:
    if (
        len(value) == HOST_AND_PORT
        and is_complete(value)
        and isinstance(value[0], str)
        and isinstance(value[1], int)
    ):
        yield _normalized_host(value[0]), value[1], 0


def _server(text: str) -> Iterator[tuple[str, int, int]]:
    try:
        url = urlsplit(text)
        if url.scheme in {"redis", "rediss", "valkey"} and url.hostname:
            yield (
                _normalized_host(url.hostname),
                url.port or 6379,
                _number(url.path.strip("/") or 0),
            )
    except ValueError:  # not a URL, so it names no server
        return


def _normalized_host(host: str) -> str:
    return "127.0.0.1" if host.lower() == "localhost" else host.lower()


def _number(value: Any) -> int:
    return int(value) if str(value).isdigit() else 0
