"""Ctrl-C, SIGTERM and SIGHUP: before the move they leave nothing, after it they end the hook."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.processes import wait_for as wait_until

from channels_doctor.support import graceful_stop, signals

PROJECT = "{{cookiecutter.project_slug}}"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
each_signal = pytest.mark.parametrize("signum", SIGNALS, ids=lambda signum: signum.name)

# A hook that shows when its long step has begun, and which signals it has received.
SLOW_HOOK = """
import os, signal, sys, time
if os.environ["CHANSCAFFOLD_STEPS"] == "prune":
    sys.exit()
got = []
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
for each in SIGNALS:
    signal.signal(each, lambda signum, frame: got.append(signal.Signals(signum).name))
signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
open("begun", "w").close()
while not got:
    time.sleep(0.01)
time.sleep(0.3)
print("got", *got, flush=True)
"""


def wait_for(condition, process):
    """Wait until something is true while a process runs."""
    limit = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < limit
        time.sleep(0.005)


@pytest.fixture
def slow(standin):
    """A template with a file that takes forever to render."""
    (standin / PROJECT / "slow.txt").write_text("{% for i in range(10 ** 12) %}{% endfor %}")
    return standin


@each_signal
def test_a_signal_while_rendering_leaves_nothing_even_if_it_comes_twice(start, slow, here, signum):
    with start("new", "mysite", "--template", slow) as process:
        wait_for(lambda: list(here.glob(".chanscaffold-*/project/mysite/README.md")), process)
        process.send_signal(signum)
        process.send_signal(signum)
        _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (1, f"Stopped by {signum.name}: nothing was written.\n")
    assert list(here.iterdir()) == []


def test_a_signal_while_pruning_leaves_nothing(start, standin, here):
    (standin / "hooks" / "post_gen_project.py").write_text(SLOW_HOOK.replace('"prune"', '"never"'))
    with start("new", "mysite", "--template", standin) as process:
        wait_for(lambda: list(here.glob(".chanscaffold-*/project/mysite/begun")), process)
        process.terminate()
        _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (1, "Stopped by SIGTERM: nothing was written.\n")
    assert list(here.iterdir()) == []


STARTING = """
import os, signal, subprocess, sys
from channels_doctor.support import signals

