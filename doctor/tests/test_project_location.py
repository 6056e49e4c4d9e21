"""Where the doctor finds a project, and the Python that it asks."""

import os
import sys

import pytest

from channels_doctor.project_location import find_project
from channels_doctor.project_python import find_interpreter
from channels_doctor.support.errors import CannotExamine, Refused

DJANGO = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n'
FLASK = "from flask_script import Manager\nManager().run()\n"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An empty repository, and nothing around it that names a Python."""
    folder = tmp_path.resolve() / "repository"
    (folder / ".git").mkdir(parents=True)
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    return folder


def add_project(folder, text=DJANGO):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manage.py").write_text(text)
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


def test_a_folder_with_a_manage_py_is_the_project_itself(repository):
    add_project(repository / "inner")
    assert find_project(str(add_project(repository))) == (
        str(repository),
        str(repository / "manage.py"),
    )


def test_from_inside_of_a_project_it_is_found_above(repository):
    add_project(repository)
    (repository / "chat" / "tests").mkdir(parents=True)
    assert find_project(str(repository / "chat" / "tests")).root == str(repository)


def test_nothing_above_the_repository_is_the_project(repository):
    add_project(repository.parent)
    (repository / "docs").mkdir()
    with pytest.raises(CannotExamine):
        find_project(str(repository / "docs"))


def test_the_only_project_below_is_found_three_folders_deep(repository):
    project = add_project(repository / "a" / "b" / "c")
    assert find_project(str(repository)).root == str(project)


def test_a_project_four_folders_deep_is_not_looked_for(repository):
    add_project(repository / "a" / "b" / "c" / "d")
    with pytest.raises(CannotExamine, match="manage.py"):
        find_project(str(repository))


def test_two_projects_are_a_question_to_the_user_with_the_command_to_type(repository, monkeypatch):
    add_project(repository / "backend")
    add_project(repository / "shop")
    monkeypatch.chdir(repository)
    with pytest.raises(
        Refused, match=r"2 projects \(backend, shop\).*`channels-doctor backend`"
    ) as refusal:
        find_project(".")
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(
    "name", ["venv", "env", "node_modules", ".git", ".cache", "my-environment"]
)
def test_projects_of_other_people_are_not_the_project(name, repository):
    add_project(repository / name / "site")
    (repository / "my-environment").mkdir(exist_ok=True)
    (repository / "my-environment" / "pyvenv.cfg").touch()
    project = add_project(repository / "backend")
    assert find_project(str(repository)).root == str(project)


def test_links_are_not_followed(repository, tmp_path):
    elsewhere = add_project(tmp_path / "elsewhere")
    (repository / "linked").symlink_to(elsewhere)
    (repository / "manage.py").symlink_to(elsewhere / "manage.py")
    with pytest.raises(CannotExamine):
        find_project(str(repository))


def test_a_folder_that_links_to_itself_comes_to_an_end(repository):
    (repository / "loop").symlink_to(repository)
    project = add_project(repository / "site")
    assert find_project(str(repository)).root == str(project)


def test_the_manage_py_of_flask_does_not_count(repository):
    add_project(repository, FLASK)
    with pytest.raises(CannotExamine, match="mentions Django") as failure:
        find_project(str(repository))
    assert failure.value.exit_code == 3


@pytest.mark.parametrize("file", ["config/settings/live.py", "config.py"])
def test_without_a_manage_py_the_path_is_the_project_that_has_the_settings(repository, file):
    (repository / "backend" / file).parent.mkdir(parents=True)
    (repository / "backend" / file).touch()
    assert find_project(str(repository / "backend"), "config.settings.live") == (
        str(repository / "backend"),
        "",
    )
    for settings in (None, "other.settings"):
        with pytest.raises(CannotExamine, match="--settings MODULE"):
            find_project(str(repository / "backend"), settings)


def test_a_manage_py_comes_before_the_settings_that_are_named(repository):
    project = add_project(repository / "site")
    (repository / "config").mkdir()
    assert find_project(str(repository), "config.settings").root == str(project)


@pytest.mark.parametrize(
    ("name", "reason"), [("missing", "does not exist"), ("file", "is not a folder")]
)
def test_a_path_that_is_no_folder_is_refused(name, reason, repository):
    (repository / "file").touch()
    with pytest.raises(Refused, match=reason):
        find_project(str(repository / name))


def test_a_folder_that_nobody_may_read_is_passed_over(repository):
    (repository / "closed").mkdir(mode=0)
    project = add_project(repository / "site")
    assert find_project(str(repository)).root == str(project)


@pytest.mark.parametrize("name", [".venv", "venv", "env", ".env", "any-name"])
def test_the_projects_own_environment_is_asked(name, repository):
    python = add_environment(repository / name)
    assert find_interpreter(str(repository), None).path == python


def test_the_version_is_that_of_the_python(repository):
    add_environment(repository / ".venv")
    assert find_interpreter(str(repository), None).version == sys.version_info[:3]


def test_an_environment_at_the_top_of_the_repository_is_the_projects(repository):
    python = add_environment(repository / ".venv")
    assert find_interpreter(str(add_project(repository / "backend")), None).path == python


def test_an_environment_above_the_repository_is_not_the_projects(repository):
    python = add_environment(repository.parent / ".venv")
    assert find_interpreter(str(repository), None).path != python


def test_without_a_repository_only_the_next_folder_above_counts(repository):
    (repository / ".git").rmdir()
    near, far = (
        add_environment(repository / "work" / ".venv"),
        add_environment(repository / ".venv"),
    )
    assert find_interpreter(str(add_project(repository / "work" / "site")), None).path == near
    assert find_interpreter(str(add_project(repository / "other" / "site")), None).path != far


def test_of_two_environments_the_one_with_django_is_the_projects(repository):
    add_environment(repository / ".venv", ["black"])
    python = add_environment(repository / "env", ["django"])
    assert find_interpreter(str(repository), None).path == python


def test_an_environment_whose_python_is_gone_is_passed_over(repository):
    add_environment(repository / ".venv")
    (repository / ".venv" / "bin" / "python").unlink()
    python = add_environment(repository / "venv")
    assert find_interpreter(str(repository), None).path == python


def test_uvs_own_place_for_environments_is_known(repository, monkeypatch):
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", "deep/place")
    python = add_environment(repository / "deep" / "place")
    assert find_interpreter(str(repository), None).path == python


def test_poetry_is_asked_for_a_project_of_poetry(repository, tmp_path, monkeypatch):
    python = add_environment(tmp_path / "cache" / "site-py3")
    (repository / "pyproject.toml").write_text('[tool.poetry]\nname = "site"\n')
    add_program(tmp_path / "bin", "poetry", f"echo {python}", monkeypatch)
    assert find_interpreter(str(repository), None).path == python


def test_pipenv_is_asked_for_a_project_of_pipenv(repository, tmp_path, monkeypatch):
    python = add_environment(tmp_path / "cache" / "site-abc")
    (repository / "Pipfile").touch()
    add_program(tmp_path / "bin", "pipenv", f"echo {tmp_path}/cache/site-abc", monkeypatch)
    assert find_interpreter(str(repository), None).path == python


def test_a_poetry_that_does_not_know_is_no_obstacle(repository, tmp_path, monkeypatch):
    (repository / "poetry.lock").touch()
    add_program(tmp_path / "bin", "poetry", "echo nonsense; exit 1", monkeypatch)
    assert find_interpreter(str(repository), None).version >= (3, 8)


def test_the_active_environment_comes_before_the_path(repository, tmp_path, monkeypatch):
    python = add_environment(tmp_path / "active")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    assert find_interpreter(str(repository), None).path == python


def test_the_users_own_choice_comes_first(repository, tmp_path):
    add_environment(repository / ".venv")
    python = add_environment(tmp_path / "other")
    assert find_interpreter(str(repository), python).path == python


@pytest.mark.parametrize("request_", ["/bin/sh", "missing", "."])
def test_a_choice_that_is_no_python_is_refused(request_, repository):
    with pytest.raises(Refused, match="is not a Python"):
        find_interpreter(str(repository), request_)


def test_a_python_that_is_too_old_is_named_with_the_way_out(repository, tmp_path, monkeypatch):
    script = "printf '%s\\n' /old/python 3 7 16"
    add_program(tmp_path / "bin", "python3", script, monkeypatch)
    with pytest.raises(CannotExamine, match=r"3\.7\.16.*--python FILE"):
        find_interpreter(str(repository), None)
