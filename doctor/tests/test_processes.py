"""Untrusted programs have limits, and everything that they start is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.paths import SOURCE
from support.processes import is_alive, wait_for

from channels_doctor.support import processes

SECONDS = 60
MAX_SECONDS = 90  # processes of these tests sleep longer
PROC = pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="processes are looked up in /proc"
)


def run(script, **changes):
    options = {"cwd": "/", "env": os.environ, "seconds": SECONDS, "max_output_bytes": 1000}
    return processes.run([sys.executable, "-c", script], **{**options, **changes})


def test_a_program_reads_its_input_and_its_output_is_returned():
    assert run("import sys; print(sys.stdin.read()[::-1])", stdin=b"abc") == ("exit", 0, b"cba\n")


def test_a_program_may_ignore_its_input():
    assert run("", stdin=b"x" * 10_000_000).outcome == "exit"


def test_the_output_of_a_program_is_cut_off():
    began = time.monotonic()
    assert run("while True: print('x' * 9999)").stdout == b"x" * 1000
    assert time.monotonic() - began < MAX_SECONDS


def test_a_daemon_that_holds_the_output_open_is_not_waited_for():
    script = "import subprocess; print(1, flush=True); "
    script += "subprocess.Popen(['sleep', '99'], start_new_session=True)"
    began = time.monotonic()
    assert run(script).stdout == b"1\n"
    assert time.monotonic() - began < MAX_SECONDS


@PROC
def test_the_process_group_is_killed_where_orphans_cannot_be_found(monkeypatch):
    monkeypatch.setattr(processes, "kill_orphans", lambda _env: None)
    grandchild = run(
        "import subprocess; print(subprocess.Popen(['sleep', '99']).pid, flush=True)"
    ).stdout
    wait_for(lambda: not is_alive(int(grandchild)), "it has ended")


def test_the_result_says_how_a_program_ended():
    assert run("raise SystemExit(7)")[:2] == ("exit", 7)
    assert run("import os; os.kill(os.getpid(), 15)")[:2] == ("signal", 15)
    assert run("import time; time.sleep(99)", seconds=0.5)[:2] == ("timeout", 0)


def test_a_missing_program_is_an_oserror():
    with pytest.raises(OSError, match="no-such-program"):
        processes.run(["/no-such-program"], cwd="/", env={}, seconds=1, max_output_bytes=1)


INTERRUPTED = """
import os, sys
from channels_doctor.support.processes import run
script = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(99)"
command = [sys.executable, "-c", script, sys.argv[1]]
run(command, cwd="/", env=os.environ, seconds=99, max_output_bytes=1)
"""


@PROC
def test_ctrl_c_kills_the_program(tmp_path):
    note = tmp_path / "note"
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    us = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(note)], env=env, stderr=subprocess.DEVNULL
    )
    wait_for(lambda: note.exists() and note.read_text(), "the child runs")
    us.send_signal(signal.SIGINT)
    us.wait(SECONDS)
    wait_for(lambda: not is_alive(int(note.read_text())), "the child has ended")
