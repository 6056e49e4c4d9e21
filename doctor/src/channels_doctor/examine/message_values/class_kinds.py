"""What the instances of the project's classes are, and the members of its enumerations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..orm.models import is_model
from .kinds import DICT, ENUM, LIST, NUMBER, OBJECT, TEXT, Kind

if TYPE_CHECKING:
    import ast

    from ..python.definitions import Definition
    from .lookups import Values
    from .scope import Scope

# The bases of the project's classes, and what their instances are.
BASES = {
    "dict": DICT, "typing.TypedDict": DICT, "str": TEXT, "int": NUMBER, "typing.NamedTuple": LIST,
    "list": LIST, "tuple": LIST, "enum.StrEnum": TEXT, "enum.IntEnum": NUMBER,
    "django.db.models.TextChoices": TEXT, "django.db.models.IntegerChoices": NUMBER,
}  # fmt: skip
ENUM_BASES = {"enum.Enum"}
PLAIN_BASES = {"object", "abc.ABC", "pydantic.BaseModel", "Exception", "typing.Protocol"}


def made_of(values: Values, cls: Definition) -> Kind | None:
    """Return the kind of the instances of a class."""
    if is_model(values.resolver, cls):
        return values.models.instance(cls)
    bases = values.resolver.outside_bases(cls)
    known = [BASES[each] for each in bases if each in BASES]
    if known:
        return Kind(known[0])
    if bases & ENUM_BASES:
        return Kind(ENUM)
    return Kind(OBJECT) if bases <= PLAIN_BASES else None


def enum_member(values: Values, scope: Scope, node: ast.Attribute) -> Kind | None:
    """Return the kind of `Color.RED`."""
    found = values.resolver.definition(scope.module, node.value)
    if found is None or not found.is_class:
        return None
    is_enum = values.resolver.outside_bases(found) & ENUM_BASES
    return made_of(values, found) if is_enum else None
