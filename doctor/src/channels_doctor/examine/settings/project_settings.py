"""The project's settings: those that Django loaded, else those in the files."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..finding import Location
from ..python.definitions import assigned_names
from ..python.expressions import called_name, last_name, string_value, variable_name
from ..python.literal_values import UNKNOWN, is_complete
from .assignments import FindModule, SettingsReader
from .settings_names import named_settings

if TYPE_CHECKING:
    from ..python.modules import Module

ENTRY_POINTS = ("manage.py", "asgi.py", "wsgi.py")
# Functions that may set any name: `globals().update(…)`, `include(…)` of django-split-settings.
NAME_SETTERS = {"globals", "locals", "vars", "include", "exec", "setattr", "django_heroku"}


class Setting(NamedTuple):
    """One setting: its value, whether the project sets it, where, and at which depth it is known.

    The value may hold UNKNOWN. `node` is the expression of the last assignment or change,
    `location` its place, and `first_location` that of the last assignment of the whole value.
    """

    name: str
    value: Any
    is_set: bool
    location: Location | None
    node: ast.AST | None
    depth: str
    first_location: Location | None = None

    @property
    def is_complete(self) -> bool:
        """Return whether the whole value is known."""
        return is_complete(self.value)

    @property
    def items(self) -> list[Any]:
        """Return the items of a list or a tuple, none for another value."""
        return list(self.value) if isinstance(self.value, (list, tuple)) else []

    @property
    def mapping(self) -> dict[Any, Any]:
        """Return the value of a dictionary, an empty one for another value."""
        return self.value if isinstance(self.value, dict) else {}


class Settings:
    """The settings of a project by name; `modules` are the files that set them."""

    def __init__(
        self,
        modules: list[Module],
        find_module: FindModule,
        name: str | None,
        facts: dict[str, Any],
    ) -> None:
        self.name = name or _named_by_entry_point(modules)
        self._loaded: dict[str, Any] | None = facts.get("settings")
        main = find_module(self.name) if self.name else None
        reader = SettingsReader(find_module)
        for module in [main] if main else _only_settings_module(modules):
            reader.read(module)
        self.modules = reader.modules
        self._assignments = reader.assignments
        self._is_complete = main is not None and self._follows_every_import(find_module)

    def _follows_every_import(self, find_module: FindModule) -> bool:
        """Return whether nothing sets names that the files do not show."""
        for module in self.modules:
            if any(map(_may_set_any_name, module.find_all(ast.Call))):
                return False
            if any(map(_has_settings, module.find_all(ast.ClassDef))):
                return False
            if not all(map(find_module, module.star_imports())):
                return False
        return True

    def __getitem__(self, name: str) -> Setting:
        assignment = self._assignments.get(name)
        value, location, node, first_location = assignment or (
            None if self._is_complete else UNKNOWN,
            self.location,
            None,
            self.location,
        )
        is_set, depth = assignment is not None, "source"
        if self._loaded is not None:
            value, is_set, depth = self._loaded.get(name), name in self._loaded, "settings"
        return Setting(name, value, is_set, location, node, depth, first_location)

    def names(self) -> Iterator[str]:
        """Yield the names of all settings, from the files and from Django."""
        yield from {**dict.fromkeys(self._assignments), **dict.fromkeys(self._loaded or {})}

    @property
    def location(self) -> Location | None:
        """Return the file with INSTALLED_APPS, else the last one, for settings that they lack."""
        apps = self._assignments.get("INSTALLED_APPS")
        if apps:
            return Location(apps.first_location.path)
        return Location(self.modules[-1].path) if self.modules else None


def assigned_text(modules: list[Module], name: str) -> str:
    """Return the only text that modules assign to a name, "" when there is none or another."""
    texts = {
        string_value(each.value) or ""
        for module in modules
        for each in module.find_all(ast.Assign)
        if name in assigned_names(each)
    }
    return texts.pop() if len(texts) == 1 else ""


def _may_set_any_name(call: ast.Call) -> bool:
    """Return whether a call may set any name, as `exec()` or `export(__name__, …)` does."""
    gets_module = any(variable_name(each) == "__name__" for each in call.args)
    if gets_module and "logger" not in called_name(call).lower():
        return True
    return variable_name(call.func) in NAME_SETTERS


def _has_settings(definition: ast.ClassDef) -> bool:
    """Return whether a class of django-configurations, or of its kind, sets the settings."""
    return any(last_name(each).endswith("Configuration") for each in definition.bases)


def _named_by_entry_point(modules: list[Module]) -> str | None:
    """Return the settings module that manage.py, asgi.py or wsgi.py names."""
    for entry_point in ENTRY_POINTS:
        for module in modules:
            if module.path.split("/")[-1] == entry_point:
                for name in named_settings(module):
                    return name
    return None


def _only_settings_module(modules: list[Module]) -> list[Module]:
    """Return the file that sets INSTALLED_APPS, none when there are several."""
    found = [
        module
        for module in modules
        if any("INSTALLED_APPS" in assigned_names(each) for each in module.find_all(ast.Assign))
    ]
    return found if len(found) == 1 else []
