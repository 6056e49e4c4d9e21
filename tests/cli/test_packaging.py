"""A wheel, an sdist and an editable install contain the same template and library."""

import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from support.cookiecutters import commit_all, git
from support.paths import ROOT
from support.renders import copy_template

PROJECT = "{{cookiecutter.project_slug}}"
PARTS = ("cookiecutter.json", "hooks", PROJECT, "realtime/src/channels_realtime")
COPY = f"{PROJECT}/channels_realtime/"  # which hooks/pre_prompt.py makes
COMMIT = "COMMIT"
DEBRIS = {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".DS_Store"}
METADATA = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def files_of(root):
    """Return the template's files in a folder: name, whether it can be executed, content."""
    found = {}
    for part in PARTS:
        start = root / part
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            if path.is_file() and DEBRIS.isdisjoint(path.parts):
                found[path.relative_to(root).as_posix()] = (
                    bool(path.stat().st_mode & stat.S_IXUSR),
                    path.read_bytes(),
                )
    return {name: each for name, each in found.items() if not name.startswith(COPY)}


def all_in_wheel(path):
    """Return the same for a wheel, with the files beside the template."""
    found, prefix = {}, "chanscaffold/_template/"
    with zipfile.ZipFile(path) as wheel:
        for info in wheel.infolist():
            if info.filename.startswith(prefix):
                executable = bool(info.external_attr >> 16 & stat.S_IXUSR)
                found[info.filename.removeprefix(prefix)] = executable, wheel.read(info)
    return found


def files_in_wheel(path):
    """Return the same for a wheel, without the commit."""
    return {name: each for name, each in all_in_wheel(path).items() if name != COMMIT}


def commit_in_wheel(path):
    """Return the commit in a wheel, or None."""
    _, content = all_in_wheel(path).get(COMMIT, (False, None))
    return content


