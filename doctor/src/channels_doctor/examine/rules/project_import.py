"""The project cannot be imported."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Iterator

from ..deployment.parent_folder import lacks_parent_folder
from ..finding import Finding
from . import (
    app_not_installed,
    asgi_application_import,
    channels_import,
    channels_leftovers,
    include_in_router,
    merge_conflict,
    models_before_django,
    models_in_app_package,
    route_list,
    router_application,
    settings_missing,
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
# Rules that explain a failure better, and a word in the message of such a failure.
EXPLAINED: list[tuple[Any, str]] = [
    (asgi_application_import, ""),
    (include_in_router, "include()"),
    (app_not_installed, "explicit app_label"),
    (models_before_django, "Apps aren't loaded"),
    (models_in_app_package, "Apps aren't loaded"),
    (settings_module_late, "settings are not configured"),
    (channels_leftovers, "channels"),
    (channels_import, "cannot import name"),
    (router_application, "not iterable"),
    (settings_missing, "No module named"),
    (route_list, "no attribute 'callback'"),
]
SYNTAX = {"SyntaxError", "IndentationError", "TabError"}
# Failures that are not faults of the code; the report describes them.
OTHER_CAUSES = {"no-django", "no-settings"}
# Failures that end or stop the importing process; their message is already a sentence.
COMPLETE_MESSAGES = {"timeout", "exit", "signal"}


def check(project: Project) -> Iterator[Finding]:
    """Find the failure that stopped Django, unless another rule explains it."""
    stage, error_type, message, location = project.load_failure
    if stage not in STAGES or error_type in OTHER_CAUSES or _is_explained(project, stage, message):
        return
    unparsed = chain(syntax_error.check(project), merge_conflict.check(project))
    if (error_type in SYNTAX and any(unparsed)) or lacks_parent_folder(project):
        return
    symptom_text = message if error_type in COMPLETE_MESSAGES else f"{error_type}: {message}"
    yield Finding(
        f"{STAGES[stage]}, so no server starts.",
        location,
        _fix(project),
        symptom=symptom_text,
    )


def _is_explained(project: Project, stage: str, message: str) -> bool:
    rules = [
        rule for rule, word in EXPLAINED if word in message and (word or stage == "application")
    ]
    return any(any(rule.check(project)) for rule in rules)


def _fix(project: Project) -> str:
    """Return the first step towards a fix."""
    name = project.load_failure.missing_package
    if name and name == project.folders[-1]:
        return f"Leave `{name}.` out of the imports, the settings and the names of modules."
    if name:
        return (
            f"Install the distribution that contains {name}, or give the project's own Python with"
            " --python FILE."
        )
    return "python manage.py check  # shows the whole traceback"
