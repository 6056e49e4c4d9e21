"""Projects with a failed step: the output, the exit code, the files, and the next commands."""

import os
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest
from support.paths import ROOT
from support.processes import Process, find_processes_in, run, wait_for
from support.pythons import UV
from support.renders import LIBRARY_SOURCE, TEMPLATE, copy_template

pytestmark = pytest.mark.slow

SMOKE = "python bootstrap.py --smoke"

# Fails or waits where the variable GATE says, for example at "fail provision".
GATE = """
import os, subprocess, sys, time

def gate(place):
    if os.environ.get("GATE") == f"fail {place}":
        print(*(f"line {number}." for number in range(1, 41)), sep="\\n")
        sys.exit("the reason: postgres://me:hunter2@localhost/x")
    if os.environ.get("GATE") == f"wait {place}":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        open(os.environ["GATE_MARK"], "w").close()
        time.sleep(600)
"""
SHELL_GATE = """#!/bin/sh
case "$GATE, $*" in
"fail {name}, "*{word}*)
    for number in $({seq} 1 40); do echo "line $number."; done
    echo the reason: postgres://me:hunter2@localhost/x
    exit 1 ;;
"wait {name}, "*{word}*) : > "$GATE_MARK"; exec {sleep} 600 ;;
esac
exec {program} "$@"
"""


@pytest.fixture(scope="module")
def gated(tmp_path_factory):
    """A fork of the template, whose projects fail or wait on request."""
    fork = copy_template(tmp_path_factory.mktemp("fork"))
    config, library = fork / TEMPLATE.name / "config", fork / LIBRARY_SOURCE.relative_to(ROOT)
    (config / "gate.py").write_text(GATE, encoding="utf-8")
    # Every management command imports the settings. The library's last check runs with a server.
    append(
        config / "settings.py",
        "import sys\n\nfrom config.gate import gate\n\ngate(*sys.argv[1:2] or [''])\n",
    )
    append(
        library / "smoke" / "__init__.py",
        "def last(site: Site) -> None:\n    import config.gate as it\n\n    it.gate('served')\n",
    )
    return fork


def append(path, text):
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n\n{text}")


@pytest.fixture(scope="module")
def gates(tmp_path_factory):
    """A folder with a git and a uv that fail or wait on request."""
    folder = tmp_path_factory.mktemp("gates")
    for name, word, program in (("git", " commit ", shutil.which("git")), ("uv", "sync", UV)):
        others = {"sleep": shutil.which("sleep"), "seq": shutil.which("seq")}
        script = SHELL_GATE.format(
            name=name, word=f'"{word}"', program=shlex.quote(program), **others
        )
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    return folder


class Attempt:
    """One run of `chanscaffold new mysite` in a folder of its own, with three superusers."""

    def __init__(self, sandbox, folder, gated, gates):
        self.sandbox, self.folder, self.gated, self.gates = sandbox, folder, gated, gates
        self.project, self.mark, self.temporary = folder / "mysite", folder / "mark", folder / "tmp"
        self.temporary.mkdir()
        (self.folder / "home").mkdir()
        (self.folder / "home" / ".gitconfig").write_text(
            "[user]\nname = Me\nemail = me@example.com\n"
        )

    def env(self, gate="", **variables):
        """Return the environment in which something fails or waits at a gate."""
        basics = {"HOME": self.folder / "home", "TMPDIR": self.temporary, "GATE_MARK": self.mark}
        return self.sandbox.environment(before=[self.gates], GATE=gate, **basics, **variables)

    def command(self, *flags):
        """Return the command line."""
        names = ("--superuser", "alice", "--superuser", "bob", "--superuser", "carol")
        return self.sandbox.new_command("mysite", "--template", self.gated, *names, *flags)

    def run(self, gate="", *flags, before=(), **variables):
        """Run it to its end."""
        return run([*before, *self.command(*flags)], self.folder, self.env(gate, **variables))

    def start(self, gate, terminal):
        """Start it and return it when it waits at the gate."""
        process = Process(self.command(), self.folder, self.env(gate), terminal)
        ended = lambda: process.process.poll() is not None  # noqa: E731
        wait_for(lambda: self.mark.exists() or ended(), gate, timeout=200)
        assert not ended(), process.output
        return process

    def go_on(self, result, **variables):
        """Run the printed commands, and check that they complete the project."""
        self.mark.unlink(missing_ok=True)
        after = run(
            ["sh", "-c", " && ".join(result.missing_steps)], self.folder, self.env(**variables)
        )
        assert after.exit_code == 0, f"{result.missing_steps}\n{after.output}"
        assert "checks passed" in after.output
        assert "Still to do" not in after.output
        assert self.users() == ["alice", "bob", "carol"]
        git = ["git", "-C", str(self.project)]
        assert subprocess.run([*git, "rev-list", "HEAD"], check=True, capture_output=True).stdout
        return after

    def users(self):
        """Return the names of the users in the project's database."""
        with sqlite3.connect(self.project / "db.sqlite3") as database:
            return [
                name
                for (name,) in database.execute(
                    "SELECT username FROM accounts_user ORDER BY username"
                )
            ]

    def log(self):
        """Return the output of the steps."""
        return (self.project / ".chanscaffold.log").read_text(encoding="utf-8")

    def nothing_runs(self):
        """Assert that every process of the project ends, and leaves no temporary file."""
        wait_for(
            lambda: not find_processes_in(self.folder),
            f"no process left: {find_processes_in(self.folder)}",
        )
        # Locks of uv stay where they are.
        assert [path for path in self.temporary.iterdir() if not path.name.startswith("uv-")] == []


