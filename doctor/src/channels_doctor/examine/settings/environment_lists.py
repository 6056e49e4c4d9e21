"""The lists of settings that are read from the environment, as compose files set it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..deployment.compose import compose_services
from ..deployment.compose_sources import is_replaced_in_part
from ..deployment.served_addresses import served_services
from ..python.expressions import (
    argument,
    called_name,
    is_variable,
    keyword,
    last_name,
    method_name,
    string_value,
)
from .container_text import container_text, is_used
from .environment_reads import environment_read, is_text
from .item_location import module_of
from .unseen_settings import may_be_replaced

if TYPE_CHECKING:
    from ..deployment.compose import Service
    from ..finding import Location
    from ..project import Project
    from .project_settings import Setting, Settings

READERS = {"load_dotenv", "read_env", "dotenv_values", "read_dotenv"}
COPIES = {"list", "tuple", "filter"}
OPEN = set("$\"'")  # of another variable, or quotes that compose may keep


class ListRead(NamedTuple):
    """An expression that reads a variable, its name, and what stands between the items."""

    node: ast.AST
    name: str
    separator: str


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


def default_list(project: Project, settings: Settings, name: str) -> Setting | None:
    """Return a setting as the default of its variable, None where a file names the variable."""
    setting = settings[name]
    module, read = module_of(project, setting), list_read(setting.node)
    node = argument(read.node, 1, "default") if read and isinstance(read.node, ast.Call) else None
    if not (module and read and node) or _is_named(project, read.name):
        return None
    if may_be_replaced(project, settings.modules, setting.location):
        return None
    text = string_value(node)
    items = text.split(read.separator) if text else map(string_value, getattr(node, "elts", []))
    known = [each.strip() for each in items if each and each.strip()]
    return setting._replace(value=known, location=module.location(node), node=None)


def _is_set_in_code(project: Project, variable: str) -> bool:
    """Return whether a module sets a variable, as `os.environ.setdefault("HOSTS", …)` does."""
    parents = [
        module.parents.get(node)
        for module, node in project.find_all(ast.Constant)
        if node.value == variable
    ]
    return any(
        method_name(each) == "setdefault" or isinstance(getattr(each, "ctx", None), ast.Store)
        for each in parents
    )


def _is_named(project: Project, variable: str) -> bool:
    """Return whether a file that is no Python code, or that is not here, may give a variable."""
    if any(each.has_other_environment for each in compose_services(project)):
        return True
    if _is_set_in_code(project, variable):
        return True
    name = re.compile(rb"\b%s\b" % variable.encode())
    files = (each for each in project.deployment_files if not each.path.endswith(".py"))
    return any(name.search(each.read() or b"") for each in files)


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


def list_read(node: Any) -> ListRead | None:
    """Return what a list is split from, None for another list.

    As in `os.environ["HOSTS"].split(",")`, `env.list("HOSTS")` and `config("HOSTS", cast=Csv())`.
    """
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)) and _keeps_items(node):
        return list_read(node.generators[0].iter)
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Name) and node.func.id in COPIES and node.args:
        return list_read(node.args[-1])
    if method_name(node) == "split":
        return _read(node.func.value, _separator(node))  # type: ignore[attr-defined]
    if method_name(node) == "list" and node.args:
        name = string_value(node.args[0]) or ""
        return ListRead(node, name, ",") if name.isupper() else None
    return _read(node, _separator_of_cast(keyword(node, "cast")))


def _read(node: ast.AST, separator: str | None) -> ListRead | None:
    read = environment_read(node)
    return ListRead(node, read.name, separator) if read and read.name and separator else None


def _separator(split: ast.Call) -> str | None:
    return string_value(split.args[0]) if split.args else " "


def _separator_of_cast(cast: Any) -> str | None:
    """Return what separates the items for `Csv()`, and for `lambda v: v.split(",")`."""
    if called_name(cast) == "Csv":
        return None if cast.args or keyword(cast, "delimiter") else ","
    split = cast.body if isinstance(cast, ast.Lambda) else None
    if isinstance(split, ast.ListComp) and _keeps_items(split):
        split = split.generators[0].iter
    return _separator(split) if method_name(split) == "split" else None  # type: ignore[arg-type]


def _keeps_items(node: Any) -> bool:
    """Return whether a comprehension has the items of its list, as they are or stripped."""
    target, item = node.generators[0].target, node.elt
    owner = item.func.value if method_name(item) == "strip" else item
    return len(node.generators) == 1 and is_variable(owner, last_name(target))
