"""The distributions that requirement files, lock files and containers install."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.api import GET_ASGI_APPLICATION
from ..deployment.shell import logical_lines, split_commands
from ..file_selection import IMAGE_FILES
from ..finding import Location
from .pinned_versions import LOCK_FILES, SETUP_FILES, is_package_list, normalized_name

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project

NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
EXTRAS = r"(?:\[([\w\s,.-]*)\])?"
# A line of a requirement file, an item of a list, or a key of a table.
LINE = re.compile(rf"""^\s*(?:-\s+)?["']?({NAME})["']?\s*{EXTRAS}([^#]*)$""")
IN_LIST = re.compile(rf"""["']({NAME})\s*{EXTRAS}\s*(?:[<>=!~;@][^"']*)?["']""")
WORD = re.compile(rf"({NAME}){EXTRAS}(?:[<>=!~].*)?$")
TABLE_EXTRAS = re.compile(r"extras\s*=\s*\[([^\]]*)\]")
LOCKED = re.compile(r'^name = "([^"]+)"|^[^\S\n]*"([A-Za-z0-9._-]+)": \{', re.MULTILINE)
# Only packages with these words in their names install these programs.
ON_THEIR_OWN = {"gunicorn", "uwsgi", "uvicorn", "hypercorn", "granian"}
LIST_FILES = (".toml", ".py", ".cfg")


class Installed(NamedTuple):
    """A distribution: its normalized name, its extras, and the line that installs it."""

    name: str
    extras: frozenset[str]
    location: Location

    def brings(self, name: str) -> bool:
        """Return whether it is another distribution, or installs it by an extra of that name."""
        return name in {self.name, *self.extras}


@lru_cache(maxsize=1)
def installed_packages(project: Project) -> list[Installed]:
    """Return what the files install, in their order; one may be there several times."""
    return [each for file in project.deployment_files for each in _in_file(file)]


def lacks_program(project: Project, program: str) -> bool:
    """Return whether the files install packages, and not a program that no other one brings."""
    names = {each.name for each in installed_packages(project)}
    return program in ON_THEIR_OWN and bool(names) and program not in " ".join(names)


def lacks_channels(project: Project) -> bool:
    """Return whether the files install Django, and nothing that is or may bring Channels."""
    if project.version("channels"):
        return False
    names = {each.name for each in installed_packages(project)}
    return "django" in names and not any("channel" in name for name in names)


def may_have_channels_2(project: Project) -> bool:
    """Return whether the code is from before Channels 3, and no file says what is installed.

    Django's own asgi.py, which imports nothing of Channels, is in projects for Channels 2, too.
    """
    is_newer = any(
        each.partition(".")[0] == "channels"
        for module, _ in project.calls(GET_ASGI_APPLICATION)
        for each in module.imports.values()
    )
    is_unknown = not (installed_packages(project) or project.version("channels"))
    return (lacks_channels(project) or is_unknown) and not is_newer


def has_abandoned_channels(project: Project) -> bool:
    """Return whether neither the requirements nor the settings have what the sockets need."""
    apps = project.settings["INSTALLED_APPS"]
    if not (apps.is_set and apps.is_complete and lacks_channels(project)):
        return False
    return not any("channels" in str(each) or "daphne" in str(each) for each in apps.items)


def builds_package(project: Project) -> bool:
    """Return whether the project is a package that others install."""
    return any(each.path in SETUP_FILES for each in project.files)


def _in_file(file: File) -> Iterator[Installed]:
    name = file.path.rpartition("/")[2]
    if name in LOCK_FILES:
        for match in LOCKED.finditer(file.text()):
            yield _installed(match[1] or match[2], "", file, 0)
    elif is_package_list(file.path):
        yield from _required(file)
    elif IMAGE_FILES.search(name) or name.endswith(".sh"):
        yield from _by_command(file)


def _required(file: File) -> Iterator[Installed]:
    for number, line in enumerate(file.text().splitlines(), 1):
        plain = LINE.match(line)
        if plain and plain[1] not in {"r", "c", "e"}:
            table = TABLE_EXTRAS.search(plain[3])
            yield _installed(plain[1], plain[2] or (table[1] if table else ""), file, number)
        if file.path.endswith(LIST_FILES):
            for name, extras in IN_LIST.findall(line):
                yield _installed(name, extras, file, number)


def _by_command(file: File) -> Iterator[Installed]:
    for number, line in logical_lines(file.text()):
        for words in split_commands(line) if " install" in line or " add" in line else []:
            start = next((words.index(each) for each in ("install", "add") if each in words), None)
            for word in words[start + 1 :] if start is not None else []:
                match = WORD.match(word)
                if match:
                    yield _installed(match[1], match[2] or "", file, number)


def _installed(name: str, extras: str, file: File, line: int) -> Installed:
    names = {each.strip(" \t\"'").lower() for each in extras.split(",")} - {""}
    return Installed(normalized_name(name), frozenset(names), Location(file.path, line or None))
