"""A settings file read from top to bottom: which settings it sets, to what, and where."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

from ..python.definitions import assignment_targets
from ..python.expressions import variable_name
from ..python.literal_values import UNKNOWN, add_values, evaluate
from ..python.modules import Module
from ..python.value_size import limit_size
from .mutations import call_method, set_item, with_unknown_change
from .statements import branches, item_path

if TYPE_CHECKING:
    from ..finding import Location

FindModule = Callable[[str], Optional[Module]]
Change = Callable[[Any], Any]
MAX_STATEMENTS = 20_000
# `django_heroku.settings(locals())` allows all hosts.
HEROKU_SETTINGS = {"django_heroku.settings", "django_on_heroku.settings"}


class Assignment(NamedTuple):
    """The last assignment or change of a setting: its value, location and expression.

    `first_location` is the last assignment of the whole value, before changes such as `+=`.
    """

    value: Any
    location: Location
    node: ast.AST | None
    first_location: Location


class SettingsReader:
    """Reads a settings module, and the modules that it imports with `from … import *`.

    `assignments` are in the order of the first assignment. A reader for some names of a module
    shares the state of its `outer` reader, so that imports in a circle end.
    """

    def __init__(self, find_module: FindModule, outer: SettingsReader | None = None) -> None:
        self.find_module = find_module
        self.assignments: dict[str, Assignment] = {}
        self.modules: list[Module] = outer.modules if outer else []
        # The assignments of the modules that inner readers read, by path.
        self._read_by_inner: dict[str, dict[str, Assignment]] = (
            outer._read_by_inner if outer else {}
        )
        self._statements_read = 0
        self._has_unread_import = False  # of any names, from a file that is not there or not parsed
        self._open: list[Module] = outer._open if outer else []

    def read(self, module: Module) -> None:
        """Read a module; of one that was read before, take over the assignments."""
        if module in self.modules:
            self.assignments.update(self._read_by_inner.get(module.path, {}))
        else:
            self.modules.append(module)
            self._open.append(module)
            self._read_body(module, module.tree.body, is_certain=True)
            self._open.pop()

    def _read_branch_import(self, module: Module) -> None:
        """Read a module whose import may not run: a value that it may replace is unknown."""
        inner = SettingsReader(self.find_module)
        inner.modules = list(self._open)  # ends imports in a circle
        inner._statements_read = self._statements_read
        inner.read(module)
        self._statements_read = inner._statements_read
        self.modules.extend(each for each in inner.modules if each not in self.modules)
        for name, new in inner.assignments.items():
            unset = new._replace(value=UNKNOWN) if self._has_unread_import else new
            old = self.assignments.get(name, unset)
            self.assignments[name] = old if old.value == new.value else new._replace(value=UNKNOWN)

    def _read_body(self, module: Module, body: list[ast.stmt], is_certain: bool) -> None:
        for statement in body:
            self._statements_read += 1
            if self._statements_read > MAX_STATEMENTS:
                return
            self._read_statement(module, statement, is_certain)

    def _read_statement(self, module: Module, node: ast.stmt, is_certain: bool) -> None:
        if isinstance(node, ast.ImportFrom):
            self._read_import(module, node, is_certain)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in assignment_targets(node):
                self._assign(module, target, node.value, is_certain)
        elif isinstance(node, ast.AugAssign):
            value = self._evaluate(node.value)
            name = variable_name(node.target)
            self._change(module, name, node, lambda old: add_values(old, value), is_certain)
        elif isinstance(node, ast.Expr):
            self._read_method_call(module, node.value, is_certain)
        else:
            self._read_branches(module, node, is_certain)

    def _read_branches(self, module: Module, node: ast.stmt, is_certain: bool) -> None:
        for branch, always_runs in branches(node):
            for each in branch:
                # `try` guards against a module that does not exist, but this one exists.
                is_guarded = isinstance(node, ast.Try) and isinstance(each, ast.ImportFrom)
                self._read_body(module, [each], is_certain and (always_runs or is_guarded))

    def _read_import(self, module: Module, node: ast.ImportFrom, is_certain: bool) -> None:
        found = self.find_module(module.imported_module(node))
        names = {alias.name: alias.asname or alias.name for alias in node.names}
        if found is None:
            self._has_unread_import |= "*" in names
            return
        if "*" in names:
            read = self.read if is_certain else self._read_branch_import
            read(found)
        elif any(name.isupper() for name in names):
            inner = SettingsReader(self.find_module, self)
            inner.read(found)
            if inner.assignments:
                self._read_by_inner[found.path] = inner.assignments
            known = inner.assignments or self.assignments  # else `import *` has read the module
            self.assignments.update({names[each]: known[each] for each in names if each in known})

    def _evaluate(self, node: ast.AST | None) -> Any:
        return evaluate(node, {name: each.value for name, each in self.assignments.items()})

    def _assign(
        self, module: Module, target: ast.AST, value: ast.AST | None, is_certain: bool
    ) -> None:
        new = self._evaluate(value) if is_certain else UNKNOWN
        if isinstance(target, ast.Name):
            location = module.location(target)
            self.assignments[target.id] = Assignment(limit_size(new), location, value, location)
        elif isinstance(target, ast.Subscript):
            nodes, name = item_path(target)
            keys = [self._evaluate(key) for key in nodes]
            self._change(module, name, target, lambda old: set_item(old, keys, new), True)
        elif isinstance(target, ast.Tuple):
            for each in target.elts:
                self._assign(module, each, None, is_certain)

    def _read_method_call(self, module: Module, call: ast.expr, is_certain: bool) -> None:
        """Follow a call such as `NAME.append(x)`."""
        if not isinstance(call, ast.Call):
            return
        if module.full_name(call.func) in HEROKU_SETTINGS and not call.keywords:
            place = module.location(call)
            self.assignments["ALLOWED_HOSTS"] = Assignment(["*"], place, call, place)
        if isinstance(call.func, ast.Attribute):
            method, name = call.func.attr, variable_name(call.func.value)
            arguments = [self._evaluate(each) for each in call.args] if name else []
            self._change(
                module, name, call, lambda old: call_method(old, method, arguments), is_certain
            )

    def _change(
        self, module: Module, name: str, node: ast.AST, change: Change, is_certain: bool
    ) -> None:
        before = self.assignments.get(name)
        if before is not None:
            old = before.value
            new = change(copy.deepcopy(old)) if is_certain else with_unknown_change(old)
            self.assignments[name] = Assignment(
                limit_size(new), module.location(node), node, before.first_location
            )