def build(builder, root, folder, version="standard"):
    return Path(next(builder(str(root)).build(directory=str(folder), versions=[version])))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build(WheelBuilder, ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    return build(SdistBuilder, ROOT, tmp_path_factory.mktemp("sdist"))


def test_a_wheel_carries_the_whole_template(wheel):
    assert files_in_wheel(wheel) == files_of(ROOT)


def test_a_wheel_carries_the_library(wheel):
    names = {name for name in files_in_wheel(wheel) if name.startswith("realtime/")}
    assert {
        "realtime/src/channels_realtime/__init__.py",
        "realtime/src/channels_realtime/LICENSE",
    } < names
    assert all(name.startswith("realtime/src/channels_realtime/") for name in names)


def test_a_wheel_has_a_page_beside_each_of_doctors_rules(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {Path(name) for name in archive.namelist() if "/examine/rules/" in name}
    rules = {name for name in names if name.suffix == ".py" and name.stem != "__init__"}
    assert len(rules) > 60
    assert {rule.with_suffix(".md") for rule in rules} <= names


def test_the_template_has_dotfiles_and_an_executable():
    files = files_of(ROOT)
    assert "{{cookiecutter.project_slug}}/.gitignore" in files
    assert "{{cookiecutter.project_slug}}/.env.example" in files
    assert files["{{cookiecutter.project_slug}}/manage.py"][0]


def test_an_sdist_makes_the_same_wheel(wheel, sdist, tmp_path):
    subprocess.run(["tar", "-xf", sdist, "-C", tmp_path], check=True)
    again = build(WheelBuilder, tmp_path / sdist.name.removesuffix(".tar.gz"), tmp_path / "dist")
    assert again.name == wheel.name
    assert all_in_wheel(again) == all_in_wheel(wheel)
    with zipfile.ZipFile(again) as ours, zipfile.ZipFile(wheel) as theirs:
        assert sorted(ours.namelist()) == sorted(theirs.namelist())


def test_no_bytecode_is_packaged(wheel, sdist):
    with zipfile.ZipFile(wheel) as archive, tarfile.open(sdist) as tar:
        names = archive.namelist() + tar.getnames()
    assert [
        name for name in names if name.endswith((".pyc", ".pyo")) or "__pycache__" in name
    ] == []


def test_an_editable_install_reads_the_checkout(tmp_path):
    editable = build(WheelBuilder, ROOT, tmp_path, "editable")
    assert files_in_wheel(editable) == {}
    from chanscaffold.template import load_template

    assert load_template().path == str(ROOT)


def test_the_version_is_that_of_the_template(wheel, schema):
    assert wheel.name == f"chanscaffold-{schema['_version']}-py3-none-any.whl"
    assert "version" in METADATA["project"]["dynamic"]


def test_the_lowest_python_is_that_of_the_oldest_django(schema):
    lowest = min(schema["_python"].values(), key=lambda text: tuple(map(int, text.split("."))))
    assert METADATA["project"]["requires-python"] == f">={lowest}"
    newest = [text for text in METADATA["project"]["classifiers"] if "Python :: 3." in text]
    assert newest[0].endswith(f":: {lowest}")


def test_the_packages_contain_the_licence(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/LICENSE"))
        assert archive.read(name).startswith(b"MIT License")


def test_git_ignores_nothing_of_the_template():
    names = [str(ROOT / name) for name in files_of(ROOT)]
    command = ["git", "-c", "core.excludesFile=/dev/null", "check-ignore", "--no-index", *names]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode == 128:
        pytest.skip("this is no git checkout")
    assert result.stdout == ""


# The commit


@pytest.fixture
def checkout(tmp_path):
    """A clean checkout of what is packaged, in a repository of its own."""
    folder = copy_template(tmp_path / "checkout")
    shutil.copytree(ROOT / "cli", folder / "cli", ignore=shutil.ignore_patterns(*DEBRIS))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, folder)
    commit_all(folder)
    return folder


def build_both(checkout, folder):
    """Return the commit in a checkout's wheel, and in the wheel that its sdist gives."""
    sdist = build(SdistBuilder, checkout, folder / "sdist")
    (folder / "unpacked").mkdir()
    subprocess.run(["tar", "-xf", sdist, "-C", folder / "unpacked"], check=True)
    unpacked = folder / "unpacked" / sdist.name.removesuffix(".tar.gz")
    wheels = [build(WheelBuilder, root, folder / root.name) for root in (checkout, unpacked)]
    assert files_in_wheel(wheels[0]) == files_in_wheel(wheels[1]) == files_of(checkout)
    return [commit_in_wheel(wheel) for wheel in wheels]


def test_a_wheel_and_an_sdist_contain_the_commit(checkout, tmp_path):
    commit = f"{git(checkout, 'rev-parse', 'HEAD')}\n".encode()
    (checkout / "README.md").write_text("What is no part of the template may differ.\n")
    assert build_both(checkout, tmp_path) == [commit, commit]
    assert not (checkout / COMMIT).exists()


def test_a_repository_around_an_unpacked_sdist_is_ignored(checkout, tmp_path):
    commit = f"{git(checkout, 'rev-parse', 'HEAD')}\n".encode()
    (tmp_path / "outer").mkdir()
    commit_all(tmp_path / "outer")
    assert build_both(checkout, tmp_path / "outer") == [commit, commit]


@pytest.mark.parametrize(
    "name",
    [
        "cookiecutter.json",
        "hooks/more.py",
        f"{PROJECT}/more.txt",
        "realtime/src/channels_realtime/apps.py",
    ],
)
def test_a_template_that_was_changed_is_packaged_without_a_commit(checkout, tmp_path, name):
    with (checkout / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert build_both(checkout, tmp_path) == [None, None]


def test_without_git_there_is_no_commit(checkout, tmp_path):
    shutil.rmtree(checkout / ".git")
    assert build_both(checkout, tmp_path) == [None, None]


def test_a_repository_in_variables_is_ignored(checkout, tmp_path, monkeypatch):
    commit = f"{git(checkout, 'rev-parse', 'HEAD')}\n".encode()
    (tmp_path / "other").mkdir()
    commit_all(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    assert build_both(checkout, tmp_path) == [commit, commit]


def test_the_copy_of_the_library_in_the_template_is_not_packaged(checkout, tmp_path):
    commit = f"{git(checkout, 'rev-parse', 'HEAD')}\n".encode()
    (checkout / COPY).mkdir()
    (checkout / COPY / "old.py").touch()
    assert build_both(checkout, tmp_path) == [commit, commit]


@pytest.mark.slow
def test_an_installed_wheel_makes_projects_without_bytecode(wheel, tmp_path, snapshot):
    """Pip compiles the packaged template, and projects do not get the bytecode."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    bin_folder = tmp_path / "venv" / "bin"
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(
        [bin_folder / "python", "-m", "pip", "install", "--quiet", wheel], check=True, env=env
    )
    installed = next((tmp_path / "venv").glob("lib/*/site-packages/chanscaffold/_template"))
    assert list(installed.rglob("*.pyc"))
    assert files_of(installed) == files_of(ROOT)
    command = [bin_folder / "chanscaffold", "new", "mysite", "--no-setup", "--no-git"]
    subprocess.run(command, cwd=tmp_path, check=True, env=env)
    subprocess.run(
        [*command[:2], "my-site", *command[3:], "--template", ROOT],
        cwd=tmp_path,
        check=True,
        env=env,
    )
    assert set(snapshot(tmp_path / "mysite")) == set(snapshot(tmp_path / "my-site"))
    record = tomllib.loads((tmp_path / "mysite" / ".chanscaffold.toml").read_text(encoding="utf-8"))
    assert record.get("commit") == (commit_in_wheel(wheel) or b"").decode().strip() or None
    assert list((tmp_path / "mysite").rglob("*.pyc")) == []


@pytest.mark.slow
def test_a_completely_fresh_build_works(tmp_path):
    """Build the wheel from the sdist with pip, in an environment of its own."""
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", tmp_path, ROOT], check=True, capture_output=True
    )
    wheel = next(tmp_path.glob("*.whl"))
    assert files_in_wheel(wheel) == files_of(ROOT)
    version = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))["_version"]
    assert wheel.name.startswith(f"chanscaffold-{version}-")
