"""`starter add`, `list` and `remove`: the names of starters, and the trust in their sources."""

import json
import os
import shutil
import subprocess

import pytest
from click.testing import CliRunner

from chanscaffold.starters.user_config import UserConfig


@pytest.fixture
def starter(own_home, here):
    """Run `chanscaffold starter` in this process."""

    def run(*arguments):
        from chanscaffold.cli import cli

        return CliRunner().invoke(cli, ["starter", *map(str, arguments)])

    return run


@pytest.fixture
def acme(make_starter):
    return make_starter('description = "How we begin"', {"docs/team.md": "Ours\n"}).path


@pytest.fixture
def repository(acme, own_home):
    """The address of a bare git repository with the starter, at a tag."""
    (own_home / "gitconfig").write_text(
        "[user]\nname = T\nemail = t@example.com\n[init]\ndefaultBranch = main\n"
    )
    bare = own_home / "acme.git"
    for command in ("init -q", "add .", "commit -qm Begin", "tag v1", f"clone -q --bare . {bare}"):
        subprocess.run(["git", *command.split()], cwd=acme, check=True)
    return f"file://{bare}"


@pytest.fixture
def refused(starter):
    """Assert that a command is refused with one sentence, and changes no name or trust."""

    def check(*arguments, part, code=2):
        before = UserConfig.read()
        result = starter(*arguments)
        assert result.exit_code == code, result.output
        assert part in result.stderr
        assert result.stderr.startswith("Error: ")
        assert len(result.stderr.splitlines()) == 1
        assert UserConfig.read() == before
        return result.stderr

    return check


# add


def test_a_folder_is_added_with_its_absolute_path_and_trusted(starter, acme, monkeypatch):
    monkeypatch.chdir(acme.parent)
    result = starter("add", "acme", "acme", "--trust")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"acme is {acme}. To use it: `chanscaffold new mysite --starter acme`\n"
    assert UserConfig.read() == UserConfig({"acme": str(acme)}, [str(acme)])


def test_an_address_is_added_with_its_ref_and_trusted_without(starter, repository):
    result = starter("add", "acme", f"{repository}@v1", "--trust")
    assert result.exit_code == 0, result.output
    assert UserConfig.read() == UserConfig({"acme": f"{repository}@v1"}, [repository])


def test_the_next_command_works_as_printed(starter, acme, new, own_home):
    assert starter("add", "acme", acme, "--trust").exit_code == 0
    (acme / "overlay" / "docs" / "team.md").write_text("Changed\n")
    result = new("mysite", "--starter", "acme", "--no-setup")
    assert result.exit_code == 0, result.output


def test_the_name_may_differ_from_the_starters_own(starter, acme):
    assert starter("add", "other", acme, "--trust").exit_code == 0
    assert UserConfig.read().names == {"other": str(acme)}


def test_a_base_is_trusted_with_the_starter_that_extends_it(starter, acme, make_starter):
    child = make_starter('extends = "../acme"', name="child").path
    assert starter("add", "child", child, "--trust").exit_code == 0
    assert UserConfig.read() == UserConfig({"child": str(child)}, [str(acme), str(child)])


@pytest.mark.parametrize(
    "name", ["", "Acme", "a b", "../acme", "gh:acme", "a" * 51, "-x", "é", "\x1b[2J"]
)
def test_a_bad_name_is_refused(refused, acme, name):
    refused("add", "--trust", "--", name, acme, part="must be lower-case letters and digits")


def test_a_taken_name_is_refused_with_its_source(starter, refused, acme, make_starter):
    starter("add", "acme", acme, "--trust")
    other = make_starter(name="other").path
    part = f"The name acme is taken by {acme}: run `chanscaffold starter remove acme` first."
    refused("add", "acme", other, "--trust", part=part)


def test_a_name_that_another_process_takes_meanwhile_is_not_changed(starter, acme, monkeypatch):
    def confirm(starters, names, trusted):
        with UserConfig.edit() as config:
            config.names["acme"] = "gh:faster/starter"

    monkeypatch.setattr("chanscaffold.starters.named_starters.confirm_trust", confirm)
    result = starter("add", "acme", acme)
    assert (result.exit_code, "is taken by gh:faster/starter" in result.stderr) == (2, True)
    assert UserConfig.read() == UserConfig({"acme": "gh:faster/starter"}, [])


def test_a_name_is_not_a_source_for_another_name(starter, refused, acme):
    starter("add", "acme", acme, "--trust")
    refused(
        "add",
        "other",
        "acme",
        "--trust",
        part=f"acme is a name itself: give its source, {acme},",
    )


def test_a_folder_without_a_starter_is_refused(refused, here):
    refused("add", "acme", here, "--trust", part="has no starter.toml")
    refused("add", "acme", "nowhere", "--trust", part="There is no starter 'nowhere'")


@pytest.mark.parametrize(
    ("toml", "overlay", "part"),
    [
        ("descripton = 'x'", {}, "did you mean description?"),
        ("[answers]\nlayer = 'rabbit'", {}, "must be one of memory, redis"),
        (
            "[files]\nremove = ['docs/nothing.md']",
            {},
            "there is no file or folder 'docs/nothing.md'",
        ),
        ("requires = 'chanscaffold>=99'", {}, "requires chanscaffold>=99"),
        ("", {"manage.py/x": ""}, "folder manage.py, and the template has a file"),
        (
            "",
            {"nothing.py.patch": "--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n"},
            "there is no file nothing.py",
        ),
    ],
)
def test_an_invalid_starter_is_not_added(refused, make_starter, toml, overlay, part):
    refused("add", "acme", make_starter(toml, overlay).path, "--trust", part=part)