@pytest.fixture
def attempt(sandbox, tmp_path, gated, gates):
    yield Attempt(sandbox, tmp_path, gated, gates)
    for process in find_processes_in(tmp_path):  # only after a failure
        os.kill(process, signal.SIGKILL)


def is_missing(result, *words, command=SMOKE):
    """Assert that the output names the failed step and the next command in one line."""
    errors = [line for line in result.output.splitlines() if line.startswith("Error: ")]
    assert result.exit_code == 3, result.output
    assert len(errors) == 1, result.output
    for word in words:
        assert word in errors[0]
    assert "Traceback" not in result.output
    assert result.missing_steps[-1].endswith(command)
    assert "Ready" not in result.output


# A step fails


@pytest.mark.parametrize(
    ("gate", "label"),
    [
        ("fail uv", "Install the packages with uv: failed"),
        ("fail provision", "Migrate, create alice, bob, carol: failed"),
        ("fail smoke", "Test the running site: failed"),
    ],
)
def test_a_step_that_fails_shows_its_last_lines_and_logs_all(attempt, gate, label):
    command = SMOKE if gate != "fail smoke" else "manage.py smoke"
    result = attempt.run(gate)
    is_missing(result, label, ".chanscaffold.log", command=command)
    shown = [line.strip() for line in result.output.splitlines()]
    assert "the reason: postgres://***@localhost/x" in shown
    assert "line 40." in shown
    assert sum(line.startswith("line ") for line in shown) == 19
    for number in range(1, 41):
        assert f"line {number}.\n" in attempt.log()
    assert "hunter2" not in result.output + attempt.log()
    attempt.nothing_runs()
    attempt.go_on(result)


def test_the_printed_commands_replace_a_git_that_failed(attempt):
    result = attempt.run("fail git")
    assert result.exit_code == 3
    assert result.output.count("Error: ") == 1
    assert "Error: the project was not committed: " in result.output
    assert "the reason" in result.output
    assert [shlex.split(line)[:2] for line in result.missing_steps[-3:]] == [
        ["git", "init"],
        ["git", "add"],
        ["git", "commit"],
    ]
    assert "checks passed" in result.output
    assert attempt.users() == ["alice", "bob", "carol"]
    after = run(["sh", "-c", " && ".join(result.missing_steps)], attempt.folder, attempt.env())
    assert after.exit_code == 0, after.output
    tracked = run(["git", "ls-files"], attempt.project, attempt.env()).output.split()
    assert {"manage.py", "uv.lock"} <= set(tracked)
    assert ".env" not in tracked


@pytest.mark.parametrize(
    ("gate", "seconds", "label"),
    [
        ("wait uv", 5, "Install the packages with uv"),
        ("wait provision", 30, "Migrate, create alice, bob, carol"),
        ("wait served", 30, "Test the running site"),
    ],
)
def test_a_step_that_takes_too_long_is_stopped(default_project, attempt, gate, seconds, label):
    """The default project has filled the package caches, so the steps before this one are fast."""
    result = attempt.run(gate, CHANSCAFFOLD_STEP_SECONDS=seconds)
    command = SMOKE if gate != "wait served" else "manage.py smoke"
    is_missing(result, f"{label}: stopped after {seconds} seconds", command=command)
    attempt.nothing_runs()


