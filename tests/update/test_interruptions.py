"""Whatever ends an update: the tree is the old one, or `--abort` brings it back."""

import os
import shutil
import signal
import subprocess
import sys

import pytest
from support.cookiecutters import git
from support.update_fixtures import read_tree

# Run the command, and end the process before the call with this number of a function of `os`.
KILLED = """
import os, sys
number, ending = int(sys.argv.pop(1)), int(sys.argv.pop(1))
real, calls = {}, 0

def count(name, *arguments, **settings):
    global calls
    calls += 1
    if calls == number:
        os.kill(os.getpid(), ending)
    return real[name](*arguments, **settings)

from functools import partial
from chanscaffold.update import saved_tree, write_update
for name in ("open", "makedirs", "chmod", "replace", "unlink", "rmdir"):
    real[name] = getattr(os, name)
    setattr(os, name, partial(count, name))
from chanscaffold.__main__ import main
try:
    main()
finally:
    if os.environ.get("SHOW_CALLS"):
        sys.stderr.write(f"calls: {calls}")
"""


@pytest.fixture
def kill(versions, environment):
    """Return a function that updates and sends a signal at a call; it returns the exit code."""

    def run(site, number, ending, **variables):
        command = [sys.executable, "-c", KILLED, str(number), str(int(ending))]
        options = ["update", str(site), "--template", str(versions[1]), "--no-proof"]
        return subprocess.run(
            [*command, *options],
            env={**environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def calls(kill, make_site, tmp_path):
    """The number of calls of a whole update."""
    site = make_site(folder=tmp_path / "counted" / "site")
    done = kill(site, 0, signal.SIGKILL, SHOW_CALLS="1")
    assert done.returncode == 0, done.stderr
    return int(done.stderr.rpartition("calls: ")[2])


def test_a_killed_update_can_be_aborted(kill, calls, make_site, update, tmp_path):
    site = make_site()
    before = read_tree(site)
    states = set()
    for number in [calls - back for back in (90, 60, 45, 30, 15, 5, 1, 0)]:
        assert kill(site, number, signal.SIGKILL).returncode == -signal.SIGKILL
        changed = read_tree(site) != before
        aborted = update(site, "--abort").exit_code
        assert aborted == 0 or not changed
        states.add((changed, aborted))
        assert read_tree(site) == before, number
        assert git(site, "status", "--porcelain") == ""
    assert (True, 0) in states


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_the_old_tree_or_the_whole_update(kill, calls, make_site, update, ending):
    site = make_site()
    before = read_tree(site)
    codes = set()
    for number in sorted({1, calls // 3, calls // 2, calls - 20, calls}):
        done = kill(site, number, ending)
        codes.add(done.returncode)
        assert "Traceback" not in done.stderr
        if done.returncode == 2:
            assert read_tree(site) == before
            assert "nothing was written" in done.stderr
        else:
            assert done.returncode == 3
            assert "the update is written, and not proven" in done.stderr
            assert update(site, "--abort").exit_code == 0
            assert read_tree(site) == before
    assert codes == {2, 3}


@pytest.fixture
def small_disk(tmp_path):
    """A file system of one megabyte; only root can mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a file system can only be mounted as root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_changes_nothing(small_disk, make_site, update):
    site = shutil.copytree(make_site(), small_disk / "site")
    before = read_tree(site)
    free = os.statvfs(small_disk)
    (small_disk / "filler").write_bytes(b"x" * ((free.f_bavail - 6) * free.f_frsize))
    result = update(site)
    assert result.exit_code == 2, result.output
    assert "No space left on device" in result.output
    assert "Nothing was changed" in result.output
    assert read_tree(site) == before
    (small_disk / "filler").unlink()
    assert git(site, "status", "--porcelain") == ""
    assert update(site).exit_code == 0


def test_an_error_in_the_middle_brings_the_tree_back(make_site, update, monkeypatch):
    site = make_site()
    before = read_tree(site)
    replace, seen = os.replace, []

    def fail(source, target):
        seen.append(target)
        if len(seen) == 8:
            raise OSError(5, "Input/output error", target)
        return replace(source, target)

    monkeypatch.setattr(os, "replace", fail)
    result = update(site)
    assert result.exit_code == 2
    assert "Input/output error" in result.output
    assert read_tree(site) == before
