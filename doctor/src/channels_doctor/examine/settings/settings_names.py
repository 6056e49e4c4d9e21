"""The modules with settings, and those that code names in DJANGO_SETTINGS_MODULE."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.definitions import assigned_names
from ..python.expressions import string_value
from ..python.literal_values import UNKNOWN, Variables, evaluate

if TYPE_CHECKING:
    from ..python.modules import Module

VARIABLE = "DJANGO_SETTINGS_MODULE"
NOT_CONFIGURED = (
    "django.core.exceptions.ImproperlyConfigured: Requested setting {}, but settings are not"
    " configured."
)
SETTINGS = {"INSTALLED_APPS", "ROOT_URLCONF", "DATABASES", "CHANNEL_LAYERS", "ASGI_APPLICATION"}


def is_settings(module: Module) -> bool:
    """Return whether a module has settings, by its name or by what it assigns."""
    if "settings" in module.path or any("settings" in each for each in module.star_imports()):
        return True
    return any(SETTINGS & set(assigned_names(each)) for each in module.tree.body)


def named_settings(module: Module) -> Iterator[str]:
    """Yield the values that a module gives to DJANGO_SETTINGS_MODULE."""
    yield from (name for _, name in settings_expressions(module))


def settings_expressions(module: Module) -> Iterator[tuple[ast.expr, str]]:
    """Yield the expressions of the values of DJANGO_SETTINGS_MODULE, with the values."""
    found = [
        call.args[1]
        for call in module.find_all(ast.Call)
        if call.args[1:] and string_value(call.args[0]) == VARIABLE
    ]
    found += [
        each.value for each in module.find_all(ast.Assign) if VARIABLE in ast.dump(each.targets[0])
    ]
    found += [each.value for each in module.find_all(ast.keyword) if each.arg == VARIABLE]
    found += [
        value
        for each in module.find_all(ast.Dict)
        for key, value in zip(each.keys, each.values)
        if key and string_value(key) == VARIABLE
    ]
    variables = _constants(module) if found else {}
    for node in found:
        value = evaluate(node, variables)
        if isinstance(value, str):
            yield node, value


def _constants(module: Module) -> Variables:
    """Return the texts of the names that a module sets once, and outside of any condition."""
    stores = [each.id for each in module.find_all(ast.Name) if isinstance(each.ctx, ast.Store)]
    stores += [each.arg for each in module.find_all(ast.arg)]
    return {
        name: string_value(each.value) or UNKNOWN
        for each in module.tree.body
        if isinstance(each, ast.Assign)
        for name in assigned_names(each)
        if stores.count(name) == 1
    }