@pytest.mark.parametrize(
    ("flags", "variable", "server", "address"),
    [
        (
            ("--database", "postgres"),
            "DATABASE_URL",
            "PostgreSQL",
            "postgres://me:pass-word@127.0.0.9:1/mysite",
        ),
        (("--layer", "redis"), "CHANNEL_LAYER_URL", "Valkey", "redis://:pass-word@127.0.0.9:1/0"),
    ],
)
def test_a_server_elsewhere_that_does_not_answer_is_named(
    attempt, flags, variable, server, address
):
    """Nothing is started for an address that is not this machine's own."""
    attempt.run("", *flags, "--no-setup")
    env = attempt.env(**{variable: address})
    result = run([sys.executable, "bootstrap.py", "--smoke", "--use-env"], attempt.project, env)
    sentence = (
        f"Start the development services: {server} at 127.0.0.9:1 ({variable}) does not answer; "
        "start it there."
    )
    is_missing(result, sentence, command=f"{SMOKE} --use-env")
    assert "pass-word" not in result.output + attempt.log()
    attempt.nothing_runs()


# No network

OFFLINE = ["unshare", "--map-root-user", "--net"]
needs_offline = pytest.mark.skipif(
    subprocess.run([*OFFLINE, "true"], check=False, capture_output=True).returncode != 0,
    reason="the network cannot be taken away here",
)


@needs_offline
def test_a_project_made_without_a_network_can_be_completed_later(attempt):
    offline = [shutil.which(OFFLINE[0]), *OFFLINE[1:]]
    result = attempt.run(before=offline, UV_CACHE_DIR=attempt.folder / "empty", UV_HTTP_RETRIES=0)
    is_missing(result, "Install the packages with uv: failed")
    assert (attempt.project / "manage.py").exists()
    assert not (attempt.project / "db.sqlite3").exists()
    assert run(["git", "status", "--porcelain"], attempt.project, attempt.env()).output == ""
    attempt.nothing_runs()
    attempt.go_on(result)


@needs_offline
def test_cookiecutter_without_a_network_and_uv_leaves_the_project_and_the_commands(attempt):
    command = attempt.sandbox.cookiecutter_command(
        project_slug="mysite", superusers="alice,bob,carol"
    )
    # The tests' environment has a uv beside its Python.
    python = sys._base_executable
    pip = {"PIP_CACHE_DIR": attempt.folder / "empty", "PIP_RETRIES": 0}
    env = attempt.env(CHANSCAFFOLD_PYTHON=python, **pip)
    env["PATH"] = str(attempt.sandbox.link_tools("git", "sh"))
    result = run([shutil.which(OFFLINE[0]), *OFFLINE[1:], *command], attempt.folder, env)
    assert result.exit_code == 0, result.output
    is_missing(
        type(result)(3, result.output),
        "Install the packages with pip: failed",
        command=f"{os.path.basename(python)} bootstrap.py --smoke",
    )
    assert (attempt.project / "manage.py").exists()
    attempt.go_on(result)


# Ctrl-C and SIGTERM

STEPS = {
    "git": "wait git",
    "packages": "wait uv",
    "database": "wait provision",
    "smoke": "wait served",
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("by", ["ctrl-c", "sigterm"])
def test_an_interrupted_step_ends_with_its_children_and_can_be_continued(attempt, step, by):
    process = attempt.start(STEPS[step], terminal=by == "ctrl-c")
    if step == "smoke":
        wait_for(lambda: "Migrate, create" in process.output, "the migration is done")
        wait_for(lambda: len(attempt_users(attempt)) == 3, "the users are there")
    if by == "ctrl-c":
        process.press_ctrl_c()
    else:
        process.process.send_signal(signal.SIGTERM)
    result = process.wait(30)
    assert result.exit_code == 3, result.output
    assert "Interrupted." in result.output
    assert "Traceback" not in result.output
    assert result.output.count("Still to do:") == 1
    attempt.nothing_runs()
    attempt.go_on(result)


def attempt_users(attempt):
    try:
        return attempt.users()
    except sqlite3.OperationalError:
        return []


def test_passwords_that_were_made_are_shown_even_if_the_proof_is_interrupted(attempt):
    process = attempt.start(STEPS["smoke"], terminal=True)
    wait_for(lambda: len(attempt_users(attempt)) == 3, "the users are there")
    process.press_ctrl_c()
    result = process.wait(30)
    for name in ("alice", "bob", "carol"):
        assert f"{name}'s password" in result.output


def test_a_killed_command_leaves_nothing_that_runs(attempt):
    """After kill -9 the folder stays, but no process does."""
    process = attempt.start(STEPS["smoke"], terminal=True)
    process.process.kill()
    process.wait(30)
    attempt.nothing_runs()
    made = {path.name for path in attempt.folder.iterdir()} - {"home", "mark", "tmp"}
    assert {"mysite"} == {name for name in made if not name.startswith(".chanscaffold-")}
    assert len(made) <= 2
