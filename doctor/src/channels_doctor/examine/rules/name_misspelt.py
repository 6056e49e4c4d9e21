"""The code uses a misspelt name of another module of the project."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..diffs import changed_line, joined_diffs
from ..finding import Finding
from ..python.annotations import is_unevaluated
from ..python.definitions import HARMLESS_BASES, Definition
from ..python.expressions import is_variable, variable_name
from ..python.importable import close_name, is_of_other_project, is_slip, lacks_name
from ..python.signatures import call_problem, signature_of
from ..reachability.locations import is_reached

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ImportError: cannot import name 'websocket_urlpatterns' from 'chat.routing'"


class Use(NamedTuple):
    """A name of a module, where it is used, and the other names that the line imports."""

    module: Module
    node: ast.AST
    origin: str
    name: str
    others: frozenset[str] = frozenset()

    @property
    def location(self) -> Location:
        """Return the place of the name."""
        return self.module.location(self.node)


def check(project: Project) -> Iterator[Finding]:
    """Find names that a module does not define, and that resemble one which it defines."""
    if project.limits or project.unparsed_files:
        return
    found: dict[tuple[str, str, str], list[Use]] = {}
    for use, right in _wrong_uses(project):
        found.setdefault((use.origin, use.name, right), []).append(use)
    for (origin, name, right), every in found.items():
        # One in code that nothing reaches would hide the others.
        uses = [each for each in every if is_reached(project, *each.location)] or every
        places = [each.location for each in uses]
        others = ", ".join(map(str, places[1:]))
        also = f" (also in {others})" if others else ""
        here = [each for each in uses if each.module is uses[0].module]
        advice, fix = f"Write `{right}`", _fix(here, right)
        if not is_slip(name, right) or _lacks_members(project, uses[0], right):
            advice = f"Define it, or use what it has, such as `{right}`"
            fix = f"Name what the code needs: `{right}` may take other arguments."
        message = f"`{origin}` has no `{name}`{also}. {advice}."
        yield Finding(message, places[0], fix, symptom=_symptom(uses[0]))


def _lacks_members(project: Project, use: Use, right: str) -> bool:
    """Return whether code reads members of an imported name that a class does not have."""
    found = project.resolver.find_module(use.origin)
    body = found.tree.body if found else []
    node = next((each for each in body if getattr(each, "name", "") == right), None)
    cls = Definition(found, node) if found and node else None
    if cls is None or not cls.is_class or project.resolver.outside_bases(cls) - HARMLESS_BASES:
        return False
    owners = list(project.resolver.mro(cls))
    return any(
        is_variable(node.value, use.name) and not any(each.uses_name(node.attr) for each in owners)
        for node in use.module.find_all(ast.Attribute)
    )


def _wrong_uses(project: Project) -> Iterator[tuple[Use, str]]:
    """Yield the uses of names that a module lacks, each with the name that it means."""
    for module in project.production_modules:
        for use in [*_imported(module), *_attributes(module)]:
            origin = _exact_module(project, use.origin)
            if origin is None or f"'{use.name}'" in project.load_failure.message:
                continue
            if is_of_other_project(project, module, origin):
                continue
            names = {each for each in _defined(origin) - use.others if _takes(origin, each, use)}
            right = close_name(use.name, sorted(names))
            if right and lacks_name(project, origin, use.name):
                yield use, right


def _takes(origin: Module, name: str, use: Use) -> bool:
    """Return whether a name of a module is no function, or takes the arguments of the call."""
    call = use.module.parents.get(use.node)
    if not isinstance(call, ast.Call) or call.func is not use.node:
        return True
    functions = (each for each in origin.functions() if each.name == name)
    own = [each for each in functions if each in origin.tree.body and not each.decorator_list]
    return not any(call_problem(signature_of(each, is_method=False), call) for each in own)


def _fix(uses: list[Use], right: str) -> str:
    """Return the change of the lines of a file, and of those that use an imported name."""
    use = uses[0]
    lines = {each.node.lineno for each in uses}  # type: ignore[attr-defined]
    if any(isinstance(each.node, ast.ImportFrom) for each in uses):
        lines |= {each.lineno for each in use.module.find_all(ast.Name) if each.id == use.name}
    name = re.compile(rf"\b{re.escape(use.name)}\b")
    texts = [(number, use.module.lines[number - 1]) for number in sorted(lines)]
    return joined_diffs(
        (number, changed_line(text, name.sub(right, text))) for number, text in texts
    )


def _imported(module: Module) -> Iterator[Use]:
    for statement in module.find_all(ast.ImportFrom):
        if not module.is_inside(statement, ast.Try):
            origin = module.imported_module(statement)
            names = frozenset(each.name for each in statement.names)
            yield from (Use(module, statement, origin, each, names - {each}) for each in names)


def _attributes(module: Module) -> Iterator[Use]:
    """Yield `module.name` for a module that an import binds, and that nothing else sets."""
    stored = {each.id for each in module.find_all(ast.Name) if isinstance(each.ctx, ast.Store)}
    parameters = {each.arg for each in module.find_all(ast.arg)}
    for node in module.find_all(ast.Attribute):
        name = variable_name(node.value)
        is_bound = name in module.imports and name not in stored | parameters
        is_read = isinstance(node.ctx, ast.Load) and not is_unevaluated(module, node)
        if is_bound and is_read and not module.is_inside(node, ast.Try):
            yield Use(module, node, module.imports[name], node.attr)


def _exact_module(project: Project, name: str) -> Module | None:
    found = project.resolver.find_module(name)
    return found if found and found.name == name else None


def _defined(module: Module) -> set[str]:
    """Return the public names that a module defines at its top level."""
    names = {getattr(each, "name", "") for each in module.tree.body}
    for each in module.tree.body:
        if isinstance(each, ast.Assign):
            names |= set(map(variable_name, each.targets))
    return {each for each in names if each and not each.startswith("_")}


def _symptom(use: Use) -> str:
    if isinstance(use.node, ast.ImportFrom):
        return f"ImportError: cannot import name '{use.name}' from '{use.origin}'"
    return f"AttributeError: module '{use.origin}' has no attribute '{use.name}'"
