"""The services of compose files."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ..finding import Location
from .command_files import MAX_ENTRIES
from .commands import is_development_file
from .yaml_aliases import with_aliases
from .yaml_lines import Entry, yaml_entries

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project

COMPOSE = re.compile(r"(^|/)[^/]*compose[^/]*\.ya?ml$")
DOCKERFILE = "Dockerfile"
VARIABLE = re.compile(r"^\s*(?:export\s+)?(\w+)\s*=(.*?)(?:\s#.*)?$")
NAME_KEYS = {"container_name", "hostname"}


class Service(NamedTuple):
    """One service: its environment as name -> (value, place), and what decides its address.

    `has_other_environment` says that files or other services may add to the environment. `names`
    are those that other services can use, and `dockerfile` is the path of what it is built from.
    """

    name: str
    location: Location
    values: dict[str, str]
    environment: dict[str, tuple[str, Location]]
    has_other_environment: bool
    names: frozenset[str]
    dockerfile: str = ""

    @property
    def image(self) -> str:
        """Return the name of the image without its registry and its tag."""
        return self.values.get("image", "").rpartition("/")[2].partition(":")[0]

    @property
    def is_on_host_network(self) -> bool:
        """Return whether the service shares the network of the host or of another container."""
        return "network_mode" in self.values


@lru_cache(maxsize=1)
def compose_services(project: Project) -> list[Service]:
    """Return the services of all compose files, without those for development."""
    given = {file.path: file for file in project.deployment_files}
    return [
        service
        for file in project.deployment_files
        if COMPOSE.search(file.path) and not is_development_file(file.path)
        for service in _services(file, given)
    ]


def services_built_from(project: Project, dockerfile: str) -> list[Service]:
    """Return the services whose image a Dockerfile builds."""
    folders = project.folders
    path = posixpath.normpath(posixpath.join(*folders, dockerfile))
    return [
        each
        for each in compose_services(project)
        if "build" in each.values
        and posixpath.normpath(posixpath.join(*folders, each.dockerfile)).lower() == path.lower()
    ]


def is_composed(project: Project, path: str) -> bool:
    """Return whether a file is one of compose, or what an image of its services is built from."""
    return bool(COMPOSE.search(path) or services_built_from(project, path))


def env_files(file: File, entries: list[Entry]) -> list[str]:
    """Return the paths of the files whose variables some services of a compose file have."""
    given = [each for each in entries if each.path[2:3] == ("env_file",) and each.value]
    names = [each.value.partition("path:")[2].strip() or each.value for each in given]
    folder = posixpath.dirname(file.path)
    return [posixpath.normpath(posixpath.join(folder, each)) for each in names]


def _services(file: File, given: dict[str, File]) -> list[Service]:
    entries = with_aliases(list(islice(yaml_entries(file.text()), MAX_ENTRIES)))
    names = dict.fromkeys(
        each.path[1] for each in entries if each.path[:1] == ("services",) and len(each.path) > 1
    )
    return [
        _service(file, name, [e for e in entries if e.path[:2] == ("services", name)], given)
        for name in names
    ]


def _service(file: File, name: str, entries: list[Entry], given: dict[str, File]) -> Service:
    paths = env_files(file, entries)
    environment = _in_files([given[each] for each in paths if each in given])
    for entry in entries:
        place = Location(file.path, entry.line)
        if entry.path[2:3] == ("environment",) and len(entry.path) > len("sek"):
            environment[entry.path[3]] = (entry.value, place)
        elif entry.path[2:] == ("environment",) and entry.is_item:
            key, _, value = entry.value.partition("=")
            environment[key.strip()] = (value, place)
    values = _texts(entries)
    own = {values[key] for key in NAME_KEYS & set(values)}
    aliases = {each.value for each in entries if each.path[-1:] == ("aliases",)}
    keys = {key for each in entries for key in each.path[2:4]}
    location = Location(file.path, entries[0].line)
    return Service(
        name,
        location,
        {**dict.fromkeys(keys, ""), **values},
        environment,
        bool(keys & {"<<", "extends"} or {*paths} - {*given})
        or any(each.aliases for each in entries),
        frozenset({name, *own, *aliases}),
        _dockerfile(file, entries),
    )


def _in_files(files: list[File]) -> dict[str, tuple[str, Location]]:
    """Return the variables of files such as `.env`, without the quotes of their values."""
    return {
        name: (value.strip("\"' "), Location(file.path, number))
        for file in files
        for number, line in enumerate(file.text().splitlines(), 1)
        for name, value in VARIABLE.findall(line)
    }


def _texts(entries: list[Entry]) -> dict[str, str]:
    """Return the text of each key of a service; the items of a list are in one text."""
    found: dict[str, str] = {}
    for each in entries:
        if len(each.path) == len("sek"):
            before = found.get(each.path[2], "")
            found[each.path[2]] = f"{before} {each.value}".strip() if each.is_item else each.value
    return found


def _dockerfile(file: File, entries: list[Entry]) -> str:
    """Return the path of a service's Dockerfile, relative to the project."""
    given = {each.path[2:]: each.value for each in entries}
    context = given.get(("build", "context")) or given.get(("build",)) or "."
    name = given.get(("build", "dockerfile")) or DOCKERFILE
    return posixpath.join(posixpath.dirname(file.path), context, name)
