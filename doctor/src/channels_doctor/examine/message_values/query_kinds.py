"""What the methods of managers and query sets return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..orm import query_methods
from ..orm.models import find_model
from ..python.expressions import string_value
from .kinds import INSTANCE, MANAGER, NUMBER, QUERYSET, Kind

if TYPE_CHECKING:
    import ast

    from .lookups import Values
    from .scope import Scope

MANAGERS = {"objects", "_default_manager", "_base_manager"}
# Methods that only query sets have, if their arguments are texts or keywords.
TEXT_METHODS = {"values", "values_list", "order_by", "select_related", "prefetch_related"}
KEYWORD_METHODS = {"filter", "exclude"}


def manager(values: Values, scope: Scope, node: ast.Attribute) -> Kind | None:
    """Return the kind of `Room.objects`."""
    if node.attr not in MANAGERS:
        return None
    model = find_model(values.resolver, scope.module, node.value)
    return Kind(MANAGER, model if model.is_class else None) if model else None


def is_query(method: str, call: ast.Call) -> bool:
    """Return whether a call is one that only a query set has, whatever its object is."""
    texts = bool(call.args) and all(string_value(each) is not None for each in call.args)
    return (method in TEXT_METHODS and texts) or (
        method in KEYWORD_METHODS and bool(call.keywords) and not call.args
    )


def after_query_method(holder: Kind, name: str, call: ast.Call) -> Kind | None:
    """Return the kind of what a method of a manager or a query set returns."""
    if name in query_methods.INSTANCE_METHODS:
        return Kind(INSTANCE, holder.model) if holder.fields is None else None
    if name in {"count", "exists"}:
        return Kind(NUMBER)
    if name not in query_methods.LAZY_METHODS:
        return None
    if name in {"values", "values_list"}:
        texts = [string_value(each) for each in call.args]
        return Kind(QUERYSET, holder.model, tuple(each for each in texts if each))
    return Kind(QUERYSET, holder.model, holder.fields)
