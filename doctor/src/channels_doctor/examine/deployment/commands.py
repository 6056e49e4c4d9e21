"""A command that a deployment file starts: which program it is, and what its options say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..finding import Place

ASGI = {"daphne", "uvicorn", "hypercorn", "granian"}
PROGRAMS = {*ASGI, "gunicorn", "uwsgi", "celery", "rqworker", "huey_consumer", "dramatiq"}
MANAGEMENT = re.compile(r"(^|/)(manage\.py|django-admin(\.py)?)$")
# A command that begins with one of these speaks of a program, and does not start it.
SPEAKS_OF = {
    "echo",
    "printf",
    "install",
    "add",
    "kill",
    "pkill",
    "killall",
    "grep",
    "pgrep",
    "which",
    "command",
    "type",
}
MANAGES = {"docker", "docker-compose", "podman", "kubectl", "systemctl", "supervisorctl", "service"}
FILES = {
    "cp",
    "mv",
    "cd",
    "rm",
    "ln",
    "ls",
    "cat",
    "tail",
    "sed",
    "find",
    "mkdir",
    "touch",
    "chown",
    "chmod",
    "test",
    "[",
}
NOT_STARTED = SPEAKS_OF | MANAGES | FILES
APPLICATION = re.compile(r"([A-Za-z_][\w.]*):[A-Za-z_]\w*(\(\))?$|([\w.]*[aw]sgi)$")
DEVELOPMENT = re.compile(
    r"(^|[/._-])(dev(el(opment|op)?)?|devcontainer|local|debug|override|tests?|ci|e2e)([/._-]|$)"
)


class Command(NamedTuple):
    """One command: its words, where it stands, in which service or process, and in how many copies it runs."""

    words: list[str]
    place: Place
    service: str = ""
    copies: int = 1

    @property
    def _start(self) -> int | None:
        for index, word in enumerate(self.words):
            name = word.rsplit("/", 1)[-1]
            if name in NOT_STARTED:
                return None
            if name in PROGRAMS or MANAGEMENT.search(word):
                return index
        return None

    @property
    def program(self) -> str:
        """Return the server or worker that is started, for `manage.py NAME` the name, "" for anything else."""
        if self._start is None:
            return ""
        word, *rest = self.words[self._start :]
        return (rest or [""])[0] if MANAGEMENT.search(word) else word.rsplit("/", 1)[-1]

    @property
    def arguments(self) -> list[str]:
        """Return the words behind the program."""
        start = self._start
        return (
            []
            if start is None
            else self.words[start + (2 if MANAGEMENT.search(self.words[start]) else 1) :]
        )

    def option(self, *names: str) -> str | None:
        """Return an option's value as `--name value`, `--name=value` or `-nvalue` write it; "" for a bare one."""
        given = self.arguments
        for index, word in enumerate(given):
            if word in names:
                return (
                    given[index + 1]
                    if index + 1 < len(given) and not given[index + 1].startswith("-")
                    else ""
                )
            for name in names:
                behind = name + "=" if name.startswith("--") else name
                if word.startswith(behind) and word != name:
                    return word[len(behind) :]
        return None

    @property
    def module(self) -> str:
        """Return the dotted name of the module that a server takes its application from, "" if it is not seen."""
        found = [match for match in map(APPLICATION.match, self.arguments) if match]
        return (found[0][1] or found[0][3]) if found else ""

    @property
    def is_asgi(self) -> bool:
        """Return whether it starts a server that speaks ASGI; gunicorn does with a worker class of one."""
        worker = self.option("-k", "--worker-class") if self.program == "gunicorn" else None
        return self.program in ASGI or any(
            name in (worker or "").lower() for name in (*ASGI, "asgi")
        )

    @property
    def is_server(self) -> bool:
        """Return whether it serves the site as in production."""
        return self.is_asgi or self.program in {"gunicorn", "uwsgi"}

    @property
    def is_development(self) -> bool:
        """Return whether it is for a developer's machine or for tests, by its file's name or its options."""
        return (
            is_development(self.place.path)
            or self.program == "runserver"
            or "--reload" in self.words
        )


def is_development(path: str) -> bool:
    """Return whether a file is for a developer's machine or for tests, by its name."""
    return bool(DEVELOPMENT.search(path.lower()))
