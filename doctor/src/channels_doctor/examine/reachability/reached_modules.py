"""The Python files that an application, a command or the settings reach."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Iterable, Iterator, NamedTuple

from ..asgi.route_lists import is_router
from ..python.modules import is_test_path
from ..settings.settings_names import is_settings
from .entry_points import conventional_files, entry_points, named_files
from .imported_names import dotted_strings, dynamic_imports, imported_names, strings
from .source_names import INIT, SourceNames, packages_of

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

# Conventional modules that other programs than the server load.
OTHER_PROCESSES = {"management", "tasks", "cron", "jobs", "schedules", "actors", "smoke"}


class ReachableModules(NamedTuple):
    """The reached modules, and the paths of the Python files that nothing reaches."""

    modules: list[Module]
    unreached: set[str]
    is_known: bool  # whether every reached file tells what it imports
    is_parsed: bool  # whether every reached file can be parsed


@lru_cache(maxsize=1)
def find_reachable_modules(project: Project) -> ReachableModules | None:
    """Return what the entry points of a project import, by names and by strings.

    None where that cannot be decided: when a reached file imports names that only running it
    tells, when one cannot be parsed, and when no reached module has a router of WebSockets.
    """
    found = _search(project)
    return found if found and found.is_known else None


@lru_cache(maxsize=1)
def _search(project: Project) -> ReachableModules | None:
    """Return what the entry points reach, None where no reached file has a router."""
    found = _Search(project).run() if project.asgi_modules else None
    return found if found and any(map(_has_router, found.modules)) else None


def _parts(path: str) -> set[str]:
    return set(path[:-3].split("/"))


def _has_router(module: Module) -> bool:
    return any(is_router(module, call) for call in module.find_all(ast.Call))


def unreached_consumers(project: Project) -> set[str]:
    """Return the paths of consumers and routes that no file names, wherever the rest is unknown.

    An import whose name only running it tells loads tasks and extensions, and no consumers.
    """
    found = _search(project)
    if found is None or not found.is_parsed:
        return set()
    consumers = {each.module.path for each in project.production_consumers}
    return (consumers | {each.module.path for each in project.routes}) & found.unreached


def served_paths(project: Project) -> set[str] | None:
    """Return the paths of what the server of the sockets imports, None where that is unknown.

    Commands, tasks and scripts are not among them, unless other code imports them.
    """
    is_known, found = _server_modules(project)
    is_served = is_known and bool(project.asgi_modules) and any(map(_has_router, found))
    return {each.path for each in found} if is_served else None


def paths_imported_by_server(project: Project) -> set[str]:
    """Return the paths of what the server is known to import, which may be more than that."""
    return {each.path for each in _server_modules(project)[1]}


@lru_cache(maxsize=1)
def _server_modules(project: Project) -> tuple[bool, list[Module]]:
    return _Search(project).run_server()


class _Search:
    def __init__(self, project: Project) -> None:
        self._project = project
        self._starts_programs = True  # a script that a module names by its file may run
        self._modules = {module.path: module for module in project.modules}
        unparsed = [each.location.path for each in project.unparsed_files]
        self._names = SourceNames([*self._modules, *unparsed], project.folders)
        self._reached: set[str] = set()
        self._waiting: list[str] = []

    def run(self) -> ReachableModules:
        """Return what is reached from all entry points."""
        self._add(entry_points(self._project, self._names))
        self._add(self._conventional())
        is_known, modules = self._reached_modules()
        others = {path for path in self._names.paths - self._reached if not is_test_path(path)}
        is_parsed = self._reached <= set(self._modules)
        return ReachableModules(modules, others, is_known, is_parsed)

    def run_server(self) -> tuple[bool, list[Module]]:
        """Return what the servers reach, and whether every file there tells what it imports."""
        self._starts_programs = False
        self._add(each.path for each in self._project.asgi_modules)
        modules = self._project.production_modules
        self._add(each.path for each in modules if is_settings(each) or _has_router(each))
        self._add(each for each in self._conventional() if not OTHER_PROCESSES & _parts(each))
        return self._reached_modules()

    def _conventional(self) -> list[str]:
        return conventional_files(self._project, self._names, list(self._installed()))

    def _reached_modules(self) -> tuple[bool, list[Module]]:
        """Return the modules that those found so far import, and whether these are all."""
        is_known = True
        while self._waiting:
            module = self._modules.get(self._waiting.pop())
            is_known = module is not None and self._follow(module) and is_known
        return is_known, [each for each in self._project.modules if each.path in self._reached]

    def _add(self, paths: Iterable[str]) -> None:
        for path in paths:
            for each in (path, *packages_of(path)):
                if each in self._names.paths and each not in self._reached:
                    self._reached.add(each)
                    self._waiting.append(each)

    def _installed(self) -> Iterator[str]:
        """Yield the strings that may name apps: those of the settings and other entry points."""
        items = self._project.settings["INSTALLED_APPS"].items
        yield from (each for each in items if isinstance(each, str))
        for path in self._reached & set(self._modules):
            yield from dotted_strings(self._modules[path])

    def _follow(self, module: Module) -> bool:
        """Add what a module reaches; return False where it does not tell."""
        for name in imported_names(module):
            self._add(self._imported(name))
        self._add(self._named_by_strings(module))
        for pattern in dynamic_imports(self._project.resolver, module):
            if pattern is None:
                return False
            self._add(self._names.files_like(pattern))
        return True

    def _named_by_strings(self, module: Module) -> Iterator[str]:
        """Yield the files of modules, and of programs or `include("base.py")` of settings."""
        for text in dotted_strings(module):
            yield from self._names.longest(text) if not text.endswith(".py") else ()
        if self._starts_programs or is_settings(module):
            for text in strings(module):
                yield from named_files(self._names, text) if text.endswith(".py") else ()

    def _imported(self, name: str) -> list[str]:
        """Return the files of an imported name; those of a whole package for `package.*`."""
        package = name[:-2] if name.endswith(".*") else ""
        files = self._names.files(package or name)
        if not package or (files and not any(each.endswith(INIT) for each in files)):
            return files
        folders = self._names.folders_of(package)
        return [path for folder in folders for path in self._names.below(folder)]
