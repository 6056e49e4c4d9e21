"""The vendored library is compared with the one that the linter was released with."""

import pytest
from support.sample_projects import library_of
from support.vendored_site import FILES, make_vendored_site, messages, write_files

from channels_doctor.examine.channels.api import PACKAGE
from channels_doctor.examine.packages.base_archive import BASE, read_base
from channels_doctor.examine.packages.library import read_folder


@pytest.fixture
def site(tmp_path):
    return make_vendored_site(tmp_path / "site")


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("0.10.0", "older than"),
        ("0.1.9", "newer than"),
        ("0.2.0", "other files"),
        ("0.2", "newer than"),
        ("", "newer than"),
    ],
)
def test_another_release_is_compared_with_the_current_one(release, expected, site):
    (message,) = messages(
        site, "library-release", library={"release": release, "digest": "another"}
    )
    assert expected in message
    assert "(0.2.0)" in message


def test_the_current_library_has_no_finding(site):
    assert messages(site, "library-release", library=library_of(FILES)) == []


def test_a_release_without_a_number_is_compared_by_its_files(site):
    for path in (site / PACKAGE / "__init__.py", site / BASE):
        path.unlink()
    (site / PACKAGE / "__init__.py").touch()
    (message,) = messages(site, "library-release", library=library_of(FILES))
    assert "(without a number) with other files than" in message


@pytest.mark.parametrize(
    "current", [None, {}, [], "x", {"release": "1"}, {"release": 1, "digest": "x"}]
)
def test_an_invalid_current_library_is_not_compared(current, site):
    assert messages(site, "library-release", library=current) == []


def test_a_modified_library_is_not_another_release(site):
    write_files(site, {f"{PACKAGE}/__init__.py": b'__version__ = "0.1.0"\n'})
    current = library_of(FILES)
    assert messages(site, "library-release", library=current) == []
    assert len(messages(site, "library-modified", library=current)) == 1


def test_without_a_base_the_folder_is_compared(site):
    current = library_of(FILES)
    (site / BASE).unlink()
    assert messages(site, "library-release", library=current) == []
    write_files(site, {f"{PACKAGE}/__init__.py": b'__version__ = "0.1.0"\n'})
    (message,) = messages(site, "library-release", library=current)
    assert "older than" in message


@pytest.mark.parametrize("change", [{"hub/hub.py": b""}, {"hub/more.py": b""}])
def test_the_digest_depends_on_each_name_and_content(change, site):
    before = read_folder(str(site / PACKAGE)).digest
    write_files(site / PACKAGE, change)
    assert read_folder(str(site / PACKAGE)).digest != before


def test_the_digest_depends_on_the_names_of_files(site):
    before = read_folder(str(site / PACKAGE)).digest
    (site / PACKAGE / "hub" / "hub.py").rename(site / PACKAGE / "hub" / "hub2.py")
    assert read_folder(str(site / PACKAGE)).digest != before


def test_a_base_and_a_folder_have_the_same_digest(site):
    assert (
        read_base(str(site / BASE)).digest
        == read_folder(str(site / PACKAGE)).digest
        == library_of(FILES)["digest"]
    )
