"""Which files above a project's folder are read."""

import pytest
from support.sample_projects import make_project

from channels_doctor.examine.files_above import files_above
from channels_doctor.examine.project import Project


@pytest.fixture
def repository(tmp_path):
    """A folder with a project three folders below it, and files on the way."""
    make_project(tmp_path / "services/chat/backend")
    names = (
        *("compose.yaml", "deploy/nginx.conf", "services/x.sh", "services/mail/Dockerfile"),
        *("deploy/a/b/c/d/too-deep.conf", "node_modules/compose.yaml", "docs/nginx.conf"),
    )
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def names_above(repository, top=None):
    root = repository / "services/chat/backend"
    return sorted(file.path for file in files_above(str(root), top))


WANTED = ["../../../compose.yaml", "../../../deploy/nginx.conf", "../../x.sh"]


def test_deployment_files_up_to_the_top_of_the_repository_are_read(repository):
    (repository / ".git").touch()
    assert [each for each in names_above(repository) if ".git" not in each] == WANTED


def test_deployment_files_up_to_the_given_folder_are_read(repository):
    assert names_above(repository, str(repository)) == WANTED


@pytest.mark.parametrize("top", [None, "/", "/nowhere"])
def test_without_a_repository_nothing_above_is_read(repository, top):
    assert names_above(repository, top) == []


def test_deployment_files_up_to_the_top_of_an_unpacked_archive_are_read(repository):
    (repository / ".gitignore").touch()
    assert [each for each in names_above(repository) if ".git" not in each] == WANTED


def test_a_folder_far_above_is_not_the_top_of_an_archive(repository):
    (repository.parent / ".gitignore").touch()
    assert names_above(repository) == []


def test_start_scripts_beside_a_project_are_read(repository):
    (repository / "entrypoints").mkdir()
    (repository / "entrypoints/start.sh").touch()
    assert "../../../entrypoints/start.sh" in names_above(repository, str(repository))


def test_the_commands_above_a_project_are_its_own(repository):
    (repository / "compose.yaml").write_text(
        "services:\n  web:\n    command: daphne config.asgi:application\n"
    )
    project = Project(str(repository / "services/chat/backend"))
    project.top = str(repository)
    assert [each.program for each in project.commands] == ["daphne"]
