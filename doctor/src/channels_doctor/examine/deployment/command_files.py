"""Where deployment files write commands: Dockerfiles, Procfiles, compose files, units, Supervisor and shell scripts."""

from __future__ import annotations

import re
import shlex
from itertools import islice
from typing import TYPE_CHECKING, Callable, Iterator, Pattern

from ..finding import Place
from .commands import PROGRAMS, Command
from .shell import logical_lines, sentences
from .yaml_lines import Entry, entries, listed

if TYPE_CHECKING:
    from ..files import File


MOST_ENTRIES = 5_000  # of a compose file
MOST_COMMANDS = 500  # of a file
STARTS = re.compile("|".join(map(re.escape, [*sorted(PROGRAMS), "manage.py", "django-admin"])))
KEYS = {("command",), ("entrypoint",), ("startCommand",), ("dockerCommand",)}


def read_commands(files: list[File]) -> list[Command]:
    """Return the commands of every deployment file, in the order of the files."""
    return [command for file in files for command in _read(file)]


def _read(file: File) -> Iterator[Command]:
    name = file.path.rsplit("/", 1)[-1]
    for pattern, reader in READERS:
        if pattern.search(name):
            yield from islice(reader(file), MOST_COMMANDS)
            return


def _commands(
    text: str, file: File, line: int, service: str = "", copies: int = 1
) -> list[Command]:
    if not STARTS.search(text):  # most lines of a script
        return []
    return [Command(words, Place(file.path, line), service, copies) for words in sentences(text)]


def _joined(value: str) -> str:
    """Return a command as one line; the items of a list are quoted as a shell wants them."""
    items = listed(value)
    return value if items is None else " ".join(map(shlex.quote, items))


def _dockerfile(file: File) -> Iterator[Command]:
    for number, line in logical_lines(file.text()):
        found = re.match(r"\s*(CMD|ENTRYPOINT)\s+(.*)$", line, re.IGNORECASE)
        if found:
            yield from _commands(_joined(found[2].strip()), file, number)


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
    """Read `[program:NAME]` sections: their command, and how many of it run."""
    before = 0
    for section in re.split(r"(?m)^(?=\[)", file.text()):
        name = re.match(r"\[(?:fcgi-)?program:([^\]]+)\]", section)
        copies = re.search(r"(?m)^[ \t]*numprocs[ \t]*=[ \t]*(\d{1,4})", section)
        for number, line in logical_lines(section) if name else []:
            key, _, text = line.partition("=")
            if name and key.strip() == "command":
                yield from _commands(
                    text, file, before + number, name[1], int(copies[1]) if copies else 1
                )
        before += section.count("\n")


def _script(file: File) -> Iterator[Command]:
    for number, line in logical_lines(file.text()):
        yield from _commands(line, file, number)


def _compose(file: File) -> Iterator[Command]:
    every = list(islice(entries(file.text()), MOST_ENTRIES))
    for path in dict.fromkeys(each.path for each in every if each.path[-1:] in KEYS):
        own = [each for each in every if each.path == path]
        parts = [each.value for each in own if each.is_item]
        text = _joined(own[0].value) if not parts else " ".join(map(shlex.quote, parts))
        name = path[-2] if len(path) > 1 else ""
        yield from _commands(text, file, own[0].line, name, _copies(every, path[:-1]))


def _copies(every: list[Entry], service: tuple[str, ...]) -> int:
    for each in every:
        if (
            each.path in {(*service, "deploy", "replicas"), (*service, "scale")}
            and each.value.isdigit()
        ):
            return int(each.value)
    return 1


Reader = Callable[["File"], Iterator[Command]]
READERS: list[tuple[Pattern[str], Reader]] = [
    (re.compile(r"^(Dockerfile|Containerfile)|\.(Dockerfile|dockerfile)$"), _dockerfile),
    (re.compile(r"^Procfile"), _procfile),
    (re.compile(r"compose.*\.ya?ml$|^render\.ya?ml$"), _compose),
    (re.compile(r"\.service$"), _unit),
    (re.compile(r"supervisor.*\.(conf|ini)$|^supervisord?\.|\.conf$|\.ini$"), _supervisor),
    (re.compile(r"\.sh$|^(docker-)?entrypoint$|^start$|^run$"), _script),
]
