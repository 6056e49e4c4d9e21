"""`ASGI_APPLICATION` is not set."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..asgi.application_setting import NAME, application_setting
from ..channels.installed_consumers import has_no_installed_consumer
from ..channels.runserver_apps import has_runserver, is_application_setting_read
from ..channels.unported_code import is_for_channels_1, must_be_ported
from ..finding import Finding
from ..python.definitions import assigned_names

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "CommandError: You have not set ASGI_APPLICATION, which is needed to run the server."

NOT_FOUND = "ImproperlyConfigured: Cannot find ASGI_APPLICATION setting."


def check(project: Project) -> Iterator[Finding]:
    """Find settings without ASGI_APPLICATION if all are known and something reads it."""
    if is_for_channels_1(project) or must_be_ported(project) or has_no_installed_consumer(project):
        return
    setting = project.settings[NAME]
    if setting.depth == "source" and _is_set_in_other_file(project):
        return
    if setting.value is None and is_application_setting_read(project):
        similar = get_close_matches(NAME, set(project.settings.names()) - {NAME}, n=1, cutoff=0.9)
        instead = f" (nothing reads `{similar[0]}`)" if similar else ""
        location = project.settings[similar[0]].location if similar else setting.location
        is_run = has_runserver(project)
        effect = "`runserver` does not start" if is_run else "`get_default_application()` fails"
        message = (
            f"`{NAME}` is not set{instead}: {effect}. Set it to the application's dotted name."
        )
        fix, symptom = application_setting(project), None if is_run else NOT_FOUND
        yield Finding(message, location, fix, depth=setting.depth, symptom=symptom)


def _is_set_in_other_file(project: Project) -> bool:
    """Return whether a file sets it that the settings may load in a way that is not followed."""
    return any(NAME in assigned_names(each) for _, each in project.find_all(ast.Assign))
