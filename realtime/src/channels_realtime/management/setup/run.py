"""The steps of a set-up, and its report."""

import contextlib
import json
import os
import secrets
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from channels_realtime.conf import conf, project_dir
from channels_realtime.management.setup.command_step import Step, StepError
from channels_realtime.management.setup.screen import Screen
from channels_realtime.services import interrupts
from channels_realtime.services.running import running
from channels_realtime.services.server import ServiceError

STEPS_MISSING = 3  # the exit code
PASSWORD_BYTES = 12


class Setup:
    """The steps in order, and their results."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.screen = Screen(quiet=options["verbosity"] == 0, verbose=options["verbosity"] > 1)
        self.names: list[str] = options["names"]
        self.common_password = os.environ.get("DJANGO_SUPERUSER_PASSWORD") or None
        self.passwords: dict[str, str] = {}  # generated here, shown once
        if not self.common_password and sys.stdout.isatty():
            self.passwords = {name: secrets.token_urlsafe(PASSWORD_BYTES) for name in self.names}
        self.created: list[str] = []
        self.missing: list[str] = [options["again"]]  # commands that are left to do

    def run(self) -> int:
        """Run the steps and report the result; return the exit code."""
        try:
            with self.services():
                self.populate()
            self.missing = []
        except (StepError, OSError) as error:
            print(f"Error: {error}", file=sys.stderr)
        except KeyboardInterrupt:
            interrupts.ignore()
            print("Interrupted.", file=sys.stderr)
        self.conclude()
        return STEPS_MISSING if self.missing else 0

    @contextlib.contextmanager
    def services(self) -> Iterator[None]:
        """Run the development services for the block. Raise StepError."""
        with contextlib.ExitStack() as stack:
            if conf.SERVICES and not self.options["production"]:
                started = time.monotonic()
                try:
                    stack.enter_context(running())
                except ServiceError as error:
                    raise StepError(f"Start the development services: {error}") from None
                self.screen.done("Start the development services", time.monotonic() - started)
            yield

    def populate(self) -> None:
        """Migrate and create the superusers; run the smoke checks meanwhile if requested."""
        provision = self.provision()
        try:
            with provision:
                if self.options["smoke"]:
                    # It has its own database. The first line shows that Python has compiled the
                    # packages, which would otherwise be done twice.
                    provision.wait_for_output()
                    self.run_smoke_checks(provision)
                else:
                    provision.finish()
        finally:
            prefix = "created "
            self.created = [
                line.removeprefix(prefix) for line in provision.output if line.startswith(prefix)
            ]

    def provision(self) -> Step:
        """Return the step that migrates and creates the superusers."""
        label = f"Migrate, create {', '.join(self.names)}" if self.names else "Migrate"
        passwords = self.passwords or dict.fromkeys(self.names, self.common_password)
        arguments = ("provision", "--passwords-stdin", "--", *self.names)
        step = Step(self.screen, label, *arguments, text=json.dumps(passwords))
        step.secrets = [password for password in passwords.values() if password]
        return step

    def run_smoke_checks(self, provision: Step) -> None:
        """Run the smoke checks beside the other step, and finish both."""
        arguments = ("smoke", "--skip-migrations")
        with Step(self.screen, "Test the running site", *arguments) as smoke:
            provision.finish()
            self.missing = [quote(manage("smoke"))]
            smoke.finish()
            self.screen.write("\n".join(f"    {line}" for line in smoke.lines()))

    def conclude(self) -> None:
        """Print the users, the address and the next commands. New passwords appear only here."""
        for name in self.created:
            if name in self.passwords:
                self.screen.print(f"  {name}'s password, shown only now: {self.passwords[name]}")
            elif not self.common_password:
                command = quote(manage("changepassword", name))
                self.screen.print(f"  {name} has no password yet: {command}")
        if self.missing or not self.screen.quiet:
            self.print_commands()

    def print_commands(self) -> None:
        """Print the commands that are missing, or those that serve and test the project."""
        production = self.options["production"]
        if production and not self.missing:
            self.screen.print_heading("\nReady for production; README.md says how to serve it.")
            return
        serve = manage("runserver")
        test = [serve[0], "-m", "pytest"]
        rest = [] if production else [serve] if self.missing else [serve, test]
        unset = self.options["unset"] if os.name != "nt" else []
        prepare = [quote(["unset", *unset])] if unset else []
        address = "http://127.0.0.1:8000/"
        ready = f"\nReady. To serve {address}, with the admin at {address}admin/:"
        self.screen.print_heading("\nStill to do:" if self.missing else ready)
        for command in (
            quote(["cd", str(project_dir())]),
            *prepare,
            *self.missing,
            *map(quote, rest),
        ):
            self.screen.print(f"  {command}")


def manage(*arguments: str) -> list[str]:
    """Return the command line of a management command in the syntax of the shell."""
    python = os.path.relpath(sys.executable, project_dir())
    return [sys.executable if python.startswith("..") else python, "manage.py", *arguments]


def quote(command: list[str]) -> str:
    """Return a command in the syntax of the shell."""
    return subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)
