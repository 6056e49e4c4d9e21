"""What the modules that find kinds use of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Protocol

if TYPE_CHECKING:
    import ast

    from ..python.definitions import Definition
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver
    from .kinds import Kind
    from .scope import Scope


class Models(Protocol):
    """The kinds of model instances and of their attributes."""

    def user(self) -> Kind:
        """Return the kind of the user."""

    def instance(self, model: Definition) -> Kind:
        """Return the kind of an instance of a model."""

    def attribute(self, owner: Kind, name: str) -> Kind | None:
        """Return the kind of an attribute of an instance, or of a user."""

    def field(self, model: Definition, name: str) -> Kind | None:
        """Return the kind of a field."""

    def fields(self, model: Definition, only_of_forms: bool = False) -> Iterator[tuple[str, Kind]]:
        """Yield the fields of a model with their kinds."""


class Sites(Protocol):
    """The calls that give a function its arguments."""

    def arguments(self, called: Definition, name: str) -> list[tuple[Module, ast.expr | None]]:
        """Return what the calls of a function give to a parameter."""

    def sender(self, called: Definition) -> Definition | None:
        """Return the model whose signals a function receives."""


class Values(Protocol):
    """The kinds of the values in a project."""

    resolver: Resolver
    models: Models
    sites: Sites

    def kind(self, scope: Scope, node: Any) -> Kind | None:
        """Return the kind of an expression, None when it is unknown."""

    def returned(self, called: Definition) -> Kind | None:
        """Return the kind of what a function returns."""

    def argument(self, called: Definition, name: str) -> Kind | None:
        """Return the kind that all calls of a function give to a parameter."""

    def called(self, scope: Scope, function: ast.expr) -> Definition | None:
        """Return the function of the project that an expression names, or a model's method."""
