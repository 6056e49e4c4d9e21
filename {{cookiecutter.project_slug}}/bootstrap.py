#!/usr/bin/env python3
"""From a fresh clone to a running project; again and again without harm.

Makes .venv, installs the packages, writes .env, migrates, creates the superusers that
.chanscaffold.toml names, and with --smoke proves that the result answers. What exists already
stays as it is. Ends with 0, or with 3 and the commands that are still missing.
"""

import argparse
import contextlib
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

try:
    import tomllib
except ImportError:
    sys.exit("This project needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info))

HERE = Path(__file__).resolve().parent
PYTHON = str(Path(".venv", "Scripts" if os.name == "nt" else "bin", "python"))
STEPS_MISSING = 3  # the exit code
WIDTH = 52  # of a step's label
SIGNALS = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

# Seconds that a step may take. CHANSCAFFOLD_STEP_SECONDS replaces both.
INSTALL, MANAGE = 900, 300

# What switches DEBUG on (django-environ).
ON = ("true", "on", "ok", "y", "yes", "1")

# Variables that belong to another project or environment: those that redirect Python and Django,
# and those that redirect the tools of the set-up.
MISLEADING = re.compile(r"DJANGO_SETTINGS_MODULE|PYTHONPATH|PYTHONHOME")
FOREIGN = re.compile(
    rf"{MISLEADING.pattern}|VIRTUAL_ENV|UV_PROJECT(?:_ENVIRONMENT)?|PIP_(?:TARGET|USER|PREFIX)"
    r"|GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|PREFIX)"
)


class StepError(Exception):
    """A step did not work; the text says which and how."""


class Screen:
    """Where progress goes: lines, and on a terminal a line that changes while a step runs."""

    def __init__(self, quiet: bool, verbose: bool) -> None:
        self.quiet, self.verbose = quiet, verbose
        self.spins = sys.stdout.isatty() and not quiet and not verbose
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")

    def say(self, line: str = "") -> None:
        if not self.quiet:
            print(line, flush=True)

    def spin(self, label: str, seconds: float) -> None:
        if self.spins:
            sign = "|/-\\"[int(seconds * 8) % 4]
            print(f"{sign} {label:<{WIDTH}} {seconds:5.1f} s", end="\r", flush=True)

    def clear(self) -> None:
        if self.spins:
            print(" " * (WIDTH + 12), end="\r", flush=True)


class Step:
    """A command that runs in the project, with a time limit, a log, and no secret in either.

    It starts with the `with` block and has ended after it, whatever happens there.
    """

    def __init__(self, screen: Screen, label: str, command: list[str], limit: float) -> None:
        self.screen, self.label, self.command = screen, label, command
        self.limit = float(os.environ.get("CHANSCAFFOLD_STEP_SECONDS") or limit)
        self.environment: dict[str, str] = {}
        self.text: str | None = ""  # for its standard input, which stays open without one
        self.patience = 10  # seconds that it may take to end when it is told to
        self.hidden: list[str] = []  # passwords that must not be shown
        self.lines: list[str] = []  # what it says
        self.spoke = threading.Event()  # it has said something, or ended

    def __enter__(self) -> "Step":
        self.started = time.monotonic()
        try:
            with uninterrupted():
                self.start()
        except OSError as error:
            raise StepError(f"{self.label}: {error}.") from None
        except KeyboardInterrupt:
            self.__exit__()
            raise
        return self

    def start(self) -> None:
        """Start the command and listen to it."""
        self.process = subprocess.Popen(  # noqa: S603  (a list, and no shell)
            self.command,
            cwd=HERE,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # so that stopping it stops its children too
        )
        self.reader = threading.Thread(target=self.exchange, daemon=True)
        self.reader.start()

    def exchange(self) -> None:
        """Write the input and collect the output until it ends."""
        if self.text is not None and self.process.stdin:
            with contextlib.suppress(OSError), self.process.stdin:
                self.process.stdin.write(self.text)  # it may end unread: the output says why
        for line in self.process.stdout or ():
            self.lines.append(self.hide(line.rstrip()))
            self.spoke.set()
            if self.screen.verbose:
                self.screen.say(f"    {self.lines[-1]}")
        self.spoke.set()

    def hide(self, line: str) -> str:
        """Take out the passwords, and those that stand inside addresses."""
        for secret in self.hidden:
            line = line.replace(secret, "***")
        return re.sub(r"(?<=://)[^\s/@:]*:[^\s/@]*@", "***@", line)

    def finish(self) -> None:
        """Wait for the end. Raises StepError when the command fails or takes too long."""
        self.wait_until(lambda: not self.reader.is_alive())
        if self.process.wait():
            self.fail("failed")
        self.screen.say(f"  {self.label:<{WIDTH}} {self.seconds():5.1f} s")

    def wait_for(self, line: str) -> None:
        """Wait until it says this line, and goes on. Raises StepError when it ends instead."""
        self.wait_until(lambda: line in self.lines or not self.reader.is_alive())
        if line not in self.lines:
            self.fail("failed")
        self.screen.say(f"  {self.label:<{WIDTH}} {self.seconds():5.1f} s")

    def wait_until(self, is_over: Callable[[], bool]) -> None:
        """Show that it takes time. Raises StepError when it takes too long."""
        while not is_over() and self.seconds() < self.limit:
            self.screen.spin(self.label, self.seconds())
            self.reader.join(0.1)
        self.screen.clear()
        if not is_over():
            self.fail(f"stopped after {self.limit:g} seconds")

    def fail(self, how: str) -> NoReturn:
        if not self.screen.verbose:
            print(*(f"    {line}" for line in self.lines[-20:]), sep="\n", flush=True)
        raise StepError(f"{self.label}: {how}; all of its output is in .chanscaffold.log.")

    def seconds(self) -> float:
        return time.monotonic() - self.started

    def __exit__(self, *_: object) -> None:
        """End the command and its children, politely at first, and log what it said."""
        for sign in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                if self.process.poll() is None:
                    send(sign, self.process)
                    self.process.wait(timeout=self.patience)
        self.reader.join(1)
        self.screen.clear()
        with open(HERE / ".chanscaffold.log", "a", encoding="utf-8") as file:
            print(f"$ {shlex.join(self.command)}", *self.lines, sep="\n", file=file)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let signals wait for the end of the block: a child that nobody knows yet would be left."""
    waiting: list[int] = []
    before = {name: signal.getsignal(getattr(signal, name)) for name in SIGNALS}
    listen(lambda number, frame: waiting.append(number))
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
        for number in waiting[:1]:
            signal.raise_signal(number)


def send(sign: int, process: "subprocess.Popen[str]") -> None:
    """Send a signal to a process and its children."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, sign)
    else:
        process.terminate()


class Bootstrap:
    """The steps in their order, and what they found."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.screen = Screen(options.quiet, options.verbose)
        self.environment = self.own_environment()
        self.common_password = os.environ.get("DJANGO_SUPERUSER_PASSWORD") or None
        self.passwords: dict[str, str] = {}  # made here, shown once
        self.created: list[str] = []
        self.missing: list[list[str]] = []  # commands that are left to do

    def run(self) -> int:
        """Run the steps and say how it ended; return the exit code."""
        try:
            self.missing = [[sys.executable, "bootstrap.py", *sys.argv[1:]]]
            if self.options.prod:
                self.require_production()
            self.install()
            self.write_env()
            with self.services():
                self.populate()
            self.missing = []
        except (StepError, OSError) as error:
            print(f"Error: {error}", file=sys.stderr)
        except KeyboardInterrupt:
            print("Interrupted.", file=sys.stderr)
        self.conclude()
        return STEPS_MISSING if self.missing else 0

    def own_environment(self) -> dict[str, str]:
        """The process environment, less what belongs to other projects; that is named."""
        ours = set(re.findall(r"(?m)^(?:# )?([A-Z_]+)=", read(".env.example")))
        foreign = sorted(
            name
            for name in os.environ
            if FOREIGN.fullmatch(name) or (name in ours and not self.options.use_env)
        )
        if foreign:
            self.screen.say(f"  Not used, though set in this shell: {', '.join(foreign)}.")
        # What would lead manage.py astray, too, is unset by the commands at the end.
        self.astray = [name for name in foreign if name in ours or MISLEADING.fullmatch(name)]
        own = {name: value for name, value in os.environ.items() if name not in foreign}
        own.pop("DJANGO_SUPERUSER_PASSWORD", None)
        return own | {"UV_PYTHON_DOWNLOADS": "never", "PIP_NO_INPUT": "1", "PYTHONUNBUFFERED": "1"}

    def step(self, label: str, command: list[str], limit: float) -> Step:
        step = Step(self.screen, label, command, limit)
        step.environment = self.environment
        return step

    def install(self) -> None:
        """Make .venv and put the packages of pyproject.toml into it."""
        project = tomllib.loads(read("pyproject.toml"))
        check_python(project["project"]["requires-python"])
        uv = shutil.which("uv")
        if uv:
            command = [uv, "sync", "--python", sys.executable, "--no-progress"]
            command += ["--no-dev"] if self.options.prod else []
            with self.step("Install the packages with uv", command, INSTALL) as step:
                step.finish()
            return
        self.screen.say("  uv was not found, so pip installs: uv takes about a tenth of the time.")
        packages = list(project["project"]["dependencies"])
        packages += [] if self.options.prod else project["dependency-groups"]["dev"]
        base = getattr(sys, "_base_executable", sys.executable)
        with self.step("Make .venv", [base, "-m", "venv", ".venv"], INSTALL) as step:
            step.finish()
        pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
        with self.step("Install the packages with pip", [*pip, *packages], INSTALL) as step:
            step.finish()

    def write_env(self) -> None:
        """Write .env with a secret key of its own, for its owner's eyes; keep one that exists."""
        if (HERE / ".env").exists() and re.search("<(password|port)>", read(".env")):
            raise StepError(
                ".env has <password> or <port> where .env.example has them: write them there, or "
                "delete .env and run this again, which writes one."
            )
        if (HERE / ".env").exists() or (self.options.use_env and "SECRET_KEY" in os.environ):
            return
        fill = r"(?m)^(SECRET_KEY|POSTGRES_PASSWORD)=$"
        text = re.sub(fill, lambda line: line[0] + secrets.token_urlsafe(50), read(".env.example"))
        text = re.sub("<password>", lambda _: secrets.token_urlsafe(24), text)
        for port in free_ports(text.count("<port>")):
            text = text.replace("<port>", str(port), 1)
        draft = HERE / f".env.{os.getpid()}"  # complete before it gets its name
        try:
            with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(text)
            draft.rename(HERE / ".env")
        finally:
            draft.unlink(missing_ok=True)

    def require_production(self) -> None:
        """Raise StepError for the settings of a development machine."""
        text = read(".env") if (HERE / ".env").exists() else ""
        line = r"""(?m)^(?:export )?([A-Z_]+)=["']?(.*?)["']?$"""
        found = dict(re.findall(line, text)) | self.environment
        if found.get("DEBUG", "").strip().lower() in ON or not found.get("SECRET_KEY"):
            raise StepError(
                "--prod needs production's settings: a SECRET_KEY, and DEBUG not on. Write them "
                "into .env, or set them in this shell and add --use-env."
            )

    @contextlib.contextmanager
    def services(self) -> Iterator[None]:
        """Have Redis and PostgreSQL answer as long as the block runs, if the project has them."""
        if self.options.prod or not has_services():
            yield
            return
        command = [PYTHON, "manage.py", "services", "--until-stdin-ends"]
        services = self.step("Start the services that do not answer yet", command, MANAGE)
        services.text = None
        services.patience = 50  # PostgreSQL may have much to write
        with services:
            services.wait_for("Ready.")
            yield

    def populate(self) -> None:
        """Migrate and create the superusers, and prove the project meanwhile if that is wanted."""
        provision = self.provision()
        try:
            with provision:
                if self.options.smoke:
                    # It has a database of its own. The first line says that Python has compiled
                    # the packages, which would otherwise be done twice.
                    provision.spoke.wait(provision.limit)
                    with self.smoke() as smoke:
                        provision.finish()
                        self.missing = [[PYTHON, "manage.py", "smoke"]]
                        smoke.finish()
                        self.screen.say("\n".join(f"    {line}" for line in smoke.lines))
                else:
                    provision.finish()
        finally:
            self.created = [line[8:] for line in provision.lines if line.startswith("created ")]

    def provision(self) -> Step:
        """The step that migrates and creates the superusers who are not there yet."""
        names = self.options.superuser
        if names is None:
            names = recorded_superusers()
        if not self.common_password and sys.stdout.isatty():
            self.passwords = {name: secrets.token_urlsafe(12) for name in names}
        label = f"Migrate, create {', '.join(names)}" if names else "Migrate"
        command = [PYTHON, "manage.py", "provision", "--passwords-stdin", "--", *names]
        step = self.step(label, command, MANAGE)
        step.text = json.dumps(self.passwords or dict.fromkeys(names, self.common_password))
        step.hidden = [*self.passwords.values(), *filter(None, [self.common_password])]
        return step

    def smoke(self) -> Step:
        """The step that proves that the project answers HTTP, WebSockets and broadcasts."""
        command = [PYTHON, "manage.py", "smoke", "--skip-migrations"]
        return self.step("Prove that it answers", command, MANAGE)

    def conclude(self) -> None:
        """Say who can sign in, where, and what to type; new passwords appear only here."""
        for name in self.created:
            if name in self.passwords:
                print(f"  {name}'s password, shown only now: {self.passwords[name]}")
            elif not self.common_password:
                remedy = quote(with_services("changepassword", name))
                print(f"  {name} has no password yet: {remedy}")
        if self.screen.quiet and not self.missing:
            return
        if self.options.prod and not self.missing:
            print("\nReady for production; README.md says how to serve it.")
            return
        serve, test = with_services("runserver"), [PYTHON, "-m", "pytest"]
        rest = [] if self.options.prod else [serve] if self.missing else [serve, test]
        print("\nStill to do:" if self.missing else "\nReady. To serve http://127.0.0.1:8000/:")
        unset = [["unset", *self.astray]] if self.astray and os.name != "nt" else []
        for command in (["cd", str(HERE)], *unset, *self.missing, *rest):
            print(f"  {quote(command)}")


def read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def free_ports(count: int) -> list[int]:
    """Return ports on which nobody listens; below those that systems give to clients."""
    with contextlib.ExitStack() as stack:
        found: list[int] = []
        while len(found) < count:
            port = secrets.choice(range(20_000, 32_768))
            with contextlib.suppress(OSError):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
                found.append(port)
        return found


def quote(command: list[str]) -> str:
    """A command as one types it."""
    return subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)


