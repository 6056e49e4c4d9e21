"""A group name has a character or a length that is not allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..channels.layer_calls import layer_calls
from ..finding import Finding
from ..message_values.group_lengths import least_length
from ..message_values.group_strings import group_patterns, group_strings
from ..message_values.scope import scope_of
from ..message_values.string_parts import literal_text

if TYPE_CHECKING:
    import ast

    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "TypeError: Group name must be a valid unicode string with length < 100"
    " containing only ASCII alphanumerics, hyphens, underscores, or periods."
)

MAX_LENGTH = 99  # characters
FORBIDDEN_CHARACTERS = re.compile(r"[^A-Za-z0-9_.-]+")


def check(project: Project) -> Iterator[Finding]:
    """Find group names with a forbidden character in a literal part, and too long ones."""
    # The PubSub layer accepts any name, so the fault appears only with another layer.
    severity = "info" if "pubsub" in project.default_backend else None
    for module, name in _names(project):
        scope = scope_of(module, name)
        strings = [*group_strings(project, scope, name)]
        texts = [each for _, each in strings if getattr(each, "value", "") is not None]
        # Of several values of a variable, a later one may be a part of an earlier one.
        is_known = len(texts) == len([*group_patterns(project, scope, name)])
        for place, node in strings:
            wrong = FORBIDDEN_CHARACTERS.search(literal_text(node))
            if wrong:
                yield _finding(place, node, wrong.group(), severity)
            length = least_length(place, node)
            if length > MAX_LENGTH and is_known:
                message = (
                    f"The group name has {length} characters or more, and the channel layer refuses"
                    f" more than {MAX_LENGTH}. Shorten it."
                )
                fix = "hashlib.sha256(name.encode()).hexdigest()"
                yield Finding(message, place.location(node), fix, severity)


def _finding(module: Module, node: ast.AST, wrong: str, severity: str | None) -> Finding:
    message = (
        f"The group name contains {wrong[:20]!r}, which the channel layer"
        " refuses. Use ASCII letters, digits, `-`, `_` and `.`."
    )
    valid = FORBIDDEN_CHARACTERS.sub("_", literal_text(node))
    fix = f'Write "{valid}", or name the group after a primary key.'
    return Finding(message, module.location(node), fix, severity)


def _names(project: Project) -> Iterator[tuple[Module, ast.expr]]:
    """Yield the names of groups in calls of the layer, and in the `groups` of consumers."""
    for call in layer_calls(project, "group_add", "group_send"):
        if call.group is not None:
            yield call.module, call.group
    for consumer in project.production_consumers:
        groups = project.resolver.member(consumer, "groups")
        for each in getattr(groups.value, "elts", []) if groups else []:
            yield groups.module, each  # type: ignore[union-attr]
