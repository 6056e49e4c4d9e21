"""The project's settings: what Django really sees where that is known, else what the files say."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..finding import Place
from ..python.literal_values import UNKNOWN, is_complete
from .assignments import Find, Reader

if TYPE_CHECKING:
    from ..python.modules import Module

ENTRANCES = ("manage.py", "asgi.py", "wsgi.py")


class Setting(NamedTuple):
    """One setting: its value, whether the project sets it, where, and at which depth that is known.

    The value may hold UNKNOWN; `is_known` says that it holds none. `node` is the expression of the last assignment;
    `begin` is where the last one stands that is no change in place.
    """

    name: str
    value: Any
    is_set: bool
    place: Place | None
    node: ast.AST | None
    depth: str
    begin: Place | None = None

    @property
    def is_known(self) -> bool:
        """Return whether the whole value is known."""
        return is_complete(self.value)


class Settings:
    """The settings of a project, by name; `modules` are the files that they stand in."""

    def __init__(
        self, modules: list[Module], find: Find, name: str | None, facts: dict[str, Any]
    ) -> None:
        self.name = name or _declared(modules)
        self.real: dict[str, Any] | None = facts.get("settings")
        reader = Reader(find)
        self.main = find(self.name) if self.name else None
        for module in [self.main] if self.main else _likely(modules):
            reader.read(module)
        self.modules = reader.modules
        self._assigned = reader.assigned
        self._is_whole = self.main is not None and self._follows_every_import(find)

    def _follows_every_import(self, find: Find) -> bool:
        """Return whether each `from x import *` was found: if not, names may be set that nobody sees."""
        stars = [
            (module, node)
            for module in self.modules
            for node in module.all(ast.ImportFrom)
            if any(alias.name == "*" for alias in node.names)
        ]
        opened = any(
            _writes_names(call) for module in self.modules for call in module.all(ast.Call)
        )
        return not opened and all(find(module.origin(node)) for module, node in stars)

    def __getitem__(self, name: str) -> Setting:
        assigned = self._assigned.get(name)
        place, node, begin = assigned[1:] if assigned else (self.place, None, self.place)
        if self.real is not None:
            return Setting(
                name, self.real.get(name), name in self.real, place, node, "settings", begin
            )
        if assigned is None:
            return Setting(
                name, None if self._is_whole else UNKNOWN, False, place, None, "source", begin
            )
        return Setting(name, assigned.value, True, place, node, "source", begin)

    def names(self) -> Iterator[str]:
        """Yield the names of everything that is set, from the files and from Django."""
        yield from {**dict.fromkeys(self._assigned), **dict.fromkeys(self.real or {})}

    @property
    def place(self) -> Place | None:
        """Return the settings file itself, for what is missing in it."""
        return Place(self.modules[-1].path) if self.modules else None


def _writes_names(call: ast.Call) -> bool:
    """Return whether a call may set any name: `globals().update(…)`, `include(…)` of django-split-settings, `exec`."""
    name = getattr(call.func, "id", "")
    given = [getattr(argument, "id", "") for argument in call.args]
    if "__name__" in given and "logger" not in getattr(call.func, "attr", name).lower():
        return True  # as `export(__name__, …)` of Dynaconf's friends
    return name in {"globals", "locals", "vars", "include", "exec", "setattr", "django_heroku"}


def _declared(modules: list[Module]) -> str | None:
    """Return the settings module that manage.py, asgi.py or wsgi.py names."""
    for entrance in ENTRANCES:
        for module in modules:
            if module.path.split("/")[-1] == entrance:
                for name in named_settings(module):
                    return name
    return None


def named_settings(module: Module) -> Iterator[str]:
    """Yield the values that a module gives to DJANGO_SETTINGS_MODULE."""
    for call in module.all(ast.Call):
        name, value, *_ = [
            *(getattr(argument, "value", None) for argument in call.args),
            None,
            None,
        ]
        if name == "DJANGO_SETTINGS_MODULE" and isinstance(value, str):
            yield value
    for assign in module.all(ast.Assign):
        if "DJANGO_SETTINGS_MODULE" in ast.dump(assign.targets[0]):
            value = getattr(assign.value, "value", None)
            if isinstance(value, str):
                yield value


def _likely(modules: list[Module]) -> list[Module]:
    """Return the one file that sets INSTALLED_APPS; nothing when there are several."""
    found = [module for module in modules if _sets_apps(module)]
    return found if len(found) == 1 else []


def _sets_apps(module: Module) -> bool:
    targets = [target for assign in module.all(ast.Assign) for target in assign.targets]
    return any(isinstance(target, ast.Name) and target.id == "INSTALLED_APPS" for target in targets)
