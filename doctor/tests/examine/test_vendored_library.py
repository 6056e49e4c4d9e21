"""A modified copy of the vendored library is reported, and its code is not examined."""

import hashlib
import shutil
import subprocess
import sys
import zipfile

import pytest
from support.pythons import python_or_skip
from support.sample_projects import examine, examine_apart, write_base
from support.vendored_site import FILES, make_vendored_site, messages, write_files

from channels_doctor.examine.channels.api import PACKAGE
from channels_doctor.examine.packages.base_archive import BASE
from channels_doctor.examine.packages.library import MAX_TEXT_FILE_BYTES
from channels_doctor.in_project.own_files import own_path
from channels_doctor.in_project.serving.recording_middleware import RecordingMiddleware


@pytest.fixture
def site(tmp_path):
    return make_vendored_site(tmp_path / "site")


def test_an_unmodified_library_has_no_finding(site):
    assert messages(site) == []


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("hub/hub.py", b"class Hub:\n    x = 1\n", "hub/hub.py is modified"),
        ("hub/own.py", b"", "hub/own.py is added"),
        ("static/client.js", None, "static/client.js is missing"),
        ("data.bin", b"\0\n", "data.bin is modified"),
    ],
)
def test_a_modified_file_is_named_with_its_change(site, path, content, expected):
    file = site / PACKAGE / path
    file.unlink() if content is None else file.write_bytes(content)
    (found,) = examine(site)
    assert (found["rule"], found["severity"], found["path"]) == (
        "library-modified",
        "info",
        f"{PACKAGE}/{path}",
    )
    assert expected in found["message"]
    assert "update" in found["message"]
    assert BASE in found["fix"]


def test_a_message_names_three_files_and_counts_the_others(site):
    write_files(site, {f"{PACKAGE}/own{number}.py": b"" for number in range(5)})
    (message,) = messages(site)
    assert "own0.py is added, own1.py is added, own2.py is added, and 2 more" in message


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("hub/hub.py", b"class Hub:\r\n    pass\r\n"),
        ("hub/__pycache__/hub.cpython-312.pyc", b"x"),
        ("hub/__pycache__/hub.cpython-312.pyc.140231", b"x"),
        ("hub/hub.pyc", b"x"),
        (".DS_Store", b"x"),
        (".mypy_cache/hub.json", b"x"),
    ],
)
def test_line_ends_byte_code_and_hidden_files_are_not_compared(site, path, content):
    write_files(site, {f"{PACKAGE}/{path}": content})
    assert messages(site) == []


def test_line_ends_in_the_base_are_not_compared(site):
    write_base(site, {**FILES, f"{PACKAGE}/hub/hub.py": b"class Hub:\r\n    pass\r\n"})
    assert messages(site) == []


def test_byte_code_in_the_base_is_not_compared(site):
    write_base(
        site, {**FILES, f"{PACKAGE}/hub/__pycache__/hub.pyc": b"x", f"{PACKAGE}/.DS_Store": b"x"}
    )
    assert messages(site) == []


def test_without_a_base_modifications_are_not_reported(site):
    (site / BASE).unlink()
    write_files(site, {f"{PACKAGE}/hub/hub.py": b"x = 1\n"})
    assert messages(site) == []


def test_a_base_without_the_library_is_not_compared(site):
    write_base(site, {"manage.py": b""})
    assert messages(site) == []


@pytest.mark.parametrize("base", [FILES, {"manage.py": b""}, None])
def test_a_project_without_the_folder_has_no_finding(site, base):
    shutil.rmtree(site / PACKAGE)
    write_base(site, base) if base else (site / BASE).write_bytes(b"no zip")
    assert messages(site) == []
    assert messages(site, "library-release", library={"release": "9", "digest": "x"}) == []


