"""bootstrap.py up to `manage.py setup`: its environment, an interrupted installation, streams."""

import shutil
import signal
import subprocess
import sys
import time

import pytest
from support.processes import wait_for
from support.renders import LIBRARY

UV = """#!/bin/sh
{}
"""
SETUP = """import os, sys
print("RUN", *sorted(name for name in os.environ if name.startswith({names!r})))
"""


@pytest.fixture(scope="module")
def rendered(render_in_process):
    """The folder of a project with the default answers."""
    return render_in_process({})


@pytest.fixture
def project(rendered, tmp_path):
    """A project whose manage.py only prints its environment, beside a uv that does nothing."""
    folder = shutil.copytree(rendered, tmp_path / "site", ignore=shutil.ignore_patterns(LIBRARY))
    (folder / "manage.py").write_text(SETUP.format(names=("UV_", "PIP_", "PYTHON", "VIRTUAL")))
    (tmp_path / "bin").mkdir()
    make_uv(tmp_path, f"mkdir -p .venv/bin && ln -sf {sys.executable} .venv/bin/python")
    return folder


def make_uv(folder, script):
    """Write a program `uv` that runs a line of sh."""
    path = folder / "bin" / "uv"
    path.write_text(UV.format(script))
    path.chmod(0o755)


def command(tmp_path, project, **variables):
    """Return the arguments of Popen that run bootstrap.py in a small environment."""
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    return {
        "args": [sys.executable, "bootstrap.py"],
        "cwd": project,
        "env": {"PATH": path, "HOME": str(tmp_path), **variables},
        "text": True,
    }


def bootstrap(tmp_path, project, stdout=subprocess.PIPE, **variables):
    """Run bootstrap.py to its end."""
    settings = command(tmp_path, project, **variables)
    return subprocess.run(**settings, stdout=stdout, stderr=subprocess.PIPE, check=False)


@pytest.mark.parametrize(
    "name",
    [
        *("UV_WORKING_DIR", "UV_WORKING_DIRECTORY", "UV_PROJECT_ENVIRONMENT", "UV_FROZEN"),
        *("UV_LOCKED", "UV_NO_DEV", "UV_PYTHON", "PIP_PYTHON", "PIP_ROOT", "PIP_DRY_RUN"),
        *("PIP_NO_DEPS", "PYTHONSAFEPATH", "PYTHONOPTIMIZE", "PYTHONPATH", "PYTHONWARNINGS"),
    ],
)
def test_a_variable_that_changes_what_is_installed_is_ignored_and_named(tmp_path, project, name):
    ended = bootstrap(tmp_path, project, **{name: "2" if name == "PYTHONOPTIMIZE" else ""})
    assert f"Ignored variables of this shell: {name}." in ended.stdout
    assert name not in ended.stdout.partition("RUN")[2].split()
    assert ended.returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        *("UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_TEAM_PASSWORD", "UV_CACHE_DIR"),
        *(
            "UV_OFFLINE",
            "UV_RUN_RECURSION_DEPTH",
            "UV_FIND_LINKS",
            "UV_NATIVE_TLS",
            "PIP_INDEX_URL",
            "PIP_PROXY",
        ),
        *("PIP_CERT", "PIP_TRUSTED_HOST", "PYTHONDONTWRITEBYTECODE", "PYTHONUTF8"),
    ],
)
def test_a_variable_of_indexes_networks_and_caches_is_used(tmp_path, project, name):
    ended = bootstrap(tmp_path, project, **{name: "1"})
    assert "Ignored" not in ended.stdout
    assert name in ended.stdout.partition("RUN")[2].split()


def test_the_environment_of_the_command_itself_is_ignored_without_a_word(tmp_path, project):
    ended = bootstrap(tmp_path, project, VIRTUAL_ENV="/somewhere")
    assert "Ignored" not in ended.stdout
    assert "VIRTUAL_ENV" not in ended.stdout


def test_an_installation_that_was_interrupted_begins_anew(tmp_path, project):
    make_uv(tmp_path, "mkdir -p .venv/half; exit 1")
    assert bootstrap(tmp_path, project).returncode == 3
    assert (project / ".venv" / "half").is_dir()
    make_uv(tmp_path, f"mkdir -p .venv/bin && ln -sf {sys.executable} .venv/bin/python")
    assert bootstrap(tmp_path, project).returncode == 0
    assert not (project / ".venv" / "half").exists()
    assert not (project / ".venv.incomplete").exists()


def test_a_complete_installation_is_kept(tmp_path, project):
    bootstrap(tmp_path, project)
    (project / ".venv" / "kept").touch()
    assert bootstrap(tmp_path, project).returncode == 0
    assert (project / ".venv" / "kept").exists()


def test_an_installation_that_a_signal_ends_is_named_as_such(tmp_path, project):
    make_uv(tmp_path, "kill -9 $$")
    ended = bootstrap(tmp_path, project)
    assert ended.returncode == 3
    assert "ended by signal 9" in ended.stderr


def test_a_cache_without_permission_names_its_variable(tmp_path, project):
    make_uv(tmp_path, "echo 'failed to open file /root/.cache/uv: Permission denied' >&2; exit 2")
    assert "Set UV_CACHE_DIR" in bootstrap(tmp_path, project).stderr


def test_a_full_standard_output_does_not_stop_the_installation(tmp_path, project):
    with open("/dev/full", "w") as full:
        bootstrap(tmp_path, project, stdout=full)
    assert (project / ".env").exists()


def test_a_closed_standard_output_does_not_stop_the_installation(tmp_path, project):
    settings = command(tmp_path, project)
    settings["args"] = ["sh", "-c", 'exec "$@" >&-', "sh", *settings["args"]]
    ended = subprocess.run(**settings, stderr=subprocess.PIPE, check=False)
    assert (project / ".env").exists()
    assert "Traceback" not in ended.stderr


def test_a_signal_that_nohup_ignores_does_not_interrupt(tmp_path, project):
    make_uv(
        tmp_path,
        f"touch begun; sleep 1; mkdir -p .venv/bin; ln -sf {sys.executable} .venv/bin/python",
    )
    settings = command(tmp_path, project)
    settings["args"] = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *settings["args"]]
    with subprocess.Popen(**settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        wait_for((project / "begun").exists, "the installation")
        process.send_signal(signal.SIGHUP)
        assert process.wait(60) == 0


def test_signals_that_the_parent_blocks_are_handled_once_bootstrap_listens(tmp_path, project):
    make_uv(tmp_path, "touch begun; sleep 60")
    settings = command(tmp_path, project)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    try:
        process = subprocess.Popen(**settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    with process:
        process.terminate()
        started = time.monotonic()
        assert process.wait(60) == 3
        assert time.monotonic() - started < 30
        assert "Interrupted." in process.stderr.read()


def test_docstrings_may_be_stripped(tmp_path, project):
    settings = command(tmp_path, project)
    settings["args"] = [sys.executable, "-OO", "bootstrap.py", "--help"]
    assert subprocess.run(**settings, capture_output=True, check=False).returncode == 0
