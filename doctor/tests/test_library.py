"""What doctor says of a vendored library: that it was modified, and that it is of another release."""

import ast
import contextlib
import hashlib
import io
import os
import shutil
import subprocess
import sys
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.pythons import python_or_skip
from support.sample_projects import (
    examine,
    examine_apart,
    library_of,
    make_project,
    write_base,
)

from channels_doctor.examine.channels.api import PACKAGE
from channels_doctor.examine.packages.base_archive import (
    BASE,
    MAX_BASE_BYTES,
    MAX_ENTRIES,
    UnreadableBase,
    read_base,
)
from channels_doctor.examine.packages.library import MAX_TEXT_FILE_BYTES, MAX_TOTAL_BYTES, MAX_FILES, read_folder
from channels_doctor.in_project.own_files import own_path
from channels_doctor.in_project.serving.recording_middleware import RecordingMiddleware

FILES = {
    f"{PACKAGE}/__init__.py": b'__version__ = "0.2.0"\n',
    f"{PACKAGE}/hub/hub.py": b"class Hub:\n    pass\n",
    f"{PACKAGE}/static/client.js": b"export {};\n",
    f"{PACKAGE}/data.bin": b"\0\r\n",
    "manage.py": b"# of the project\n",
}
LINUX = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")


def write(folder, files):
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


@pytest.fixture
def site(tmp_path):
    """A sound project with the library as it was generated."""
    folder = make_project(tmp_path / "site")
    write(folder, {path: content for path, content in FILES.items() if path.startswith(PACKAGE)})
    write_base(folder, FILES)
    return folder


def messages(folder, rule="library-modified", **request):
    found = examine(folder, **request)
    assert [
        each for each in found if each["rule"] not in {"library-modified", "library-release"}
    ] == []
    return [each["message"] for each in found if each["rule"] == rule]


def test_an_untouched_library_is_sound(site):
    assert messages(site) == []


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("hub/hub.py", b"class Hub:\n    x = 1\n", "hub/hub.py is modified"),
        ("hub/own.py", b"", "hub/own.py is added"),
        ("static/client.js", None, "static/client.js is missing"),
        ("data.bin", b"\0\n", "data.bin is modified"),
    ],
)
def test_a_file_that_is_not_as_generated_is_named_with_what_happened(site, path, content, said):
    file = site / PACKAGE / path
    file.unlink() if content is None else file.write_bytes(content)
    (found,) = examine(site)
    assert (found["rule"], found["severity"], found["path"]) == (
        "library-modified",
        "info",
        f"{PACKAGE}/{path}",
    )
    assert said in found["message"]
    assert "update" in found["message"]
    assert BASE in found["fix"]


def test_three_files_are_named_and_the_others_counted(site):
    write(site, {f"{PACKAGE}/own{number}.py": b"" for number in range(5)})
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
def test_line_ends_byte_code_and_hidden_files_are_no_modification(site, path, content):
    write(site, {f"{PACKAGE}/{path}": content})
    assert messages(site) == []


def test_line_ends_of_the_base_do_not_count_either(site):
    write_base(site, {**FILES, f"{PACKAGE}/hub/hub.py": b"class Hub:\r\n    pass\r\n"})
    assert messages(site) == []


def test_byte_code_in_the_base_does_not_count_either(site):
    write_base(
        site, {**FILES, f"{PACKAGE}/hub/__pycache__/hub.pyc": b"x", f"{PACKAGE}/.DS_Store": b"x"}
    )
    assert messages(site) == []


def test_without_a_base_nothing_is_said_of_modifications(site):
    (site / BASE).unlink()
    write(site, {f"{PACKAGE}/hub/hub.py": b"x = 1\n"})
    assert messages(site) == []


def test_a_base_without_the_library_says_nothing(site):
    write_base(site, {"manage.py": b""})
    assert messages(site) == []


@pytest.mark.parametrize("base", [FILES, {"manage.py": b""}, None])
def test_a_project_without_the_folder_has_replaced_it_by_a_dependency(site, base):
    shutil.rmtree(site / PACKAGE)
    write_base(site, base) if base else (site / BASE).write_bytes(b"no zip")
    assert messages(site) == []
    assert messages(site, "library-release", library={"release": "9", "digest": "x"}) == []


def test_a_large_file_is_compared_by_the_hash_in_its_comment(site):
    content = b"x\r\n" * MAX_TEXT_FILE_BYTES
    write(site, {f"{PACKAGE}/large.js": content})
    for digest, expected in ((hashlib.sha256(content).hexdigest(), 0), ("0" * 64, 1)):
        entry = zipfile.ZipInfo(f"{PACKAGE}/large.js")
        entry.comment = f"sha256:{digest}".encode()
        write_base(site, {**FILES, entry: b""})
        assert len(messages(site)) == expected


