"""A command that needs a shell runs without one."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Iterator

from ..deployment.commands import ASGI_SERVERS, Command
from ..deployment.compose import services_built_from
from ..deployment.raw_commands import container_commands, unit_commands
from ..deployment.served_addresses import BIND_OPTIONS, PORT_OPTIONS
from ..diffs import changed_line, file_line
from ..finding import Finding

if TYPE_CHECKING:
    from ..deployment.raw_commands import ListedCommand
    from ..files import File
    from ..finding import Location
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Error: '$PORT' is not a valid port number."

SERVERS = {*ASGI_SERVERS, "gunicorn"}
ERRORS = {
    "daphne": "daphne: error: argument -p/--port: invalid int value: '{}'",
    "uvicorn": "Error: Invalid value for '--port': '{}' is not a valid integer.",
    "gunicorn": "Error: '{}' is not a valid port number.",
}
NO_PROGRAM = "Failed to locate executable cd: No such file or directory"
NO_COMMAND = "spawnerr: can't find command 'cd'"
VARIABLE = re.compile(r"\$\{?\w+(?::?-[^}]*)?\}?")
PLAIN = re.compile(r"[\w./:=@,${}-]+")
# Files of platforms that start a container with a command of their own, or with a shell.
PLATFORMS = re.compile(
    r"(^|/)(railway\.(json|toml)|render\.ya?ml|fly\.toml|heroku\.yml|app\.json|\.do/app\.ya?ml"
    r"|DOKKU_SCALE)$"
)
PROCFILE = re.compile(r"(^|/)Procfile$")
KUBERNETES = re.compile(r"(?m)^kind:[ \t]*(?:Deployment|StatefulSet|Pod)\b")
ITS_COMMAND = re.compile(r"(?m)^[ \t]*(?:- )?(?:command|args):")
OPERATOR = re.compile(r"^[-@:+!]*cd\s|\s(&&|\|\|)\s")
SHELL = re.compile(r"\s-\w*c\s+[\"']")
ASSIGNMENT = re.compile(r"\w+=")


def check(project: Project) -> Iterator[Finding]:
    """Find variables in a container's command list, and `cd` or `&&` in a unit's command."""
    if project.uses_websockets:
        yield from _in_containers(project)
        yield from _in_units(project)


def _in_containers(project: Project) -> Iterator[Finding]:
    if any(map(_starts_container, project.deployment_files)):
        return
    for command in container_commands(project):
        program = command.items[0].rpartition("/")[2]
        found = next(filter(None, map(VARIABLE.search, command.items)), None)
        if found and program in SERVERS and _is_started(project, command):
            message = (
                f"Docker runs a command that is a list without a shell, so {program} receives the"
                f" text `{found[0]}` and not its value. Run it with `sh -c`."
            )
            symptom = (
                _port_error(command)
                or f"{program} gets the text `{found[0]}` instead of its value."
            )
            yield Finding(message, command.location, _with_shell(project, command), symptom=symptom)


def _starts_container(file: File) -> bool:
    """Return whether a platform or Kubernetes may start the container with another command."""
    if PLATFORMS.search(file.path):
        return True
    text = file.text() if file.path.endswith((".yaml", ".yml")) else ""
    return bool(KUBERNETES.search(text) and ITS_COMMAND.search(text))


def _is_started(project: Project, command: ListedCommand) -> bool:
    """Return whether a service of compose starts the container's own command.

    Without such a service, platforms start that of a Procfile.
    """
    built = services_built_from(project, command.location.path)
    if not built:
        return not any(PROCFILE.search(each.path) for each in project.deployment_files)
    return not all({"command", "entrypoint", "target"} & set(each.values) for each in built)


def _port_error(listed: ListedCommand) -> str:
    """Return what a server prints for a variable in its port, "" when its port has none."""
    command = Command(listed.items, listed.location)
    given = command.option(*PORT_OPTIONS.get(command.program, ("--no-port",))) or ""
    bound = command.option(*BIND_OPTIONS.get(command.program, ("--no-bind",))) or ""
    port = given or bound.partition(":")[2]
    error = ERRORS.get(command.program) if VARIABLE.search(port) else None
    return error.format(port if given else port.partition(":")[0]) if error else ""


def _with_shell(project: Project, command: ListedCommand) -> str:
    """Return the change to a list that starts a shell."""
    words = [each if PLAIN.fullmatch(each) else f'"{each}"' for each in command.items]
    old = command.text.strip()
    script = json.dumps(f"exec {' '.join(words)}", ensure_ascii=False)
    new = f'{old.split(None, 1)[0]} ["sh", "-c", {script}]'
    is_one_line = file_line(project, command.location) == old
    return changed_line(old, new) if is_one_line else f"Write `{new}`."


def _in_units(project: Project) -> Iterator[Finding]:
    for text, location in unit_commands(project):
        if _needs_shell(text):
            key = "ExecStart" if location.path.endswith(".service") else "command"
            message = (
                f"`{key}` runs without a shell, so `cd` and `&&` do not work, and the server does"
                " not start. Run it with `/bin/sh -c`."
            )
            fix = _in_shell(project, text, location)
            yield Finding(message, location, fix, symptom=_unit_error(text, key))


def _needs_shell(text: str) -> bool:
    """Return whether the command of a unit has `cd` or `&&`, a server, and no shell of its own."""
    has_server = any(each in text for each in SERVERS)
    return has_server and bool(OPERATOR.search(text)) and not SHELL.search(text)


def _unit_error(text: str, key: str) -> str:
    """Return what systemd or Supervisor reports."""
    found = OPERATOR.search(text)
    if found and found[1]:
        return f"The program gets `{found[1]}` as an argument."
    return NO_PROGRAM if key == "ExecStart" else NO_COMMAND


def _in_shell(project: Project, text: str, location: Location) -> str:
    """Return the change to a command that a shell runs, and that the server replaces if it can."""
    command = text.lstrip("-@:+!")
    prefix, script = text[: -len(command)], _replaced(command)
    shell = "bash" if re.search(r"\bsource\s", text) else "sh"
    line = file_line(project, location)
    if "'" in text or not line.endswith(text):
        return f"Run it with `/bin/{shell} -c`."
    return changed_line(line, f"{line[: -len(text)]}{prefix}/bin/{shell} -c '{script}'")


def _replaced(text: str) -> str:
    """Return a script with `exec` before its last command, unless a shell must run that one."""
    before, operator, after = text.rpartition(" && ")
    if not operator or " || " in text or ASSIGNMENT.match(after):
        return text
    return f"{before}{operator}exec {after}"
