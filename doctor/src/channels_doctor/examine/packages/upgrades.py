"""The requirements that an upgrade of Channels and its servers changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pinned_versions import LOCK_FILES
from .version_numbers import parse_version, version_text

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project

RELEASES = {
    "channels": ">=4.3,<5",
    "channels-redis": ">=4.3,<5",
    "daphne": ">=4.2.3,<5",
    "redis": ">=4.6,<8",  # redis-py 8 closes idle sockets: see `redis-socket-timeout`
}
GENERATED = "Require this where the list is generated from, and generate it again, with the hashes:"
OLDEST_PYTHON = (3, 9)  # of all these releases but that of redis-py
# The oldest releases of other distributions that go with those, and with each other.
OLDEST = {
    "channels": {"django": "4.2", "channels-redis": "4.3", "daphne": "4.2.3", "asgiref": "3.9.1"},
    "channels-redis": {
        "channels": "4.2.2",
        "django": "4.2",
        "redis": "4.6",
        "async-timeout": "4.0.3",
        "msgpack": "1.0",
        "asgiref": "3.9.1",
    },
    "daphne": {"channels": "4.0", "autobahn": "22.4.2", "twisted": "22.4", "asgiref": "3.5.2"},
    "django": {"asgiref": "3.6", "sqlparse": "0.3.1", "django-celery-beat": "2.5"},
    "twisted": {
        "attrs": "19.2",
        "automat": "0.8",
        "hyperlink": "17.1.1",
        "idna": "2.4",
        "incremental": "21.3",
        "pyopenssl": "16",
        "service-identity": "18.1",
        "typing-extensions": "3.6.5",
        "zope-interface": "4.4.2",
    },
    "autobahn": {"cryptography": "3.4.6", "hyperlink": "21", "txaio": "21.2.1"},
}
# No list of releases is enough for older code: it must be ported, and each other pin looked at.
PORT = (
    "Follow the release notes of Channels 3.0 and 4.0, https://channels.readthedocs.io/en/stable/"
    "releases/. Channels 4.3 needs Python 3.9, Django 4.2 and channels-redis 4.3 or newer, and does"
    " not install Daphne: require it as well where it serves the project. Upgrade the packages that"
    " exclude these releases. Since channels-redis 4, the options in `hosts` are those of redis-py."
)
# What a project requires itself; a lock file also has what those require.
DIRECT = {"django", *RELEASES}
# The commands that require a distribution and write it into a lock file.
ADDING = {
    "poetry.lock": "poetry add", "uv.lock": "uv add", "pdm.lock": "pdm add",
    "Pipfile.lock": "pipenv install",
}  # fmt: skip


def upgraded(project: Project, *names: str) -> list[str]:
    """Return the requirements of a release, and of the pinned ones that do not go with it."""
    wanted = dict.fromkeys(names, "")
    waiting, seen = list(names), set(names)
    while waiting:
        for other, oldest in OLDEST.get(waiting.pop(0), {}).items():
            is_old = _is_pinned_below(project, other, oldest)
            if is_old:
                wanted[other] = max(wanted.get(other, ""), oldest, key=parse_version)
            if other not in seen and (is_old or other not in DIRECT):
                seen.add(other)
                waiting.append(other)
    return [name + RELEASES.get(name, f">={oldest}") for name, oldest in wanted.items()]


def upgrade_fix(project: Project, requirements: list[str], place: Location | None) -> str:
    """Return the lines for a file with requirements, or the command that changes a lock file.

    In a file with hashes, pip refuses each line without one.
    """
    command = ADDING.get(place.path.rpartition("/")[2]) if place else None
    quoted = " ".join(f"'{each}'" for each in requirements)
    if command:
        return f"{command} {quoted}"
    texts = (each.text() for each in project.deployment_files if place and each.path == place.path)
    has_hashes = any("--hash=" in text for text in texts)
    lines = "\n".join(requirements)
    return f"{GENERATED}\n{lines}" if has_hashes else lines


def _is_pinned_below(project: Project, name: str, oldest: str) -> bool:
    """Return whether a project requires an older release; a lock file alone follows the others."""
    pin = project.pins.get(name)
    if pin is None or parse_version(pin.version) >= parse_version(oldest):
        return False
    return name in DIRECT or pin.location.path.rpartition("/")[2] not in LOCK_FILES


def upgrade_advice(release: str, requirements: list[str], python: tuple[int, ...]) -> str:
    """Return a sentence that asks for a release of the first of some requirements.

    `python` is the newest one that the project's files pin, () when none does.
    """
    name, *others = [each.partition(">")[0] for each in requirements]
    listed = " and ".join(filter(None, [", ".join(others[:-1]), *others[-1:]]))
    is_new = not python or python >= OLDEST_PYTHON
    what = "" if is_new else f"Python to {version_text(OLDEST_PYTHON)} or newer, and {name} "
    more = " Upgrade the packages that exclude Django 4.2 too." if "django" in others else ""
    return f"Upgrade {what}to {release}{f', with {listed}' if listed else ''}.{more}"
