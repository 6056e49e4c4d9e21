"""The fields of a model that a dictionary gets, and that cannot be carried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..python.expressions import keyword, string_value

if TYPE_CHECKING:
    import ast

    from ..python.definitions import Definition
    from .kinds import Kind
    from .lookups import Models


def read_fields(
    models: Models, model: Definition, names: tuple[str, ...], carried: set[str]
) -> Iterator[str]:
    """Yield the kinds of the fields that `values()` reads; without names it reads all of them."""
    known = dict(models.fields(model))
    for name in names or known:
        found = models.field(model, name)
        if found and found.name not in carried:
            yield found.name


def form_fields(
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
