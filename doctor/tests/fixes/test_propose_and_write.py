"""Fixes are proposed, shown as a diff and written to the project."""

import os
import re
import subprocess
import sys

import pytest
from support.fixes import hosts_file, run
from support.paths import SOURCE

from channels_doctor.fixes import isolated_fix
from channels_doctor.fixes import propose as proposals
from channels_doctor.fixes.project_file import CannotChange
from channels_doctor.fixes.write import write


def finding(rule, line=1, path="settings.py"):
    return {"rule": rule, "path": path, "line": line, "message": "m"}


TUTORIAL = """
WSGI_APPLICATION = "mysite.wsgi.application"
CHANNELS_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [("127.0.0.1", 6379)],
        },
    },
}
"""


@pytest.fixture
def tutorial(tmp_path):
    command = [sys.executable, "-m", "django", "startproject", "mysite", str(tmp_path)]
    subprocess.run(command, check=True, cwd=tmp_path)
    path = tmp_path / "mysite" / "settings.py"
    text = path.read_text().replace("WSGI_APPLICATION = 'mysite.wsgi.application'\n", "")
    text = re.sub(r"(.django\.contrib\.staticfiles.,\n)", r'\1    "daphne",  # runserver\n', text)
    path.write_text(text + TUTORIAL)
    return tmp_path


def test_the_tutorials_settings_are_fixed_completely(tutorial):
    place = "mysite/settings.py"
    before = (tutorial / place).read_text()
    line = before[: before.index("CHANNELS_LAYERS")].count("\n") + 1
    apps = before[: before.index("INSTALLED_APPS")].count("\n") + 1
    work = [
        ("asgi-application-missing", None),
        ("daphne-order", apps),
        ("layer-setting-misspelt", line),
    ]
    findings = [finding(rule, at, place) for rule, at in [*work, ("redis-socket-timeout", line)]]
    proposal = proposals.propose(str(tutorial), [*findings, finding("daphne-missing", 1, place)])
    assert proposal.skipped == []
    write(str(tutorial), proposal.changes)
    now = run((tutorial / place).read_text().replace("Path(__file__)", "Path('/x/y')"))
    assert now["INSTALLED_APPS"][0] == "daphne"
    assert now["ASGI_APPLICATION"] == "mysite.asgi.application"
    assert now["CHANNEL_LAYERS"]["default"]["CONFIG"]["hosts"][0]["socket_timeout"] is None
    again = proposals.propose(str(tutorial), findings)
    assert again.changes == []
    assert {each.rule for each in again.skipped} == {each["rule"] for each in findings}


def propose(folder, text, rule="redis-hosts"):
    (folder / "settings.py").write_text(text)
    return proposals.propose(str(folder), [finding(rule)])


def test_a_diff_masks_secrets_and_control_characters(tmp_path):
    text = "SECRET_KEY = 'hush'\n\x1b[2J = 1\n".replace("\x1b[2J", "A") + hosts_file(
        '"redis://u:hush@h"'
    )
    (change,) = propose(tmp_path, text).changes
    assert change.diff().startswith("--- a/settings.py\n+++ b/settings.py\n@@ ")
    assert "\n+CHANNEL_LAYERS" in change.diff()
    assert "hush" not in change.diff()
    ends = proposals.Change("x.py", b"a = '\x1b[2J'\r\nb", b"a = '\x1b[2J'\r\nc", ()).diff()
    assert ends.endswith("-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n")
    assert "\x1b" not in ends
    assert "\r" not in ends


def shown(text):
    """Return a text as a diff shows it that adds one line."""
    change = proposals.Change("x.py", text.encode(), f"{text}\nx = 1\n".encode(), ())
    return change.diff()


@pytest.mark.parametrize(
    "line",
    [
        'CACHE = f"redis://:{PASSWORD}@{HOST}:6379/0"',
        "CACHE = f'redis://{USER}:{os.environ[\"PASSWORD\"]}@{HOST}'",
        'CACHE = "redis://:%s@%s:6379" % (PASSWORD, HOST)',
        'CACHE = "redis://{}:{}@h".format(USER, PASSWORD)',
        "SECRET_KEY = os.environ['SECRET_KEY']",
        'DATABASE = {"PASSWORD": env("DB_PASSWORD")}',
        'TOKEN = f"{USER}:{PASSWORD}"',
        'if key == "x": pass',
        "lookup = lambda key: key.lower()",
        "ordered = sorted(names, key=str.lower)",
    ],
)
def test_a_diff_shows_code_that_has_no_secret_as_it_is(line):
    assert line in shown(line)


