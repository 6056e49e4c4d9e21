"""Whether a person types a value that a client sends, judged by the name of the value."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from ..python.definitions import assigned_names
from ..python.expressions import item_key, last_name, walk_body
from .layer_calls import layer_calls

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from .layer_calls import LayerCall

# Others, such as ids, come from the program's own pages and links.
CHOSEN = re.compile(
    r"name|nick|room|title|topic|subject|label|channel|group|email|^user$", re.IGNORECASE
)
# An item of a message that a person types, or that has such items.
TYPED = re.compile(
    r"chat|recipient|receiver|friend|peer|player|team|query|text|message|data|payload|body|content"
    r"|param|arg|event|json",
    re.IGNORECASE,
)
# The validator and the form field that accept some characters only.
RESTRICTING = {"RegexValidator", "RegexField"}
GENERATED = re.compile(r"(^|_)(id|ids|pk|uuid|code|key|token|hash|number)$|[a-z]I[dD]$")


def is_chosen(name: str) -> bool:
    """Return whether a person chooses a value of that name."""
    return bool(CHOSEN.search(name)) and not GENERATED.search(name)


def is_chosen_item(key: str) -> bool:
    """Return whether an item of a message or a query string may have what a person types."""
    return bool(CHOSEN.search(key) or TYPED.search(key)) and not GENERATED.search(key)


def is_generated(module: Module, node: ast.AST) -> bool:
    """Return whether a variable for a value that the site has made gets the query string."""
    around = module.enclosing_nodes(node)
    statement = next(each for each in around if isinstance(each, ast.stmt))
    return any(map(GENERATED.search, assigned_names(statement)))


def is_from_program(project: Project, call: LayerCall) -> bool:
    """Return whether a program, and not a person, provides the name of a call's group."""
    return _has_only_ids(call) or _names_group_of_others(project, call)


def _has_only_ids(call: LayerCall) -> bool:
    """Return whether the name of a call's group is an f-string of values that nobody types."""
    group = _group_value(call)
    values = [each.value for each in ast.walk(group) if isinstance(each, ast.FormattedValue)]
    names = [last_name(each) or str(item_key(each)) for each in values]
    return bool(names) and not any(map(is_chosen, names))


def _names_group_of_others(project: Project, call: LayerCall) -> bool:
    """Return whether a client gives the whole name of a group to which other code sends."""
    group = _group_value(call)
    is_whole = isinstance(group, ast.Name) or item_key(group) is not None
    return is_whole and any(
        _class_name(project, each) != _class_name(project, call)
        for each in layer_calls(project, "group_send")
    )


def _class_name(project: Project, call: LayerCall) -> str:
    found = project.resolver.enclosing_class(call.module, call.node)
    return found.full_name if found else ""


def _group_value(call: LayerCall) -> Any:
    """Return the expression of a call's group, or the first value of its variable."""
    group: Any = call.group
    function = call.module.nearest_function(call.node)
    if isinstance(group, ast.Name) and function:
        named = (each for each in walk_body(function.body) if isinstance(each, ast.Assign))
        return next((each.value for each in named if group.id in assigned_names(each)), group)
    return group


def is_restricted(project: Project, attribute: str) -> bool:
    """Return whether a form or a model of the project restricts the characters of an attribute."""
    return any(
        _is_restricting(project, module, value)
        for module, each in project.find_all(ast.Assign)
        if any(attribute in name for name in assigned_names(each))
        for value in ast.walk(each.value)
    )


def _is_restricting(project: Project, module: Module, node: ast.AST) -> bool:
    """Return whether an expression is such a validator or field, or a variable of one."""
    value = project.resolver.value(module, node)[1]
    return isinstance(value, ast.Call) and last_name(value.func) in RESTRICTING
