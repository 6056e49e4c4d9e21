"""The groups that a project joins, as patterns of their names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.api import LIBRARY
from ..channels.consumers import is_fully_resolved
from ..channels.foreign_consumers import serves_foreign_consumers
from ..channels.layer_calls import LayerCall, is_channel_layer, layer_calls
from ..channels.sent_messages import handler_name
from ..python.expressions import attribute_name, is_variable, own_attribute, string_value
from .group_strings import group_patterns
from .scope import Scope, scope_of
from .string_parts import ANY

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

JOIN, GROUPS = "group_add", "groups"


def joined_groups(project: Project) -> set[str] | None:
    """Return the names of the groups that anything joins, None when the text does not tell."""
    consumers = project.production_consumers
    if not consumers or project.unparsed_files or serves_foreign_consumers(project):
        return None
    if not all(_is_known(project, each) for each in consumers) or _joins_elsewhere(project):
        return None
    return named_groups(project)


def named_groups(project: Project) -> set[str]:
    """Return the names of the groups that `group_add()` and the consumers' `groups` have."""
    consumers = project.production_consumers
    return {*_added(project), *(name for each in consumers for name in _listed(project, each))}


def _is_known(project: Project, consumer: Definition) -> bool:
    """Return whether a consumer joins only the groups that its text names."""
    bases = project.resolver.outside_bases(consumer)
    classes = list(project.resolver.mro(consumer))
    changes = any(own_attribute(node) == GROUPS for each in classes for node in ast.walk(each.node))
    is_of_library = any(base.startswith(LIBRARY) for base in bases)
    return is_fully_resolved(project.resolver, consumer) and not changes and not is_of_library


def _joins_elsewhere(project: Project) -> bool:
    """Return whether `group_add` is or may be used other than by a call on the layer.

    The `group_add()` of a layer of the project's own passes on what its callers name.
    """
    if any(_is_dynamic(project, module, call) for module, call in project.find_all(ast.Call)):
        return True
    joins = {each.node for each in layer_calls(project, JOIN)}
    nodes = project.find_all(ast.Attribute, ast.Constant)
    uses = [(module, node) for module, node in nodes if _names_join(node)]
    return any(
        not joins & {*module.enclosing_nodes(node)} and not _is_in_join(module, node)
        for module, node in uses
    )


def _names_join(node: ast.AST) -> bool:
    return attribute_name(node) == JOIN or string_value(node) == JOIN


def _is_in_join(module: Module, node: ast.AST) -> bool:
    function = module.nearest_function(node)
    return function is not None and function.name == JOIN


def _is_dynamic(project: Project, module: Module, call: ast.Call) -> bool:
    """Return whether a call is `getattr()` of the layer with a computed name."""
    if not is_variable(call.func, "getattr") or not call.args[1:]:
        return False
    layer, name = call.args[:2]
    return string_value(name) is None and is_channel_layer(project, module, layer)


def unjoined_group(project: Project, call: LayerCall, joined: set[str]) -> str:
    """Return the name of the group of a call that nothing joins, "" when something may."""
    if call.group is None:
        return ""
    names = list(group_patterns(project, scope_of(call.module, call.node), call.group))
    return "" if not names or _may_meet(names, list(joined)) else names[0]


def may_reach_others(project: Project, call: LayerCall) -> bool:
    """Return whether a message may go to other consumers than that of its sender."""
    is_own_channel = own_attribute(call.group) == "channel_name"
    return not is_own_channel and not (call.method == "group_send" and _is_lonely(project, call))


def _is_lonely(project: Project, call: LayerCall) -> bool:
    """Return whether a group has a literal name, and every join with a known name has another.

    A join whose whole name is unknown hardly means a literal name.
    """
    joined = [each for each in named_groups(project) if each != ANY]
    names = _patterns(project, call)
    return bool(joined) and not any(ANY in each for each in names) and not _may_meet(names, joined)


def may_reach(project: Project, consumer: Definition, handler: str) -> bool:
    """Return whether a message for a handler may go to a group that a consumer joins.

    A message for a channel may go to each consumer.
    """
    joined = list(_joined_by(project, consumer))
    for call in layer_calls(project, "group_send", "send"):
        is_for = handler_name(call.message) == handler
        if is_for and (call.method == "send" or _may_meet(_patterns(project, call), joined)):
            return True
    return False


def _joined_by(project: Project, consumer: Definition) -> Iterator[str]:
    """Yield the groups that a consumer joins, and those that functions outside of consumers do."""
    own = {each.full_name for each in project.resolver.mro(consumer)}
    others = {each.full_name for each in project.consumers} - own
    for call in layer_calls(project, JOIN):
        cls = project.resolver.enclosing_class(call.module, call.node)
        if cls is None or cls.full_name not in others:
            yield from _patterns(project, call)
    yield from _listed(project, consumer)


def _patterns(project: Project, call: LayerCall) -> list[str]:
    """Return the names of the group of a call, the pattern of all names when it is unknown."""
    scope = scope_of(call.module, call.node)
    return list(group_patterns(project, scope, call.group)) or [ANY]


def _may_meet(names: list[str], joined: list[str]) -> bool:
    return any(_may_be_the_same(name, each) for name in names for each in joined)


def _added(project: Project) -> Iterator[str]:
    for call in layer_calls(project, JOIN):
        yield from group_patterns(project, scope_of(call.module, call.node), call.group)


def _listed(project: Project, consumer: Definition) -> Iterator[str]:
    """Yield the names in the attribute `groups` of a consumer."""
    found = project.resolver.member(consumer, GROUPS)
    if found is None:
        return
    if not isinstance(found.value, (ast.List, ast.Tuple, ast.Set)):
        yield ANY
        return
    for each in found.value.elts:
        yield from group_patterns(project, Scope(found.module, None), each)


def _may_be_the_same(one: str, other: str) -> bool:
    """Return whether two patterns may stand for one name; their beginnings and ends decide."""
    if ANY not in one and ANY not in other:
        return one == other
    starts = [each.partition(ANY)[0] for each in (one, other)]
    ends = [each.rpartition(ANY)[2] for each in (one, other)]
    begins = starts[0].startswith(starts[1]) or starts[1].startswith(starts[0])
    return begins and (ends[0].endswith(ends[1]) or ends[1].endswith(ends[0]))
