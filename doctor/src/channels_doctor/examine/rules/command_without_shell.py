"""A command needs a shell, and none runs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..deployment.commands import ASGI_SERVERS
from ..deployment.compose import services_built_from
from ..deployment.raw_commands import container_commands, unit_commands
from ..diffs import changed_line, file_line
from ..finding import Finding

if TYPE_CHECKING:
    from ..deployment.raw_commands import ListedCommand
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
VARIABLE = re.compile(r"\$\{?\w+(?::?-[^}]*)?\}?")
PLAIN = re.compile(r"[\w./:=@,${}-]+")
# Files of platforms that start a container with a command of their own, or with a shell.
PLATFORMS = re.compile(
    r"(^|/)(railway\.(json|toml)|render\.ya?ml|fly\.toml|heroku\.yml|app\.json)$"
)
OPERATOR = re.compile(r"^[-@:+!]*cd\s|\s(&&|\|\|)\s")


def check(project: Project) -> Iterator[Finding]:
    """Find variables in the list of a container's command, and `cd` or `&&` in a unit's."""
    if project.uses_websockets:
        yield from _in_containers(project)
        yield from _in_units(project)


def _in_containers(project: Project) -> Iterator[Finding]:
    if any(PLATFORMS.search(each.path) for each in project.deployment_files):
        return
    for command in container_commands(project):
        program = command.items[0].rpartition("/")[2]
        found = next(filter(None, map(VARIABLE.search, command.items)), None)
        if found and program in SERVERS and _is_started(project, command):
            message = (
                f"A list as the command of a container runs without a shell, so {program} gets the"
                f" text `{found[0]}` and not a value. Write the command as text."
            )
            symptom = ERRORS.get(program, SYMPTOM).format(found[0])
            yield Finding(message, command.location, _as_text(project, command), symptom=symptom)


def _is_started(project: Project, command: ListedCommand) -> bool:
    """Return whether a service of compose starts the container's own command, or none builds it."""
    built = services_built_from(project, command.location.path)
    keys = [{"command", "entrypoint"} & set(each.values) for each in built]
    return not built or not all(keys)


def _as_text(project: Project, command: ListedCommand) -> str:
    """Return the change to a command that a shell runs."""
    words = [each if PLAIN.fullmatch(each) else f'"{each}"' for each in command.items]
    old = command.text.strip()
    new = f"{old.split(None, 1)[0]} exec {' '.join(words)}"
    is_one_line = file_line(project, command.location) == old
    return changed_line(old, new) if is_one_line else f"Write `{new}`."


def _in_units(project: Project) -> Iterator[Finding]:
    for text, location in unit_commands(project):
        if OPERATOR.search(text) and any(each in text for each in SERVERS):
            key = "ExecStart" if location.path.endswith(".service") else "command"
            message = (
                f"No shell runs `{key}`, so `cd` and `&&` mean nothing there, and the server does"
                " not start. Run a shell."
            )
            fix = _in_shell(project, text, location)
            yield Finding(message, location, fix, symptom=NO_PROGRAM)


def _in_shell(project: Project, text: str, location: Location) -> str:
    """Return the change to a command that a shell runs, and that the server replaces."""
    before, operator, after = text.rpartition(" && ")
    script = f"{before}{operator}exec {after}" if operator and " || " not in text else text
    shell = "bash" if re.search(r"\bsource\s", text) else "sh"
    line = file_line(project, location)
    if "'" in text or not line.endswith(text):
        return f"Run it with `/bin/{shell} -c`."
    return changed_line(line, f"{line[: -len(text)]}/bin/{shell} -c '{script}'")