def test_the_commands_of_the_mend_show_the_difference_and_put_the_files_back(site, tmp_path):
    write(site, {f"{PACKAGE}/hub/hub.py": b"x = 1\n", f"{PACKAGE}/own.py": b""})
    (found,) = examine(site)
    unpack, compare, restore = (
        found["fix"].replace("/tmp/base", str(tmp_path / "base")).splitlines()
    )
    unpack = unpack.replace("python", sys.executable, 1)
    shown = run(f"{unpack}\n{compare}", site)
    assert "+x = 1" in shown
    assert "Only in channels_realtime: own.py" in shown
    run(restore, site)
    assert examine(site) == []


def run(script, folder):
    return subprocess.run(
        ["sh", "-c", script], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    ).stdout


def test_the_links_of_a_folder_are_not_followed(site, tmp_path):
    shutil.move(site / PACKAGE, tmp_path / "elsewhere")
    (site / PACKAGE).symlink_to(tmp_path / "elsewhere")
    write(tmp_path / "elsewhere", {"own.py": b""})
    assert messages(site) == []


# What a stranger may put there.


def changed(data, old, new):
    assert old in data
    return data.replace(old, new)


def pack(files=FILES, **options):
    """Return a zip of some files, with other options than the generator's."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", **options) as base:
        for path, content in files.items():
            base.writestr(path, content)
    return stream.getvalue()


def many(number, name):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as base:
        for each in range(number):
            base.writestr(name.format(each), b"")
    return stream.getvalue()


def of_size(size):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as base:
        base.writestr(f"{PACKAGE}/large.py", b"0" * size)
    return stream.getvalue()


HOSTILE = {
    "empty": lambda: b"",
    "text": lambda: b"version https://git-lfs.github.com/spec/v1\n",
    "cut off": lambda: pack()[:-40],
    "wrong content": lambda: changed(pack(), b"class Hub", b"class Hut"),
    "encrypted": lambda: changed(
        pack(), b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    ),
    "bzip2": lambda: pack(compression=zipfile.ZIP_BZIP2),
    "lzma": lambda: pack(compression=zipfile.ZIP_LZMA),
    "too many entries": lambda: many(MAX_ENTRIES + 1, "{}"),
    "too many files": lambda: many(MAX_FILES + 1, PACKAGE + "/{}.py"),
    "too many bytes": lambda: pack(
        {f"{PACKAGE}/{number}": b"\0" * MAX_TEXT_FILE_BYTES for number in range(MAX_TOTAL_BYTES // MAX_TEXT_FILE_BYTES + 1)},
        compression=zipfile.ZIP_DEFLATED,
    ),
    "large file": lambda: of_size(MAX_TEXT_FILE_BYTES + 1),
    "too large": lambda: pack(FILES | {"static/film.mp4": b"\0" * MAX_BASE_BYTES}),
    "bomb": lambda: changed(of_size(300 << 20), (300 << 20).to_bytes(4, "little"), b"\x10\0\0\0"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_base_that_cannot_be_read_is_one_piece_of_advice(name, site):
    (site / BASE).write_bytes(HOSTILE[name]())
    begin = time.monotonic()
    (found,) = examine_apart(site)
    assert time.monotonic() - begin < 10
    assert (found["rule"], found["severity"], found["path"]) == ("library-modified", "info", BASE)
    assert "cannot be read" in found["message"]
    assert len(found["message"]) < 600


@LINUX
@pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
def test_a_base_that_is_no_file_is_left_unread(kind, site, tmp_path):
    (site / BASE).rename(tmp_path / "outside.zip")
    make = {
        "folder": os.mkdir,
        "pipe": os.mkfifo,
        "link": lambda path: os.symlink(tmp_path / "outside.zip", path),
    }
    make[kind](site / BASE)
    (message,) = messages(site)
    assert "cannot be read" in message


def test_names_that_lead_elsewhere_are_only_compared(site, tmp_path):
    names = [
        f"{PACKAGE}/../../outside.py",
        f"{PACKAGE}//etc/passwd",
        f"{PACKAGE}/",
        f"../{PACKAGE}/x.py",
    ]
    write_base(site, {**FILES, **dict.fromkeys(names, b"x")})
    before = sorted(tmp_path.rglob("*"))
    assert len(messages(site)) == 1
    assert sorted(tmp_path.rglob("*")) == before


@LINUX
def test_whatever_lies_in_the_folder_is_read_within_bounds(site, tmp_path):
    folder = site / PACKAGE
    os.mkfifo(folder / "pipe.py")
    (folder / "zero.py").symlink_to("/dev/zero")
    (folder / "loop").symlink_to(folder)
    with (folder / "huge.py").open("wb") as file:
        file.truncate(MAX_TOTAL_BYTES + 1)
    folder.joinpath(*["d"] * 100).mkdir(parents=True)
    (folder / os.fsdecode(b"\xff\x1b.py")).touch()
    for number in range(MAX_FILES):
        (folder / f"z{number}.py").touch()
    begin = time.monotonic()
    (found,) = examine_apart(
        site, library={"release": "0.2.0", "digest": library_of(FILES)["digest"]}
    )
    assert time.monotonic() - begin < 10
    assert "huge.py is added" in found["message"]


def test_a_huge_file_is_left_unread_and_hides_no_other(site):
    with (site / PACKAGE / "data.huge").open("wb") as file:
        file.truncate(MAX_TOTAL_BYTES + 1)
    (message,) = messages(site)
    assert "data.huge is added." in message


def test_no_more_files_are_read_than_a_library_has(site):
    for number in range(MAX_FILES):
        (site / PACKAGE / f"z{number}.py").touch()
    assert len(read_folder(str(site / PACKAGE)).files) == MAX_FILES


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_bytes_of_a_base_are_read_or_refused(tmp_path_factory, data):
    packed = bytearray(pack(compression=zipfile.ZIP_DEFLATED))
    for _ in range(data.draw(st.integers(1, 8))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("base") / BASE
    path.write_bytes(
        packed[: data.draw(st.integers(0, len(packed)))] if data.draw(st.booleans()) else packed
    )
    with contextlib.suppress(UnreadableBase):
        read_base(str(path))


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.11", "3.13"])
def test_every_python_of_a_project_reads_the_same_base(version, site):
    write(site, {f"{PACKAGE}/hub/hub.py": b"x = 1\n"})
    known = {"release": "0.3.0", "digest": "another"}
    found = examine_apart(site, python_or_skip(version), library=known)
    assert found == examine(site, library=known)
    assert [each["rule"] for each in found] == ["library-release", "library-modified"]


# Another release.


@pytest.mark.parametrize(
    ("release", "said"),
    [
        ("0.10.0", "older than"),
        ("0.1.9", "newer than"),
        ("0.2.0", "other files"),
        ("0.2", "newer than"),
        ("", "newer than"),
    ],
)
def test_another_release_is_told_from_the_known_one(release, said, site):
    (message,) = messages(
        site, "library-release", library={"release": release, "digest": "another"}
    )
    assert said in message
    assert "(0.2.0)" in message


def test_the_known_library_is_no_finding(site):
    assert messages(site, "library-release", library=library_of(FILES)) == []


def test_a_release_without_a_number_is_told_by_its_files(site):
    for path in (site / PACKAGE / "__init__.py", site / BASE):
        path.unlink()
    (site / PACKAGE / "__init__.py").touch()
    (message,) = messages(site, "library-release", library=library_of(FILES))
    assert "(without a number) with other files than" in message


@pytest.mark.parametrize(
    "known", [None, {}, [], "x", {"release": "1"}, {"release": 1, "digest": "x"}]
)
def test_nothing_is_compared_with_what_nobody_has_told(known, site):
    assert messages(site, "library-release", library=known) == []


def test_a_modification_alone_is_no_other_release(site):
    write(site, {f"{PACKAGE}/__init__.py": b'__version__ = "0.1.0"\n'})
    known = library_of(FILES)
    assert messages(site, "library-release", library=known) == []
    assert len(messages(site, "library-modified", library=known)) == 1


def test_without_a_base_the_folder_itself_is_compared(site):
    known = library_of(FILES)
    (site / BASE).unlink()
    assert messages(site, "library-release", library=known) == []
    write(site, {f"{PACKAGE}/__init__.py": b'__version__ = "0.1.0"\n'})
    (message,) = messages(site, "library-release", library=known)
    assert "older than" in message


@pytest.mark.parametrize("change", [{"hub/hub.py": b""}, {"hub/more.py": b""}])
def test_the_digest_depends_on_each_name_and_content(change, site):
    before = read_folder(str(site / PACKAGE)).digest
    write(site / PACKAGE, change)
    assert read_folder(str(site / PACKAGE)).digest != before


def test_a_file_of_another_name_is_another_library(site):
    before = read_folder(str(site / PACKAGE)).digest
    (site / PACKAGE / "hub" / "hub.py").rename(site / PACKAGE / "hub" / "hub2.py")
    assert read_folder(str(site / PACKAGE)).digest != before


def test_the_digest_of_a_base_is_that_of_the_folder(site):
    assert (
        read_base(str(site / BASE)).digest
        == read_folder(str(site / PACKAGE)).digest
        == library_of(FILES)["digest"]
    )


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from [
                node.module,
                *(
                    f"{node.module}.{alias.name}"
                    for alias in node.names
                    if node.module == "chanscaffold"
                ),
            ]
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


# Not the owner's code.

FAULTY = b"""
import time
from channels.generic.websocket import AsyncWebsocketConsumer


class FaultyConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        time.sleep(1)
"""


def test_no_rule_looks_into_the_vendored_library(site):
    (site / BASE).unlink()
    write(site, {f"{PACKAGE}/own.py": FAULTY, f"{PACKAGE}/broken.py": b"x = ("})
    assert examine(site) == []
    write(site, {"chat/own.py": FAULTY, "chat/broken.py": b"x = ("})
    assert {each["rule"] for each in examine(site)} >= {"blocking-in-async", "syntax-error"}


def test_a_folder_of_that_name_that_is_no_package_is_the_owner_s(site):
    write(
        site,
        {
            f"chat/templates/{PACKAGE}/page.html": b"<script>new WebSocket('ws://' + location.host)</script>"
        },
    )
    assert [each["rule"] for each in examine(site)] == ["insecure-socket-url"]


def test_an_error_in_the_library_is_placed_where_the_project_led_to_it(site):
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
