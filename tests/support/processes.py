"""Child processes of the tests."""

import contextlib
import os
import pty
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

TIMEOUT = 300  # seconds, for a command that ends by itself
POLL_INTERVAL = 0.02  # seconds


def wait_for(condition, description, timeout=60.0):
    """Return the result of `condition` once it is true; fail after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(POLL_INTERVAL)
    pytest.fail(f"After {timeout:g} seconds, this was still not true: {description}")


def find_processes_in(folder):
    """Return the processes that run inside a folder or name it, as {process id: command line}."""
    processes = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                command = read_command_line(entry)
                cwd = Path(os.readlink(entry / "cwd"))
                if command and (cwd.is_relative_to(folder) or str(folder) in command):
                    processes[int(entry.name)] = command
    return processes


def read_command_line(entry):
    """Return the command line of a process, from its folder in /proc."""
    text = (entry / "cmdline").read_bytes().decode(errors="replace")
    return text.replace("\0", " ").strip()


def find_free_port():
    """Return a TCP port of the loopback address that no server uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def is_port_open(port):
    """Return whether a server listens on a port of the loopback address."""
    with socket.socket() as connection:
        connection.settimeout(2)
        return connection.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class CommandResult:
    """The exit code of a command, and its output on both streams."""

    exit_code: int
    output: str

    @property
    def missing_steps(self):
        """The commands below "Still to do:", except the one that starts the server."""
        _, _, steps = self.output.partition("Still to do:\n")
        commands = [line.strip() for line in steps.splitlines() if line.startswith("  ")]
        return [command for command in commands if not command.endswith("runserver")]


class Process:
    """A command that runs in its own session, optionally on a terminal."""

    def __init__(self, command, cwd, env, terminal=False):
        self.raw_output = b""
        self.terminal, command = None, list(map(str, command))
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
        streams["stderr"] = subprocess.STDOUT
        if terminal:
            self.terminal, child_end = pty.openpty()
            streams = dict.fromkeys(("stdin", "stdout", "stderr"), child_end)
            login = "import os, sys; os.login_tty(os.dup(0)); os.execv(sys.argv[1], sys.argv[1:])"
            command = [sys.executable, "-c", login, *command]
        self.process = subprocess.Popen(
            command, cwd=cwd, env=env, start_new_session=not terminal, **streams
        )
        if terminal:
            os.close(child_end)
        self.source = self.terminal or self.process.stdout.fileno()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        with contextlib.suppress(OSError):  # the child has closed the terminal
            while part := os.read(self.source, 65536):
                self.raw_output += part

    @property
    def output(self):
        """The output so far, without styles and without overwritten text of a terminal."""
        text = self.raw_output.decode(errors="replace").replace("\r\n", "\n")
        return re.sub(r"[^\n]*\r|\x1b\[[0-9;]*m", "", text)

    def wait(self, timeout=TIMEOUT):
        """Return the result. After the timeout, kill the session and fail."""
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            message = f"{self.process.args} ran longer than {timeout} seconds:\n{self.output}"
            pytest.fail(message)
        self.reader.join(10)
        if self.terminal:
            os.close(self.terminal)
        else:
            self.process.stdout.close()
        return CommandResult(self.process.returncode, self.output)

    def press_ctrl_c(self):
        """Let the terminal send SIGINT to its foreground processes."""
        os.write(self.terminal, b"\x03")


def run(command, cwd, env, terminal=False, timeout=TIMEOUT):
    """Run a command to its end, and return its result."""
    return Process(command, cwd, env, terminal).wait(timeout)


def check(command, cwd, env, timeout=TIMEOUT):
    """Run a command, and return its output; fail if its exit code is not 0."""
    result = run(command, cwd, env, timeout=timeout)
    assert result.exit_code == 0, f"{shlex.join(map(str, command))}:\n{result.output}"
    return result.output


def stop_session(process):
    """Stop a process that leads a session, with its children."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, number)
            process.wait(10)
            return
