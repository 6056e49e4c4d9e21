"""How the library gets into projects: by a hook of Cookiecutter's, and in memory by the command."""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from click.testing import CliRunner
from cookiecutter.exceptions import FailedHookException
from cookiecutter.main import cookiecutter
from support.cookiecutters import commit_all, git, publish, read_files
from support.option_matrix import to_flags
from support.paths import ROOT
from support.renders import LIBRARY, LIBRARY_SOURCE, TEMPLATE, list_files
from support.snapshots import take_snapshot
from support.starter_folders import export

from chanscaffold.cli import cli
from chanscaffold.files import LEFTOVERS

HOOK = ROOT / "hooks" / "pre_prompt.py"


@pytest.fixture
def repository(template, tmp_path):
    """A bare repository with the template at the tag v1; its branch has no library."""
    commit_all(template)
    git(template, "tag", "v1")
    shutil.rmtree(template / "realtime")
    commit_all(template, "Lose the library")
    return publish(template, tmp_path / "chanscaffold.git")


def has_library(project):
    """Assert that a project has the library of this repository, byte for byte, and no byte code."""
    assert read_files(project / LIBRARY) == read_files(LIBRARY_SOURCE)
    assert list(project.rglob("*.pyc")) == []


def is_refused(result, sentence, hook="pre_gen_project"):
    """Assert that a run ended with one sentence of a hook."""
    assert result.returncode == 1
    assert f"because {hook} hook script didn't exit successfully" in result.stdout
    lines = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1, result.stderr
    assert sentence in lines[0]


# Under plain Cookiecutter


def test_a_local_template_gets_the_library_and_stays_as_it_is(cook, template):
    for folder in (template / "realtime" / "src" / LIBRARY, template / TEMPLATE.name / "chat"):
        (folder / "__pycache__").mkdir()
        (folder / "__pycache__" / "apps.cpython-311.pyc").write_bytes(b"\0")
    before = take_snapshot(template)
    result = cook(template)
    assert result.returncode == 0, result.stderr
    has_library(cook.project)
    assert list(cook.project.rglob("__pycache__")) == []
    assert take_snapshot(template) == before


def test_a_template_may_be_a_relative_path(cook, template):
    assert cook(os.path.relpath(template, cook.folder)).returncode == 0
    has_library(cook.project)


def test_a_template_may_be_a_git_address_with_a_tag(cook, repository):
    result = cook(f"file://{repository}", "--checkout", "v1")
    assert result.returncode == 0, result.stderr
    has_library(cook.project)


def test_a_template_may_be_a_zip_file(cook, clean_template):
    archive = cook.folder.parent / "chanscaffold.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.mkdir("chanscaffold-main")
        for name in sorted(list_files(clean_template)):
            file.write(clean_template / name, f"chanscaffold-main/{name}")
    result = cook(archive)
    assert result.returncode == 0, result.stderr
    has_library(cook.project)


def test_a_replay_has_the_library_too(cook, clean_template):
    assert cook(clean_template, "--output-dir", "first").returncode == 0
    result = cook(clean_template, "--replay", answers=())
    assert result.returncode == 0, result.stderr
    has_library(cook.project)
    assert read_files(cook.folder / "first" / "my-site") == read_files(cook.project)


def test_a_replay_with_facts_of_another_template_is_refused(cook, template):
    assert cook(template, "--output-dir", "first").returncode == 0
    schema = template / "cookiecutter.json"
    schema.write_text(schema.read_text().replace('"_changes": [', '"_changes": [{},'))
    is_refused(cook(template, "--replay", answers=()), "_changes differs from the template")
    assert not cook.project.exists()


@pytest.mark.parametrize("lost", ["hooks/pre_prompt.py", "realtime"])
def test_a_template_without_the_library_is_refused(cook, template, lost):
    path = template / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    is_refused(cook(template), "the template lacks the library channels_realtime/, which hooks/pre")
    assert list(cook.folder.iterdir()) == []


def test_a_tool_without_the_path_of_the_template_is_refused_after_rendering(cook, template):
    (template / "hooks" / "pre_prompt.py").unlink()
    hook = template / "hooks" / "pre_gen_project.py"
    hook.write_text("")
    is_refused(cook(template), "the template lacks the library", hook="post_gen_project")
    assert list(cook.folder.iterdir()) == []


