"""`runworker` is started without the name of a channel that the project routes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..channels.other_processes import channel_names, names_channels
from ..channels.release import is_first_channels
from ..channels.worker_channels import routed_channels
from ..deployment.compose import COMPOSE
from ..diffs import changed_line, file_line, line_diff
from ..finding import Finding
from ..python.importable import close_name

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "manage.py runworker: error: the following arguments are required: channels"
UNREAD = "The worker runs, and the messages for its consumer stay in the channel layer unread."

CHANNEL = re.compile(r"[\w.-]+$")  # no variable of a shell, and no redirection
ALONE = re.compile(r"runworker(\s+-[\w-]+([\s=]\d+)?)*$")  # with options, without `&&`
OWN_COMMAND = ".management.commands.runworker"


def check(project: Project) -> Iterator[Finding]:
    """Find `runworker` without an argument, as Channels 1 needed it, and with a wrong one."""
    if is_first_channels(project) or _has_own_command(project):
        return
    for command in project.commands:
        if command.program == "runworker" and not names_channels(command):
            yield _without_channel(project, command)
        elif command.program == "runworker":
            yield from _with_other_channels(project, command)


def _without_channel(project: Project, command: Command) -> Finding:
    message = (
        "`runworker` needs the names of channels, and WebSockets do not use it since"
        " Channels 2. Remove the process, or name the channels."
    )
    line = file_line(project, command.location)
    fix = changed_line(line, "") if ALONE.search(line) else "python manage.py runworker NAME"
    if COMPOSE.search(command.location.path) and command.service:
        fix = f"Remove the service `{command.service}`."
    return Finding(message, command.location, fix)


def _with_other_channels(project: Project, command: Command) -> Iterator[Finding]:
    """Find the channels of a command that the project routes to no consumer."""
    names, routed = list(channel_names(command)), routed_channels(project)
    if not routed or None in routed or not all(map(CHANNEL.match, names)):
        return
    known = sorted(filter(None, routed))
    for name in names:
        if name not in routed:
            listed = ", ".join(f"`{each}`" for each in known)
            message = (
                f"`runworker` listens to `{name}`, which no `ChannelNameRouter` has. It has"
                f" {listed}."
            )
            right = close_name(name, known) or (known[0] if len(known) == 1 else "")
            fix = f"Name a channel that the router has: {listed}."
            if right and right not in names:
                fix = line_diff(project, command.location, name, right)
            yield Finding(message, command.location, fix, symptom=UNREAD)


def _has_own_command(project: Project) -> bool:
    return any(module.name.endswith(OWN_COMMAND) for module in project.modules)
