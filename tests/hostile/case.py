"""A hostile run: what is run where, and what the documentation promises about its end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[2]
SOURCES = os.pathsep.join(str(ROOT / part) for part in ("cli", "doctor/src"))
COMMAND = (sys.executable, "-m", "chanscaffold")
LIMIT = 240  # seconds for one run

MADE, NOTHING, EITHER = "project", "nothing", "either"
# What an exit code says about the disk.
DISK = {0: MADE, 1: NOTHING, 2: NOTHING, 3: MADE}
MAX_ERROR_LINES = 12
MAX_ERROR_CHARACTERS = 1_500


def no_preparation(_folder: Path) -> None:
    """Prepare nothing."""


@dataclass(frozen=True)
class Case:
    """One run, the exit codes that are right for it, and what its output must contain.

    `message` is a regular expression. `kill` is a signal and the seconds after which it is sent,
    to the process or, with `group`, to its whole process group.
    """

    kind: str
    name: str
    arguments: tuple[str, ...] = ("new", "site", "--no-setup")
    codes: tuple[int, ...] = (0,)
    message: str = ""
    env: Mapping[str, str | None] = field(default_factory=dict)
    prepare: Callable[[Path], object] = no_preparation
    program: tuple[str, ...] = COMMAND
    shell: str = ""  # a line of sh that runs "$@", for redirections
    kill: tuple[signal.Signals, float] | None = None
    group: bool = False
    project: str = "site"
    disk: str = ""

    @property
    def label(self) -> str:
        """The name of the case in a report."""
        return f"{self.kind}: {self.name}"


@dataclass
class Outcome:
    """How a run ended, and each promise that it broke."""

    case: Case
    code: int
    output: str
    seconds: float
    broken: list[str] = field(default_factory=list)


def run(case: Case) -> Outcome:
    """Run a case in a new folder, and check every promise."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name).resolve() / "work"
        folder.mkdir()
        case.prepare(folder)
        before = snapshot(folder)
        started = time.monotonic()
        code, output = execute(case, folder)
        outcome = Outcome(case, code, output, time.monotonic() - started)
        outcome.broken += check_output(case, code, output)
        outcome.broken += check_disk(case, code, folder, before)
        outcome.broken += [f"left running: {line}" for line in processes_in(folder)]
        return outcome


def environment(case: Case) -> dict[str, str]:
    """Return the environment of a run: this one's, without the bytecode setting, and the case's."""
    env = {**os.environ, "PYTHONPATH": SOURCES, "GIT_CONFIG_GLOBAL": os.devnull}
    for name in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"):
        env.pop(name, None)
    for name, value in case.env.items():
        env.pop(name, None)
        if value is not None:
            env[name] = value
    return env


def execute(case: Case, folder: Path) -> tuple[int, str]:
    """Run the program of a case; return its exit code and its output, standard error last."""
    command = [*case.program, *case.arguments]
    if case.shell:
        command = ["sh", "-c", case.shell, "sh", *command]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(case),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    if case.kill:
        threading.Timer(case.kill[1], send, (process, case)).start()
    try:
        output, errors = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
        errors += b"\n(no end within the limit)"
    return process.returncode, (output + b"\n--\n" + errors).decode(errors="replace")


def send(process: subprocess.Popen[bytes], case: Case) -> None:
    """Send the signal of a case, unless the process has ended."""
    number = case.kill[0] if case.kill else signal.SIGTERM
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number) if case.group else process.send_signal(number)


def check_output(case: Case, code: int, output: str) -> list[str]:
    """Return the promises about the exit code and the text that a run broke."""
    errors = output.rpartition("\n--\n")[2].strip()
    wrong = []
    if code not in case.codes:
        wrong.append(f"exit code {code}, not {' or '.join(map(str, case.codes))}")
    if "Traceback" in output or re.search(r'File "[^"]+", line \d', output):
        wrong.append("a traceback")
    if errors.count("\n") >= MAX_ERROR_LINES or len(errors) > MAX_ERROR_CHARACTERS:
        wrong.append(f"{len(errors)} characters of errors")
    if not re.search(case.message, output, re.DOTALL):
        wrong.append(f"no {case.message!r} in the output")
    return wrong


def check_disk(case: Case, code: int, folder: Path, before: dict[str, bytes]) -> list[str]:
    """Return the promises about files that a run broke."""
    if not folder.is_dir():
        return []
    after = snapshot(folder)
    changed = {name for name in before if after.get(name) != before[name]}
    new = {name for name in after if name not in before}
    outside = {name for name in new if f"{name}/".find(f"{case.project}/") != 0}
    wrong = [f"changed: {sorted(changed)[:3]}"] if changed else []
    wrong += [f"left behind: {sorted(outside)[:3]}"] if outside else []
    state = case.disk or DISK.get(code, EITHER)
    if state == NOTHING and new:
        wrong.append(f"written although nothing should be: {sorted(new)[:3]}")
    if state == MADE and not is_complete(folder / case.project):
        wrong.append("the project is not complete")
    return wrong


def is_complete(project: Path) -> bool:
    """Return whether a project has all of its files, as far as its record of them says."""
    needed = ("manage.py", ".chanscaffold.toml", ".chanscaffold-base.zip", "config/settings.py")
    return all((project / name).is_file() for name in needed)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return the contents of a folder by path; a link counts as its target's name."""
    found = {}
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".venv", "__pycache__")]
        for name in (*folders, *files):
            path = Path(parent, name)
            key = os.fsencode(path.relative_to(folder)).decode(errors="replace")
            if path.is_symlink():
                found[key] = os.fsencode(os.readlink(path))
            else:
                found[key] = path.read_bytes() if path.is_file() else b""
    return found


def processes_in(folder: Path) -> list[str]:
    """Return the command lines of processes that work in a folder, after a second of grace."""
    found: list[str] = []
    for _ in range(20):
        found = [line for line in map(working_in(folder), Path("/proc").iterdir()) if line]
        if not found:
            break
        time.sleep(0.05)
    return found


def working_in(folder: Path) -> Callable[[Path], str]:
    """Return a function that names a process if it works in a folder."""

    def name(entry: Path) -> str:
        if not entry.name.isdecimal():
            return ""
        with suppress(OSError):
            if Path(os.readlink(entry / "cwd")).is_relative_to(folder):
                return (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
        return ""

    return name
