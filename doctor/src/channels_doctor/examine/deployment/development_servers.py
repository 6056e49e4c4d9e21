"""The servers that developers start: `runserver`, or another one that a file names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .command_settings import WORKFLOWS
from .documented_servers import ASGI_COMMAND, DOCUMENTS
from .image_commands import has_replaced_command

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project

BATCH = re.compile(r"\.(bat|cmd|ps1)$", re.IGNORECASE)  # what developers start on Windows
# Files whose processes run beside each other.
PROCESSES = re.compile(r"(^|/)Procfile[^/]*$|\.ya?ml$")
# Files of a deployment alone; developers start the site in another way.
DEPLOYED = re.compile(r"(^|/)Procfile$|\.service$|\.(conf|ini|lock|txt|in)$")
# The command, not a file of that name, nor a line that is commented out.
RUNSERVER = re.compile(rb"^(?![ \t]*#)[^\n]*\brunserver\b(?!\.py\b)", re.MULTILINE)

# A service of systemd that an administrator or a workflow starts.
SERVICE = re.compile(r"\bsystemctl\s+(?:re)?(?:start|load)\s+(daphne|uvicorn|hypercorn|granian)\b")
# `uvicorn.run("config.asgi:application")`
ASGI_CALL = re.compile(r"\b(uvicorn|hypercorn|granian|daphne)\b[^\n]{0,200}asgi:\w", re.IGNORECASE)

# `runserver` serves static files itself; an ASGI server that developers start needs this handler.
STATIC_HANDLER = "django.contrib.staticfiles.handlers.ASGIStaticFilesHandler"


def names_runserver(project: Project) -> bool:
    """Return whether a file names `runserver`, other than an image whose command is replaced."""
    return any(
        RUNSERVER.search(file.read() or b"") and not has_replaced_command(project, file.path)
        for file in project.deployment_files
    )


def uses_other_server(project: Project) -> bool:
    """Return whether developers start an ASGI server, by commands, documents, services or code."""
    if any(command.is_asgi and command.is_development for command in project.commands):
        return True
    if any(any(module.calls(STATIC_HANDLER)) for module in project.asgi_modules):
        return True
    if any(_starts_asgi(file) for file in project.deployment_files):
        return True
    started = (each for each in project.deployment_files if not DEPLOYED.search(each.path))
    return not names_runserver(project) and any(map(_has_command, started))


def _has_command(file: File) -> bool:
    """Return whether a text has the command of an ASGI server; a comment of code is none."""
    if file.path.endswith(".py"):
        return bool(ASGI_CALL.search(file.text()))
    return any(each.search(file.text()) for each in (ASGI_COMMAND, SERVICE))


def _starts_asgi(file: File) -> bool:
    """Return whether a document or a batch file starts an ASGI server, or a list of processes.

    A list counts only where `runserver` is one of its processes.
    """
    is_list = PROCESSES.search(file.path) and not WORKFLOWS.search(file.path)
    if not (is_list or DOCUMENTS.search(file.path) or BATCH.search(file.path)):
        return False
    text = file.text()
    return bool(ASGI_COMMAND.search(text)) and not (is_list and "runserver" not in text)
