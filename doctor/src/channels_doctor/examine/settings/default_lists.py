"""The lists of settings that are the default of a variable which no file gives."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from ..deployment.compose import compose_services
from ..python.expressions import argument, method_name, string_value
from .item_location import module_of
from .list_reads import list_read
from .unseen_settings import may_be_replaced

if TYPE_CHECKING:
    from ..project import Project
    from .project_settings import Setting, Settings


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
