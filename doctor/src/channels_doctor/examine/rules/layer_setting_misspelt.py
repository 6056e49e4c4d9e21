"""The name of the setting `CHANNEL_LAYERS` is misspelt."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..channels.layer_calls import no_layer
from ..diffs import line_diff
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "'NoneType' object has no attribute 'group_add'"

NAME = "CHANNEL_LAYERS"


def check(project: Project) -> Iterator[Finding]:
    """Find names similar to CHANNEL_LAYERS in settings without it, where code uses a layer."""
    if project.settings[NAME].is_set or not any(project.layer_uses()):
        return
    for name in get_close_matches(NAME, set(project.settings.names()) - {NAME}, n=1, cutoff=0.85):
        wrong = project.settings[name]
        message = (
            f"Nothing reads the setting `{name}`, so there is no channel layer. Rename it to"
            f" `{NAME}`."
        )
        fix = line_diff(project, wrong.location, name, NAME)
        yield Finding(message, wrong.location, fix, None, wrong.depth, no_layer(project))