# Run manage.py where the library is not installed, as it is for the tests of this repository.
MANAGE = """
import os, runpy, sys
installed = [path for path in sys.path if os.path.isdir(os.path.join(path, "channels_realtime"))]
sys.path = [path for path in sys.path if path not in installed]
sys.argv = ["manage.py", "check"]
runpy.run_path("manage.py", run_name="__main__")
"""


def test_without_hooks_manage_says_what_is_missing(cook, clean_template):
    assert cook(clean_template, "--accept-hooks", "no").returncode == 0
    assert not (cook.project / LIBRARY).exists()
    result = subprocess.run(
        [sys.executable, "-c", MANAGE],
        cwd=cook.project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert "channels_realtime/ is missing: restore it from git, or generate the" in result.stderr


# The hook


@pytest.fixture
def pre_prompt(template):
    """Run the hook in a template."""
    command = [sys.executable, template / "hooks" / "pre_prompt.py"]
    return lambda: subprocess.run(command, cwd="/", check=True)


def test_the_hook_replaces_the_librarys_folder_and_changes_nothing_else(pre_prompt, template):
    place = template / TEMPLATE.name / LIBRARY
    place.mkdir()
    before = take_snapshot(template)
    (place / "old.py").touch()
    pre_prompt()
    assert read_files(place) == read_files(LIBRARY_SOURCE)
    shutil.rmtree(place)
    place.mkdir()
    assert take_snapshot(template) == before


def test_the_hook_leaves_an_exported_template_as_it_is(pre_prompt, template):
    shutil.move(template / "realtime" / "src" / LIBRARY, template / TEMPLATE.name / LIBRARY)
    before = take_snapshot(template)
    pre_prompt()
    assert take_snapshot(template) == before


def test_the_hook_skips_what_the_command_skips(pre_prompt, template):
    spec = importlib.util.spec_from_file_location("pre_prompt", HOOK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert set(module.IGNORED) == {*LEFTOVERS, "*.pyc", "*.pyo"}
    library = template / "realtime" / "src" / LIBRARY
    for name in (*LEFTOVERS, "a.pyc", "b.pyo"):
        (library / "layers" / name).write_bytes(b"\0")
    pre_prompt()
    assert list_files(template / TEMPLATE.name / LIBRARY) == list_files(LIBRARY_SOURCE)


def test_git_ignores_the_copy_and_not_the_library():
    command = [
        "git",
        "check-ignore",
        f"{TEMPLATE.name}/{LIBRARY}/apps.py",
        f"realtime/src/{LIBRARY}/apps.py",
    ]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode == 128:
        pytest.skip("this is no git checkout")
    assert result.stdout.split() == [f"{TEMPLATE.name}/{LIBRARY}/apps.py"]


# An existing folder


OWNERS = {
    ".github/workflows/own.yml": "on: push\n",
    "Dockerfile": "FROM scratch\n",
    "chat/own.py": "OWN = 1\n",
    "chat/views.py": "OWN = 2\n",
    "channels_realtime/own.py": "OWN = 3\n",
    "deploy/compose.nginx.conf": "own;\n",
    "services/own.py": "OWN = 4\n",
}


@pytest.mark.parametrize("flags", [["-f"], ["-f", "-s"]], ids=" ".join)
@pytest.mark.parametrize("answer", ["example=false", "example=true"])
def test_a_folder_that_is_not_empty_is_not_changed(cook, clean_template, flags, answer):
    for name, text in OWNERS.items():
        path = cook.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    before = take_snapshot(cook.folder)
    result = cook(clean_template, *flags, answers=("--no-input", "setup=false", answer))
    is_refused(result, f"the folder '{cook.project}' is not empty: choose another project_slug")
    assert take_snapshot(cook.folder) == before


def test_a_hidden_file_counts_as_content_of_a_folder(cook, clean_template):
    cook.project.mkdir()
    (cook.project / ".keep").touch()
    is_refused(cook(clean_template, "-f"), "is not empty")
    assert list_files(cook.project) == {".keep"}


def test_a_slug_that_leads_elsewhere_overwrites_nothing(cook, clean_template):
    (cook.folder / "own.txt").touch()
    result = cook(clean_template, "-f", answers=("--no-input", "setup=false", "project_slug=."))
    is_refused(result, "is not empty")
    assert list_files(cook.folder) == {"own.txt"}


def test_an_empty_folder_is_accepted(cook, clean_template):
    cook.project.mkdir()
    result = cook(clean_template, "-f")
    assert result.returncode == 0, result.stderr
    has_library(cook.project)


# Under the command


def test_the_command_takes_the_library_from_its_own_place(new, here, standin):
    place = standin / TEMPLATE.name / LIBRARY
    place.mkdir()
    (place / "old.py").touch()
    assert new("mysite").exit_code == 0
    assert list_files(here / "mysite" / LIBRARY) == {"__init__.py", "layers/groups.py"}


def test_the_command_finds_the_library_in_an_exported_template(new, here, standin):
    shutil.move(standin / "realtime" / "src" / LIBRARY, standin / TEMPLATE.name / LIBRARY)
    shutil.rmtree(standin / "realtime")
    assert new("mysite").exit_code == 0
    text = (here / "mysite" / LIBRARY / "layers" / "groups.py").read_text()
    assert text == "NAME = '{{ left alone }}'\n"


def test_the_command_refuses_a_template_without_the_library(new, here, standin):
    shutil.rmtree(standin / "realtime")
    result = new("mysite")
    assert result.exit_code == 2
    assert "it lacks the library, realtime/src/channels_realtime" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert list(here.iterdir()) == []


CASES = {
    "default": {},
    "everything": {"layer": "redis", "database": "postgres", "docker": True, "ci": "github"},
    "nothing": {"example": False, "ci": "gitlab"},
}


@pytest.mark.parametrize("case", CASES)
def test_the_command_and_cookiecutter_make_the_same_bytes(bake, tmp_path, clean_template, case):
    theirs = read_files(bake(CASES[case]))
    command = ["new", tmp_path / "my-site", "--template", clean_template, "--no-setup", "--no-git"]
    result = CliRunner().invoke(cli, list(map(str, [*command, *to_flags(CASES[case])])))
    assert result.exit_code == 0, result.output
    ours = read_files(tmp_path / "my-site")
    assert set(ours) == set(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []  # whole files are too long


# Exported templates, and starters


def test_an_export_holds_the_library_and_no_hook_that_adds_it(make_starter, tmp_path):
    template = export(make_starter().path, tmp_path / "template")
    assert list_files(template / TEMPLATE.name / LIBRARY) == list_files(LIBRARY_SOURCE)
    assert list_files(template / "hooks") == {"pre_gen_project.py", "post_gen_project.py"}
    assert not (template / "realtime").exists()


@pytest.mark.parametrize("flags", [[], ["--output-dir", "elsewhere"]], ids=str)
def test_plain_cookiecutter_renders_an_export_without_the_hook(make_starter, tmp_path, cook, flags):
    export(make_starter().path, cook.folder / "template")
    result = cook("./template", *flags)
    assert result.returncode == 0, result.stderr
    has_library(cook.folder.joinpath(*flags[1:]) / "my-site")


FOREIGN = (
    f"{LIBRARY}/own.py",
    f"{LIBRARY}/apps.py",
    f"{LIBRARY}/apps.py.patch",
    f"{LIBRARY.title()}/a.py",
)


@pytest.mark.parametrize("name", [*FOREIGN, ".chanscaffold-base.zip"])
def test_a_starter_changes_neither_the_library_nor_the_base(make_starter, new, here, name):
    result = new("mysite", "--starter", make_starter(overlay={name: "x"}).path, "--trust")
    assert result.exit_code == 2
    assert f"a starter cannot change {name.split('/')[0]}: it " in result.stderr
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("name", [LIBRARY, f"{LIBRARY}/testing", ".chanscaffold-base.zip"])
def test_a_starter_removes_neither_the_library_nor_the_base(make_starter, new, here, name):
    starter = make_starter(f"[files]\nremove = ['{name}']\n")
    result = new("mysite", "--starter", starter.path, "--trust")
    assert result.exit_code == 2
    assert f"a starter cannot change {name.split('/')[0]}: it " in result.stderr


def test_a_refused_project_leaves_no_files(standin, here, tmp_path):
    """With Cookiecutter's own function, as other programs call it."""
    (standin / "hooks" / "pre_prompt.py").unlink()
    settings = {
        "replay_dir": str(tmp_path / "replay"),
        "cookiecutters_dir": str(tmp_path / "cache"),
    }
    with pytest.raises(FailedHookException):
        cookiecutter(str(standin), no_input=True, default_config=settings)
    assert list(here.iterdir()) == []
