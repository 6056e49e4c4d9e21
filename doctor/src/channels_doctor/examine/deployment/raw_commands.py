"""The commands of deployment files as they are written, where no shell reads them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..file_selection import IMAGE_FILES
from ..finding import Location
from .commands import is_development_file
from .shell import SHELLS, logical_lines

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project

INSTRUCTION = re.compile(r"\s*(CMD|ENTRYPOINT)\s+(.*\S)\s*$", re.IGNORECASE)
UNIT = re.compile(r"\.service$")
SUPERVISOR = re.compile(r"(^|/)[^/]*supervisor[^/]*\.(conf|ini)$")
KEY = re.compile(r"\s*(ExecStart|command)\s*=\s*(.*\S)\s*$")


class ListedCommand(NamedTuple):
    """`CMD ["a", "b"]` of a container: its items, its line and the text of the instruction."""

    items: list[str]
    location: Location
    text: str


def container_commands(project: Project) -> Iterator[ListedCommand]:
    """Yield the commands of containers that are lists, and that have no entry point before."""
    for file in _files(project, IMAGE_FILES):
        found = list(_instructions(file))
        if len({each.text.split(None, 1)[0].upper() for each in found}) == 1:
            yield from (each for each in found[-1:] if each.items and not _is_shell(each.items[0]))


def _instructions(file: File) -> Iterator[ListedCommand]:
    for number, line in logical_lines(file.text()):
        match = INSTRUCTION.match(line)
        if match:
            yield ListedCommand(_items(match[2]), Location(file.path, number), match[0])


def _items(text: str) -> list[str]:
    """Return the items of a JSON list; a shell runs another text, such as a list with a typo."""
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [str(each) for each in items] if isinstance(items, list) else []


def unit_commands(project: Project) -> Iterator[tuple[str, Location]]:
    """Yield the commands of systemd and of Supervisor, with their lines."""
    for pattern in (UNIT, SUPERVISOR):
        for file in _files(project, pattern):
            for number, line in logical_lines(file.text()):
                match = KEY.match(line)
                if match and not _is_shell(match[2].lstrip("-@:+!").split()[0]):
                    yield match[2], Location(file.path, number)


def _files(project: Project, pattern: re.Pattern[str]) -> list[File]:
    """Return the deployment files with such a name, without those for development."""
    return [
        each
        for each in project.deployment_files
        if pattern.search(each.path) and not is_development_file(each.path)
    ]


def _is_shell(word: str) -> bool:
    return word.rpartition("/")[2] in SHELLS