def with_services(*command: str) -> list[str]:
    """Return a command of manage.py, run beside the services if the project has them."""
    services = ["services"] if has_services() else []
    return [PYTHON, "manage.py", *services, *command]


def has_services() -> bool:
    """Return whether the settings, in one file or several, name servers for development."""
    files = (HERE / "config").rglob("*.py")
    return any("REALTIME_SERVICES" in file.read_text(encoding="utf-8") for file in files)


def check_python(requirement: str) -> None:
    """Raise StepError unless this Python meets a requirement like ">=3.12"."""
    lowest = tuple(int(part) for part in requirement.removeprefix(">=").split("."))
    if sys.version_info < lowest:
        version = ".".join(map(str, sys.version_info[:2]))
        raise StepError(
            f"this project needs Python {requirement} and this is {version}; "
            "run bootstrap.py with a newer one."
        )


def recorded_superusers() -> list[str]:
    """The names that .chanscaffold.toml has."""
    answers = tomllib.loads(read(".chanscaffold.toml"))["answers"]
    return [name.strip() for name in answers["superusers"].split(",") if name.strip()]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--prod", action="store_true", help="leave the development packages out")
    add("--use-env", action="store_true", help="keep the project's own variables of this shell")
    add("--superuser", action="append", metavar="NAME", help="instead of the recorded ones")
    add("--smoke", action="store_true", help="prove at the end that the project answers")
    add("--run", action="store_true", help="only start the development server of a ready project")
    add("-q", "--quiet", action="store_true", help="only what needs doing, and new passwords")
    add("-v", "--verbose", action="store_true", help="everything that the commands say")
    return parser.parse_args()


def serve(environment: dict[str, str]) -> NoReturn:
    """Become the development server."""
    os.chdir(HERE)
    command = with_services("runserver")
    if os.name == "nt":
        sys.exit(subprocess.call(command, env=environment))  # noqa: S603  (a list, and no shell)
    os.execve(PYTHON, command, environment)  # noqa: S606


def interrupt(number: int, frame: object) -> NoReturn:
    """End in order, once: later signals must not interrupt the cleaning up."""
    listen(signal.SIG_IGN)
    raise KeyboardInterrupt


def listen(handler: Any) -> None:
    """Call the handler for each signal that asks to end."""
    for name in SIGNALS:
        signal.signal(getattr(signal, name), handler)


def main() -> int:
    options = parse_arguments()
    if options.run:
        serve(Bootstrap(options).environment)
    listen(interrupt)
    return Bootstrap(options).run()


if __name__ == "__main__":
    sys.exit(main())