def test_a_large_file_is_compared_with_the_hash_in_the_base(site):
    content = b"x\r\n" * MAX_TEXT_FILE_BYTES
    write_files(site, {f"{PACKAGE}/large.js": content})
    for digest, expected in ((hashlib.sha256(content).hexdigest(), 0), ("0" * 64, 1)):
        entry = zipfile.ZipInfo(f"{PACKAGE}/large.js")
        entry.comment = f"sha256:{digest}".encode()
        write_base(site, {**FILES, entry: b""})
        assert len(messages(site)) == expected


def test_the_commands_of_the_fix_show_the_changes_and_undo_them(site, tmp_path):
    write_files(site, {f"{PACKAGE}/hub/hub.py": b"x = 1\n", f"{PACKAGE}/own.py": b""})
    (found,) = examine(site)
    unpack, compare, restore = (
        found["fix"].replace("/tmp/base", str(tmp_path / "base")).splitlines()
    )
    unpack = unpack.replace("python", sys.executable, 1)
    output = run(f"{unpack}\n{compare}", site)
    assert "+x = 1" in output
    assert "Only in channels_realtime: own.py" in output
    run(restore, site)
    assert examine(site) == []


def run(script, folder):
    return subprocess.run(
        ["sh", "-c", script], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    ).stdout


def test_a_linked_folder_is_not_compared(site, tmp_path):
    shutil.move(site / PACKAGE, tmp_path / "elsewhere")
    (site / PACKAGE).symlink_to(tmp_path / "elsewhere")
    write_files(tmp_path / "elsewhere", {"own.py": b""})
    assert messages(site) == []


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.11", "3.13"])
def test_every_supported_python_reads_the_same_base(version, site):
    write_files(site, {f"{PACKAGE}/hub/hub.py": b"x = 1\n"})
    current = {"release": "0.3.0", "digest": "another"}
    found = examine_apart(site, python_or_skip(version), library=current)
    assert found == examine(site, library=current)
    assert [each["rule"] for each in found] == ["library-release", "library-modified"]


FAULTY = b"""
import time
from channels.generic.websocket import AsyncWebsocketConsumer


class FaultyConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        time.sleep(1)
"""


def test_no_rule_reads_the_vendored_library(site):
    (site / BASE).unlink()
    write_faults(site, PACKAGE)
    assert examine(site) == []
    write_faults(site, "chat")
    assert {each["rule"] for each in examine(site)} >= {"blocking-in-async", "syntax-error"}


def write_faults(site, package):
    """Write a consumer that blocks and a module that does not parse, and route the consumer."""
    write_files(site, {f"{package}/own.py": FAULTY, f"{package}/broken.py": b"x = ("})
    with (site / "config" / "routing.py").open("a") as file:
        file.write(f"\nfrom {package} import broken\nfrom {package}.own import FaultyConsumer\n")
        file.write('websocket_urlpatterns.insert(0, path("own/", FaultyConsumer.as_asgi()))\n')


def test_a_folder_with_the_library_s_name_but_no_package_is_examined(site):
    page = b"<script>new WebSocket('ws://' + location.host + '/ws/chat/')</script>"
    write_files(site, {f"chat/templates/{PACKAGE}/page.html": page})
    assert [each["rule"] for each in examine(site)] == ["insecure-socket-url"]


def test_an_error_in_the_library_has_the_line_of_the_project_that_called_it(site):
    assert own_path(str(site), str(site / "chat" / "x.py")) == "chat/x.py"
    assert own_path(str(site), str(site / PACKAGE / "x.py")) is None
    names = {}
    exec(
        compile("def fail():\n    raise ValueError(7)\n", str(site / PACKAGE / "x.py"), "exec"),
        names,
    )
    with pytest.raises(ValueError, match="7") as raised:
        exec(compile("fail()", str(site / "chat" / "x.py"), "exec"), names)
    middleware = RecordingMiddleware(None, "", str(site))
    assert middleware._last_own_line(raised.value) == {"path": "chat/x.py", "line": 1}
