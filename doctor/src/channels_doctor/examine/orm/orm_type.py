"""What an expression may hold: a query set, an instance, a user or a session."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, FrozenSet, NamedTuple, Optional, Protocol

from .query_methods import INSTANCE, INSTANCE_METHODS, LAZY_METHODS, PLAIN_ITEMS, QUERYSET

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from ..python.modules import Function, Module

Loaded = Optional[FrozenSet[str]]
NOTHING: Loaded = frozenset()


class OrmType(NamedTuple):
    """What an expression holds: QUERYSET, INSTANCE, USER or SESSION, and of which model.

    `loaded` are the relations that were read along with an instance, None when that is unknown.
    """

    name: str
    model: Definition | None = None
    loaded: Loaded = None


class TypesInFunction(Protocol):
    """The ORM types of the expressions in a function of a module."""

    module: Module
    function: Function

    def type_of(self, node: Any) -> OrmType | None:
        """Return the ORM type of an expression, None for any other value."""

    def relation(self, owner: OrmType, name: str) -> Any:
        """Return the relation that an attribute is, None for any other attribute."""


def instance_of(queryset: OrmType | None) -> OrmType | None:
    """Return the type of the items of a query set, None for any other type."""
    if not queryset or queryset.name != QUERYSET or queryset.model is None:
        return None
    return OrmType(INSTANCE, queryset.model, queryset.loaded)


def after_method(holder: OrmType, name: str, call: ast.Call) -> OrmType | None:
    """Return what a method of a query set returns."""
    if name in INSTANCE_METHODS:
        found = instance_of(holder)
        words = frozenset(each.arg for each in call.keywords if each.arg)
        created = found is not None and name == "create" and found.loaded is not None
        return found._replace(loaded=found.loaded | words) if created else found  # type: ignore[union-attr, operator]
    if name not in LAZY_METHODS:
        return None
    if name in PLAIN_ITEMS:
        return OrmType(QUERYSET)
    if name in {"select_related", "prefetch_related"}:
        return holder._replace(loaded=_loaded(holder.loaded, call))
    return holder


def _loaded(before: Loaded, call: ast.Call) -> Loaded:
    """Return the relations that are read along after select_related() or prefetch_related()."""
    texts = [each.value for each in call.args if isinstance(each, ast.Constant)]
    if before is None or not texts or len(texts) < len(call.args):
        return None
    return before | {str(each).split("__")[0] for each in texts}
