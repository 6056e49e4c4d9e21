"""ORM types: which expressions in a function hold a query set, an instance, a user or a session."""

from __future__ import annotations

import ast
from itertools import chain
from typing import TYPE_CHECKING, Any, Iterator

from ..python.definitions import parameters
from ..python.expressions import is_scope_item, is_variable, walk_body
from .models import find_model, is_own_coroutine
from .orm_type import NOTHING, OrmType, after_method, instance_of
from .query_methods import INSTANCE, QUERYSET, SESSION, USER
from .relations import relations

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function, Module
    from .class_types import ClassTypes

MANAGERS = {"objects", "_default_manager", "_base_manager"}
LOOPS = (ast.AsyncFor, ast.For, ast.comprehension)
MAX_DEPTH = 40  # expressions in expressions


class OrmTypes:
    """The ORM types of the expressions in one function.

    A name that is bound to values of several types has none. `owner` is the type of `self`;
    `classes` tells the types of the attributes of `self`, and of what functions return.
    """

    def __init__(
        self,
        project: Project,
        module: Module,
        function: Function,
        classes: ClassTypes,
        owner: OrmType | None = None,
    ) -> None:
        self._project, self.module, self.function = project, module, function
        self._classes, self.owner = classes, owner
        self._names: dict[str, OrmType | None] = {"self": owner} if owner else {}
        # A value may use the names above it.
        for name, found in chain(self._parameters(), self._bindings()):
            self._names[name] = found if self._names.get(name, found) == found else None

    def _parameters(self) -> Iterator[tuple[str, OrmType | None]]:
        for each in parameters(self.function):
            model = self._model(each.annotation) if each.annotation else None
            if not (self.owner and each.arg == "self"):
                yield each.arg, OrmType(INSTANCE, model) if model else None

    def _bindings(self) -> Iterator[tuple[str, OrmType | None]]:
        for node in walk_body(self.function.body):
            target = _single_target(node)
            if isinstance(target, ast.Name):
                yield target.id, self._bound_type(node)
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                bound = (ast.Assign, ast.AnnAssign, *LOOPS)
                if not isinstance(self.module.parents.get(node), bound):
                    yield node.id, None

    def _bound_type(self, node: Any) -> OrmType | None:
        if isinstance(node, LOOPS):
            return instance_of(self.type_of(node.iter))
        return self.type_of(node.value) if node.value else None

    def _model(self, node: ast.AST) -> Definition | None:
        return find_model(self._project.resolver, self.module, node)

    def type_of(self, node: Any, depth: int = 0) -> OrmType | None:
        """Return the ORM type of an expression, None for any other value."""
        if isinstance(node, ast.Name):
            return self._names.get(node.id)
        if depth > MAX_DEPTH or node is None:
            return None
        handlers = {
            ast.Await: self._awaited_type,
            ast.Subscript: self._slice,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
        }
        handler = handlers.get(type(node))
        return self._scope_item(node) or (handler(node, depth + 1) if handler else None)

    def _scope_item(self, node: ast.AST) -> OrmType | None:
        if is_scope_item(node, "user"):
            return OrmType(USER, relations(self._project).user_model, NOTHING)
        return OrmType(SESSION) if is_scope_item(node, "session") else None

    def _slice(self, node: Any, depth: int) -> OrmType | None:
        return self.type_of(node.value, depth) if isinstance(node.slice, ast.Slice) else None

    def _attribute(self, node: ast.Attribute, depth: int) -> OrmType | None:
        """Return the type of a manager, of a relation, or of an attribute of a consumer."""
        if node.attr in MANAGERS:
            model = self._model(node.value)
            return self._manager(model, node.attr) if model else None
        if is_variable(node.value, "self") and not self.owner:
            return self._classes.attribute(self.module, node)
        owner = self.type_of(node.value, depth) or self._user_parameter(node)
        relation = self.relation(owner, node.attr) if owner else None
        if relation is None:
            return None
        if relation.is_many:
            return OrmType(QUERYSET, relation.model, None)
        return OrmType(USER if relation.is_user else INSTANCE, relation.model)

    def _user_parameter(self, node: ast.Attribute) -> OrmType | None:
        """Return the type of a parameter `user` whose attribute is a manager of related objects."""
        is_parameter = is_variable(node.value, "user") and self._names.get("user", USER) is None
        relation = relations(self._project).of_user(node.attr) if is_parameter else None
        return OrmType(USER) if relation and relation.is_many else None

    def relation(self, owner: OrmType, name: str) -> Any:
        """Return the relation that an attribute is, None for any other attribute."""
        known, model = relations(self._project), owner.model
        is_instance = owner.name == INSTANCE and model is not None
        if owner.name == USER or (is_instance and known.is_user(model)):  # type: ignore[arg-type]
            return known.of_user(name)
        return known.of_model(model, name) if is_instance else None  # type: ignore[arg-type]

    def _manager(self, model: Definition, name: str) -> OrmType:
        """Return the type of a manager; one of the project may read relations along."""
        is_own = model.is_class and self._project.resolver.member(model, name) is not None
        return OrmType(QUERYSET, model, None if is_own else NOTHING)

    def _call(self, node: ast.Call, depth: int) -> OrmType | None:
        """Return the type of a query that nothing has run yet, of `X.objects.get()` and `X()`."""
        if isinstance(node.func, ast.Attribute):
            holder = self.type_of(node.func.value, depth)
            if holder and holder.name == QUERYSET:
                is_own = is_own_coroutine(self._project.resolver, holder, node.func.attr)
                return None if is_own else after_method(holder, node.func.attr, node)
        model = self._model(node.func)
        made = (ast.ClassDef, ast.Name, ast.Attribute)
        return OrmType(INSTANCE, model) if model and isinstance(model.node, made) else None

    def _awaited_type(self, node: Any, depth: int) -> OrmType | None:
        """Return the type of `await X.objects.aget()`, and of what an awaited function returns."""
        call = node.value
        if not isinstance(call, ast.Call):
            return None
        if isinstance(call.func, ast.Attribute) and call.func.attr.startswith("a"):
            holder = self.type_of(call.func.value, depth)
            if holder and holder.name == QUERYSET:
                return after_method(holder, call.func.attr[1:], call)
        return self._classes.awaited(self, self.module, call)


def _single_target(node: ast.AST) -> ast.AST | None:
    """Return the target of an assignment or a loop that binds one name."""
    if isinstance(node, ast.Assign):
        return node.targets[0] if len(node.targets) == 1 else None
    return node.target if isinstance(node, (ast.AnnAssign, *LOOPS)) else None
