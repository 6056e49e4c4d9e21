"""Having the servers for a while."""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import OperationalError
from django.utils.module_loading import import_string

from services.server import Server, ServiceError

READY = "Ready."  # what `manage.py services` says when all of them answer


def named_servers() -> list[Server]:
    """Return the servers of SERVICES that the addresses in the environment name."""
    servers: list[Server] = [import_string(name)() for name in settings.SERVICES]
    return [server for server in servers if server.is_named()]


@contextmanager
def explained() -> Iterator[None]:
    """Say in one sentence, and no traceback, that the database failed because it does not answer.

    With it the program ends, as with any error; others pass.
    """
    try:
        yield
    except OperationalError:
        with suppress(ServiceError):
            silent = [str(server) for server in named_servers() if not server.answers()]
            if silent and settings.DEBUG:
                command = shlex.join(["manage.py", "services", *sys.argv[1:]])
                sys.exit(f"Nothing answers: {', '.join(silent)}. To have it meanwhile: {command}")
        raise


@contextmanager
def running() -> Iterator[None]:
    """Have every server answer as long as the block runs. Raises ServiceError if that cannot be.

    A process of its own keeps those that are started: it ends them even if this one is killed.
    Those that somebody else has started go when he does.
    """
    if all(server.answers() for server in named_servers()):
        yield
        return
    with subprocess.Popen(  # noqa: S603  (our own command)
        [sys.executable, settings.BASE_DIR / "manage.py", "services", "--until-stdin-ends"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,  # Ctrl-C is for us, who still need the servers to tidy up
    ) as keeper:
        if not any(line == READY for line in map(str.strip, keeper.stdout or ())):
            raise ServiceError(keeper.communicate()[1].strip().removeprefix("CommandError: "))
        yield
