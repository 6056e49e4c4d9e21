"""A consumer has groups, but there is no channel layer."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..diffs import in_file
from ..finding import Finding
from ..python.definitions import assigned_names
from ..python.literal_values import evaluate

if TYPE_CHECKING:
    import ast

    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "InvalidChannelLayerError: BACKEND is unconfigured or doesn't support groups"

NAME = "CHANNEL_LAYERS"
FIX = (
    '+CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}'
    "  # for one process"
)


def check(project: Project) -> Iterator[Finding]:
    """Find `groups = [...]` in consumers when CHANNEL_LAYERS is certainly missing or empty."""
    layers = project.settings[NAME]
    if layers.value not in (None, {}) or _is_misspelt(project):
        return
    for consumer in project.production_consumers:
        for node in _groups(consumer):
            message = (
                f"`{consumer.name}` has groups, but `{NAME}` is not set, so each of its sockets"
                " fails. Configure a channel layer."
            )
            place = project.settings.location
            fix = in_file(place.path, FIX) if place else FIX
            yield Finding(message, consumer.module.location(node), fix, depth=layers.depth)


def _is_misspelt(project: Project) -> bool:
    """Return whether the setting is misspelt, which another rule reports."""
    return bool(get_close_matches(NAME, set(project.settings.names()) - {NAME}, n=1, cutoff=0.85))


def _groups(consumer: Definition) -> Iterator[ast.AST]:
    """Yield the class attribute, unless it is empty, None or unknown."""
    for node in consumer.node.body:
        if "groups" in assigned_names(node):
            value = evaluate(node.value, {})
            if isinstance(value, (list, tuple)) and value:
                yield node
