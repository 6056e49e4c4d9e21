"""`runworker` is started without the name of a channel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..channels.other_processes import names_channels
from ..channels.release import is_first_channels
from ..deployment.compose import COMPOSE
from ..diffs import changed_line, file_line
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "manage.py runworker: error: the following arguments are required: channels"

ALONE = re.compile(r"runworker(\s+-[\w-]+([\s=]\d+)?)*$")  # with options, without `&&`
OWN_COMMAND = ".management.commands.runworker"


def check(project: Project) -> Iterator[Finding]:
    """Find `runworker` without an argument, as Channels 1 needed it for each socket."""
    if is_first_channels(project) or _has_own_command(project):
        return
    for command in project.commands:
        if command.program == "runworker" and not names_channels(command):
            message = (
                "`runworker` needs the names of channels, and WebSockets do not use it since"
                " Channels 2. Remove the process, or name the channels."
            )
            line = file_line(project, command.location)
            is_alone = bool(ALONE.search(line))
            fix = changed_line(line, "") if is_alone else "python manage.py runworker NAME"
            if COMPOSE.search(command.location.path) and command.service:
                fix = f"Remove the service `{command.service}`."
            yield Finding(message, command.location, fix)


def _has_own_command(project: Project) -> bool:
    return any(module.name.endswith(OWN_COMMAND) for module in project.modules)
