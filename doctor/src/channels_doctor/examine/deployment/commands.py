"""A command in a deployment file: the program that it starts, and the program's options."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..finding import Location

ASGI_SERVERS = {"daphne", "uvicorn", "hypercorn", "granian"}
PROGRAMS = {
    *ASGI_SERVERS, "gunicorn", "uwsgi", "celery", "rqworker", "huey_consumer", "dramatiq",
}  # fmt: skip
MANAGEMENT = re.compile(r"(^|/)(manage\.py|django-admin(\.py)?)$")
# A command that begins with one of these names a program without starting it here.
OTHER_COMMANDS = {
    # They print, install, stop or look for a program.
    "echo", "printf", "install", "add", "kill", "pkill", "killall", "grep", "pgrep", "which",
    "command", "type",
    # They manage services.
    "docker", "docker-compose", "podman", "kubectl", "systemctl", "supervisorctl", "service",
    # They handle files.
    "cp", "mv", "cd", "rm", "ln", "ls", "cat", "tail", "sed", "find", "mkdir", "touch", "chown",
    "chmod", "test", "[",
}  # fmt: skip
COMPOSE_SCRIPT = re.compile(r"compose[^/]*\.sh$")  # of the project; it names services
APPLICATION = re.compile(r"([A-Za-z_][\w.]*):[A-Za-z_]\w*(\(\))?$|([\w.]*[aw]sgi)$")
DEVELOPMENT = re.compile(
    r"(^|[/._-])(dev(el(opment|op)?)?|devcontainer|local|debug|override|tests?|ci|e2e)([/._-]|$)"
)


class Command(NamedTuple):
    """One command: its words, its location, its service or process, and the number of copies."""

    words: list[str]
    location: Location
    service: str = ""
    copies: int = 1

    @property
    def _program_words(self) -> list[str]:
        """Return the words from the program on; `manage.py NAME` starts at NAME."""
        for index, word in enumerate(self.words):
            name = word.rsplit("/", 1)[-1]
            if name in OTHER_COMMANDS or COMPOSE_SCRIPT.search(name):
                return []
            if MANAGEMENT.search(word):
                return self.words[index + 1 :]
            if name in PROGRAMS:
                return [name, *self.words[index + 1 :]]
        return []

    @property
    def program(self) -> str:
        """Return the server, worker or management command, "" for any other program."""
        return next(iter(self._program_words), "")

    @property
    def arguments(self) -> list[str]:
        """Return the words behind the program."""
        return self._program_words[1:]

    def option(self, *names: str) -> str | None:
        """Return the value of `--name value`, `--name=value` or `-nvalue`, "" for a bare option.

        None when the option is not there.
        """
        arguments = self.arguments
        for index, word in enumerate(arguments):
            if word in names:
                value = next(iter(arguments[index + 1 : index + 2]), "")
                return "" if value.startswith("-") else value
            for name in names:
                prefix = name + "=" if name.startswith("--") else name
                if word.startswith(prefix):
                    return word[len(prefix) :]
        return None

    @property
    def module(self) -> str:
        """Return the dotted name of the application's module, "" when there is none."""
        found = next(filter(None, map(APPLICATION.match, self.arguments)), None)
        return (found[1] or found[3]) if found else ""

    @property
    def is_asgi(self) -> bool:
        """Return whether it starts an ASGI server, or gunicorn with the workers of one."""
        if self.program != "gunicorn":
            return self.program in ASGI_SERVERS
        worker = (self.option("-k", "--worker-class") or "").lower()
        return any(name in worker for name in (*ASGI_SERVERS, "asgi"))

    @property
    def is_server(self) -> bool:
        """Return whether it starts a server for production."""
        return self.is_asgi or self.program in {"gunicorn", "uwsgi"}

    @property
    def is_development(self) -> bool:
        """Return whether it is for development or tests, by its file's name or its options."""
        reloads = self.program == "runserver" or "--reload" in self.words
        return reloads or is_development_file(self.location.path)


def is_development_file(path: str) -> bool:
    """Return whether the name of a file says that it is for development or tests."""
    return bool(DEVELOPMENT.search(path.lower()))
