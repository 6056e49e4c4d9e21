"""Find what other files than the compose files of the repository may add to them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Iterator

from .commands import is_development_file
from .compose import COMPOSE, compose_services, env_files
from .yaml_lines import yaml_entries

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project

OPTION = re.compile(r"\s(?:-f|--file)[ =]+[\"']?([^\s\"']+\.ya?ml)")
VARIABLE = re.compile(r"COMPOSE_FILE\s*[=:]\s*[\"']?([^\s\"']+)")
OVERRIDE = re.compile(r"\.override\.ya?ml$")


def is_replaced_in_part(project: Project, path: str, service: str = "") -> bool:
    """Return whether another file may replace what a compose file says of a service.

    That is an override file beside it, or one that stands behind it in `-f a.yml -f b.yml`.
    """
    overrides = (file for file in project.deployment_files if _is_override_of(file, path))
    lists = (names for file in project.deployment_files for names in _file_lists(file))
    is_in_list = any(_name(path) in names[:-1] for names in lists)
    return is_in_list or any(_has_service(file, service) for file in overrides)


def _is_override_of(file: File, path: str) -> bool:
    stem = posixpath.splitext(path)[0]
    return bool(OVERRIDE.search(file.path)) and file.path.startswith(f"{stem}.")


def _has_service(file: File, service: str) -> bool:
    paths = {entry.path[:2] for entry in yaml_entries(file.text())}
    return not service or ("services", service) in paths


def _file_lists(file: File) -> Iterator[list[str]]:
    """Yield the names of the compose files that one command or variable lists."""
    for line in file.text().splitlines() if not COMPOSE.search(file.path) else ():
        if "compose" in line or "COMPOSE" in line:
            yield [_name(each) for each in OPTION.findall(line)]
            yield from (
                [_name(each) for each in text.split(":")] for text in VARIABLE.findall(line)
            )


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def has_unknown_environment(project: Project) -> bool:
    """Return whether a service reads an `env_file` that the repository does not have."""
    known = {file.path for file in project.deployment_files}
    return any(
        path not in known
        for file in project.deployment_files
        if file.path.endswith((".yml", ".yaml")) and not is_development_file(file.path)
        if "env_file" in file.text()
        for path in env_files(file, list(yaml_entries(file.text())))
    )


def has_host(project: Project, host: str) -> bool:
    """Return whether a service may have a name, in compose files of any kind or in unseen ones."""
    names = {name for each in compose_services(project) for name in each.names}
    files = [file for file in project.deployment_files if COMPOSE.search(file.path)]
    others = [file for file in files if is_development_file(file.path)]
    in_others = any(re.search(rf"\b{re.escape(host)}\b", file.text()) for file in others)
    listed = {
        name for file in project.deployment_files for names in _file_lists(file) for name in names
    }
    is_unseen = bool(listed - {_name(file.path) for file in files})
    return host in names or in_others or is_unseen or any(map(_joins_others, files))


def _joins_others(file: File) -> bool:
    """Return whether a compose file includes others, or shares a network with them."""
    return any(
        entry.path[0] == "include"
        or (entry.path[0] == "networks" and entry.path[-1] in {"external", "name"})
        for entry in yaml_entries(file.text())
        if entry.path
    )
