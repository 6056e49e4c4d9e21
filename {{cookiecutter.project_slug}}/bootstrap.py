#!/usr/bin/env python3
"""From a fresh clone to a running project; it can be repeated without harm.

Makes .venv, installs the packages and writes .env. Then `manage.py setup` migrates, creates the
superusers that .chanscaffold.toml names, and with --smoke proves that the project answers. Ends
with 0, or with 3 and the commands that are still missing.
"""

import argparse
import contextlib
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

try:
    import tomllib
except ImportError:
    sys.exit("This project needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info))

HERE = Path(__file__).resolve().parent
PYTHON = str(Path(".venv", "Scripts" if os.name == "nt" else "bin", "python"))
ENV, LOG = HERE / ".env", HERE / ".chanscaffold.log"
ENV_EXAMPLE = (HERE / ".env.example").read_text("utf-8")
AGAIN = [sys.executable, "bootstrap.py", *sys.argv[1:]]
STEPS_MISSING = 3  # the exit code
LABEL_WIDTH = 52  # characters
INSTALL_LIMIT = 900  # seconds; CHANSCAFFOLD_STEP_SECONDS replaces it
interrupts: list[int] = []  # the signals that have come
SIGNALS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]

ON = ("true", "on", "ok", "y", "yes", "1")  # what switches DEBUG on (django-environ)

# Variables of another project or environment: those that redirect Python and Django, and those
# that redirect the tools of the set-up.
MISLEADING = re.compile(r"DJANGO_SETTINGS_MODULE|PYTHONPATH|PYTHONHOME")
FOREIGN = re.compile(
    rf"{MISLEADING.pattern}|VIRTUAL_ENV|UV_PROJECT(?:_ENVIRONMENT)?|PIP_(?:TARGET|USER|PREFIX)"
    r"|GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|PREFIX)"
)


class StepError(Exception):
    """A step has failed."""


