"""A step of a set-up: a management command with a time limit and a log, without secrets."""

import contextlib
import os
import re
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from channels_realtime.conf import project_dir
from channels_realtime.management.setup.screen import Screen
from channels_realtime.services import interrupts
from channels_realtime.services.running import MANAGE, child_environment

LIMIT = 300  # seconds; CHANSCAFFOLD_STEP_SECONDS overrides it
STOP_TIMEOUT = 10  # seconds
POLL_INTERVAL = 0.1  # seconds
SHOWN_LINES = 20  # of the output of a step that fails
LOG = ".chanscaffold.log"
# A password in a URL may itself contain "@" or "/": the last "@" ends it.
URL_LOGIN = re.compile(r"(?<=://)\S*@")


class StepError(Exception):
    """A step has failed. The text says which and how."""


class Step:
    """A management command that runs for the time of a `with` block."""

    def __init__(self, screen: Screen, label: str, *arguments: str, text: str = "") -> None:
        self.screen, self.label, self.text = screen, label, text
        self.command = [*MANAGE, *arguments]
        self.limit = float(os.environ.get("CHANSCAFFOLD_STEP_SECONDS") or LIMIT)
        self.secrets: list[str] = []  # passwords that must not be shown
        self.output: list[str] = []  # all lines, once the command has ended

    def __enter__(self) -> "Step":
        self.started = time.monotonic()
        self._output = tempfile.TemporaryFile()
        with interrupts.deferred():
            self.process = self._start()
        with contextlib.suppress(OSError):  # it may end without reading
            stdin: Any = self.process.stdin
            with stdin:
                stdin.write(self.text)
        return self

    def _start(self) -> "subprocess.Popen[str]":
        environment = child_environment() | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
        environment.pop("DJANGO_SUPERUSER_PASSWORD", None)
        return subprocess.Popen(  # noqa: S603  (a list, and no shell)
            self.command,
            cwd=project_dir(),
            env=environment,
            stdin=subprocess.PIPE,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that its children can be stopped with it
        )

    def lines(self) -> list[str]:
        """Return the output so far, without secrets."""
        text = os.pread(self._output.fileno(), os.fstat(self._output.fileno()).st_size, 0)
        return [self._mask(line) for line in text.decode(errors="replace").splitlines()]

    def _mask(self, line: str) -> str:
        for secret in self.secrets:
            line = line.replace(secret, "***")
        return URL_LOGIN.sub("***@", line)

    def wait_for_output(self) -> None:
        """Wait until the command has printed a line, or ended."""
        self._wait(lambda: bool(self.lines()))

    def finish(self) -> None:
        """Wait for the end. Raise StepError when the command fails or takes too long."""
        self._wait(lambda: False)
        if self.process.returncode:
            self._fail(describe_end(self.process.returncode))
        if self.screen.verbose:
            self._show(self.lines())
        self.screen.done(self.label, self._seconds())

    def _wait(self, condition: Callable[[], bool]) -> None:
        while self.process.poll() is None and not condition():
            if self._seconds() > self.limit:
                self._fail(f"stopped after {self.limit:g} seconds")
            self.screen.spin(self.label, self._seconds())
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(POLL_INTERVAL)

    def _fail(self, how: str) -> NoReturn:
        self.screen.clear()
        self._show(self.lines()[-SHOWN_LINES:])
        raise StepError(f"{self.label}: {how}. Its output is in {LOG}.")

    def _show(self, lines: list[str]) -> None:
        self.screen.print("\n".join(f"    {line}" for line in lines))

    def _seconds(self) -> float:
        return time.monotonic() - self.started

    def __exit__(self, *_: object) -> None:
        """Stop the command and its children, and append its output to the log."""
        for sign in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
            if self.process.poll() is None:
                with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                    _signal_group(self.process, sign)
                    self.process.wait(STOP_TIMEOUT)
        self.screen.clear()
        self.output = self.lines()
        with Path(project_dir(), LOG).open("a", encoding="utf-8") as log:
            print(f"$ {shlex.join(self.command)}", *self.output, sep="\n", file=log)
        self._output.close()


def describe_end(code: int) -> str:
    """Return how a failed command ended, from its exit code."""
    if code >= 0:
        return "failed"
    hint = ", perhaps because the memory is full" if code == -signal.SIGKILL else ""
    return f"was ended by {signal.Signals(-code).name}{hint}"


def _signal_group(process: "subprocess.Popen[str]", sign: signal.Signals) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, sign)
    else:
        process.terminate()
