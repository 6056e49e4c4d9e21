"""A group name contains unchecked input."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Iterator

from ..asgi.path_parameters import NOTHING, SOME, admits
from ..channels.consumer_classes import consumers, mentions
from ..channels.layer_calls import LayerCall, layer_calls
from ..finding import Finding
from ..orm.orm_types import around
from ..python.expressions import is_scope, item, spell
from ..python.taint import Flow, Origin

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from ..python.names import Definition

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = (
    "TypeError: Group name must be a valid unicode string with length < 100"
    " containing only ASCII alphanumerics, hyphens, underscores, or periods."
)

NAMES = {"username", "email", "get_username"}
# Who uses one of these on the way looks at the value; what he finds cannot be seen from here.
CHECKS = (
    "match", "fullmatch", "isalnum", "isidentifier", "isdigit", "isascii", "isdecimal", "require_valid_group_name",
    "valid_group_name", "slugify", "UUID",
)  # fmt: skip
FIX = 'group = "chat_" + hashlib.sha256(name.encode()).hexdigest()[:32]'


def check(project: Project) -> Iterator[Finding]:
    """Find groups of consumers that are named after URLs, queries, messages or users, once for each consumer."""
    found = {each.qualified: each for each in consumers(project)}
    flows = {
        name: Flow(project, each, partial(_source, project, each)) for name, each in found.items()
    }
    told = set()
    for call in layer_calls(project, "group_add", "group_send"):
        inside = project.names.around(call.module, call.node)
        name = inside.qualified if inside else ""
        origin = _origin(flows[name], call) if name in flows else None
        if origin and name not in told and not _is_checked(project, found[name]):
            told.add(name)
            yield _finding(project, call, origin)


def _finding(project: Project, call: LayerCall, origin: Origin) -> Finding:
    message = (
        f"The group {spell(call.group) if call.group else ''} is named after {origin.text}, which may hold"
        " characters that no group's name may have."
    )
    # The layer that publishes takes any name, so only a change of layers would show it.
    severity = "info" if "pubsub" in project.backend else origin.severity
    return Finding(message, call.module.place(call.node), FIX, severity)


def _origin(flow: Flow, call: LayerCall) -> Origin | None:
    function = around(call.module, call.node)
    return flow.origin(call.module, function, call.group) if function else None


def _source(project: Project, found: Definition, _module: Module, node: ast.AST) -> Origin | None:
    """Return the origin of what a URL, a query string or a user's name give."""
    if is_scope(node, "query_string"):
        return Origin("the query string")
    if isinstance(node, ast.Attribute) and node.attr in NAMES and _is_user(node.value):
        return Origin(f"the user's {node.attr}")
    parameter = item(node)
    if isinstance(parameter, str) and is_scope(node, "url_route", "kwargs", parameter):
        much = admits(project, found, parameter)
        if much != NOTHING:
            return Origin(f"{parameter} in the URL", "info" if much == SOME else "warning")
    return None


def _is_user(node: ast.AST) -> bool:
    return is_scope(node, "user") or getattr(node, "attr", getattr(node, "id", "")) == "user"


def _is_checked(project: Project, found: Definition) -> bool:
    """Return whether the consumer looks at such a value, or finds a row by it as a key."""
    classes = list(project.names.lineage(found))
    return any(mentions(each, *CHECKS) or _finds_a_row(each) for each in classes)


def _finds_a_row(found: Definition) -> bool:
    words = {
        word.arg
        for node in ast.walk(found.node)
        if isinstance(node, ast.Call)
        for word in node.keywords
    }
    return bool(words & {"pk", "id", "slug", "uuid", "code"})
