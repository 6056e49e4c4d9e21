"""The git step of the post_gen hook, its signals, and its streams."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.paths import ROOT
from support.processes import wait_for

IDENTITY = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@localhost"}
COMMITTER = {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@localhost"}


@pytest.fixture
def site(tmp_path, schema):
    """A folder with a file, and the rendered hook beside it."""
    context = {**schema, "setup": False, "project_name": "My Site", "django": "5.2"}
    hook = (ROOT / "hooks" / "post_gen_project.py").read_text("utf-8")
    text = hook.replace("{{ cookiecutter | tojson }}", json.dumps(context).replace("'", "\\u0027"))
    (tmp_path / "hook.py").write_text(text)
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "README.md").touch()
    return folder


def settings(site, **variables):
    """Return the arguments of Popen that run the git step without a user's configuration."""
    return {
        "args": [sys.executable, "-I", str(site.parent / "hook.py")],
        "cwd": site,
        "env": {
            "PATH": os.environ["PATH"],
            "HOME": str(site.parent),
            "CHANSCAFFOLD_STEPS": "git",
            "CHANSCAFFOLD_MISSING_EXIT": "3",
            **variables,
        },
        "text": True,
    }


def run(site, **variables):
    """Run the git step to its end."""
    return subprocess.run(**settings(site, **variables), capture_output=True, check=False)


def git_program(site, script):
    """Put a program `git` first on PATH, and return the variable."""
    (site.parent / "bin").mkdir()
    path = site.parent / "bin" / "git"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return {"PATH": f"{path.parent}:{os.environ['PATH']}"}


def author(site):
    """Return the author of the last commit."""
    command = ["git", "-c", "safe.directory=*", "log", "-1", "--format=%an <%ae>"]
    ended = subprocess.run(command, cwd=site, capture_output=True, text=True, check=True)
    return ended.stdout.strip()


def test_the_user_is_the_author_of_the_commit(site):
    assert run(site, **IDENTITY, **COMMITTER).returncode == 0
    assert author(site) == "A <a@localhost>"


@pytest.mark.parametrize("configuration", ["", "[user]\nemail = a@b\n", "[user]\nname = A\n"])
def test_chanscaffold_is_the_author_if_git_does_not_know_the_user(site, configuration):
    (site.parent / ".gitconfig").write_text(configuration)
    ended = run(site)
    assert ended.returncode == 0
    assert author(site) == "chanscaffold <chanscaffold@localhost>"
    assert "chanscaffold is the author" in ended.stdout


def test_a_project_in_a_repository_of_another_user_gets_no_repository(site):
    (site.parent / ".git").mkdir()
    ended = run(site, GIT_CEILING_DIRECTORIES=str(site.parent))
    assert ended.returncode == 0
    assert "in another git repository" in ended.stdout
    assert not (site / ".git").exists()


def test_the_printed_commands_commit_where_git_knows_no_user(site):
    program = git_program(site, "exit 1")
    ended = run(site, **program)
    assert ended.returncode == 3
    commands = [line.strip() for line in ended.stdout.splitlines() if line.startswith("  ")]
    script = "\n".join(line for line in commands if not line.endswith("--smoke"))
    environment = {"PATH": os.environ["PATH"], "HOME": str(site.parent)}
    subprocess.run(["sh", "-ec", script], cwd="/", env=environment, check=True, capture_output=True)
    assert author(site) == "chanscaffold <chanscaffold@localhost>"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("exit 1", "git init ended with 1"),
        ("kill -9 $$", "git init ended with -9"),
        (r"printf '\033[2Jbad' >&2; exit 1", "?[2Jbad"),
        ("yes | head -c 3000000; exit 1", "not committed"),
    ],
)
def test_a_git_that_fails_is_an_error_of_a_few_lines(site, script, message):
    ended = run(site, **git_program(site, script))
    assert ended.returncode == 3
    assert message in ended.stderr
    assert "\x1b" not in ended.stderr
    assert len(ended.stderr) < 1_200


def test_a_git_that_cannot_be_started_is_an_error(site):
    program = git_program(site, "")
    (site.parent / "bin" / "git").write_bytes(b"\x7fELF nonsense")
    ended = run(site, PATH=program["PATH"].partition(":")[0])
    assert ended.returncode == 3
    assert "git cannot be started" in ended.stderr


def test_a_git_that_hangs_is_stopped_with_its_children(site):
    hook = site.parent / "hook.py"
    hook.write_text(hook.read_text().replace("GIT_TIMEOUT = 20", "GIT_TIMEOUT = 1"))
    program = git_program(site, f"sleep 999 & echo $! >> {site.parent / 'children'}; wait")
    started = time.monotonic()
    ended = run(site, **program)
    assert time.monotonic() - started < 30
    assert "took longer than 1 seconds" in ended.stderr
    for child in (site.parent / "children").read_text().split():
        wait_for(lambda child=child: not is_running(child), f"the end of {child}")


def is_running(process):
    try:
        state = Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize(
    "redirection", [">&-", "2>&-", ">/dev/full", "2>/dev/full", "<&- >&- 2>&-"]
)
def test_closed_and_full_streams_do_not_stop_the_step(site, redirection):
    options = settings(site, **IDENTITY, **COMMITTER)
    options["args"] = ["sh", "-c", f'exec "$@" {redirection}', "sh", *options["args"]]
    ended = subprocess.run(**options, capture_output=True, check=False)
    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr
    assert author(site) == "A <a@localhost>"


def test_a_signal_that_nohup_ignores_does_not_interrupt(site):
    program = git_program(site, f"touch {site.parent / 'begun'}; sleep 1; exit 1")
    options = settings(site, **program)
    options["args"] = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *options["args"]]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(**options, **pipes) as process:
        wait_for((site.parent / "begun").exists, "the start of git")
        process.send_signal(signal.SIGHUP)
        assert "Interrupted" not in process.communicate(timeout=60)[1]


def test_signals_that_the_parent_blocks_end_the_hook_once_it_listens(site):
    program = git_program(site, f"touch {site.parent / 'begun'}; sleep 60")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    try:
        process = subprocess.Popen(**settings(site, **program), **pipes)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    with process:
        process.terminate()
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 3
    assert errors == "Interrupted.\n"
    assert "Still to do:" in output


def test_a_project_whose_django_needs_a_newer_python_names_it(site):
    hook = site.parent / "hook.py"
    hook.write_text(hook.read_text().replace('"5.2": "3.11"', '"5.2": "3.99"'))
    assert "python3.99 bootstrap.py --smoke" in run(site).stdout
