"""Hostile projects and environments: the command ends with one sentence and leaves nothing."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.processes import wait_for
from support.sample_projects import make_project

from channels_doctor.cli import doctor as command
from channels_doctor.examine.file_selection import find_files
from channels_doctor.examine.files import File
from channels_doctor.examine.reachability.unreached_pages import unreached_pages
from channels_doctor.fixes.diff import diff
from channels_doctor.in_project.masking import mask_secrets
from channels_doctor.in_project.serving.error_text import error_text
from channels_doctor.live.agent_process import AgentError, AgentProcess
from channels_doctor.project_python import find_interpreter
from channels_doctor.support.errors import CannotExamine, Refused

LINUX = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux shows other processes"
)


def doctor(folder, *arguments, **more):
    python = sys.executable
    command = [python, "-m", "channels_doctor", str(folder), "--python", python, *arguments]
    return subprocess.run(
        command, text=True, stderr=subprocess.PIPE, timeout=120, check=False, **more
    )


def program(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def is_running(seconds):
    """Return whether somewhere a `sleep` for exactly so long is running."""
    wanted = f"sleep\0{seconds}\0".encode()
    for name in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if Path(f"/proc/{name}/cmdline").read_bytes() == wanted:
                return True
        except OSError:
            continue
    return False


@LINUX
@pytest.mark.slow
def test_a_daemon_without_the_marked_environment_is_killed(tmp_path):
    folder = make_project(tmp_path / "site")
    length = f"1{time.time_ns() % 10**9}"
    start = f"['setsid', 'sh', '-c', 'sleep {length} & sleep {length}']"
    with (folder / "config" / "settings.py").open("a") as file:
        file.write(
            f"\nimport subprocess\nsubprocess.Popen({start}, env={{}}, start_new_session=True)\n"
        )
    assert doctor(folder, stdout=subprocess.DEVNULL).returncode == 0
    wait_for(lambda: not is_running(length), "the daemon has ended")


@LINUX
def test_a_full_disk_is_an_error_and_not_a_finding(tmp_path):
    folder = make_project(tmp_path / "site")
    with open("/dev/full", "w") as full:
        ended = doctor(folder, stdout=full)
    assert (ended.returncode, ended.stderr.count("\n")) == (3, 1)
    assert ended.stderr.startswith("Error: OSError")


def test_a_python_that_reports_a_missing_executable_is_one_sentence(tmp_path):
    folder = make_project(tmp_path / "site")
    liar = program(tmp_path / "python", r'printf "/nowhere\033[31m\n3\n12\n1\n"')
    ended = doctor(folder, "--python", liar, stdout=subprocess.DEVNULL)
    assert ended.returncode == 3
    assert "cannot be started" in ended.stderr
    assert "\x1b" not in ended.stderr


def test_a_program_with_endless_output_is_not_a_python(tmp_path):
    flood = program(tmp_path / "python", "while :; do echo 000000000000000000000000000; done")
    with pytest.raises((Refused, CannotExamine)):
        find_interpreter(str(tmp_path), flood)


def test_control_characters_in_folder_names_are_spelled_out(tmp_path):
    for name in ("a\x1b[31m", "b\x07"):
        make_project(tmp_path / name)
    (tmp_path / ".git").mkdir()
    assert Refused("a\x1b[31m").format_message() == "a\\x1b[31m"
    ended = doctor(tmp_path, stdout=subprocess.DEVNULL)
    assert ended.returncode == 2
    assert ended.stderr.replace("\n", "").isprintable()


def test_masking_secrets_in_long_texts_is_fast():
    begin = time.monotonic()
    for text in ("key" * 1_000_000, '"https://x:8000/",' * 100_000, "://:" * 500_000):
        mask_secrets(text)
        error_text(ValueError(text))
    assert time.monotonic() - begin < 5


def test_a_page_with_one_long_word_is_searched_fast(tmp_path):
    page = File("pages/chat.html", str(tmp_path / "chat.html"))
    Path(page.full).write_text("x" * 200_000)
    begin = time.monotonic()
    assert unreached_pages([page], []) == set()
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize("address", ["redis://:sesame/open@host", "redis://u:sesame@open@host"])
def test_passwords_with_characters_of_urls_are_masked(address):
    line = f'HOSTS = ["{address}"]\n'.encode()
    for text in (
        error_text(ValueError(address)),
        mask_secrets(address),
        diff("a.py", line, line + b"x = 1\n"),
    ):
        assert "sesame" not in text
        assert "open" not in text


LINES = {
    "no object": "print(7)\nprint('[]')\nprint('[' * 100000)\nprint('{\"port\": 1}')",
    "flood": "import time\nwhile True: print('{\"other\": 1}', flush=True)",
}


@pytest.mark.parametrize("name", LINES)
def test_an_agent_process_may_print_anything(name, tmp_path, monkeypatch):
    start = tmp_path / "start.py"
    start.write_text(LINES[name])
    monkeypatch.setattr("channels_doctor.live.agent_process.START", str(start))
    with AgentProcess(sys.executable, str(tmp_path), "server", {}) as agent:
        if name == "flood":
            with pytest.raises(AgentError, match="within 2 seconds"):
                agent.receive("port", seconds=2)
        else:
            assert agent.receive("port", seconds=20) == {"port": 1}


def test_nested_folders_are_read_to_a_limited_depth(tmp_path):
    folder = make_project(tmp_path)
    for depth in (10, 100):
        inner = folder.joinpath(*["d"] * depth)
        inner.mkdir(parents=True)
        (inner / "a.py").touch()
    found = [file.path for file in find_files(str(folder)) if file.path.startswith("d/")]
    assert found == ["d/" * 10 + "a.py"]


ANSWERS = {
    "garbage": b"\x16\x03\x01" * 200,
    "endless headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000,
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_broken_server_causes_no_traceback_and_shows_no_token(name):
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, args=(server, ANSWERS[name]), daemon=True).start()
        url = f"ws://127.0.0.1:{server.getsockname()[1]}/ws/?token=sesame"
        ended = doctor(".", "--url", url, stdout=subprocess.PIPE)
    assert ended.returncode in (1, 3)
    assert "Traceback" not in ended.stderr
    assert "sesame" not in ended.stdout + ended.stderr


def answer(server, data):
    with contextlib.suppress(OSError):
        while True:
            opened, _ = server.accept()
            with opened, contextlib.suppress(OSError):
                opened.sendall(data)


@pytest.mark.parametrize(("url", "code"), [("", 2), (f"ws://{'a' * 300}/", 3)])
def test_an_invalid_url_is_one_sentence(url, code):
    ended = doctor(".", "--url", url, stdout=subprocess.PIPE)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (code, "", 1)


def test_a_line_break_in_a_name_starts_no_line(tmp_path):
    folder = make_project(tmp_path)
    name = "chat/\n::error::$(x).py"
    (folder / name).write_text("<<<<<<< ours\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n")
    (folder / "chat" / "__init__.py").write_text("__import__(name)")  # so that it is reached
    report = json.loads(doctor(folder, "--format", "json", stdout=subprocess.PIPE).stdout)
    assert name in [each["path"] for each in report["findings"]]
    ended = doctor(folder, stdout=subprocess.PIPE)
    assert "$(x).py" in ended.stdout
    assert not [line for line in ended.stdout.splitlines() if line.startswith("::")]


@LINUX
@pytest.mark.slow
def test_children_from_before_exec_are_not_killed(tmp_path):
    """A shell that becomes doctor by exec brings its own background jobs along."""
    folder = make_project(tmp_path / "site")
    length = f"1{time.time_ns() % 10**9}"
    command = f'sleep {length} & exec "$0" -m channels_doctor "$1" --python "$0"'
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    with subprocess.Popen(
        ["sh", "-c", command, sys.executable, folder], start_new_session=True, **pipes
    ) as shell:
        assert shell.wait(120) == 0
        assert is_running(length)
        os.killpg(shell.pid, signal.SIGKILL)


@pytest.mark.slow
def test_a_program_that_imports_the_command_keeps_its_children(tmp_path):
    with subprocess.Popen(["sleep", "100"]) as child:
        CliRunner().invoke(
            command, ["--python", sys.executable, str(make_project(tmp_path / "site"))]
        )
        assert child.poll() is None
        child.kill()
