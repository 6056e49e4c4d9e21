"""What the names in a function hold, as far as its assignments tell: a model, a row, a query set or a user."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..python.expressions import is_scope, own
from ..python.modules import FUNCTIONS
from ..python.names import Definition, parameters
from .models import model

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

LAZY = {
    "all", "filter", "exclude", "order_by", "select_related", "prefetch_related", "annotate", "values", "values_list",
    "distinct", "reverse", "only", "defer", "using", "select_for_update", "union", "intersection", "difference",
    "dates", "datetimes", "alias", "iterator",
}  # fmt: skip
ONE = {"get", "create", "first", "last", "latest", "earliest"}
EVALUATES = ONE | {
    "get_or_create", "update_or_create", "bulk_create", "bulk_update", "count", "exists", "in_bulk", "aggregate",
    "update", "delete", "contains", "create_user", "create_superuser", "get_by_natural_key",
}  # fmt: skip
MANAGERS = {"objects", "_default_manager", "_base_manager"}
TO_THREAD = ("channels.db.database_sync_to_async", "asgiref.sync.sync_to_async")
DEEPEST = 40


class Kind(NamedTuple):
    """What an expression holds: "queryset", "row" or "user"; a row's model, and whether its relations are unread."""

    name: str
    model: Definition | None = None
    is_fetched: bool = False


class Kinds:
    """The kinds of the names in one function."""

    def __init__(self, project: Project, module: Module, function: Function) -> None:
        self._project, self._module, self._function = project, module, function
        self._names: dict[str, Kind | None] = {}
        for name, kind in [*self._given(), *self._bound()]:
            self._names[name] = kind if self._names.get(name, kind) == kind else None

    def _given(self) -> Iterator[tuple[str, Kind | None]]:
        for each in parameters(self._function):
            found = model(self._project, self._module, each.annotation) if each.annotation else None
            yield each.arg, Kind("row", found) if found else None

    def _bound(self) -> Iterator[tuple[str, Kind | None]]:
        for node in own(self._function.body):
            if (
                isinstance(node, ast.Assign)
                and len(node.targets) == 1
                and isinstance(node.targets[0], ast.Name)
            ):
                yield node.targets[0].id, self.of(node.value)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield node.target.id, self.of(node.value) if node.value else None
            elif isinstance(node, ast.AsyncFor) and isinstance(node.target, ast.Name):
                yield node.target.id, self._row_of(self.of(node.iter))
            elif (
                isinstance(node, ast.Name)
                and isinstance(node.ctx, (ast.Store, ast.Del))
                and not self._is_plain(node)
            ):
                yield node.id, None

    def _is_plain(self, name: ast.Name) -> bool:
        parent = self._module.parents.get(name)
        return isinstance(parent, (ast.Assign, ast.AnnAssign, ast.AsyncFor))

    def _row_of(self, kind: Kind | None) -> Kind | None:
        return Kind("row", kind.model) if kind and kind.name == "queryset" else None

    def of(self, node: Any, depth: int = 0) -> Kind | None:
        """Return the kind of an expression."""
        if depth > DEEPEST:
            return None
        if isinstance(node, ast.Await):
            return self._awaited(node.value)
        if isinstance(node, ast.Name) and node.id in self._names:
            return self._names[node.id]
        if is_scope(node, "user"):
            return Kind("user")
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            return None
        return self._query(node, depth) or self._row(node)

    def _query(self, node: Any, depth: int) -> Kind | None:
        """Return the kind of a manager, or of a query that nothing has run yet."""
        if isinstance(node, ast.Subscript):
            return self.of(node.value, depth + 1)
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            found = model(self._project, self._module, node.value)
            return Kind("queryset", found) if found else None
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in LAZY
        ):
            kind = self.of(node.func.value, depth + 1)
            return kind if kind and kind.name == "queryset" else None
        return None

    def _row(self, node: Any) -> Kind | None:
        if not isinstance(node, ast.Call):
            return None
        if isinstance(node.func, ast.Attribute) and node.func.attr in ONE:
            kind = self.of(node.func.value)
            return self._row_of(kind)
        found = model(self._project, self._module, node.func)
        return (
            Kind("row", found)
            if found and isinstance(found.node, (ast.ClassDef, ast.Name, ast.Attribute))
            else None
        )

    def _awaited(self, call: Any) -> Kind | None:
        """Return the kind of what `await X.objects.aget()` or `await database_sync_to_async(X.objects.get)()` give."""
        if not isinstance(call, ast.Call):
            return None
        function = call.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr[:1] == "a"
            and function.attr[1:] in ONE
        ):
            kind = self._row_of(self.of(function.value))
            return kind._replace(is_fetched=self._is_bare(function)) if kind else None
        if (
            isinstance(function, ast.Call)
            and function.args
            and self._module.qualified(function.func) in TO_THREAD
        ):
            inner = function.args[0]
            one = isinstance(inner, ast.Attribute) and inner.attr in ONE
            return self._row_of(self.of(inner.value)) if one else None  # type: ignore[attr-defined]
        return None

    def _is_bare(self, function: ast.Attribute) -> bool:
        """Return whether a row comes straight from the manager, so that none of its relations were read with it."""
        return function.attr == "aget" and isinstance(function.value, ast.Attribute)

    def is_read_elsewhere(self, name: str, by: ast.Call | None = None) -> bool:
        """Return whether a query's name goes to another call, or an `async for`: then it may have run in time."""
        for node in own(self._function.body):
            inner = [*node.args] if isinstance(node, ast.Call) and node is not by else []
            inner += (
                [node.iter]
                if isinstance(node, ast.AsyncFor) or getattr(node, "is_async", False)
                else []
            )
            if any(getattr(each, "id", "") == name for each in inner):
                return True
        return False

    def is_set(self, name: str, attribute: str) -> bool:
        """Return whether the function itself sets an attribute of a name, so that reading it asks nobody."""
        nodes = (each for each in own(self._function.body) if isinstance(each, ast.Attribute))
        set_here = (
            each for each in nodes if each.attr == attribute and not isinstance(each.ctx, ast.Load)
        )
        return any(getattr(each.value, "id", None) == name for each in set_here)


def around(module: Module, node: ast.AST) -> Function | None:
    """Return the nearest function around a node, lambdas or not."""
    return next((each for each in module.above(node) if isinstance(each, FUNCTIONS)), None)
