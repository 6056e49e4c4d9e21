"""Run programs one after the other, each with a time limit, and say in a line how it ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

import click

from channels_doctor.support.orphans import kill_strays, marked
from channels_doctor.support.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LIMIT = 900.0  # seconds that a program may take
PATIENCE = (
    30.0  # seconds that a program may take to end its own children, a database server perhaps
)
LINES = 20  # of what a program has said that are shown when it fails
TAIL = 64 * 1024  # bytes of it that are read


class Step(NamedTuple):
    """A program to run, in which folder and environment; `again` is what somebody types to see the same."""

    label: str
    command: list[str]
    folder: str
    env: dict[str, str]
    again: str


class Steps:
    """Runs steps, and counts those that have failed and what could not be checked."""

    def __init__(self, log: str) -> None:
        self.log = log  # the file that holds what the last program has said
        self.count = self.failed = self.unchecked = 0
        self.start = time.monotonic()

    def run(self, step: Step, reword: Callable[[list[str]], list[str]] = list) -> bool:
        """Run a program and return whether it has ended in time and with code 0; OSError if it cannot start.

        `reword` makes its output readable for people.
        """
        start = time.monotonic()
        failure = _run(step, self.log)
        self.report(step.label, not failure, time.monotonic() - start)
        if failure:
            self.explain(
                [*reword(_tail(self.log))[-LINES:], f"It {failure}. To see it again: {step.again}"]
            )
        return not failure

    def report(self, label: str, is_good: bool, seconds: float) -> None:
        """Count a step, and print its line."""
        self.count += 1
        self.failed += not is_good
        say(f"  {'ok' if is_good else 'FAIL':4} {seconds:6.1f} s  {label}")

    def explain(self, lines: Sequence[str]) -> None:
        """Print why the last step has failed."""
        for line in lines:
            say(f"       {line}")

    def note(self, text: str) -> None:
        """Print what one should know, and is no mistake."""
        say(f"  note           {text}")

    def skip(self, reason: str) -> None:
        """Say what cannot be checked here."""
        self.unchecked += 1
        say(f"  left           {reason}")


def say(text: str) -> None:
    """Print a text of other people's making."""
    click.echo(printable(text))


def _run(step: Step, log: str) -> str:
    """Run a program with its output in a file, and return how it failed, empty if it did not; nothing is left of it."""
    env = marked(step.env)
    process = None
    with open(log, "wb") as output:
        try:
            process = subprocess.Popen(
                step.command,
                cwd=step.folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            code = process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            return f"was stopped after {LIMIT:g} seconds"
        finally:
            if process:
                _end(process)
            kill_strays(env)
    return f"ended with code {code}" if code else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program, politely at first because it may have children that nobody else knows, and its group."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _tail(log: str) -> list[str]:
    with open(log, "rb") as file:
        file.seek(max(0, os.path.getsize(log) - TAIL))
        return file.read().decode(errors="replace").splitlines()
