"""The lists of settings that are read from the environment, as compose files set it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..deployment.compose import compose_services
from ..deployment.compose_sources import is_replaced_in_part
from ..deployment.served_addresses import served_services
from ..python.expressions import (
    last_name,
)
from .container_text import container_text, is_used
from .environment_reads import is_text
from .item_location import module_of
from .list_reads import list_read
from .unseen_settings import may_be_replaced

if TYPE_CHECKING:
    from ..deployment.compose import Service
    from ..finding import Location
    from ..project import Project
    from .project_settings import Setting, Settings

READERS = {"load_dotenv", "read_env", "dotenv_values", "read_dotenv"}
OPEN = set("$\"'")  # of another variable, or quotes that compose may keep


def environment_lists(project: Project, settings: Settings, name: str) -> Iterator[Setting]:
    """Yield a setting as services give it: its location is their line, and it has no node."""
    setting = settings[name]
    read = list_read(setting.node)
    if read is None or may_be_replaced(project, settings.modules, setting.location):
        return
    found: dict[Location, Setting] = {}
    for service in compose_services(project):
        value, place = service.environment.get(read.name, ("", None))
        if place and not OPEN & set(value) and _is_final(project, settings, service):
            items = [each.strip() for each in value.split(read.separator) if each.strip()]
            found[place] = setting._replace(value=items, location=place, node=None)
    yield from found.values()


def services_without(
    project: Project, settings: Settings, name: str
) -> Iterator[tuple[Service, str]]:
    """Yield the services that serve the project with an empty list, with the missing variable."""
    setting = settings[name]
    module, read = module_of(project, setting), list_read(setting.node)
    if not (module and read and is_text(module, read.node)) or _reads_files(project):
        return
    if may_be_replaced(project, settings.modules, setting.location):
        return
    for service in served_services(project):
        is_final = _is_final(project, settings, service)
        text = container_text(project, service, module, read.node) if is_final else None
        is_set_by_command = any(f"{read.name}=" in each for each in service.values.values())
        if text and not (text.value or text.misspelt or is_set_by_command):
            yield service, read.name


def _is_final(project: Project, settings: Settings, service: Service) -> bool:
    """Return whether a service uses some settings, and no other file changes it."""
    path = service.location.path
    return is_used(settings, service) and not is_replaced_in_part(project, path, service.name)


def _reads_files(project: Project) -> bool:
    """Return whether the project reads variables from a file, which may be in the container."""
    calls = (each for _, each in project.find_all(ast.Call))
    return any(last_name(each.func) in READERS for each in calls)
