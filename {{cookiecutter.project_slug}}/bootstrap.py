#!/usr/bin/env python3
"""Set up this project in a fresh clone. It is safe to run it again.

It creates .venv, installs the packages and writes .env. `manage.py setup` then migrates the
database, creates the superusers of .chanscaffold.toml and, with --smoke, tests the running site.
The exit code is 0, or 3 if steps are missing; it prints them.
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
from typing import Any, NoReturn

try:
    import tomllib
except ImportError:
    sys.exit("This project needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info))

HERE = Path(__file__).resolve().parent
PYTHON = str(Path(".venv", "Scripts" if os.name == "nt" else "bin", "python"))
ENV, LOG, INCOMPLETE = (HERE / n for n in (".env", ".chanscaffold.log", ".venv.incomplete"))
ENV_EXAMPLE = (HERE / ".env.example").read_text("utf-8")
AGAIN = [sys.executable, "bootstrap.py", *sys.argv[1:]]
INSTALL_TIMEOUT = 900  # seconds; CHANSCAFFOLD_STEP_SECONDS overrides it
interrupts: list[int] = []  # signals received
SIGNALS = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]

# Of the variables of Python, uv and pip, only those of indexes, networks, caches and output are
# used: others make these tools use another folder, or do less.
TOOLS = re.compile(r"DJANGO_SETTINGS_MODULE|VIRTUAL_ENV|(?:PYTHON|UV|PIP|GIT)_?[A-Z].*")
ALLOWED = re.compile(
    r"(?:UV|PIP)_(?:\w*INDEX\w*|FIND_LINKS|CONFIG_FILE|NETRC|\w*PROXY|\w*CERTS?|\w*TLS|\w*HOST"
    r"|\w*CACHE\w*|OFFLINE|KEYRING\w*|\w*TIMEOUT|\w*RETRIES|CONCURRENT\w*|LINK_MODE|\w*_CHECK)"
    r"|UV_(?:PYTHON_DOWNLOADS|RUN_\w*|INTERNAL\w*)|GIT_(?:SSL|SSH|HTTP|ASKPASS|CONFIG|AUTHOR)\w*"
    r"|GIT_COMMITTER\w*|PYTHON(?:DONTWRITEBYTECODE|PYCACHEPREFIX|IOENCODING|UTF8|UNBUFFERED)"
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
        return 3  # steps are missing

    def clean_environment(self) -> dict[str, str]:
        """Return the environment without the variables of other projects, and print their names."""
        ours = set(re.findall(r"(?m)^(?:# )?([A-Z][A-Z0-9_]*)=", ENV_EXAMPLE))
        foreign = sorted(
            name
            for name in os.environ
            if (TOOLS.fullmatch(name) and not ALLOWED.fullmatch(name))
            or (name in ours and not self.options.use_env)
        )
        if named := [name for name in foreign if name != "VIRTUAL_ENV"]:
            self.write(f"  Ignored variables of this shell: {', '.join(named)}.")
        # The printed commands unset these, because manage.py would read them.
        self.to_unset = [n for n in named if n in ours or n.startswith(("DJANGO_", "PYTHON"))]
        tools = {"UV_PYTHON_DOWNLOADS": "never", "PIP_NO_INPUT": "1", "PYTHONUNBUFFERED": "1"}
        return tools | {name: os.environ[name] for name in os.environ if name not in foreign}

    def install(self) -> None:
        """Create .venv, and install the packages of pyproject.toml."""
        project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
        check_python(project["project"]["requires-python"])
        if INCOMPLETE.exists():  # an interrupted installation leaves packages without their files
            shutil.rmtree(HERE / ".venv", ignore_errors=True)
        INCOMPLETE.touch()
        self.install_packages(project)
        INCOMPLETE.unlink()

    def install_packages(self, project: dict[str, Any]) -> None:
        """Run uv, or pip where there is no uv."""
        if uv := shutil.which("uv") or shutil.which("uv", path=Path(sys.executable).parent):
            command = [uv, "sync", "--python", sys.executable, "--no-progress"]
            command += ["--no-dev"] * self.options.prod
            return self.step("Install the packages with uv", command)
        self.write("  uv was not found, so pip installs. uv is about ten times faster.")
        packages = list(project["project"]["dependencies"])
        packages += [] if self.options.prod else project["dependency-groups"]["dev"]
        self.step("Create .venv", [sys.executable, "-m", "venv", ".venv"])
        pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *packages]
        self.step("Install the packages with pip", pip)

    def step(self, label: str, command: list[str]) -> None:
        """Run a command, and log its output. Raise StepError if it fails."""
        timeout = float(os.environ.get("CHANSCAFFOLD_STEP_SECONDS") or INSTALL_TIMEOUT)
        started, log_start = time.monotonic(), LOG.stat().st_size if LOG.exists() else 0
        self.write(f"  {label:<52}", end="")
        process = self.start(command)
        try:
            while process.poll() is None and time.monotonic() - started < timeout:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.1)
                if interrupts:
                    raise KeyboardInterrupt
        finally:
            is_late = process.poll() is None
            stop(process)
            lines = mask_log(log_start)
            self.write(f" {time.monotonic() - started:5.1f} s")
        if process.returncode or self.options.verbose:
            print(*(f"    {line}" for line in lines[-20:]), sep="\n", flush=True)
        if process.returncode:
            code, denied = process.returncode, re.search("(initialize|open).*cache", "".join(lines))
            reason = f"ended by signal {-code} (9: out of memory?)" if code < 0 else "failed"
            reason = f"stopped after {timeout:g} seconds" if is_late else reason
            hint = " Set UV_CACHE_DIR to a folder that you may write." if denied else ""
            raise StepError(f"{label}: {reason}. Its output is in {LOG.name}.{hint}")

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
                raise StepError(".env contains <password> or <port>: replace them, or delete .env.")
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
        line = r"""(?m)^(?:export )?([A-Z][A-Z0-9_]*)=["']?(.*?)["']?$"""
        variables = dict(re.findall(line, text)) | self.environment
        debug = variables.get("DEBUG", "").strip().lower()
        if debug in ("true", "on", "ok", "y", "yes", "1") or not variables.get("SECRET_KEY"):
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
        command += [f"--verbosity={1 - options.quiet + options.verbose}"]
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

    def write(self, text: str, end: str = "\n") -> None:
        """Print a text, except with --quiet. A reader that has ended does not matter."""
        if not self.options.quiet:
            with contextlib.suppress(OSError):
                print(text, end=end, flush=True)


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
    part = re.sub(rb"(?<=://)\S*@", b"***@", log[start:])
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
        raise StepError(f"This is Python {sys.version.split()[0]}, and not {requirement}.")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
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
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    bootstrap = Bootstrap(parse_arguments())
    if bootstrap.options.run:
        bootstrap.replace_process([PYTHON, "manage.py", "runserver"])
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has set it
            signal.signal(number, lambda number, _: interrupts.append(number))
    if hasattr(signal, "pthread_sigmask"):  # the hook that runs this has blocked them
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    return bootstrap.run()


if __name__ == "__main__":
    sys.exit(main())
