"""ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS and a root path from variables of the environment.

Django compares them literally. A value in another form matches nothing: pages answer 400,
and sockets are refused with 403. This module can be imported before settings are configured.
"""

import json
import re
from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured

HOST_RULE = "host names without a scheme, a port or a path, such as example.com or .example.com"
ORIGIN_RULE = "a scheme and a host without a path, such as https://example.com"

HOST = r"\[[0-9a-f.:]+\]|[0-9a-z](?:[0-9a-z.-]*[0-9a-z])?"
ALLOWED_HOST = re.compile(rf"(?:https?://)?(?P<host>\*|\.?(?:{HOST}))(?::\d+)?/?")
ORIGIN = re.compile(
    rf"(?P<scheme>(?!wss?:)[a-z][a-z0-9+.-]*)://(?P<host>(?:\*\.)?(?:{HOST}))(?::(?P<port>\d+))?/?"
)
ROOT_PATH = re.compile(r"(/[\w~-][\w.~-]*)*", re.ASCII)
DEFAULT_PORTS = {"http": "80", "https": "443"}  # a browser leaves them out of the origin


def hosts_from_text(text: str) -> list[str]:
    """Return the setting ALLOWED_HOSTS for a text: hosts between commas, or a JSON list.

    Remove schemes and ports. Raise ImproperlyConfigured for a value that is not a host.
    """
    return [parse("ALLOWED_HOSTS", value) for value in split(text)]


def origins_from_text(text: str) -> list[str]:
    """Return the setting CSRF_TRUSTED_ORIGINS for a text: origins between commas, or a JSON list.

    Remove default ports and the slash at the end. Raise ImproperlyConfigured for a value that is
    not an origin.
    """
    return [parse("CSRF_TRUSTED_ORIGINS", value) for value in split(text)]


def root_path_from_text(text: str) -> str:
    """Return the root path of a site, such as "/chat", with one slash before each part.

    Return "" for a site that has the whole host. Raise ImproperlyConfigured for another text.
    """
    path = "".join(f"/{part}" for part in text.strip().split("/") if part)
    if not ROOT_PATH.fullmatch(path):
        raise ImproperlyConfigured(f"FORCE_SCRIPT_NAME is {text!r}; it is a path, such as /chat.")
    return path


def split(text: str) -> list[str]:
    """Return the values of a JSON list, or those between commas, without spaces around them."""
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, list):
        values = text.split(",")
    return [str(value).strip() for value in values if str(value).strip()]


def parse(setting: str, value: str) -> str:
    """Return a value in the form that Django compares. Raise ImproperlyConfigured."""
    normalize, rule = RULES[setting]
    normalized = normalize(value.lower())
    if normalized is None:
        raise ImproperlyConfigured(f"{setting} contains {value!r}; it lists {rule}.")
    return normalized


def normalize_host(value: str) -> str | None:
    """Return the host of a value in lower case, or None if the value is something else."""
    match = ALLOWED_HOST.fullmatch(value)
    return match["host"] if match else None


def normalize_origin(value: str) -> str | None:
    """Return the origin of a value in lower case, or None if the value is something else."""
    match = ORIGIN.fullmatch(value)
    if match is None:
        return None
    scheme, host, port = match["scheme"], match["host"], match["port"]
    is_default = port in (None, DEFAULT_PORTS.get(scheme))
    return f"{scheme}://{host}" if is_default else f"{scheme}://{host}:{port}"


RULES: dict[str, tuple[Callable[[str], str | None], str]] = {
    "ALLOWED_HOSTS": (normalize_host, HOST_RULE),
    "CSRF_TRUSTED_ORIGINS": (normalize_origin, ORIGIN_RULE),
}
