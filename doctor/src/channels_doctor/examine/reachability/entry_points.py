"""The entry points of a project: its servers, commands, settings and scripts."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..file_selection import DEPLOYMENT, kind_of
from ..python.expressions import variable_name
from ..python.modules import is_test_path
from ..settings.settings_names import is_settings
from .source_names import DOTTED

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from .source_names import SourceNames

# Files that a server, Django or another program starts with.
NAMES = {"asgi.py", "wsgi.py", "manage.py", "celery.py", "celeryapp.py", "__main__.py", "setup.py"}
WORD = re.compile(r"[\w./:-]+")
# Modules and packages of an installed app that Django or a usual package of Django loads.
CONVENTIONS = {
    "__init__", "apps", "models", "admin", "checks", "tasks", "templatetags",
    "management", "migrations", "smoke", "translation", "search_indexes",
    "documents", "wagtail_hooks", "cms_plugins", "cms_apps", "cms_toolbars", "modeladmin", "cron",
    "jobs", "schedules", "lookups", "dashboard", "components", "actors", "permissions", "rules",
}  # fmt: skip
# Packages of which Django or a usual package loads every module.
WHOLE_PACKAGES = {"management", "templatetags", "migrations", "components", "lookups", "smoke"}


def entry_points(project: Project, names: SourceNames) -> Iterator[str]:
    """Yield the paths of the files that something outside the code starts or loads."""
    yield from (module.path for module in [*project.asgi_modules, *project.settings.modules])
    for module in project.production_modules:
        if module.path.rpartition("/")[2] in NAMES or is_settings(module) or _is_script(module):
            yield module.path
    for text in deployment_texts(project):
        for word in set(WORD.findall(text)):
            yield from named_files(names, word)


def named_files(names: SourceNames, word: str) -> Iterator[str]:
    """Yield the files that a word such as `config.asgi:application` or `jobs/run.py` names."""
    if word.endswith(".py"):
        end = "/" + word.lstrip("./")
        yield from (path for path in names.paths if f"/{path}".endswith(end))
    else:
        name = word.partition(":")[0]
        yield from names.longest(name) if DOTTED.fullmatch(name) else ()


def deployment_texts(project: Project) -> Iterator[str]:
    """Yield the texts of the files that may start programs or give them an environment."""
    for file in project.deployment_files:
        if kind_of(file.path) == DEPLOYMENT and not file.path.endswith((".txt", ".lock")):
            yield file.text()


def _is_script(module: Module) -> bool:
    """Return whether a module is a program: `if __name__ == "__main__"`."""
    return any(
        isinstance(statement, ast.If)
        and any(variable_name(node) == "__name__" for node in ast.walk(statement.test))
        for statement in module.tree.body
    )


def conventional_files(project: Project, names: SourceNames, installed: list[str]) -> list[str]:
    """Return the files that Django loads of the installed apps.

    `installed` are strings of the settings. Where INSTALLED_APPS is not known completely, every
    folder counts as an app.
    """
    if project.settings["INSTALLED_APPS"].is_complete:
        folders = {folder for text in installed for folder in names.folders_of(text)}
    else:
        folders = {"", *names.packages}
    paths = [path for path in names.paths if not is_test_path(path)]
    return [path for path in paths if _is_conventional(path, folders)]


def _is_conventional(path: str, folders: set[str]) -> bool:
    """Return whether Django loads a file: a conventional module, or one of a whole package."""
    *parts, last = path[:-3].split("/")
    if last == "__init__" and parts and parts[-1] in CONVENTIONS:
        return "/".join(parts[:-1]) in folders
    if last in CONVENTIONS and "/".join(parts) in folders:
        return True
    return any(
        name in WHOLE_PACKAGES and "/".join(parts[:index]) in folders
        for index, name in enumerate(parts)
    )
