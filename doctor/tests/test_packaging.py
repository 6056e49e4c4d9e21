"""The wheel and the sdist of the linter."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from support.paths import PACKAGE

DISTRIBUTION = PACKAGE.parents[1]


def build(builder, root, folder):
    """Build an archive of a folder, and return its path."""
    return Path(next(builder(str(root)).build(directory=str(folder), versions=["standard"])))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in a wheel that is built from the unpacked sdist."""
    folder = tmp_path_factory.mktemp("archives")
    sdist = build(SdistBuilder, DISTRIBUTION, folder)
    subprocess.run(["tar", "-xf", sdist, "-C", folder], check=True)
    unpacked = folder / sdist.name.removesuffix(".tar.gz")
    with zipfile.ZipFile(build(WheelBuilder, unpacked, folder / "dist")) as archive:
        return set(archive.namelist())


def package_files():
    """Return the names of the package's files in a wheel, without caches."""
    paths = (path for path in PACKAGE.rglob("*") if path.is_file())
    names = (path.relative_to(PACKAGE.parent).as_posix() for path in paths)
    return {name for name in names if "__pycache__" not in name and "_cache/" not in name}


def test_the_wheel_has_exactly_the_files_of_the_package(wheel):
    assert {name for name in wheel if name.startswith("channels_doctor/")} == package_files()


def test_the_wheel_has_a_page_for_every_rule(wheel):
    rules = "channels_doctor/examine/rules/"
    modules = {name for name in wheel if name.startswith(rules) and name.endswith(".py")}
    pages = {name.replace(".py", ".md") for name in modules - {f"{rules}__init__.py"}}
    assert len(pages) > 60
    assert pages <= wheel


def test_the_wheel_has_the_licence_and_the_command(wheel):
    assert any(name.endswith("/licenses/LICENSE") for name in wheel)
    assert any(name.endswith(".dist-info/entry_points.txt") for name in wheel)


@pytest.mark.slow
def test_pip_installs_a_working_command(tmp_path):
    venv.create(tmp_path / "env", with_pip=True)
    programs = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    install = [programs / "python", "-m", "pip", "install", "--quiet", DISTRIBUTION]
    subprocess.run(install, check=True)
    page = subprocess.run(
        [programs / "channels-doctor", "--explain", "daphne-order"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert (PACKAGE / "examine" / "rules" / "daphne_order.md").read_text().strip() in page.stdout
    refused = [programs / "channels-doctor", tmp_path / "missing"]
    assert subprocess.run(refused, capture_output=True, check=False).returncode == 2
