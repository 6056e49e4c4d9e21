"""Closed and full streams: the exit code counts, and no traceback is printed."""

import subprocess
import sys

import pytest

MADE, REFUSED = ("mysite", "--no-setup", "--no-git"), ("Bad-Name",)


@pytest.fixture
def run_in_shell(here, environment, standin):
    """Return a function that runs `new` with redirections, and returns the finished shell."""

    def run(line, *arguments):
        command = [sys.executable, "-m", "chanscaffold", "new", "--template", standin, *arguments]
        return subprocess.run(
            ["/bin/bash", "-c", f"set -o pipefail; {line}", "sh", *command],
            cwd=here,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


@pytest.mark.parametrize(
    "line",
    [
        '"$@" >&-',
        '"$@" 2>&-',
        '"$@" <&- >&- 2>&-',
        '"$@" >/dev/full',
        '"$@" 2>/dev/full',
        '"$@" >/dev/full 2>&1',
        '"$@" | head -0',
        '"$@" 2>&1 | head -1',
    ],
)
@pytest.mark.parametrize(("arguments", "code"), [(MADE, 0), (REFUSED, 2)], ids=["made", "refused"])
def test_the_exit_code_does_not_depend_on_the_streams(run_in_shell, here, line, arguments, code):
    ended = run_in_shell(line, *arguments)
    assert ended.returncode == code
    assert "Traceback" not in ended.stdout + ended.stderr
    assert (here / "mysite" / "manage.py").exists() is (code == 0)
