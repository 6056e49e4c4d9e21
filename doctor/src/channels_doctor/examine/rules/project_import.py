"""The project cannot be imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

from ..finding import Finding, Place
from . import (
    asgi_application_import,
    channels_leftovers,
    include_in_router,
    models_before_django,
    settings_module_late,
    syntax_error,
)

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "settings"
SYMPTOM = "ModuleNotFoundError: No module named"

STAGES = {
    "manage": "manage.py fails",
    "settings": "The settings cannot be imported",
    "setup": "Django cannot be set up",
    "application": "The ASGI application cannot be imported",
    "routes": "The routes cannot be read",
}
# Rules that explain a failure better, and a word of each failure that they explain.
EXPLAINED: list[tuple[Any, str]] = [
    (asgi_application_import, ""),
    (include_in_router, "include()"),
    (models_before_django, "Apps aren't loaded"),
    (settings_module_late, "settings are not configured"),
    (channels_leftovers, "channels"),
]
SYNTAX = {"SyntaxError", "IndentationError", "TabError"}
# What stands in the way of the examination and is no fault of the code: the report says it.
NOT_OURS = {"no-django", "no-settings"}
# How code ends or stops the process that imports it; the message is a sentence already.
ENDED = {"time", "exit", "signal"}


def check(project: Project) -> Iterator[Finding]:
    """Find what has stopped Django, unless another rule says why."""
    failure = project.facts.get("failure") or {}
    stage, kind, message = (str(failure.get(key) or "") for key in ("stage", "type", "message"))
    if stage not in STAGES or kind in NOT_OURS or _is_explained(project, stage, message):
        return
    if kind in SYNTAX and any(syntax_error.check(project)):
        return
    frames = [
        each for each in failure.get("frames") or [] if isinstance(each, dict) and each.get("path")
    ]
    place = Place(frames[-1]["path"], frames[-1].get("line")) if frames else None
    seen = message if kind in ENDED else f"{kind}: {message}"
    yield Finding(
        f"{STAGES[stage]}, so no server starts.", place, _fix(kind, message), symptom=seen
    )


def _is_explained(project: Project, stage: str, message: str) -> bool:
    rules = [
        rule for rule, word in EXPLAINED if word in message and (word or stage == "application")
    ]
    return any(any(rule.check(project)) for rule in rules)


def _fix(kind: str, message: str) -> str:
    """Return what to do first."""
    name = message.partition("No module named ")[2].strip("'\"").partition(".")[0]
    if kind == "ModuleNotFoundError" and name.isidentifier():
        return f"Install the distribution that has {name}, or give the project's own Python with --python FILE."
    return "python manage.py check  # shows the whole traceback"
