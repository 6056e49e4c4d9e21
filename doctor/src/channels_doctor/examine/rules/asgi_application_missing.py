"""`ASGI_APPLICATION` is not set."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..asgi.application import DEFAULT, ROUTER
from ..channels.release import apps_with_runserver
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "CommandError: You have not set ASGI_APPLICATION, which is needed to run the server."

NAME = "ASGI_APPLICATION"


def check(project: Project) -> Iterator[Finding]:
    """Find settings that are all known and have no ASGI_APPLICATION, which runserver, or only a test, asks for."""
    setting = project.setting(NAME)
    needed = _is_read(project)
    if setting.value is None and (needed or project.uses_sockets):
        similar = get_close_matches(NAME, set(project.settings.names()) - {NAME}, n=1, cutoff=0.9)
        instead = f" ({similar[0]} is read by nothing)" if similar else ""
        message = f"{NAME} is not set{instead}: {_consequence(needed)}."
        yield Finding(
            message, setting.place, _fix(project), None if needed else "info", setting.depth
        )


def _consequence(needed: bool) -> str:
    return (
        "runserver stops"
        if needed
        else "nothing of Channels that asks for the project's application finds one"
    )


def _is_read(project: Project) -> bool:
    """Return whether a runserver for ASGI is installed, or the application is taken from the setting."""
    apps = project.setting("INSTALLED_APPS").value
    wanted = apps_with_runserver(project)
    named = (
        any(str(app).split(".")[0] in wanted for app in apps)
        if isinstance(apps, (list, tuple))
        else False
    )
    return named or any(any(module.calls(DEFAULT)) for module in project.code)


def _fix(project: Project) -> str:
    """Return the line that names the module with the router, else `asgi.py`."""
    makers = [each for each in project.code if any(each.calls(ROUTER))]
    makers = makers or [each for each in project.code if each.path.split("/")[-1] == "asgi.py"]
    return f'+{NAME} = "{makers[0].name if len(makers) == 1 else "config.asgi"}.application"'
