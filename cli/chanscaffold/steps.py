"""Run programs that check a project, and print a line about each."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import click

from channels_doctor.support.processes import UntrustedProcess
from channels_doctor.support.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_SECONDS = 900.0  # for a program
TERMINATE_SECONDS = 30.0  # for a program to end its own children, such as a database server
MAX_LINES = 20  # of the output of a failed program
MAX_OUTPUT_BYTES = 64 * 1024


class Step(NamedTuple):
    """A program with its folder and environment; `repeat` is the command that repeats it."""

    label: str
    command: list[str]
    folder: str
    env: dict[str, str]
    repeat: str


class Steps:
    """Runs steps, and counts the failures and what could not be checked.

    `log` is the path of a file for the output of the current program.
    """

    def __init__(self, log: str) -> None:
        self.log = log
        self.count = self.failed = self.unchecked = 0
        self.start = time.monotonic()

    def run(self, step: Step, edit: Callable[[list[str]], list[str]] = list) -> bool:
        """Run a program and return whether it succeeds; `edit` changes its output for people.

        Raise OSError if the program cannot start.
        """
        start = self.begin(step.label)
        failure = _run(step, self.log)
        self.report(step.label, not failure, start)
        if failure:
            lines = edit(_read_end(self.log))[-MAX_LINES:]
            self.explain([*lines, f"It {failure}. To repeat it: {step.repeat}"])
        return not failure

    def begin(self, label: str) -> float:
        """Show on a terminal which step runs, until its line replaces that; return the time."""
        if sys.stdout.isatty():
            click.echo(printable(f"  ...            {label}"), nl=False)
            click.echo("\r", nl=False)
        return time.monotonic()

    def report(self, label: str, succeeded: bool, start: float) -> None:
        """Count a step that started at `start`, and print its line."""
        self.count += 1
        self.failed += not succeeded
        seconds = time.monotonic() - start
        _print(f"  {'ok' if succeeded else 'FAIL':4} {seconds:6.1f} s  {label}")

    def explain(self, lines: Sequence[str]) -> None:
        """Print why the last step has failed."""
        for line in lines:
            _print(f"       {line}")

    def note(self, text: str) -> None:
        """Print a fact that is not an error."""
        _print(f"  note           {text}")

    def skip(self, reason: str) -> None:
        """Print what cannot be checked here."""
        self.unchecked += 1
        _print(f"  skip           {reason}")

    def conclude(self, name: str) -> int:
        """Print the result for what was checked, and return the exit code."""
        seconds = f"{time.monotonic() - self.start:.0f} s"
        if self.failed:
            _print(f"{name}: {self.failed} of {self.count} steps failed, in {seconds}.")
            return 1
        if self.unchecked:
            _print(f"{name}: no step failed, but not everything was checked, in {seconds}.")
            return 3
        _print(f"{name}: all {self.count} steps succeeded, in {seconds}.")
        return 0


def _print(text: str) -> None:
    click.echo(printable(text))


def _run(step: Step, log: str) -> str:
    """Run a program and return how it failed, empty on success."""
    with (
        open(log, "wb") as output,
        UntrustedProcess(
            step.command,
            cwd=step.folder,
            env=step.env,
            stdout=output.fileno(),
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        assert process.popen.stdin
        process.popen.stdin.close()
        try:
            if not process.wait(MAX_SECONDS):
                return f"was stopped after {MAX_SECONDS:g} seconds"
        finally:
            # A database server, for example, is only known to the program that started it.
            process.popen.terminate()
            process.wait(TERMINATE_SECONDS)
        code = process.popen.returncode
    return f"ended with code {code}" if code else ""


def _read_end(log: str) -> list[str]:
    with open(log, "rb") as file:
        file.seek(max(0, os.path.getsize(log) - MAX_OUTPUT_BYTES))
        return file.read().decode(errors="replace").splitlines()
