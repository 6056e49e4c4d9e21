"""From a name to its definition: the module, and the function, class or assignment in it."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, Any, Iterator

from ..definitions import Definition, definitions_in

if TYPE_CHECKING:
    from ..modules import Module

MAX_IMPORTS = 8  # that lead from a name to its definition


class NameResolver:
    """Finds the definitions of names in the modules of a project."""

    def __init__(self, modules: list[Module], root: str = "") -> None:
        self._modules = modules
        self._paths = {each.path for each in modules}
        self._folders = os.path.abspath(root).split(os.sep) if root else []
        self._modules_by_name: dict[str, Module | None] = {}
        self._definitions: dict[Module, dict[str, Any]] = {}

    def find_module(self, name: str) -> Module | None:
        """Return the module of a dotted name.

        The name counts from the project's root. A name that starts deeper, as with sources in
        `src/`, counts when only one module ends in it, and the root has no package of its first
        part. A name that starts above the root, as in a project that is imported from the
        repository's top, begins with the names of its folders.
        """
        if name not in self._modules_by_name:
            self._modules_by_name[name] = self._find_module(name) if name else None
        return self._modules_by_name[name]

    def _find_module(self, name: str) -> Module | None:
        exact = [each for each in self._modules if each.name == name and self._is_visible(each)]
        deeper = [each for each in self._modules if each.name.endswith("." + name)]
        if not exact and not deeper:
            return self._find_from_above(name.split("."))
        if exact or len(deeper) != 1 or self._is_package_at_root(name.partition(".")[0]):
            return exact[0] if exact else None
        return deeper[0]

    def _is_package_at_root(self, name: str) -> bool:
        """Return whether the root has a package of that name, which hides deeper ones."""
        return f"{name}/__init__.py" in self._paths

    def _is_visible(self, module: Module) -> bool:
        """Return whether Python finds a module.

        `chat.py` hides the modules in the folder `chat`, unless that has an `__init__.py`: then
        the folder hides `chat.py`.
        """
        if f"{module.path[: -len('.py')]}/__init__.py" in self._paths:
            return False
        folder = module.path.rpartition("/")[0]
        return f"{folder}.py" not in self._paths or f"{folder}/__init__.py" in self._paths

    def _find_from_above(self, parts: list[str]) -> Module | None:
        for count in range(1, len(parts)):
            if self._folders[-count:] == parts[:count]:
                name = ".".join(parts[count:])
                return next((each for each in self._modules if each.name == name), None)
        return None

    def imported_modules(self, module: Module, statement: ast.AST) -> Iterator[Module]:
        """Yield the project's modules that an import statement imports."""
        names = module.imported_names(statement)
        if isinstance(statement, ast.ImportFrom):
            names.insert(0, module.imported_module(statement))
        return filter(None, map(self.find_module, names))

    def definition(self, module: Module, expression: ast.AST | None) -> Definition | None:
        """Return the definition that an expression such as `models.Room` names."""
        name = module.full_name(expression)
        if name and "." not in name:
            return self._definition_in(module, name)
        return self.definition_of(name)

    def definition_of(self, full_name: str, imports: int = 0) -> Definition | None:
        """Return the definition with a full name, from its module or from where that imports it."""
        owner, _, name = full_name.rpartition(".")
        module = self.find_module(owner)
        return self._definition_in(module, name, imports) if module else None

    def _definition_in(self, module: Module, name: str, imports: int = 0) -> Definition | None:
        node = self._module_definitions(module).get(name)
        if node is not None:
            return Definition(module, node)
        if imports > MAX_IMPORTS:
            return None
        if module.imports.get(name, name) != name:
            return self.definition_of(module.imports[name], imports + 1)
        starred = (f"{origin}.{name}" for origin in module.star_imports())
        found = (self.definition_of(each, imports + 1) for each in starred)
        return next(filter(None, found), None)

    def _module_definitions(self, module: Module) -> dict[str, Any]:
        """Return the definitions at the top level; the last one of a name counts."""
        if module not in self._definitions:
            self._definitions[module] = dict(definitions_in(module.tree.body))
        return self._definitions[module]
