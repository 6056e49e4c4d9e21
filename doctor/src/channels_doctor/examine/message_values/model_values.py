"""The kinds of the attributes of model instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..orm.models import model_fields
from ..python.expressions import constant_value, keyword
from .kinds import FIELDS, INSTANCE, MANAGER, NUMBER, OBJECT, USER, USER_FIELDS, Kind

if TYPE_CHECKING:
    import ast

    from ..orm.relations import Relation, Relations
    from ..python.definitions import Definition
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver

HIDDEN = ("auto_now", "auto_now_add")  # make a field one that no form shows


class ModelValues:
    """Finds the kinds of the fields and the relations of the project's models."""

    def __init__(self, resolver: Resolver, relations: Relations) -> None:
        self._resolver, self._relations = resolver, relations

    def user(self) -> Kind:
        """Return the kind of the user."""
        return Kind(USER, self._relations.user_model)

    def instance(self, model: Definition) -> Kind:
        """Return the kind of an instance of a model, which another package may define."""
        if self._relations.is_user(model):
            return self.user()
        return Kind(INSTANCE, model if model.is_class else None)

    def attribute(self, owner: Kind, name: str) -> Kind | None:
        """Return the kind of an attribute of an instance, or of a user."""
        model = owner.model
        if name == "__dict__":
            return Kind(OBJECT)
        relation = self._relation(owner, name)
        if relation:
            if relation.is_many:
                return Kind(MANAGER, relation.model)
            return Kind(USER if relation.is_user else INSTANCE, relation.model)
        if owner.name == USER and name in USER_FIELDS:
            return Kind(USER_FIELDS[name])
        return self.field(model, name) if model and model.is_class else None

    def _relation(self, owner: Kind, name: str) -> Relation | None:
        known = self._relations
        if owner.name == USER:
            return known.of_user(name)
        return known.of_model(owner.model, name) if owner.model else None

    def field(self, model: Definition, name: str) -> Kind | None:
        """Return the kind of a field; `pk` is the primary key, and `room_id` that of a room."""
        fields = {
            each: (module, call) for module, each, call in model_fields(self._resolver, model)
        }
        if name in fields:
            return _kind_of_field(*fields[name])
        if name in {"pk", "id"}:
            keys = [
                each for each in fields.values() if constant_value(keyword(each[1], "primary_key"))
            ]
            if keys:  # of another name, so that there is no `id`
                return _kind_of_field(*keys[0]) if name == "pk" else None
            return Kind(NUMBER)
        if name.endswith("_id"):
            relation = self._relations.of_model(model, name[:-3])
            target = relation.model if relation else None
            return self.field(target, "pk") if target and target.is_class else None
        return None

    def fields(self, model: Definition, only_of_forms: bool = False) -> Iterator[tuple[str, Kind]]:
        """Yield the fields of a model with their kinds."""
        for module, name, call in model_fields(self._resolver, model):
            is_hidden = any(_is_set(call, each) for each in HIDDEN)
            kind = _kind_of_field(module, call)
            if kind and not (only_of_forms and is_hidden):
                yield name, kind


def _kind_of_field(module: Module, call: ast.Call) -> Kind | None:
    name = FIELDS.get(module.full_name(call.func).split(".")[-1])
    return Kind(name) if name else None


def _is_set(call: ast.Call, option: str) -> bool:
    return bool(constant_value(keyword(call, option)))
