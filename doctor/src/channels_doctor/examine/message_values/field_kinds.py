"""The fields of a model or a dataclass that a dictionary gets, and that cannot be carried."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import keyword, string_value
from .kinds import ANNOTATIONS
from .scope import only_value

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from .kinds import Kind
    from .lookups import Models, Values
    from .scope import Scope

AS_DICT = "dataclasses.asdict"
# The functions that make a dictionary of the fields of an object.
FIELD_DICTS = {"django.forms.model_to_dict", "django.forms.models.model_to_dict", AS_DICT}


def fields_of_dict(
    values: Values, scope: Scope, call: ast.Call, carried: set[str]
) -> Iterator[str]:
    """Yield the kinds of the fields that a dictionary of an object gets."""
    if scope.module.full_name(call.func) == AS_DICT:
        if not call.keywords:  # which may convert the values
            yield from _annotated_fields(values, scope, call.args[0], carried)
    else:
        kind = values.kind(scope, call.args[0])
        yield from _form_fields(values.models, kind, call, carried)


def _annotated_fields(
    values: Values, scope: Scope, node: ast.expr, carried: set[str]
) -> Iterator[str]:
    """Yield the kinds of the annotated fields of a dataclass, of an instance that is made here."""
    made = only_value(scope, node)
    if not isinstance(made, ast.Call):
        return
    cls = values.resolver.definition(scope.module, made.func)
    if cls is None or not cls.is_class:
        return
    for each in cls.node.body:
        if isinstance(each, ast.AnnAssign):
            name = ANNOTATIONS.get(cls.module.full_name(each.annotation))
            if name and name not in carried:
                yield name


def read_fields(
    models: Models, model: Definition, names: tuple[str, ...], carried: set[str]
) -> Iterator[str]:
    """Yield the kinds of the fields that `values()` reads; without names it reads all of them."""
    known = dict(models.fields(model))
    for name in names or known:
        found = models.field(model, name)
        if found and found.name not in carried:
            yield found.name


def _form_fields(
    models: Models, kind: Kind | None, call: ast.Call, carried: set[str]
) -> Iterator[str]:
    """Yield the kinds of the fields that `model_to_dict(instance, fields)` reads."""
    model = kind.model if kind else None
    if model is None or not model.is_class or keyword(call, "exclude"):
        return
    given = call.args[1] if len(call.args) > 1 else keyword(call, "fields")
    names = [string_value(each) for each in getattr(given, "elts", [])]
    if given is None:
        names = [name for name, _ in models.fields(model, only_of_forms=True)]
    for name in names:
        found = models.field(model, name) if name else None
        if found and found.name not in carried:
            yield found.name
