"""A base and a library folder are untrusted: reading them is bounded and writes nothing."""

import contextlib
import io
import os
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.sample_projects import examine_apart, library_of, write_base
from support.vendored_site import FILES, make_vendored_site, messages

from channels_doctor.examine.channels.api import PACKAGE
from channels_doctor.examine.packages.base_archive import (
    BASE,
    MAX_BASE_BYTES,
    MAX_ENTRIES,
    UnreadableBase,
    read_base,
)
from channels_doctor.examine.packages.library import (
    MAX_FILES,
    MAX_TEXT_FILE_BYTES,
    MAX_TOTAL_BYTES,
    read_folder,
)

NEEDS_PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")


@pytest.fixture
def site(tmp_path):
    return make_vendored_site(tmp_path / "site")


def changed(data, old, new):
    assert old in data
    return data.replace(old, new)


def pack(files=FILES, **options):
    """Return a zip of some files; `options` are those of ZipFile."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", **options) as base:
        for path, content in files.items():
            base.writestr(path, content)
    return stream.getvalue()


def zip_with_entries(number, name):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as base:
        for each in range(number):
            base.writestr(name.format(each), b"")
    return stream.getvalue()


def zip_with_size(size):
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
    "too many entries": lambda: zip_with_entries(MAX_ENTRIES + 1, "{}"),
    "too many files": lambda: zip_with_entries(MAX_FILES + 1, PACKAGE + "/{}.py"),
    "too many bytes": lambda: pack(
        {
            f"{PACKAGE}/{number}": b"\0" * MAX_TEXT_FILE_BYTES
            for number in range(MAX_TOTAL_BYTES // MAX_TEXT_FILE_BYTES + 1)
        },
        compression=zipfile.ZIP_DEFLATED,
    ),
    "large file": lambda: zip_with_size(MAX_TEXT_FILE_BYTES + 1),
    "too large": lambda: pack(FILES | {"static/film.mp4": b"\0" * MAX_BASE_BYTES}),
    "bomb": lambda: changed(
        zip_with_size(300 << 20), (300 << 20).to_bytes(4, "little"), b"\x10\0\0\0"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_unreadable_base_is_one_info_finding(name, site):
    (site / BASE).write_bytes(HOSTILE[name]())
    start = time.monotonic()
    (found,) = examine_apart(site)
    assert time.monotonic() - start < 10
    assert (found["rule"], found["severity"], found["path"]) == ("library-modified", "info", BASE)
    assert "cannot be read" in found["message"]
    assert len(found["message"]) < 600


@NEEDS_PIPES
@pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
def test_a_base_that_is_no_regular_file_is_not_read(kind, site, tmp_path):
    (site / BASE).rename(tmp_path / "outside.zip")
    make = {
        "folder": os.mkdir,
        "pipe": os.mkfifo,
        "link": lambda path: os.symlink(tmp_path / "outside.zip", path),
    }
    make[kind](site / BASE)
    (message,) = messages(site)
    assert "cannot be read" in message


def test_names_outside_of_the_folder_are_never_written(site, tmp_path):
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


@NEEDS_PIPES
def test_a_hostile_folder_is_read_in_time(site, tmp_path):
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
    start = time.monotonic()
    (found,) = examine_apart(
        site, library={"release": "0.2.0", "digest": library_of(FILES)["digest"]}
    )
    assert time.monotonic() - start < 10
    assert "huge.py is added" in found["message"]


def test_a_file_above_the_size_limit_is_reported_alone(site):
    with (site / PACKAGE / "data.huge").open("wb") as file:
        file.truncate(MAX_TOTAL_BYTES + 1)
    (message,) = messages(site)
    assert "data.huge is added." in message


def test_the_number_of_read_files_is_limited(site):
    for number in range(MAX_FILES):
        (site / PACKAGE / f"z{number}.py").touch()
    assert len(read_folder(str(site / PACKAGE)).files) == MAX_FILES


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_damaged_base_is_read_or_refused(tmp_path_factory, data):
    packed = bytearray(pack(compression=zipfile.ZIP_DEFLATED))
    for _ in range(data.draw(st.integers(1, 8))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("base") / BASE
    path.write_bytes(
        packed[: data.draw(st.integers(0, len(packed)))] if data.draw(st.booleans()) else packed
    )
    with contextlib.suppress(UnreadableBase):
        read_base(str(path))
