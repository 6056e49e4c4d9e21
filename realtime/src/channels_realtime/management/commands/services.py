"""`manage.py services`: run the development servers that the project's settings name."""

import argparse
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from channels_realtime.services import interrupts
from channels_realtime.services.running import (
    MANAGE,
    READY,
    child_environment,
    configured_servers,
)
from channels_realtime.services.server import Server, ServiceError

POLL_INTERVAL = 0.2  # seconds


class Command(BaseCommand):
    help = (
        "Start the servers that CHANNEL_LAYER_URL and DATABASE_URL name on this machine and that "
        "do not run, with their data in .services/, and stop them at the end."
    )
    requires_system_checks = ()  # some of them need the servers

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--until-stdin-ends",
            action="store_true",
            help="stop at the end of standard input, and so with the parent process",
        )
        parser.add_argument(
            "command",
            nargs=argparse.REMAINDER,
            help="a command of manage.py, such as runserver: run it, and end when it does",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("services is for development (DEBUG on); production has its own.")
        interrupts.listen()
        try:
            with ExitStack() as stack:
                started = self.start(stack)
                try:
                    code = self.wait(started, **options)
                finally:
                    interrupts.ignore()  # the servers must be stopped
        except (ServiceError, OSError, subprocess.TimeoutExpired) as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            code = 0
        sys.exit(code)

    def start(self, stack: ExitStack) -> list[Server]:
        """Start the servers that do not answer, print where each is, and return those started."""
        servers = {server: stack.enter_context(server.serving()) for server in configured_servers()}
        for server, started in servers.items():
            self.stdout.write(f"{server} {'was started' if started else 'runs already'}.")
        self.stdout.write(READY)
        self.stdout.flush()
        return [server for server, started in servers.items() if started]

    def wait(
        self, servers: list[Server], command: list[str], until_stdin_ends: bool, **options: Any
    ) -> int:
        """Return the exit code when it is time to stop."""
        if command:
            return run(command, servers)
        ended = threading.Event()
        if until_stdin_ends:
            threading.Thread(target=wait_for_stdin, args=[ended], daemon=True).start()
        watch(servers, ended.is_set)
        return 0


def run(command: list[str], servers: list[Server]) -> int:
    """Run a command of manage.py beside the servers; return its exit code."""
    # Ctrl-C reaches the command as well, which need not end: a shell only drops its line.
    signal.signal(signal.SIGINT, lambda *_: None)
    process = subprocess.Popen(  # noqa: S603  (a list, and no shell)
        [*MANAGE, *command], env=child_environment()
    )
    try:
        watch(servers, lambda: process.poll() is not None)
    finally:
        process.terminate()
        process.wait()
    return process.returncode


def watch(servers: list[Server], is_over: Callable[[], bool]) -> None:
    """Return when `is_over` returns true. Start a server again that ends before."""
    while not is_over():
        for server in list(servers):
            if not server.is_alive():
                restart(server, servers)
        time.sleep(POLL_INTERVAL)


def restart(server: Server, servers: list[Server]) -> None:
    """Start a server again; report it, and forget a server that does not start."""
    print(f"{server} has ended: {server.last_output()}", file=sys.stderr, flush=True)
    try:
        server.start()
    except ServiceError as error:
        servers.remove(server)
        print(f"{error} The others keep running.", file=sys.stderr, flush=True)
    else:
        print(f"{server} was started again.", file=sys.stderr, flush=True)


def wait_for_stdin(ended: threading.Event) -> None:
    """Set the event when standard input ends."""
    sys.stdin.read()
    ended.set()
