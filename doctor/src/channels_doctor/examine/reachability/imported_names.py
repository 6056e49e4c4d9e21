"""The names that a Python file imports, statically or while it runs, or has in its strings."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import string_value, variable_name
from .source_names import DOTTED

if TYPE_CHECKING:
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver

MAX_NAME = 200  # characters of a dotted name
# Functions that import a module, or several, by their names.
IMPORTERS = {
    "__import__", "import_module", "import_string", "autodiscover_modules", "load_module",
    "walk_packages", "iter_modules", "spec_from_file_location", "run_module", "run_path",
    "find_modules", "exec",
}  # fmt: skip
ANYTHING = r"[\w.]*"


def imported_names(module: Module) -> Iterator[str]:
    """Yield the full names in import statements; `package.*` for `from package import *`."""
    for statement in module.find_all(ast.Import):
        yield from module.imported_names(statement)
    for origin in module.find_all(ast.ImportFrom):
        yield module.imported_module(origin)
        yield from module.imported_names(origin)


def strings(module: Module) -> Iterator[str]:
    """Yield the strings, documentation and the parts of f-strings included."""
    for constant in module.find_all(ast.Constant):
        if isinstance(constant.value, str):
            yield constant.value


def dotted_strings(module: Module) -> Iterator[str]:
    """Yield the strings that may name a module or something in it; `a.b:c` gives `a.b`."""
    for text in strings(module):
        name = text.partition(":")[0] if len(text) <= MAX_NAME else ""
        if DOTTED.fullmatch(name):
            yield name


def dynamic_imports(resolver: Resolver, module: Module) -> Iterator[re.Pattern[str] | None]:
    """Yield a pattern of the names that each call imports, None where they are unknown.

    A name from the settings is one of their strings.
    """
    for call in module.find_all(ast.Call):
        name = module.full_name(call.func).rpartition(".")[2]
        if name in IMPORTERS and call.args and not _is_from_settings(call.args[0]):
            yield _pattern(resolver, module, call.args[0])


def _is_from_settings(argument: ast.AST) -> bool:
    return any(variable_name(node) == "settings" for node in ast.walk(argument))


def _pattern(resolver: Resolver, module: Module, argument: ast.AST) -> re.Pattern[str] | None:
    argument = resolver.value(module, argument)[1]
    text = string_value(argument)
    if text is not None:
        return re.compile(re.escape(text.lstrip(".")))
    parts = [string_value(each) or "" for each in getattr(argument, "values", [])]
    is_known = isinstance(argument, ast.JoinedStr) and any(part.strip(".") for part in parts)
    known = (re.escape(part) if part else ANYTHING for part in parts)
    return re.compile("".join(known).lstrip("\\.")) if is_known else None
