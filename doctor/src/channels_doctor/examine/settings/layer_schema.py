"""What CHANNEL_LAYERS may hold, and what a wrong key of it should be."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Iterator, NamedTuple

from ..python.literal_values import UNKNOWN, Unknown
from .redis_servers import REFUSED

KEYS = ["BACKEND", "CONFIG", "TEST_CONFIG"]
REMOVED_KEY = "ROUTING"  # of Channels 1
CONFIG_SYNONYMS = {"OPTIONS", "OPTION", "SETTINGS", "PARAMS", "KWARGS", "CONF", "CONFIGURATION"}
HOSTS_SYNONYMS = {
    *("LOCATION", "URL", "URLS", "URI", "HOST", "HOSTS", "ADDRESS", "ADDRESSES", "SERVER"),
    *("SERVERS", "REDIS_URL", "REDIS_HOST", "REDIS_HOSTS"),
}
BACKEND_SYNONYMS = {"CLASS", "ENGINE", "LAYER"}
# The arguments of the layers' classes.
CORE_OPTIONS = [
    *("hosts", "prefix", "expiry", "group_expiry", "capacity", "channel_capacity"),
    *("symmetric_encryption_keys", "random_prefix_length", "serializer_format"),
]
PUBSUB_OPTIONS = [
    *("hosts", "prefix", "on_disconnect", "on_reconnect"),
    *("symmetric_encryption_keys", "serializer_format"),
]
OPTIONS = {
    "channels_redis.core.RedisChannelLayer": CORE_OPTIONS,
    "channels_redis.pubsub.RedisPubSubChannelLayer": PUBSUB_OPTIONS,
}
STRICT_BACKEND = "channels_redis.core.RedisChannelLayer"  # the other class ignores unknown options
# The arguments of a connection, which each host may have.
HOST_OPTIONS = {
    *("address", "port", "db", "username", "password", "client_name", "protocol"),
    *("socket_timeout", "socket_connect_timeout", "socket_keepalive", "health_check_interval"),
    *("retry_on_timeout", "retry_on_error", "max_connections", "encoding", "decode_responses"),
    *("ssl", "ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "connection_class"),
    *("sentinels", "master_name", "sentinel_kwargs"),
}
MIN_SIMILARITY = 0.8
NO_BACKEND = "channels.exceptions.InvalidChannelLayerError: No BACKEND specified for "
IGNORED = "The layer works as if the key were not there."
MOVE_HOSTS = 'Move it into "CONFIG", as "hosts": […]'


class KeyFault(NamedTuple):
    """A wrong or missing key: the keys that lead to it, what happens, and what it should be.

    `loses_hosts` says that the layer does not get the hosts that the settings name, and `host`
    are the options that describe one.
    """

    path: tuple[Any, ...]
    effect: str
    right: str
    severity: str = "error"
    symptom: str = IGNORED
    loses_hosts: bool = False
    host: tuple[str, ...] = ()


def layer_faults(alias: str, layer: dict[Any, Any]) -> Iterator[KeyFault]:
    """Yield the faults in the keys of one layer."""
    if any(isinstance(each, Unknown) for each in layer):
        return
    names = [each for each in layer if isinstance(each, str)]
    missing = [each for each in KEYS if each not in names]
    for name in names:
        if name == REMOVED_KEY:
            yield KeyFault(
                (alias, name),
                "Channels 2 and later refuse it",
                "Remove it; the routes belong in `ProtocolTypeRouter`",
                symptom=(
                    "channels.exceptions.InvalidChannelLayerError: ROUTING key found for"
                    f" {alias} - this is no longer needed in Channels 2."
                ),
            )
        elif name not in KEYS:
            yield from _wrong_key(alias, name, missing, "hosts" in (layer.get("CONFIG") or ()))
    if "BACKEND" not in names and not any(map(_means_backend, names)):
        yield KeyFault((alias,), "every use of it fails", "", symptom=NO_BACKEND + alias)
    yield from _wrong_options(alias, layer)


def _means_backend(name: str) -> bool:
    is_similar = get_close_matches(name.strip().upper(), ["BACKEND"], 1, MIN_SIMILARITY)
    return bool(is_similar) or name.upper() in BACKEND_SYNONYMS


def _wrong_key(alias: str, name: str, missing: list[str], has_hosts: bool) -> Iterator[KeyFault]:
    """Yield what a key means that Channels does not read, nothing for one without a known sense."""
    path, upper = (alias, name), name.strip().upper()
    similar = get_close_matches(upper, missing, 1, MIN_SIMILARITY)
    if "BACKEND" in missing and _means_backend(name):
        error = NO_BACKEND + alias
        yield KeyFault(path, "nothing reads it", 'Write "BACKEND"', symptom=error)
    elif "CONFIG" in missing and ("CONFIG" in similar or upper in CONFIG_SYNONYMS):
        yield KeyFault(
            path, "nothing reads it", 'Write "CONFIG"', symptom=REFUSED, loses_hosts=True
        )
    elif similar or upper in CONFIG_SYNONYMS:
        right = f'Write "{similar[0]}"' if similar else 'Move its options into "CONFIG"'
        yield KeyFault(path, "nothing reads it", right, "warning")
    elif upper in HOSTS_SYNONYMS:
        right = 'Write "CONFIG": {"hosts": […]}' if "CONFIG" in missing else MOVE_HOSTS
        severity = "warning" if has_hosts else "error"
        right = "Remove it" if has_hosts else right
        yield KeyFault(path, "nothing reads it", right, severity, REFUSED, not has_hosts)
    elif name.lower() in {*CORE_OPTIONS, *PUBSUB_OPTIONS}:
        yield KeyFault(path, "nothing reads it here", 'Move it into "CONFIG"', "warning")


def _wrong_options(alias: str, layer: dict[Any, Any]) -> Iterator[KeyFault]:
    config, backend = layer.get("CONFIG", {}), layer.get("BACKEND")
    if config is None or isinstance(config, (str, list, tuple)):
        yield KeyFault((alias, "CONFIG"), "it is no dictionary", "Write {…}", symptom=NO_MAPPING)
    options = OPTIONS.get(backend, []) if isinstance(backend, str) else []
    if options and isinstance(config, dict) and UNKNOWN not in config:
        host, is_strict = _options_of_host(config), backend == STRICT_BACKEND
        for name in config:
            is_wrong = isinstance(name, str) and name not in CORE_OPTIONS and name not in options
            if is_wrong and name not in host[1:]:
                for fault in _wrong_option(alias, name, [*config], options, is_strict):
                    right = 'Write "hosts": [{…}]' if name in host else fault.right
                    yield fault._replace(right=right, host=host if name in host else ())


def _options_of_host(config: dict[Any, Any]) -> tuple[str, ...]:
    """Return the options that describe one host and are not in `hosts`, its name first."""
    name = next((each for each in ("address", "host") if each in config), "")
    others = [each for each in config if each in HOST_OPTIONS and each != name]
    is_url = isinstance(config.get(name), str) and ":" in config[name]
    is_host = bool(others) or (name == "host" and isinstance(config[name], str))
    is_host = is_host and name != "" and not (name == "host" and is_url)
    return (name, *others) if is_host and "hosts" not in config else ()


NO_MAPPING = "TypeError: argument after ** must be a mapping"


def _wrong_option(
    alias: str, name: str, given: list[Any], options: list[str], is_strict: bool
) -> Iterator[KeyFault]:
    missing = [each for each in options if each not in given]
    similar = get_close_matches(name.strip().lower(), missing, 1, MIN_SIMILARITY)
    is_hosts = name.upper() in HOSTS_SYNONYMS or similar == ["hosts"]
    if is_hosts and "hosts" in missing:
        right = 'Write "hosts": […]'
    elif name in HOST_OPTIONS or is_hosts:
        right = 'Move it into a host: "hosts": [{"address": …, …}]'
    elif similar:
        right = f'Write "{similar[0]}"'
    elif is_strict:
        ending = [each for each in missing if name.lower().endswith(f"_{each}")]
        right = f'Write "{ending[0]}"' if ending else "Remove it"
    else:
        return
    error = f"RedisChannelLayer.__init__() got an unexpected keyword argument '{name}'"
    yield KeyFault(
        (alias, "CONFIG", name),
        "the layer refuses it" if is_strict else "the layer ignores it",
        right,
        "error" if is_strict or is_hosts else "warning",
        f"TypeError: {error}" if is_strict else REFUSED if is_hosts else IGNORED,
        is_hosts and "hosts" in missing,
    )
