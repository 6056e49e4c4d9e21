"""The release of Channels that a project is written for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

from ..python.parsing import files_for_python_2
from .api import FIRST_WITH_ASGI_LAYERS

if TYPE_CHECKING:
    from ..project import Project

REQUIREMENT_FILES = re.compile(
    r"(^|/)(requ\w*ments?[^/]*\.(txt|in)|requirements?/[^/]+|pyproject\.toml|Pipfile"
    r"|setup\.(py|cfg))$",
    re.IGNORECASE,
)
# channels~=3.0, channels = "^3.0", "channels[daphne]>=3,<4", channels = "3.*"
SPECIFIER = re.compile(
    r"""(?mi)(?:^[ \t"'-]*|["'])channels(?:\[[^\]\n]{0,99}\])?["']?"""
    r"""[ \t]*([=<>~^!"'{(][^\n#;]{0,200})"""
)
# A layer of Channels 1, or the asgiref that goes with it.
FIRST_LAYER = re.compile(
    r"(?mi)^[^#\n]{0,200}\b(asgi[_-](redis|ipc|rabbitmq)\b|asgiref\s*(==|~=)\s*1\.)"
)

OLDEST_MAINTAINED = 4
FIRST_DJANGO_OF_MAINTAINED = (3, 2)  # with an older one, pip installs Channels 3
FIRST_DJANGO_OF_CHANNELS_3 = (2, 2)
HTTP_NEEDED_SINCE = 4  # the routers of older ones send HTTP to Django by default
FIRST_WITHOUT_SCOPE_IN_INIT = 3  # an older consumer gets the scope in `__init__()`
LAST_OF_PYTHON_2 = 1  # which is what pip installs there
# The channels-redis from which on a release goes with several major versions of Channels.
FIRST_LAYER_OF_SEVERAL = 3


def is_first_channels(project: Project) -> bool:
    """Return whether a project is for Channels 1, which has no ASGI applications."""
    version = major_version(project)
    return version is not None and version < FIRST_WITH_ASGI_LAYERS


def major_version(project: Project) -> int | None:
    """Return the major version of Channels, installed or required, None when it is open."""
    version = project.version("channels")
    if version:
        return version[0]
    required = required_major(project)
    if required:
        return required
    if files_for_python_2(project.unparsed_files) or _requires_first_layer(project):
        return LAST_OF_PYTHON_2
    layer = project.version("channels-redis")
    if layer and layer[0] < FIRST_LAYER_OF_SEVERAL:
        return layer[0]
    django = project.version("django") or FIRST_DJANGO_OF_MAINTAINED
    if django < FIRST_DJANGO_OF_CHANNELS_3:
        return OLDEST_MAINTAINED - 2
    return OLDEST_MAINTAINED - 1 if django < FIRST_DJANGO_OF_MAINTAINED else None


def required_major(project: Project) -> int | None:
    """Return the major version that the requirements of Channels itself name."""
    return next(filter(None, _required(project)), None)


def _requires_first_layer(project: Project) -> bool:
    """Return whether the requirements name a layer or an asgiref that only Channels 1 uses."""
    return any(map(FIRST_LAYER.search, _requirement_texts(project)))


def _required(project: Project) -> Iterator[int | None]:
    for text in _requirement_texts(project):
        yield from map(_required_major, SPECIFIER.findall(text))


@lru_cache(maxsize=1)
def _requirement_texts(project: Project) -> list[str]:
    files = project.deployment_files
    return [each.text() for each in files if REQUIREMENT_FILES.search(each.path)]


def _required_major(specifier: str) -> int | None:
    """Return the only major version that a specifier allows: 3 for `^3.0` and for `>=3,<4`."""
    compatible = re.search(r"(?:~=|\^|~|==|=\s*[\"'])\s*v?(\d{1,3})", specifier)
    if compatible:
        return int(compatible[1])
    below_major = re.search(r"<\s*(\d{1,3})(?:\.0)*\s*(?:[\"',\s]|$)", specifier)
    below_minor = re.search(r"<=?\s*(\d{1,3})\.\d", specifier)
    return int(below_major[1]) - 1 if below_major else int(below_minor[1]) if below_minor else None
