"""A group name contains unchecked input."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Iterator

from ..asgi.path_parameters import accepts_invalid_characters
from ..browser.sockets import opened_sockets
from ..channels.chosen_names import (
    is_chosen,
    is_chosen_item,
    is_from_program,
    is_generated,
)
from ..channels.group_name_fixes import hashed_name
from ..channels.layer_calls import LayerCall, layer_calls
from ..channels.validated_values import is_checked
from ..finding import Finding
from ..message_values.project_values import value_kinds
from ..message_values.user_names import user_name
from ..python.expressions import is_scope_item, item_key
from ..python.source_text import source_excerpt
from ..python.taint import OF_CLIENT, Taint, TaintAnalysis
from ..readme_status import is_demo_or_deprecated

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = (
    "TypeError: Group name must be a valid unicode string with length < 100"
    " containing only ASCII alphanumerics, hyphens, underscores, or periods."
)

PARAMETER = "the URL parameter"
PLACES = "  # in group_add() and in each group_send()"
FIX_OF_USER = (
    "Put `user.pk` in place of the name, after a prefix that no other group has, in each"
    " group_add() and group_send()."
)
FIX = 'group = "chat_" + hashlib.sha256(name.encode()).hexdigest()[:32]' + PLACES


def check(project: Project) -> Iterator[Finding]:
    """Find the group names that contain unchecked input: one finding for each kind of it."""
    found: dict[bool, list[tuple[LayerCall, Taint]]] = {}
    for call, taint in _unchecked(project) if not is_demo_or_deprecated(project) else ():
        found.setdefault(taint.is_stored, []).append((call, taint))
    for calls in found.values():
        yield _finding(project, [call for call, _ in calls], calls[0][1])


def _unchecked(project: Project) -> Iterator[tuple[LayerCall, Taint]]:
    """Yield the first such name of each consumer."""
    consumers = {each.full_name: each for each in project.production_consumers}
    analyses = {
        name: TaintAnalysis(
            project.resolver, each, partial(_find_source, project, each), is_chosen_item
        )
        for name, each in consumers.items()
    }
    reported = set()
    for call in layer_calls(project, "group_add", "group_send"):
        cls = project.resolver.enclosing_class(call.module, call.node)
        name = cls.full_name if cls else ""
        taint = _group_taint(analyses[name], call) if name in analyses else None
        is_caught = call.module.is_inside(call.node, ast.Try)
        if not taint or name in reported or is_caught:
            continue
        if taint.description == OF_CLIENT and is_from_program(project, call):
            continue
        if not is_checked(project, consumers[name], analyses[name], taint):
            reported.add(name)
            yield call, taint


def _finding(project: Project, calls: list[LayerCall], taint: Taint) -> Finding:
    call = calls[0]
    places = ", ".join(str(each.module.location(each.node)) for each in calls[1:])
    also = f" (also in {places})" if places else ""
    group = source_excerpt(call.module, call.group) if call.group else "…"
    how = "Hash it" if taint.description == OF_CLIENT else "Hash it, or restrict the route"
    how = "Use the primary key" if taint.is_stored else how
    message = (
        f"The group name `{group}` contains {taint.description}, which may have forbidden"
        f" characters{also}. {how}."
    )
    # The PubSub layer accepts any name, so the fault appears only with another layer.
    # A bad name that a client sends ends its own socket alone.
    is_harmless = "pubsub" in project.default_backend or taint.description == OF_CLIENT
    severity = "info" if is_harmless else None
    cls = project.resolver.enclosing_class(call.module, call.node)
    is_text = cls is not None and taint.description.startswith(PARAMETER)
    fix = FIX_OF_USER if taint.is_stored else FIX
    if cls and is_text and len(calls) == 1:
        fix = hashed_name(project, cls, call) or FIX
    return Finding(message, call.module.location(call.node), fix, severity)


def _group_taint(analysis: TaintAnalysis, call: LayerCall) -> Taint | None:
    function = call.module.nearest_function(call.node)
    return analysis.taint(call.module, function, call.group) if function else None


def _find_source(
    project: Project, consumer: Definition, module: Module, node: ast.AST
) -> Taint | None:
    """Return the taint of a value from a URL, a query string or a user's name."""
    if is_scope_item(node, "query_string"):
        return None if is_generated(module, node) else Taint("the query string")
    parameter = item_key(node)
    if isinstance(parameter, str) and is_scope_item(node, "url_route", "kwargs", parameter):
        return _taint_of_parameter(project, consumer, parameter)
    name = user_name(project, value_kinds(project), module, node)
    return Taint(name, is_stored=True) if name else None


def _taint_of_parameter(project: Project, consumer: Definition, name: str) -> Taint | None:
    """Return the taint of a URL parameter whose value a person chooses."""
    if not is_chosen(name) or _is_api(project):
        return None
    if not accepts_invalid_characters(project, consumer, name):
        return None
    return Taint(f"{PARAMETER} `{name}`")


def _is_api(project: Project) -> bool:
    """Return whether the pages are those of another program, which makes the addresses."""
    apps = project.settings["INSTALLED_APPS"].items
    return "rest_framework" in apps and not any(opened_sockets(project))