def test_adding_without_a_terminal_needs_the_flag_trust(refused, acme):
    sentence = refused("add", "acme", acme, part="give --trust, or run")
    assert f"`chanscaffold starter add acme {acme}`" in sentence


def test_a_home_that_cannot_be_written_is_an_error(starter, acme, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "/proc/self/nothing")
    result = starter("add", "acme", acme, "--trust")
    assert result.exit_code == 1, result.output
    assert (
        "Error: /proc/self/nothing/chanscaffold/starters.json cannot be written: " in result.stderr
    )


def test_two_processes_can_add_at_once(start, own_home, make_starter):
    env = {
        name: os.environ[name]
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "GIT_CONFIG_GLOBAL")
    }
    folders = [make_starter(name=name).path for name in ("one", "two")]
    children = [
        start("starter", "add", folder.name, folder, "--trust", env=env) for folder in folders
    ]
    for child in children:
        _, errors = child.communicate(timeout=60)
        assert child.returncode == 0, errors
    assert UserConfig.read().names == {folder.name: str(folder) for folder in folders}


# list


def test_names_are_listed_in_order_without_a_look_at_the_sources(starter, own_home):
    config = own_home / "config" / "chanscaffold" / "starters.json"
    config.parent.mkdir(parents=True)
    names = {
        "longer": "gh:nobody/nothing@v9",
        "acme": "/gone/\x1b[2J",
        "b": "https://unreachable.invalid/x.git",
    }
    config.write_text(json.dumps({"names": names, "trusted": []}))
    result = starter("list")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "acme    /gone/\\x1b[2J",
        "b       https://unreachable.invalid/x.git",
        "longer  gh:nobody/nothing@v9",
    ]


def test_trusted_sources_without_a_name_are_listed_last(starter, make_starter, acme):
    child = make_starter('extends = "../acme"', name="child").path
    starter("add", "child", child, "--trust")
    assert starter("list").stdout.splitlines() == [f"child  {child}", f"-      {acme}"]


def test_an_empty_list_says_how_to_add_a_name(starter):
    result = starter("list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "`chanscaffold starter add NAME SOURCE`" in result.stderr


# remove


def test_a_name_is_removed_with_the_trust_in_its_source(starter, repository):
    starter("add", "acme", f"{repository}@v1", "--trust")
    result = starter("remove", "acme")
    assert (result.exit_code, result.stdout) == (0, f"acme is removed; it was {repository}@v1.\n")
    assert UserConfig.read() == UserConfig({}, [])


def test_the_trust_stays_while_another_name_has_the_source(starter, repository):
    starter("add", "one", f"{repository}@v1", "--trust")
    starter("add", "two", repository, "--trust")
    starter("remove", "one")
    assert UserConfig.read() == UserConfig({"two": repository}, [repository])


def test_the_trust_in_a_source_without_a_name_can_be_removed(starter, refused, make_starter, acme):
    child = make_starter('extends = "../acme"', name="child").path
    starter("add", "child", child, "--trust")
    refused(
        "remove",
        str(child),
        part=f"'{child}' has a name: `chanscaffold starter remove child` removes the name",
    )
    assert starter("remove", os.path.relpath(acme)).stdout == f"{acme} is no longer trusted.\n"
    assert UserConfig.read() == UserConfig({"child": str(child)}, [str(child)])


def test_a_name_whose_folder_is_gone_can_be_removed(starter, acme):
    starter("add", "acme", acme, "--trust")
    shutil.rmtree(acme)
    assert starter("remove", "acme").exit_code == 0
    assert UserConfig.read() == UserConfig({}, [])


def test_a_name_with_an_invalid_source_can_be_removed(starter):
    with UserConfig.edit() as config:
        config.names.update(acme="ftp://example.com/x", other="gh:")
    assert starter("remove", "acme").exit_code == 0
    assert UserConfig.read().names == {"other": "gh:"}


def test_an_unknown_name_is_refused_with_the_nearest(starter, refused, acme):
    refused("remove", "acme", part="There is no starter 'acme'; there are no names.")
    starter("add", "acme", acme, "--trust")
    refused("remove", "acne", part="There is no starter 'acne'; did you mean acme?")


def test_the_error_about_a_missing_folder_says_whether_a_name_leads_to_it(starter, new, acme):
    starter("add", "acme", acme, "--trust")
    acme.rename(acme.parent / "moved")
    result = starter("check", "acme")
    assert "`chanscaffold starter list`" in result.stderr  # a folder's path, and not a name
    result = new("x", "--starter", "acme")
    assert result.exit_code == 2
    assert (
        f"there is no folder {acme}; `chanscaffold starter remove acme` removes the name."
        in result.stderr
    )


def test_export_takes_a_folder_and_not_a_name(starter, make_starter, here):
    kept = make_starter(overlay={"a.md": "kept"}, name="kept")
    starter("add", "acme", kept.path, "--trust")
    make_starter(overlay={"a.md": "folder"}, name="acme").path.rename(here / "acme")
    assert starter("export", "acme", "out", "--trust").exit_code == 0
    assert (here / "out" / "{{cookiecutter.project_slug}}" / "a.md").read_text() == "folder"


def test_an_export_inside_the_starter_is_refused(starter, make_starter):
    folder = make_starter(overlay={"a.md": "a"}).path
    result = starter("export", folder, folder / "overlay" / "out", "--trust")
    assert result.exit_code == 2
    assert "is inside the starter" in result.stderr
    assert not (folder / "overlay" / "out").exists()
