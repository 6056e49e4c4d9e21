#!/usr/bin/env python3
"""Set up this project in a fresh clone. It is safe to run it again.

It creates .venv, installs the packages and writes .env. Then it runs `manage.py setup`, which
migrates the database and creates the superusers that .chanscaffold.toml names. With --smoke, it
also tests the running site. The exit code is 0, or 3 if steps are missing; it prints them.
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
STEPS_MISSING = 3  # exit code
LABEL_WIDTH = 52  # characters
INSTALL_TIMEOUT = 900  # seconds; CHANSCAFFOLD_STEP_SECONDS overrides it
TOOL_SETTINGS = {"UV_PYTHON_DOWNLOADS": "never", "PIP_NO_INPUT": "1", "PYTHONUNBUFFERED": "1"}
interrupts: list[int] = []  # signals received
SIGNALS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]

TRUE_VALUES = ("true", "on", "ok", "y", "yes", "1")  # of django-environ

# Variables that would make Python or Django use another project. FOREIGN also has those that would
# make uv, pip or git use another folder.
REDIRECTING = re.compile(r"DJANGO_SETTINGS_MODULE|PYTHONPATH|PYTHONHOME")
FOREIGN = re.compile(
    rf"{REDIRECTING.pattern}|VIRTUAL_ENV|UV_PROJECT(?:_ENVIRONMENT)?|PIP_(?:TARGET|USER|PREFIX)"
    r"|GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|PREFIX)"
)


class StepError(Exception):
    """A step has failed."""


class Bootstrap:
    """The steps before `manage.py setup`."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.environment = self.clean_environment()

    def run(self) -> int:
        """Install, then run `manage.py setup` in this process. Return the exit code on failure."""
        try:
            if self.options.prod:
                self.require_production()
            self.install()
            self.write_env()
            self.replace_process(self.setup_command())
        except (StepError, OSError) as error:
            print(f"Error: {error}", file=sys.stderr)
        except KeyboardInterrupt:
            print("Interrupted.", file=sys.stderr)
        unset = [["unset", *self.to_unset]] if self.to_unset and os.name != "nt" else []
        commands = (["cd", str(HERE)], *unset, AGAIN)
        print("\nStill to do:", *map(quote, commands), sep="\n  ")
        return STEPS_MISSING

    def clean_environment(self) -> dict[str, str]:
        """Return the environment without the variables of other projects, and print their names."""
        ours = set(re.findall(r"(?m)^(?:# )?([A-Z_]+)=", ENV_EXAMPLE))
        foreign = sorted(
            name
            for name in os.environ
            if FOREIGN.fullmatch(name) or (name in ours and not self.options.use_env)
        )
        if foreign:
            self.write(f"  Ignored variables of this shell: {', '.join(foreign)}.")
        # The printed commands unset these, because manage.py would read them.
        self.to_unset = [name for name in foreign if name in ours or REDIRECTING.fullmatch(name)]
        clean = {name: value for name, value in os.environ.items() if name not in foreign}
        return clean | TOOL_SETTINGS

    def install(self) -> None:
        """Create .venv, and install the packages of pyproject.toml."""
        project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
        check_python(project["project"]["requires-python"])
        uv = shutil.which("uv")
        if uv:
            command = [uv, "sync", "--python", sys.executable, "--no-progress"]
            command += ["--no-dev"] if self.options.prod else []
            self.step("Install the packages with uv", command)
            return
        self.write("  uv was not found, so pip installs. uv is about ten times faster.")
        packages = list(project["project"]["dependencies"])
        packages += [] if self.options.prod else project["dependency-groups"]["dev"]
        base = getattr(sys, "_base_executable", sys.executable)
        self.step("Create .venv", [base, "-m", "venv", ".venv"])
        pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
        self.step("Install the packages with pip", [*pip, *packages])

    def step(self, label: str, command: list[str]) -> None:
        """Run a command, and log its output. Raise StepError if it fails."""
        timeout = float(os.environ.get("CHANSCAFFOLD_STEP_SECONDS") or INSTALL_TIMEOUT)
        started, log_start = time.monotonic(), LOG.stat().st_size if LOG.exists() else 0
        self.show(f"  {label} …")
        process = self.start(command)
        try:
            while process.poll() is None and time.monotonic() - started < timeout:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.1)
                if interrupts:
                    raise KeyboardInterrupt
        finally:
            is_late = process.poll() is None
            reason = f"stopped after {timeout:g} seconds" if is_late else "failed"
            stop(process)
            lines = mask_log(log_start)
            self.show(" " * LABEL_WIDTH)
        if process.returncode or self.options.verbose:
            print(*(f"    {line}" for line in lines[-20:]), sep="\n", flush=True)
        if process.returncode:
            raise StepError(f"{label}: {reason}. Its output is in {LOG.name}.")
        self.write(f"  {label:<{LABEL_WIDTH}} {time.monotonic() - started:5.1f} s")

    def start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        """Start a command in its own session, so that its children can be stopped too."""
        with LOG.open("ab", buffering=0) as log:
            log.write(f"$ {shlex.join(command)}\n".encode())
            return subprocess.Popen(  # noqa: S603
                command,
                cwd=HERE,
                env={**self.environment, "DJANGO_SUPERUSER_PASSWORD": ""},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def write_env(self) -> None:
        """Write .env with a new secret key, readable by the owner only. Keep an existing file."""
        if ENV.exists() or (self.options.use_env and "SECRET_KEY" in os.environ):
            if ENV.exists() and re.search("<(password|port)>", ENV.read_text("utf-8")):
                raise StepError(
                    ".env contains <password> or <port> from .env.example: replace them, or delete "
                    ".env and run this command again, which writes a new one."
                )
            return
        empty = r"(?m)^(SECRET_KEY|POSTGRES_PASSWORD)=$"
        text = re.sub(empty, lambda line: line[0] + secrets.token_urlsafe(50), ENV_EXAMPLE)
        text = re.sub("<password>", lambda _: secrets.token_urlsafe(24), text)
        ports = free_ports()
        text = re.sub("<port>", lambda _: str(next(ports)), text)
        draft = HERE / f".env.{os.getpid()}"  # renamed once it is complete
        try:
            with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(text)
            draft.rename(ENV)
        finally:
            draft.unlink(missing_ok=True)

    def require_production(self) -> None:
        """Raise StepError if the settings are for development."""
        text = ENV.read_text("utf-8") if ENV.exists() else ""
        line = r"""(?m)^(?:export )?([A-Z_]+)=["']?(.*?)["']?$"""
        variables = dict(re.findall(line, text)) | self.environment
        debug = variables.get("DEBUG", "").strip().lower() in TRUE_VALUES
        if debug or not variables.get("SECRET_KEY"):
            raise StepError(
                "--prod requires a SECRET_KEY and DEBUG=false: write them into .env, or set them "
                "in this shell and add --use-env."
            )

    def setup_command(self) -> list[str]:
        """Return the command of `manage.py setup`."""
        options = self.options
        record = tomllib.loads((HERE / ".chanscaffold.toml").read_text("utf-8"))
        names = options.superuser or record["answers"]["superusers"].split(",")
        command = [PYTHON, "manage.py", "setup", "--again", quote(AGAIN)]
        command += ["--smoke"] * options.smoke + ["--production"] * options.prod
        command += [f"--unset={name}" for name in self.to_unset]
        command += ["--verbosity", "0" if options.quiet else "2" if options.verbose else "1"]
        return [*command, "--", *filter(None, map(str.strip, names))]

    def replace_process(self, command: list[str]) -> NoReturn:
        """Replace this process with a command, which unblocks the signals when it handles them."""
        if interrupts:
            raise KeyboardInterrupt
        os.chdir(HERE)
        if os.name == "nt":
            sys.exit(subprocess.call(command, env=self.environment))  # noqa: S603
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        os.execve(PYTHON, command, self.environment)  # noqa: S606

    def show(self, text: str) -> None:
        """Show a text on a terminal until the next line."""
        if sys.stdout.isatty() and not self.options.quiet:
            print(text, end="\r", flush=True)

    def write(self, line: str) -> None:
        """Print a line, except with --quiet."""
        if not self.options.quiet:
            print(line, flush=True)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop a command and its children."""
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, number) if hasattr(os, "killpg") else process.terminate()
                process.wait(10)


def mask_log(start: int) -> list[str]:
    """Mask the passwords of URLs in the log from a position, and return its lines."""
    log = LOG.read_bytes()
    part = re.sub(rb"(?<=://)[^\s/@:]*:[^\s/@]*@", b"***@", log[start:])
    LOG.write_bytes(log[:start] + part)
    return part.decode(errors="replace").splitlines()[1:]


def free_ports() -> Iterator[int]:
    """Yield free ports below the range that operating systems use for clients."""
    for port in secrets.SystemRandom().sample(range(20_000, 32_768), 100):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            yield port


def quote(command: list[str]) -> str:
    """Return a command in the syntax of the shell."""
    return subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)


def check_python(requirement: str) -> None:
    """Raise StepError if this Python does not meet a requirement such as ">=3.12"."""
    lowest = tuple(int(part) for part in requirement.removeprefix(">=").split("."))
    if sys.version_info < lowest:
        version = sys.version.split()[0]
        raise StepError(f"Python {version} is not {requirement}: run this with a newer one.")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--prod", action="store_true", help="do not install the development packages")
    add("--use-env", action="store_true", help="use this project's variables in this shell")
    add("--superuser", action="append", metavar="NAME", help="instead of the recorded superusers")
    add("--smoke", action="store_true", help="test the running site at the end")
    add("--run", action="store_true", help="only start the development server")
    add("-q", "--quiet", action="store_true", help="print only missing steps and new passwords")
    add("-v", "--verbose", action="store_true", help="print the output of all commands")
    return parser.parse_args()


def main() -> int:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    bootstrap = Bootstrap(parse_arguments())
    if bootstrap.options.run:
        bootstrap.replace_process([PYTHON, "manage.py", "runserver"])
    for number in SIGNALS:
        signal.signal(number, lambda number, _: interrupts.append(number))
    return bootstrap.run()


if __name__ == "__main__":
    sys.exit(main())
