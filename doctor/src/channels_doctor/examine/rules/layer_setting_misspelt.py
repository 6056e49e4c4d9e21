"""A setting is misspelt where Channels looks for CHANNEL_LAYERS."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "'NoneType' object has no attribute 'group_add'"

RIGHT = "CHANNEL_LAYERS"


def check(project: Project) -> Iterator[Finding]:
    """Find names that are almost CHANNEL_LAYERS in settings that have no CHANNEL_LAYERS."""
    if project.setting(RIGHT).is_set:
        return
    for name in get_close_matches(RIGHT, set(project.settings.names()) - {RIGHT}, n=1, cutoff=0.85):
        wrong = project.setting(name)
        message = f"The setting {name} is not read by anything: Channels looks for {RIGHT}, and has no layer without it."
        yield Finding(message, wrong.place, f"-{name} = …\n+{RIGHT} = …", depth=wrong.depth)