class Bootstrap:
    """The steps up to a project with packages and settings."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.environment = self.own_environment()

    def run(self) -> int:
        """Install, then become `manage.py setup`; return the exit code of a failure."""
        try:
            if self.options.prod:
                self.require_production()
            self.install()
            self.write_env()
            self.become(self.setup_command())
        except (StepError, OSError) as error:
            print(f"Error: {error}", file=sys.stderr)
        except KeyboardInterrupt:
            print("Interrupted.", file=sys.stderr)
        unset = [["unset", *self.misleading]] if self.misleading and os.name != "nt" else []
        commands = (["cd", str(HERE)], *unset, AGAIN)
        print("\nStill to do:", *map(quote, commands), sep="\n  ")
        return STEPS_MISSING

    def own_environment(self) -> dict[str, str]:
        """Return the process environment without the variables of other projects; name them."""
        ours = set(re.findall(r"(?m)^(?:# )?([A-Z_]+)=", ENV_EXAMPLE))
        foreign = sorted(
            name
            for name in os.environ
            if FOREIGN.fullmatch(name) or (name in ours and not self.options.use_env)
        )
        if foreign:
            self.write(f"  Not used, though set in this shell: {', '.join(foreign)}.")
        # The commands at the end unset what would mislead manage.py, too.
        self.misleading = [name for name in foreign if name in ours or MISLEADING.fullmatch(name)]
        own = {name: value for name, value in os.environ.items() if name not in foreign}
        return own | {"UV_PYTHON_DOWNLOADS": "never", "PIP_NO_INPUT": "1", "PYTHONUNBUFFERED": "1"}

    def install(self) -> None:
        """Make .venv and put the packages of pyproject.toml into it."""
        project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
        check_python(project["project"]["requires-python"])
        uv = shutil.which("uv")
        if uv:
            command = [uv, "sync", "--python", sys.executable, "--no-progress"]
            command += ["--no-dev"] if self.options.prod else []
            self.step("Install the packages with uv", command)
            return
        self.write("  uv was not found, so pip installs: uv takes about a tenth of the time.")
        packages = list(project["project"]["dependencies"])
        packages += [] if self.options.prod else project["dependency-groups"]["dev"]
        base = getattr(sys, "_base_executable", sys.executable)
        self.step("Make .venv", [base, "-m", "venv", ".venv"])
        pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
        self.step("Install the packages with pip", [*pip, *packages])

    def step(self, label: str, command: list[str]) -> None:
        """Run a command with its output in the log. Raise StepError when it fails."""
        limit = float(os.environ.get("CHANSCAFFOLD_STEP_SECONDS") or INSTALL_LIMIT)
        started, log_start = time.monotonic(), LOG.stat().st_size if LOG.exists() else 0
        self.show(f"  {label} …")
        process = self.start(command)
        try:
            while process.poll() is None and time.monotonic() - started < limit:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.1)
                if interrupts:
                    raise KeyboardInterrupt
        finally:
            how = "failed" if process.poll() is not None else f"stopped after {limit:g} seconds"
            stop(process)
            lines = mask_log(log_start)
            self.show(" " * LABEL_WIDTH)
        if process.returncode or self.options.verbose:
            print(*(f"    {line}" for line in lines[-20:]), sep="\n", flush=True)
        if process.returncode:
            raise StepError(f"{label}: {how}; all of its output is in {LOG.name}.")
        self.write(f"  {label:<{LABEL_WIDTH}} {time.monotonic() - started:5.1f} s")

    def start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        """Start a command in a session of its own, so that its children can be stopped with it."""
        with LOG.open("ab", buffering=0) as log:
            log.write(f"$ {shlex.join(command)}\n".encode())
            return subprocess.Popen(  # noqa: S603  (a list, and no shell)
                command,
                cwd=HERE,
                env={**self.environment, "DJANGO_SUPERUSER_PASSWORD": ""},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def write_env(self) -> None:
        """Write .env with its own secret key, readable by the owner only; keep one that exists."""
        if ENV.exists() or (self.options.use_env and "SECRET_KEY" in os.environ):
            if ENV.exists() and re.search("<(password|port)>", ENV.read_text("utf-8")):
                raise StepError(
                    ".env has <password> or <port> where .env.example has them: write them there, "
                    "or delete .env and run this again, which writes one."
                )
            return
        fill = r"(?m)^(SECRET_KEY|POSTGRES_PASSWORD)=$"
        text = re.sub(fill, lambda line: line[0] + secrets.token_urlsafe(50), ENV_EXAMPLE)
        text = re.sub("<password>", lambda _: secrets.token_urlsafe(24), text)
        ports = free_ports()
        text = re.sub("<port>", lambda _: str(next(ports)), text)
        draft = HERE / f".env.{os.getpid()}"  # complete before it gets its name
        try:
            with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(text)
            draft.rename(ENV)
        finally:
            draft.unlink(missing_ok=True)

    def require_production(self) -> None:
        """Raise StepError for the settings of a development machine."""
        text = ENV.read_text("utf-8") if ENV.exists() else ""
        line = r"""(?m)^(?:export )?([A-Z_]+)=["']?(.*?)["']?$"""
        found = dict(re.findall(line, text)) | self.environment
        if found.get("DEBUG", "").strip().lower() in ON or not found.get("SECRET_KEY"):
            raise StepError(
                "--prod needs production's settings: a SECRET_KEY, and DEBUG not on. Write them "
                "into .env, or set them in this shell and add --use-env."
            )

    def setup_command(self) -> list[str]:
        """Return the command that does the rest in .venv."""
        options = self.options
        recorded = tomllib.loads((HERE / ".chanscaffold.toml").read_text("utf-8"))["answers"][
            "superusers"
        ]
        names = recorded.split(",") if options.superuser is None else options.superuser
        command = [PYTHON, "manage.py", "setup", "--again", quote(AGAIN)]
        command += ["--smoke"] * options.smoke + ["--production"] * options.prod
        command += [f"--unset={name}" for name in self.misleading]
        command += ["--verbosity", "0" if options.quiet else "2" if options.verbose else "1"]
        return [*command, "--", *filter(None, map(str.strip, names))]

    def become(self, command: list[str]) -> NoReturn:
        """Replace this process by a command; it unblocks the signals when it can handle them."""
        if interrupts:
            raise KeyboardInterrupt
        os.chdir(HERE)
        if os.name == "nt":
            sys.exit(subprocess.call(command, env=self.environment))  # noqa: S603
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        os.execve(PYTHON, command, self.environment)  # noqa: S606

    def show(self, text: str) -> None:
        """Show a text on a terminal until the next line is printed."""
        if sys.stdout.isatty() and not self.options.quiet:
            print(text, end="\r", flush=True)

    def write(self, line: str) -> None:
        """Print a line unless this is quiet."""
        if not self.options.quiet:
            print(line, flush=True)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop a command and its children if it still runs."""
    for sign in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, sign) if hasattr(os, "killpg") else process.terminate()
                process.wait(10)


def mask_log(start: int) -> list[str]:
    """Mask the passwords in addresses in the log's last part; return its lines."""
    log = LOG.read_bytes()
    part = re.sub(rb"(?<=://)[^\s/@:]*:[^\s/@]*@", b"***@", log[start:])
    LOG.write_bytes(log[:start] + part)
    return part.decode(errors="replace").splitlines()[1:]


def free_ports() -> Iterator[int]:
    """Yield different free ports, below those that systems give to clients."""
    for port in secrets.SystemRandom().sample(range(20_000, 32_768), 100):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            yield port


def quote(command: list[str]) -> str:
    """Return a command as it is typed."""
    return subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)


def check_python(requirement: str) -> None:
    """Raise StepError unless this Python meets a requirement like ">=3.12"."""
    lowest = tuple(int(part) for part in requirement.removeprefix(">=").split("."))
    if sys.version_info < lowest:
        have = sys.version.split()[0]
        raise StepError(f"Python {have} is not {requirement}: run bootstrap.py with a newer one.")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--prod", action="store_true", help="leave the development packages out")
    add("--use-env", action="store_true", help="keep the project's own variables of this shell")
    add("--superuser", action="append", metavar="NAME", help="instead of the recorded ones")
    add("--smoke", action="store_true", help="prove at the end that the project answers")
    add("--run", action="store_true", help="only start the development server of a ready project")
    add("-q", "--quiet", action="store_true", help="only what needs doing, and new passwords")
    add("-v", "--verbose", action="store_true", help="everything that the commands print")
    return parser.parse_args()


def main() -> int:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    bootstrap = Bootstrap(parse_arguments())
    if bootstrap.options.run:
        bootstrap.become([PYTHON, "manage.py", "runserver"])
    for each in SIGNALS:
        signal.signal(each, lambda number, _: interrupts.append(number))
    return bootstrap.run()


if __name__ == "__main__":
    sys.exit(main())
