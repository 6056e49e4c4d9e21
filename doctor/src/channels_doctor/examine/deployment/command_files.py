"""The commands in deployment files.

They come from Dockerfiles, Procfiles, compose files, systemd units, Supervisor, Railway and shell
scripts.
"""

from __future__ import annotations

import re
import shlex
from itertools import islice
from typing import TYPE_CHECKING, Callable, Iterator, Pattern

from ..file_selection import IMAGE_FILES
from ..finding import Location
from .commands import PROGRAMS, Command
from .shell import logical_lines, split_commands
from .yaml_lines import Entry, list_items, yaml_entries

if TYPE_CHECKING:
    from ..files import File


SUPERVISED = re.compile(r"supervisor[^/]*\.(conf|ini)$|(^|/)supervisord?\.[^/]*$")
SUPERVISOR = re.compile(r"\bsupervisor(d|ctl)\b|\b(service|systemctl \w+) supervisor\b")
MAX_ENTRIES = 5_000  # of a compose file
MAX_COMMANDS = 500  # of a file
PROGRAM = re.compile("|".join(map(re.escape, [*sorted(PROGRAMS), "manage.py", "django-admin"])))
ARRAY = re.compile(r"\s*(\w+\s+)?\w+\+?=\(")  # `UNITS=(daphne celery)` of a shell
START = re.compile(r'^\s*"?startCommand"?\s*[:=]\s*"((?:[^"\\]|\\.)*)"')  # of Railway
COMMAND_KEYS = {("command",), ("entrypoint",), ("startCommand",), ("dockerCommand",)}


def read_commands(files: list[File]) -> list[Command]:
    """Return the commands of the deployment files, in the order of the files.

    Those for a Supervisor that an image installs and nothing starts are left out.
    """
    commands = [command for file in files for command in _read_file(file)]
    is_in_image = any(
        "supervisor" in each.text() for each in files if IMAGE_FILES.search(each.path)
    )
    is_unused = is_in_image and not any(map(_starts_supervisor, files))
    return [each for each in commands if not (is_unused and SUPERVISED.search(each.location.path))]


def _starts_supervisor(file: File) -> bool:
    return not SUPERVISED.search(file.path) and bool(SUPERVISOR.search(file.text()))


def _read_file(file: File) -> Iterator[Command]:
    name = file.path.rsplit("/", 1)[-1]
    for pattern, reader in READERS:
        if pattern.search(name):
            yield from islice(reader(file), MAX_COMMANDS)
            return


def _commands(
    text: str, file: File, line: int, service: str = "", copies: int = 1
) -> list[Command]:
    if not PROGRAM.search(text):  # saves splitting most lines of a script
        return []
    location = Location(file.path, line)
    return [Command(words, location, service, copies) for words in split_commands(text)]


def _shell_line(value: str) -> str:
    """Return a command as one line of shell; the items of a list are quoted."""
    items = list_items(value)
    return value if items is None else " ".join(map(shlex.quote, items))


def _dockerfile(file: File) -> Iterator[Command]:
    for number, line in logical_lines(file.text()):
        found = re.match(r"\s*(CMD|ENTRYPOINT)\s+(.*)$", line, re.IGNORECASE)
        if found:
            yield from _commands(_shell_line(found[2].strip()), file, number)


def _procfile(file: File) -> Iterator[Command]:
    for number, line in logical_lines(file.text()):
        name, colon, text = line.partition(":")
        if colon and re.fullmatch(r"[\w-]+", name.strip()):
            yield from _commands(text, file, number, name.strip())


def _unit(file: File) -> Iterator[Command]:
    for number, line in logical_lines(file.text()):
        name, _, text = line.partition("=")
        if name.strip() == "ExecStart":
            yield from _commands(text.strip().lstrip("-@:+!"), file, number)


def _supervisor(file: File) -> Iterator[Command]:
    """Read the command and the number of processes of each `[program:NAME]` section."""
    lines_before = 0
    for section in re.split(r"(?m)^(?=\[)", file.text()):
        name = re.match(r"\[(?:fcgi-)?program:([^\]]+)\]", section)
        processes = re.search(r"(?m)^[ \t]*numprocs[ \t]*=[ \t]*(\d{1,4})", section)
        copies = int(processes[1]) if processes else 1
        for number, line in logical_lines(section) if name else []:
            key, _, text = line.partition("=")
            if name and key.strip() == "command":
                yield from _commands(text, file, lines_before + number, name[1], copies)
        lines_before += section.count("\n")


def _script(file: File) -> Iterator[Command]:
    for number, line in logical_lines(file.text()):
        if not ARRAY.match(line):
            yield from _commands(line, file, number)


def _compose(file: File) -> Iterator[Command]:
    entries = list(islice(yaml_entries(file.text()), MAX_ENTRIES))
    for path in dict.fromkeys(each.path for each in entries if each.path[-1:] in COMMAND_KEYS):
        own = [each for each in entries if each.path == path]
        words = [each.value for each in own if each.is_item]
        text = " ".join(map(shlex.quote, words)) if words else _shell_line(own[0].value)
        service = path[-2] if len(path) > 1 else ""
        yield from _commands(text, file, own[0].line, service, _replicas(entries, path[:-1]))


def _railway(file: File) -> Iterator[Command]:
    """Read the command that starts a service, in JSON or in TOML."""
    for number, line in enumerate(file.text().splitlines(), 1):
        found = START.match(line)
        if found:
            yield from _commands(found[1].replace('\\"', '"'), file, number)


def _replicas(entries: list[Entry], service: tuple[str, ...]) -> int:
    keys = {(*service, "deploy", "replicas"), (*service, "scale")}
    found = (int(each.value) for each in entries if each.path in keys and each.value.isdigit())
    return next(found, 1)


Reader = Callable[["File"], Iterator[Command]]
READERS: list[tuple[Pattern[str], Reader]] = [
    (IMAGE_FILES, _dockerfile),
    (re.compile(r"^Procfile"), _procfile),
    (re.compile(r"compose.*\.ya?ml$|^render\.ya?ml$"), _compose),
    (re.compile(r"^railway\.(json|toml)$"), _railway),
    (re.compile(r"\.service$"), _unit),
    (re.compile(r"supervisor.*\.(conf|ini)$|^supervisord?\.|\.conf$|\.ini$"), _supervisor),
    (re.compile(r"\.sh$|^(docker-)?entrypoint$|^start$|^run$"), _script),
]
