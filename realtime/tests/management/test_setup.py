"""`manage.py setup`: its report, and how a step ends."""

import signal
import subprocess
import sys

import pytest

from channels_realtime.management.setup.command_step import URL_LOGIN, describe_end
from support.commands import environment

# What manage.py of a generated project runs. The steps themselves run `python -m django`.
SETUP = """
import sys
from channels_realtime.management import execution
sys.argv = ["manage.py", "setup", "--again", "again", "--", *sys.argv[1:]]
execution.execute_from_command_line(sys.argv)
"""


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (1, "failed"),
        (-signal.SIGTERM, "was ended by SIGTERM"),
        (-signal.SIGKILL, "was ended by SIGKILL, perhaps because the memory is full"),
    ],
)
def test_a_failed_step_says_how_its_command_ended(code, text):
    assert describe_end(code) == text


def set_up(folder, *names, redirection="", **variables):
    """Run `manage.py setup` below a shell that redirects its streams."""
    line = f'exec "$@" {redirection}'
    return subprocess.run(
        ["/bin/sh", "-c", line, "sh", sys.executable, "-c", SETUP, *names],
        env=environment(folder, **variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_report_names_the_site_its_admin_and_the_commands(tmp_path):
    ended = set_up(tmp_path)
    assert "Ready. To serve http://127.0.0.1:8000/, with the admin at" in ended.stdout
    assert "http://127.0.0.1:8000/admin/" in ended.stdout
    assert "manage.py runserver" in ended.stdout
    assert ended.returncode == 0


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full", "2>&-", ">&- 2>&-", "2>/dev/full"])
def test_streams_that_are_closed_or_full_do_not_stop_the_set_up(tmp_path, redirection):
    ended = set_up(tmp_path, redirection=redirection)
    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr
    assert (tmp_path / "db.sqlite3").stat().st_size > 0


def test_every_encoding_shows_the_report(tmp_path):
    ended = set_up(tmp_path, "\u00e9va", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ended.returncode == 0
    assert "Migrate, create \\xe9va" in ended.stdout


@pytest.mark.parametrize(
    "password", ["secret", "p@ss", "pa/ss", "p:ss", "p%40ss", "p#ss", "p?s=s@t"]
)
def test_the_login_in_a_url_is_masked_whatever_the_password_contains(password):
    masked = URL_LOGIN.sub("***@", f"cannot reach redis://user:{password}@host:6379/0 (111)")
    assert masked == "cannot reach redis://***@host:6379/0 (111)"
