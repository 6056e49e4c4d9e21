"""Where a function asks the database, synchronously."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..python.expressions import key, own, spell
from .models import MANY, RELATIONS, backwards, field
from .orm_types import EVALUATES, Kind, Kinds

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

READERS = {
    "list",
    "tuple",
    "set",
    "frozenset",
    "len",
    "bool",
    "sorted",
    "any",
    "all",
    "sum",
    "min",
    "max",
    "dict",
    "next",
}
ROW = {"save", "delete", "refresh_from_db"}
MEMBERS = EVALUATES | {"add", "remove", "set", "clear"}
RIGHTS = {
    "has_perm", "has_perms", "has_module_perms", "get_all_permissions", "get_user_permissions", "get_group_permissions",
}  # fmt: skip
RUNS = {"queryset": EVALUATES, "row": ROW, "user": ROW}
SHORTCUTS = {"django.shortcuts.get_object_or_404", "django.shortcuts.get_list_or_404"}
CURSOR, ATOMIC = "django.db.connection.cursor", "django.db.transaction.atomic"


class Access(NamedTuple):
    """One place where the database is asked: the node, its short text, and whether that is certain."""

    node: Any
    text: str
    is_sure: bool


class Orm:
    """Finds the accesses of functions, each function once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._backwards = backwards(project)
        self._known: dict[Function, list[Access]] = {}

    def accesses(self, module: Module, function: Function) -> list[Access]:
        """Return the accesses that a function's own body makes."""
        if function not in self._known:
            kinds = Kinds(self._project, module, function)
            self._known[function] = list(self._in(module, function.body, kinds))
        return self._known[function]

    def within(self, module: Module, body: list[Any], kinds: Kinds) -> list[Access]:
        """Return the accesses of some nodes, as those of a lambda, whose names have the given kinds."""
        return list(self._in(module, body, kinds))

    def _in(self, module: Module, body: list[Any], kinds: Kinds) -> Iterator[Access]:
        for node in own(body):
            if isinstance(node, ast.Call):
                yield from self._call(module, node, kinds)
            elif isinstance(node, ast.Attribute):
                yield from self._relation(module, node, kinds)
            else:
                yield from _read(node, kinds)

    def _call(self, module: Module, call: ast.Call, kinds: Kinds) -> Iterator[Access]:
        name = module.qualified(call.func)
        if name in {*SHORTCUTS, CURSOR} or (
            name == ATOMIC and isinstance(module.parents.get(call), ast.withitem)
        ):
            yield Access(call, spell(call), True)
        elif isinstance(call.func, ast.Name) and call.func.id in READERS and call.args:
            if _is_query(call.args[0], kinds, by=call):
                yield Access(call, spell(call.func) + f"({spell(call.args[0])})", True)
        elif isinstance(call.func, ast.Attribute):
            yield from self._method(call, call.func, kinds)

    def _method(self, call: ast.Call, function: ast.Attribute, kinds: Kinds) -> Iterator[Access]:
        kind = kinds.of(function.value)
        name = kind.name if kind else ""
        if kind and function.attr in RUNS[name]:
            if not self._is_own_coroutine(kind, function.attr):
                yield Access(call, spell(call), True)
        elif name == "user" and function.attr in RIGHTS:
            yield Access(call, spell(call), False)
        elif isinstance(function.value, ast.Attribute) and function.attr in MEMBERS:
            holder = kinds.of(function.value.value)
            if holder and self._is_many(holder, function.value.attr):
                yield Access(call, spell(call), True)

    def _is_own_coroutine(self, kind: Kind, name: str) -> bool:
        """Return whether a row's model has an `async def` of its own in the place of Django's method."""
        is_own = (
            kind.name == "row"
            and kind.model is not None
            and isinstance(kind.model.node, ast.ClassDef)
        )
        found = self._project.names.member(kind.model, name) if is_own and kind.model else None
        return found is not None and isinstance(found.node, ast.AsyncFunctionDef)

    def _is_many(self, holder: Kind, name: str) -> bool:
        if holder.name == "user":
            return name in {"groups", "user_permissions"}
        return bool(holder.model) and field(self._project, holder.model, name) in MANY  # type: ignore[arg-type]

    def _relation(self, module: Module, node: ast.Attribute, kinds: Kinds) -> Iterator[Access]:
        """Yield what reads a relation of a row, which is a query of its own the first time."""
        if not isinstance(node.ctx, ast.Load):
            return
        if _is_lazy_user(module, node.value):
            yield Access(node, spell(node), False)
            return
        kind = kinds.of(node.value)
        if (
            kind
            and self._is_related(kind, node.attr)
            and not kinds.is_set(getattr(node.value, "id", ""), node.attr)
        ):
            yield Access(node, spell(node), False)

    def _is_related(self, kind: Kind, name: str) -> bool:
        if kind.name == "user":
            return name in self._backwards
        if (
            not kind.is_fetched
            or kind.model is None
            or field(self._project, kind.model, name) not in RELATIONS
        ):
            return False
        return (
            self._project.names.member(kind.model, "objects") is None
        )  # an own manager may read relations along


def _is_lazy_user(module: Module, node: ast.AST) -> bool:
    """Return whether an expression is `request.user` of Django: reading from it loads the session and the user."""
    if not (
        isinstance(node, ast.Attribute)
        and node.attr == "user"
        and getattr(node.value, "id", "") == "request"
    ):
        return False
    others = ("rest_framework", "adrf", "ninja", "starlette", "fastapi", "strawberry")
    function = module.function(node)
    given = [each.arg for each in function.args.args] if function else []
    return "request" in given and not any(
        name.startswith(others) for name in module.imports.values()
    )


def _read(node: Any, kinds: Kinds) -> Iterator[Access]:
    """Yield what runs a query by walking over it, by its truth, or by an index."""
    if isinstance(node, (ast.For, ast.comprehension)) and not getattr(node, "is_async", 0):
        if _is_query(node.iter, kinds):
            yield Access(node.iter, f"for … in {spell(node.iter)}", True)
    elif isinstance(node, (ast.If, ast.While, ast.IfExp)):
        if _is_query(node.test, kinds):
            yield Access(node.test, f"if {spell(node.test)}", True)
    elif (
        isinstance(node, ast.Subscript)
        and isinstance(key(node), int)
        and _is_query(node.value, kinds)
    ):
        yield Access(node, spell(node), True)


def _is_query(node: Any, kinds: Kinds, by: ast.Call | None = None) -> bool:
    kind = kinds.of(node)
    if not kind or kind.name != "queryset" or isinstance(node, ast.Attribute):
        return False
    return not isinstance(node, ast.Name) or not kinds.is_read_elsewhere(node.id, by)