def start():
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    print(child.pid, flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
    return child

signals.install()
with signals.child_process(start):
    raise AssertionError
"""


def test_a_signal_while_a_child_is_started_ends_it(environment):
    result = subprocess.run(
        [sys.executable, "-c", STARTING],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (1, "Stopped by SIGTERM: nothing was written.\n")
    wait_until(lambda: not Path(f"/proc/{result.stdout.strip()}").exists(), "it has ended")


@pytest.mark.parametrize("module", ["click", "cookiecutter"])
def test_a_signal_while_importing_leaves_nothing(
    start, standin, here, tmp_path, environment, module
):
    """An endless module precedes the real one on the path."""
    begun = tmp_path / "begun"
    (tmp_path / f"{module}.py").write_text(f"open({str(begun)!r}, 'w').close()\nwhile True: pass\n")
    path = os.pathsep.join([str(tmp_path), environment["PYTHONPATH"]])
    with start("new", "mysite", "--template", standin, env={"PYTHONPATH": path}) as process:
        wait_for(begun.exists, process)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (1, "Stopped by SIGINT: nothing was written.\n")
    assert list(here.iterdir()) == []


def test_a_signal_that_the_parent_process_ignores_is_ignored(start, slow, here):
    with start("new", "mysite", "--template", slow, before=["nohup"]) as process:
        wait_for(lambda: list(here.glob(".chanscaffold-*/project/mysite/README.md")), process)
        process.send_signal(signal.SIGHUP)
        with pytest.raises(TimeoutError):
            wait_briefly(process)
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 1
    assert list(here.iterdir()) == []


def wait_briefly(process):
    limit = time.monotonic() + 0.3
    while process.poll() is None:
        if time.monotonic() > limit:
            raise TimeoutError
        time.sleep(0.01)


@pytest.fixture
def slow_hook(standin):
    """A template with a hook that waits for a signal, and then ends with success."""
    (standin / "hooks" / "post_gen_project.py").write_text(SLOW_HOOK)
    return standin


@each_signal
def test_a_signal_after_the_move_ends_the_hook_and_keeps_the_project(
    start, slow_hook, here, signum
):
    with start("new", "mysite", "--template", slow_hook, start_new_session=True) as process:
        wait_for((here / "mysite" / "begun").exists, process)
        process.send_signal(signum)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr) == (3, "got SIGTERM\n", "")
    assert [path.name for path in here.iterdir()] == ["mysite"]
    assert (here / "mysite" / "README.md").exists()


def test_a_signal_between_the_move_and_the_hook_prints_the_missing_commands(
    new, here, monkeypatch, hook_runs
):
    from channels_doctor.support import signals

    monkeypatch.setattr(signals, "was_forwarded", lambda: True)
    result = new("mysite")
    assert result.exit_code == 3
    assert "Still to do:" in result.stdout
    assert len(hook_runs(here / "mysite")) == 1


def start_on_terminal(start, *arguments):
    """Start the command as a terminal's foreground job, and return it with the terminal."""
    ours, theirs = pty.openpty()
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
    login = "import os, sys; os.login_tty(os.dup(0)); os.execv(sys.argv[1], sys.argv[1:])"
    process = start(*arguments, **streams, before=[sys.executable, "-c", login])
    os.close(theirs)
    return process, ours


def press(key, terminal):
    """Press a key until there is output: Python misses a key just before it reads."""
    text, limit = b"", time.monotonic() + 60
    os.write(terminal, key)
    while time.monotonic() < limit:
        try:
            if select.select([terminal], [], [], 5)[0]:
                text += os.read(terminal, 4096)
            else:
                os.write(terminal, key)
        except OSError:  # the other end is closed
            os.close(terminal)
            return text.decode()
    pytest.fail(f"It did not end: {text!r}")


def test_ctrl_c_on_a_terminal_reaches_the_hook_once(start, slow_hook, here):
    process, terminal = start_on_terminal(start, "new", "mysite", "--template", slow_hook)
    with process:
        wait_for((here / "mysite" / "begun").exists, process)
        assert "got SIGINT\r\n" in press(b"\x03", terminal)
    assert process.returncode == 3


@pytest.mark.parametrize(
    ("key", "code", "message"),
    [
        (b"\x03", 1, "Stopped by SIGINT: nothing was written."),
        (b"\x04", 2, "Error: The input ended before the last answer"),
    ],
    ids=["ctrl-c", "ctrl-d"],
)
def test_ctrl_c_or_d_at_a_prompt_leaves_nothing(start, standin, here, key, code, message):
    process, terminal = start_on_terminal(
        start, "new", "mysite", "--template", standin, "--interactive"
    )
    with process:
        shown = b""
        while b"Project name" not in shown:
            shown += os.read(terminal, 4096)
        assert message in press(key, terminal)
    assert process.returncode == code
    assert list(here.iterdir()) == []


def test_a_second_signal_ends_the_command_where_the_first_exit_was_lost(environment):
    code = (
        "import contextlib, signal\n"
        "from channels_doctor.support import signals\n"
        "signals.install()\n"
        "with contextlib.suppress(SystemExit):\n"  # as input() does at some places
        "    signal.raise_signal(signal.SIGINT)\n"
        "signal.raise_signal(signal.SIGINT)\n"
        "print('goes on')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "Stopped by SIGINT: nothing was written.\n"


def test_a_hook_that_ignores_the_forwarded_signal_is_killed(monkeypatch):
    monkeypatch.setattr(graceful_stop, "GRACE_SECONDS", 0.2)
    monkeypatch.setattr(signals._handler, "forwarded", True)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    command = [sys.executable, "-c", code]
    with signals.child_process(lambda: subprocess.Popen(command)) as child:
        assert child.wait(30) == -signal.SIGKILL