@pytest.mark.parametrize(
    "line",
    [
        'CACHE = f"redis://:hush@{HOST}:6379/0"',
        'CACHE = f"redis://:{PASSWORD}@hush@{HOST}:6379/0"',
        'CACHE = f\'redis://:{os.environ.get("P","hush")}@h\'',
        'CACHE = "redis://:{hush}@h"',
        'SECRET_KEY = os.environ.get("SECRET_KEY", "hush")',
        "SECRET_KEY = read('hush')",
        'TOKEN = f"{USER}:hush"',
        "# PASSWORD = hush",
        'NOTE = """\nPASSWORD = hush\n"""',
        "PASSWORD = hush +",
    ],
)
def test_a_diff_hides_a_secret_in_code_in_comments_and_in_texts(line):
    assert "hush" not in shown(line)


def test_a_change_keeps_the_mode_and_leaves_no_temporary_file(tmp_path):
    proposal = propose(tmp_path, hosts_file('"x"'))
    (tmp_path / "settings.py").chmod(0o640)
    write(str(tmp_path), proposal.changes)
    assert (tmp_path / "settings.py").read_text() == hosts_file('["x"]')
    assert (tmp_path / "settings.py").stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["settings.py"]


def test_a_changed_or_read_only_file_is_not_written(tmp_path):
    changes = propose(tmp_path, hosts_file('"x"')).changes
    (tmp_path / "settings.py").chmod(0o444)
    with pytest.raises(CannotChange, match="is read-only; nothing was written"):
        write(str(tmp_path), changes)
    (tmp_path / "settings.py").chmod(0o644)
    (tmp_path / "settings.py").write_text("A = 1\n")
    with pytest.raises(CannotChange, match="has changed since"):
        write(str(tmp_path), changes)
    assert (tmp_path / "settings.py").read_text() == "A = 1\n"


def test_a_link_is_followed_only_inside_the_project(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "outside.py").write_text(hosts_file('"x"'))
    (project / "inside.py").write_text(hosts_file('"x"'))
    (project / "settings.py").symlink_to("../outside.py")
    proposal = proposals.propose(str(project), [finding("redis-hosts")])
    assert (proposal.changes, proposal.skipped[0].reason) == (
        [],
        "settings.py is outside the project.",
    )
    (project / "settings.py").unlink()
    (project / "settings.py").symlink_to("inside.py")
    write(str(project), proposals.propose(str(project), [finding("redis-hosts")]).changes)
    assert (project / "settings.py").is_symlink()
    assert (project / "inside.py").read_text() == hosts_file('["x"]')


@pytest.mark.parametrize(
    "text",
    ["A = (\n", "A = " + "(" * 5000 + ")" * 5000, "A = " + "-" * 2000 + "1", "A = 1\0", "def"],
    ids=["open", "nested", "signs", "zero", "half"],
)
def test_a_file_that_cannot_be_parsed_is_skipped_with_a_reason(tmp_path, text):
    proposal = propose(tmp_path, text)
    assert proposal.changes == []
    assert [each.reason[-1] for each in proposal.skipped] == ["."]
    assert "\n" not in proposal.skipped[0].reason


def test_a_file_that_takes_too_long_is_skipped_with_a_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(isolated_fix, "FIX_SECONDS", 0.001)
    assert (
        propose(tmp_path, hosts_file('"x"')).skipped[0].reason
        == "settings.py cannot be parsed in a reasonable time."
    )


@pytest.mark.parametrize("path", [None, "../settings.py", "/etc/passwd", "missing.py", "."])
def test_a_path_that_is_not_a_file_of_the_project_is_skipped_with_a_reason(tmp_path, path):
    proposal = proposals.propose(str(tmp_path), [finding("redis-hosts", 1, path)])
    assert proposal.changes == []
    assert len(proposal.skipped) == 1


def test_the_fix_process_imports_nothing_from_the_current_folder(tmp_path, monkeypatch):
    (tmp_path / "libcst.py").write_text("raise SystemExit('imported')\n")
    monkeypatch.chdir(tmp_path)
    assert propose(tmp_path, hosts_file('"x"')).changes


def test_the_command_itself_does_not_import_libcst():
    code = "import sys, channels_doctor.fixes.propose; sys.exit('libcst' in sys.modules)"
    cli = str(SOURCE)
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": cli})
