"""Where the linter finds the project."""

import pytest

from channels_doctor.project_location import find_project
from channels_doctor.support.errors import CannotExamine, Refused

DJANGO = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n'
FLASK = "from flask_script import Manager\nManager().run()\n"


@pytest.fixture
def repository(tmp_path):
    """An empty repository."""
    folder = tmp_path.resolve() / "repository"
    (folder / ".git").mkdir(parents=True)
    return folder


def add_project(folder, text=DJANGO):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manage.py").write_text(text)
    return folder


def test_a_folder_with_a_manage_py_is_the_project(repository):
    add_project(repository / "inner")
    assert find_project(str(add_project(repository)))[:2] == (
        str(repository),
        str(repository / "manage.py"),
    )


def test_a_project_is_found_from_its_subfolders(repository):
    add_project(repository)
    (repository / "chat" / "tests").mkdir(parents=True)
    assert find_project(str(repository / "chat" / "tests")).root == str(repository)


def test_folders_above_the_repository_are_not_searched(repository):
    add_project(repository.parent)
    (repository / "docs").mkdir()
    with pytest.raises(CannotExamine):
        find_project(str(repository / "docs"))


def test_a_single_project_is_found_three_folders_deep(repository):
    project = add_project(repository / "a" / "b" / "c")
    assert find_project(str(repository)).root == str(project)


def test_a_project_four_folders_deep_is_not_found(repository):
    add_project(repository / "a" / "b" / "c" / "d")
    with pytest.raises(CannotExamine, match="manage.py"):
        find_project(str(repository))


def test_two_projects_are_refused_with_a_command_for_one(repository, monkeypatch):
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
def test_projects_in_environments_and_hidden_folders_are_ignored(name, repository):
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


def test_a_folder_that_links_to_itself_is_not_followed(repository):
    (repository / "loop").symlink_to(repository)
    project = add_project(repository / "site")
    assert find_project(str(repository)).root == str(project)


def test_the_manage_py_of_flask_does_not_count(repository):
    add_project(repository, FLASK)
    with pytest.raises(CannotExamine, match="mentions Django") as failure:
        find_project(str(repository))
    assert failure.value.exit_code == 3


@pytest.mark.parametrize("file", ["config/settings/live.py", "config.py"])
def test_without_manage_py_the_folder_with_the_settings_is_the_project(repository, file):
    (repository / "backend" / file).parent.mkdir(parents=True)
    (repository / "backend" / file).touch()
    assert find_project(str(repository / "backend"), "config.settings.live")[:2] == (
        str(repository / "backend"),
        "",
    )
    for settings in (None, "other.settings"):
        with pytest.raises(CannotExamine, match="--settings MODULE"):
            find_project(str(repository / "backend"), settings)


def test_a_manage_py_comes_before_the_given_settings(repository):
    project = add_project(repository / "site")
    (repository / "config").mkdir()
    assert find_project(str(repository), "config.settings").root == str(project)


@pytest.mark.parametrize(
    ("name", "reason"), [("missing", "does not exist"), ("file", "is not a folder")]
)
def test_a_path_that_is_not_a_folder_is_refused(name, reason, repository):
    (repository / "file").touch()
    with pytest.raises(Refused, match=reason):
        find_project(str(repository / name))


def test_an_unreadable_folder_is_skipped(repository):
    (repository / "closed").mkdir(mode=0)
    project = add_project(repository / "site")
    assert find_project(str(repository)).root == str(project)
