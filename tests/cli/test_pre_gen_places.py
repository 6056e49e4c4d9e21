"""Folders, environment variables and Cookiecutter releases that the pre_gen hook refuses."""

import importlib.metadata

import pytest

SQLITE, POSTGRES = {"database": "sqlite"}, {"database": "postgres"}


@pytest.fixture
def workspace(tmp_path):
    """Return a function that makes a folder the root of a uv workspace."""

    def make(members, exclude=()):
        table = f"[tool.uv.workspace]\nmembers = {members}\nexclude = {list(exclude)}\n"
        (tmp_path / "pyproject.toml").write_text(table)
        return tmp_path

    return make


@pytest.mark.parametrize("character", ['"', "$", "`", "\\"])
def test_postgresql_is_refused_below_a_folder_whose_name_a_shell_would_read(rules, character):
    folder = f"/a{character}b/site"
    rules.check_path(folder, SQLITE)
    with pytest.raises(rules.BadAnswer, match="PostgreSQL passes it to a shell"):
        rules.check_path(folder, POSTGRES)


@pytest.mark.parametrize(
    ("members", "name"),
    [
        (["services/*"], "services/shop"),
        (["*"], "shop"),
        (["./services/*/"], "services/shop"),
        (["**"], "a/b/shop"),
        (["services/**/shop"], "services/a/b/shop"),
        (["shop"], "shop"),
        (["sho?"], "shop"),
        (["libs/*", "services/s*"], "services/shop"),
    ],
)
def test_a_member_of_a_uv_workspace_is_refused_with_the_line_for_its_root(
    rules, workspace, members, name
):
    root = workspace(members, exclude=["old"])
    with pytest.raises(rules.BadAnswer) as refusal:
        rules.check_workspace(str(root / name))
    assert f'exclude = ["old", "{name}"]' in str(refusal.value)
    rules.check_workspace(str(workspace(members, exclude=["old", name]) / name))


@pytest.mark.parametrize(
    ("members", "exclude", "name"),
    [
        (["services/*"], [], "shop"),
        (["services/*"], [], "services/a/shop"),
        (["services/*"], ["services/s*"], "services/shop"),
        ([], [], "shop"),
        (["shop.*"], [], "shop-x"),
    ],
)
def test_a_folder_outside_the_members_of_a_workspace_is_accepted(
    rules, workspace, members, exclude, name
):
    rules.check_workspace(str(workspace(members, exclude) / name))


@pytest.mark.parametrize(
    "text", ["", "[tool.uv.workspace", "[project]\nname = 'x'\n", "tool = 1\n"]
)
def test_a_pyproject_without_a_workspace_is_no_reason_to_refuse(rules, tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text)
    rules.check_workspace(str(tmp_path / "site"))


def test_a_password_that_is_not_utf_8_is_refused(rules, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "ab\udcff")
    with pytest.raises(rules.BadAnswer, match="DJANGO_SUPERUSER_PASSWORD is not UTF-8"):
        rules.check_environment()


@pytest.mark.parametrize("name", ["alice\r", "alice\n", "alice\x0b", "\talice", "alice\u00a0"])
def test_white_space_other_than_spaces_is_no_part_of_a_username(rules, schema, name):
    with pytest.raises(rules.BadAnswer, match="is not a valid username"):
        rules.check_answer("superusers", f"bob, {name}", schema)


@pytest.mark.parametrize(
    ("release", "is_refused"),
    [("1.7.3", True), ("2.1.1", True), ("2.7.0", True), ("2.7.1", False), ("3.0.0rc1", False)],
)
def test_a_cookiecutter_below_the_floor_is_refused_by_its_release(
    rules, monkeypatch, release, is_refused
):
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: release)
    if is_refused:
        with pytest.raises(rules.BadAnswer, match=rf"Cookiecutter {release}, .* 2\.7\.1 or newer"):
            rules.check_cookiecutter()
    else:
        rules.check_cookiecutter()
