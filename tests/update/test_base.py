"""The base is data from a repository: nothing in it is believed."""

import io
import stat
import zipfile

import pytest
from support.cookiecutters import commit_all
from support.update_fixtures import read_tree

from channels_doctor.support.errors import Refused
from chanscaffold.update import base_archive
from chanscaffold.update.base_archive import BASE_ARCHIVE, read_base
from chanscaffold.update.tree import EXECUTABLE, Entry

REGULAR = stat.S_IFREG | 0o644


def archive(*entries, compression=zipfile.ZIP_DEFLATED):
    """Return an archive of (name, content, mode)."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as file:
        for name, text, mode in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = compression
            file.writestr(info, text)
    return content.getvalue()


def refusal(tmp_path, content):
    (tmp_path / BASE_ARCHIVE).write_bytes(content)
    with pytest.raises(Refused) as error:
        read_base(str(tmp_path))
    assert f"git checkout COMMIT -- {BASE_ARCHIVE}" in error.value.message
    return error.value.message


def test_a_base_has_contents_and_modes(tmp_path):
    entries = [("a/b.py", "x", REGULAR), ("run", "y", stat.S_IFREG | 0o755)]
    (tmp_path / BASE_ARCHIVE).write_bytes(archive(*entries))
    assert read_base(str(tmp_path)) == {"a/b.py": Entry(b"x"), "run": Entry(b"y", EXECUTABLE)}


NAMES = [
    "../up",
    "a/../../up",
    "/etc/passwd",
    "a//b",
    "./a",
    "",
    "a/",
    "a\\b",
    "C:a",
    "a\nb",
    ".git/config",
    "sub/.GIT/config",
    ".env",
    ".chanscaffold.toml",
    ".Chanscaffold-base.zip",
    ".venv/x",
    "x" * 300,
]


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_name_outside_the_project_is_refused(tmp_path, name):
    assert "is not the name of a file" in refusal(tmp_path, archive((name, "x", REGULAR)))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, 0])
def test_only_plain_files_are_accepted(tmp_path, kind):
    assert "plain file" in refusal(tmp_path, archive(("link", "/etc/passwd", kind | 0o777)))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a", "a"), ("a", "A"), ("a", "a/b"), ("D/x", "d")], ids=str)
def test_two_entries_of_one_place_are_refused(tmp_path, names):
    entries = [(name, "x", REGULAR) for name in names]
    assert "twice" in (found := refusal(tmp_path, archive(*entries))) or "both" in found


def test_a_large_entry_is_refused_before_it_is_unpacked(tmp_path):
    bomb = archive(("bomb", b"\0" * (300 * 1024 * 1024), REGULAR))
    assert len(bomb) < 1_000_000
    assert "MiB" in refusal(tmp_path, bomb)


def test_many_entries_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(base_archive, "MAX_FILES", 2)
    entries = [(str(number), "x", REGULAR) for number in range(3)]
    assert "more than 2 files" in refusal(tmp_path, archive(*entries))


def test_an_entry_that_hides_its_size_is_refused(tmp_path):
    content = archive(("a", b"x" * 5000, REGULAR))
    size = (5000).to_bytes(4, "little")
    assert "cannot be used" in refusal(tmp_path, content.replace(size, (9).to_bytes(4, "little")))


@pytest.mark.parametrize("content", [b"", b"PK", b"\0" * 500], ids=["empty", "short", "zeros"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    assert "cannot be used" in refusal(tmp_path, content)


def test_a_cut_archive_is_refused(tmp_path):
    content = archive(("a", b"x" * 5000, REGULAR), compression=zipfile.ZIP_STORED)
    refusal(tmp_path, content[: len(content) // 2])
    refusal(tmp_path, content.replace(b"xxxx", b"xxyx", 1))


def test_a_link_in_place_of_the_base_is_refused(tmp_path):
    (tmp_path / "other.zip").write_bytes(archive(("a", "x", REGULAR)))
    (tmp_path / BASE_ARCHIVE).symlink_to("other.zip")
    with pytest.raises(Refused, match="not a regular file"):
        read_base(str(tmp_path))


def test_an_update_without_a_base_changes_nothing_and_names_the_command(make_site, update):
    site = make_site()
    (site / BASE_ARCHIVE).unlink()
    commit_all(site, "Lose it")
    before = read_tree(site)
    result = update(site)
    assert result.exit_code == 2
    assert "is missing: `git log --diff-filter=AM" in result.output
    assert read_tree(site) == before
