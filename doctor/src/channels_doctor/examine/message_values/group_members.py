"""Consumers in a group that do not handle each message for the group."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple, Tuple, Union

from ..asgi.route_table import route_table
from ..channels.handler_names import handler_names, known_handler_names, names_set_elsewhere
from ..channels.layer_calls import LayerCall, layer_calls
from ..python.definitions import Definition, parameters
from ..python.expressions import argument, own_attribute
from ..python.modules import FUNCTIONS
from .call_sites import call_sites
from .group_strings import group_strings
from .message_types import type_texts
from .scope import Scope, scope_of
from .string_parts import ANY, is_string, literal_text

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

# A literal name, or the line of the only text of a function that makes names.
Group = Union[str, Tuple[str, int]]


class Deaf(NamedTuple):
    """A consumer that joins the group of a message, and has no method for its type."""

    consumer: Definition
    place: Location
    call: LayerCall
    text: str

    @property
    def handler(self) -> str:
        """Return the name of the method that handles the type."""
        return self.text.replace(".", "_")


def deaf_members(project: Project) -> Iterator[Deaf]:
    """Yield the consumers that certainly get a message which only other consumers handle."""
    known = known_handler_names(project) - names_set_elsewhere(project)
    members = list(_members(project))
    for call in layer_calls(project, "group_send") if _has_one_layer(project) and members else ():
        group = _group(project, scope_of(call.module, call.node), call.group)
        found = [each for each in members if group is not None and each[2] == group]
        for text in type_texts(project, call) if found else ():
            for consumer, joined, _ in found:
                deaf = Deaf(consumer, joined, call, text.text)
                if deaf.handler in known - handler_names(project, consumer):
                    yield deaf


def _has_one_layer(project: Project) -> bool:
    return len(project.settings["CHANNEL_LAYERS"].mapping) <= 1


def _members(project: Project) -> Iterator[tuple[Definition, Location, Group]]:
    """Yield the consumers that routes lead to, with the known groups that they join, and where."""
    consumers = [each for each in project.production_consumers if _is_served(project, each)]
    for consumer in consumers:
        classes = {each.node for each in project.resolver.mro(consumer)}
        for call in layer_calls(project, "group_add"):
            channel = argument(call.node, 1, "channel")
            is_own = classes & {*call.module.enclosing_nodes(call.node)}
            if is_own and own_attribute(channel) == "channel_name":
                group = _group(project, scope_of(call.module, call.node), call.group)
                if group is not None:
                    yield consumer, call.module.location(call.node), group
        yield from _listed(project, consumer)


def _is_served(project: Project, consumer: Definition) -> bool:
    """Return whether a route leads to a consumer itself."""
    routes = route_table(project)
    own = routes.routes_to(consumer)
    heirs = [
        each
        for each in project.consumers
        if each.node is not consumer.node
        and consumer.full_name in {base.full_name for base in project.resolver.mro(each)}
    ]
    return bool(own) and not heirs


def _listed(project: Project, consumer: Definition) -> Iterator[tuple[Definition, Location, Group]]:
    """Yield the groups in the attribute `groups` of a consumer."""
    found = project.resolver.member(consumer, "groups")
    for each in getattr(found.value, "elts", []) if found else []:
        group = _group(project, Scope(found.module, None), each)  # type: ignore[union-attr]
        if group is not None:
            yield consumer, found.module.location(each), group  # type: ignore[union-attr]


def _group(project: Project, scope: Scope, node: ast.expr | None) -> Group | None:
    """Return what tells a group from others, None when the text does not tell it."""
    found = {
        (module, getattr(each, "lineno", 0), literal_text(each, ANY))
        for module, each in group_strings(project, scope, node)
        if not (isinstance(each, ast.Constant) and each.value is None)
    }
    if len(found) != 1:
        return None
    module, line, text = found.pop()
    if ANY not in text:
        return text
    is_plain = text.count(ANY) == 1 and text != ANY
    return _place(project, module, line) if is_plain else None


def _place(project: Project, module: Module, line: int) -> Group | None:
    """Return the line of a text in a function that makes names, None for another text.

    The same argument means the same group, unless a call gives a text of its own: that may be the
    beginning of another kind of name.
    """
    functions = [each for each in module.tree.body if isinstance(each, FUNCTIONS)]
    around = [each for each in functions if each.lineno <= line <= (each.end_lineno or 0)]
    if not around:
        return None
    maker = Definition(module, around[0])
    given = [
        value
        for each in parameters(around[0])
        for _, value in call_sites(project).arguments(maker, each.arg)
    ]
    return None if any(each is None or is_string(each) for each in given) else (module.path, line)
