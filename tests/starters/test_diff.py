"""`starter diff`: an edited copy of a template's file becomes a patch."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from support.paths import ROOT

from chanscaffold.cli import cli
from chanscaffold.starters.patch import make_patch

SETTINGS = ROOT / "{{cookiecutter.project_slug}}" / "config" / "settings.py"
NAME = "overlay/config/settings.py"


def diff(path):
    return CliRunner().invoke(cli, ["starter", "diff", str(path)])


def done(path):
    result = diff(path)
    assert result.exit_code == 0, result.output
    return result.stdout


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_diff_makes_a_copy_and_then_a_patch_of_its_changes(make_starter):
    starter = make_starter()
    copy = starter.path / NAME
    assert "run the same command again" in done(copy)
    assert copy.read_text() == SETTINGS.read_text()
    edit(copy, '    "channels_realtime",\n', '    "channels_realtime",\n    "orders",\n')
    done(copy)
    assert not copy.exists()
    patch = Path(f"{copy}.patch").read_text()
    changed = [
        line for line in patch.splitlines() if line[0] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert changed == ['+    "orders",']


def test_an_existing_copy_becomes_a_patch(make_starter):
    starter = make_starter(overlay={"config/settings.py": SETTINGS.read_text() + "OURS = True\n"})
    done(starter.path / NAME)
    assert [path.name for path in (starter.path / "overlay" / "config").iterdir()] == [
        "settings.py.patch"
    ]


def test_the_copy_for_an_existing_patch_has_its_changes(make_starter, monkeypatch):
    starter = make_starter(overlay={"config/settings.py": SETTINGS.read_text() + "OURS = True\n"})
    monkeypatch.chdir(starter.path)
    done(NAME)
    done(f"{NAME}.patch")
    copy = Path(NAME)
    assert copy.read_text().endswith("OURS = True\n")
    edit(copy, "OURS = True\n", "OURS = False\n")
    done(NAME)
    assert "+OURS = False" in Path(f"{NAME}.patch").read_text()
    assert "OURS = True" not in Path(f"{NAME}.patch").read_text()


def test_a_patch_that_no_longer_applies_is_reported_and_kept(make_starter):
    patch = "--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-gone\n+new\n"
    starter = make_starter(overlay={"config/settings.py.patch": patch})
    said = done(starter.path / NAME)
    assert f"{NAME}.patch: hunk 1 no longer applies." in said
    assert (
        f"{NAME}, which has the changes of the patch that apply, and run the same command again"
        in said
    )
    assert (starter.path / NAME).read_text() == SETTINGS.read_text()
    assert (starter.path / f"{NAME}.patch").read_text() == patch


def test_the_copy_has_the_hunks_that_apply(make_starter):
    now = SETTINGS.read_text()
    lines = now.splitlines(keepends=True)
    once = "".join([*lines[:30], "# Gone since.\n", *lines[30:]])
    edited = "# First.\n" + once.replace("# Gone since.", "# Changed.") + "LAST = True\n"
    starter = make_starter(
        overlay={"config/settings.py.patch": make_patch(once, edited, "config/settings.py")}
    )
    assert "patch: hunk 2 no longer applies." in done(starter.path / NAME)
    assert (starter.path / NAME).read_text() == f"# First.\n{now}LAST = True\n"


def test_an_invalid_patch_is_reported_and_the_copy_is_unchanged(make_starter):
    starter = make_starter(overlay={"config/settings.py.patch": "nothing\n"})
    assert f"{NAME}.patch: " in done(starter.path / NAME)
    assert (starter.path / NAME).read_text() == SETTINGS.read_text()


def test_a_patch_changes_the_file_of_the_base(make_starter):
    make_starter(overlay={"README.md": "of the base\n"}, name="base")
    starter = make_starter("extends = '../base'\n")
    done(starter.path / "overlay/README.md")
    assert (starter.path / "overlay/README.md").read_text() == "of the base\n"


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("overlay/config/setings.py", "did you mean config/settings.py?"),
        ("config/settings.py", "chanscaffold starter diff overlay/config/settings.py"),
        ("../elsewhere/x", "is not in a starter"),
        ("overlay/.chanscaffold.toml", "a starter cannot change .chanscaffold.toml"),
    ],
)
def test_a_path_without_a_file_of_the_template_is_refused(make_starter, path, part, snapshot):
    starter = make_starter()
    before = snapshot(starter.path)
    result = diff(starter.path / path)
    assert (result.exit_code, part in result.stderr) == (2, True), result.output
    assert snapshot(starter.path) == before


def test_a_folder_instead_of_a_copy_is_refused(make_starter):
    starter = make_starter(overlay={"config/settings.py/x": "x"})
    result = diff(starter.path / NAME)
    assert (
        result.exit_code,
        "is a folder, and the template has a file config/settings.py" in result.stderr,
    ) == (
        2,
        True,
    )


def test_a_copy_without_changes_is_refused(make_starter):
    starter = make_starter(overlay={"config/settings.py": SETTINGS.read_text()})
    result = diff(starter.path / NAME)
    assert (result.exit_code, "edit it first, or delete it" in result.stderr) == (2, True)
    assert (starter.path / NAME).exists()
