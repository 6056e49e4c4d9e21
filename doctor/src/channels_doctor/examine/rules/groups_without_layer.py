"""A consumer has groups, but there is no channel layer."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..python.literal_values import UNKNOWN, evaluate

if TYPE_CHECKING:
    from ..channels.consumers import Consumer
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "InvalidChannelLayerError: BACKEND is unconfigured or doesn't support groups"

NAME = "CHANNEL_LAYERS"
FIX = '+CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}  # one process alone'


def check(project: Project) -> Iterator[Finding]:
    """Find `groups = [...]` in consumers when CHANNEL_LAYERS is certainly missing or empty."""
    layers = project.setting(NAME)
    if layers.value not in (None, {}) or _is_misspelt(project):
        return
    for consumer in project.consumers:
        if consumer.module in project.code:
            for node in _groups(consumer):
                message = (
                    f"{consumer.name} names groups, and without {NAME} no layer can keep them: "
                    "each of its sockets fails when it connects."
                )
                yield Finding(message, consumer.module.place(node), FIX, depth=layers.depth)


def _is_misspelt(project: Project) -> bool:
    """Return whether another name was meant: that has a rule of its own."""
    return bool(get_close_matches(NAME, set(project.settings.names()) - {NAME}, n=1, cutoff=0.85))


def _groups(consumer: Consumer) -> Iterator[ast.AST]:
    """Yield the class attribute, unless it is empty, None or unknown."""
    for node in consumer.node.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "groups" for target in targets):
            value = evaluate(getattr(node, "value", None), {})
            if value is not UNKNOWN and isinstance(value, (list, tuple)) and value:
                yield node
