"""Which Python the linter takes for the project's."""

import os
import sys

import pytest

from channels_doctor.project_python import find_interpreter
from channels_doctor.support.errors import CannotExamine, Refused


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An empty repository, without variables that name an environment."""
    folder = tmp_path.resolve() / "repository"
    (folder / ".git").mkdir(parents=True)
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    return folder


def add_project(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manage.py").write_text("import django\n")
    return folder


def add_environment(folder, packages=()):
    """Make an environment as quickly as one can be made: a link to this Python."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / "pyvenv.cfg").write_text(
        f"home = {os.path.dirname(os.path.realpath(sys.executable))}\n"
    )
    for name in packages:
        (folder / "lib" / "python3.11" / "site-packages" / name).mkdir(parents=True)
    return str(folder / "bin" / "python")


def add_program(folder, name, script, monkeypatch):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


@pytest.mark.parametrize("name", [".venv", "venv", "env", ".env", "any-name"])
def test_the_projects_own_environment_is_used(name, repository):
    python = add_environment(repository / name)
    assert find_interpreter(str(repository), None).path == python


def test_the_version_is_that_of_the_python(repository):
    add_environment(repository / ".venv")
    assert find_interpreter(str(repository), None).version == sys.version_info[:3]


def test_an_environment_at_the_top_of_the_repository_is_used(repository):
    python = add_environment(repository / ".venv")
    assert find_interpreter(str(add_project(repository / "backend")), None).path == python


def test_an_environment_above_the_repository_is_not_used(repository):
    python = add_environment(repository.parent / ".venv")
    assert find_interpreter(str(repository), None).path != python


def test_without_a_repository_only_the_parent_folder_is_searched(repository):
    (repository / ".git").rmdir()
    near, far = (
        add_environment(repository / "work" / ".venv"),
        add_environment(repository / ".venv"),
    )
    assert find_interpreter(str(add_project(repository / "work" / "site")), None).path == near
    assert find_interpreter(str(add_project(repository / "other" / "site")), None).path != far


def test_an_environment_with_django_comes_first(repository):
    add_environment(repository / ".venv", ["black"])
    python = add_environment(repository / "env", ["django"])
    assert find_interpreter(str(repository), None).path == python


def test_an_environment_without_its_python_is_skipped(repository):
    add_environment(repository / ".venv")
    (repository / ".venv" / "bin" / "python").unlink()
    python = add_environment(repository / "venv")
    assert find_interpreter(str(repository), None).path == python


def test_the_environment_folder_of_uv_is_used(repository, monkeypatch):
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", "deep/place")
    python = add_environment(repository / "deep" / "place")
    assert find_interpreter(str(repository), None).path == python


def test_the_environment_of_poetry_is_used(repository, tmp_path, monkeypatch):
    python = add_environment(tmp_path / "cache" / "site-py3")
    (repository / "pyproject.toml").write_text('[tool.poetry]\nname = "site"\n')
    add_program(tmp_path / "bin", "poetry", f"echo {python}", monkeypatch)
    assert find_interpreter(str(repository), None).path == python


def test_the_environment_of_pipenv_is_used(repository, tmp_path, monkeypatch):
    python = add_environment(tmp_path / "cache" / "site-abc")
    (repository / "Pipfile").touch()
    add_program(tmp_path / "bin", "pipenv", f"echo {tmp_path}/cache/site-abc", monkeypatch)
    assert find_interpreter(str(repository), None).path == python


def test_a_failing_poetry_is_ignored(repository, tmp_path, monkeypatch):
    (repository / "poetry.lock").touch()
    add_program(tmp_path / "bin", "poetry", "echo nonsense; exit 1", monkeypatch)
    assert find_interpreter(str(repository), None).version >= (3, 8)


def test_the_active_environment_comes_before_path(repository, tmp_path, monkeypatch):
    python = add_environment(tmp_path / "active")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    assert find_interpreter(str(repository), None).path == python


def test_the_given_python_comes_first(repository, tmp_path):
    add_environment(repository / ".venv")
    python = add_environment(tmp_path / "other")
    assert find_interpreter(str(repository), python).path == python


@pytest.mark.parametrize("request_", ["/bin/sh", "missing", "."])
def test_a_given_file_that_is_not_a_python_is_refused(request_, repository):
    with pytest.raises(Refused, match="is not a Python"):
        find_interpreter(str(repository), request_)


def test_a_python_that_is_too_old_is_reported_with_the_option(repository, tmp_path, monkeypatch):
    script = "printf '%s\\n' /old/python 3 7 16"
    add_program(tmp_path / "bin", "python3", script, monkeypatch)
    with pytest.raises(CannotExamine, match=r"3\.7\.16.*--python FILE"):
        find_interpreter(str(repository), None)
