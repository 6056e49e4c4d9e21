"""Run the development services for the time of a block."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.module_loading import import_string

from channels_realtime.conf import conf, project_dir
from channels_realtime.services.server import Server, ServiceError

READY = "Ready."  # the line that `manage.py services` prints when all of them answer
MANAGE = [sys.executable, "-m", "django"]  # DJANGO_SETTINGS_MODULE names the project


def configured_servers() -> list[Server]:
    """Return the servers of REALTIME_SERVICES that the project's settings name."""
    servers: list[Server] = [import_string(name)() for name in conf.SERVICES]
    return [server for server in servers if server.is_configured()]


def child_environment() -> dict[str, str]:
    """Return the environment of a child that imports the project."""
    path = [str(project_dir()), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}


@contextmanager
def running() -> Iterator[None]:
    """Start the servers that do not answer, for the block. Raise ServiceError.

    A child process keeps them: it stops them even if this one is killed. Servers that another
    process has started end with that process.
    """
    if all(server.answers() for server in configured_servers()):
        yield
        return
    with subprocess.Popen(  # noqa: S603  (our own command)
        [*MANAGE, "services", "--until-stdin-ends"],
        env=child_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,  # after Ctrl-C this process needs the servers to clean up
    ) as keeper:
        if not any(line == READY for line in map(str.strip, keeper.stdout or ())):
            raise ServiceError(keeper.communicate()[1].strip().removeprefix("CommandError: "))
        yield
