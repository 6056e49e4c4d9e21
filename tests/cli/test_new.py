"""What `chanscaffold new` makes, and how it runs the template's own hook."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cookiecutter.main import cookiecutter


def test_new_makes_the_project_and_nothing_else(new, here):
    result = new("mysite")
    assert (result.exit_code, result.output) == (0, "")
    assert [path.name for path in here.iterdir()] == ["mysite"]
    assert (here / "mysite" / "README.md").read_text() == "# Mysite\n"


def test_dotfiles_modes_and_unrendered_files_arrive_as_they_are(new, here):
    new("mysite", "--layer", "redis")
    project = here / "mysite"
    assert (project / ".env.example").read_text() == "LAYER=redis\n"
    assert (project / ".gitignore").read_text() == ".env\n"
    assert stat.S_IMODE((project / "manage.py").stat().st_mode) == 0o755
    assert "{{ left alone }}" in (project / "chat" / "views.py").read_text()


def test_files_of_options_that_are_not_chosen_are_removed(new, here):
    """The hook of this template removes nothing, so the command does."""
    new("with")
    new("without", "--no-example")
    assert (here / "with" / "chat" / "views.py").exists()
    assert not (here / "without" / "chat").exists()
    assert (here / "without" / "README.md").exists()


def test_the_hook_prunes_in_the_staging_folder_and_runs_its_steps_in_the_destination(
    new, here, hook_runs
):
    new("mysite")
    pruned, completed = hook_runs(here / "mysite")
    assert pruned["steps"] == "prune"
    assert Path(pruned["cwd"]).parts[-3].startswith(".chanscaffold-")
    assert completed["cwd"] == str(here / "mysite")
    expected = {
        "steps": "git,setup,smoke",
        "missing_exit": "3",
        "python": sys.executable,
        "verbosity": "0",
    }
    assert expected.items() <= completed.items()


def test_the_folder_of_uv_comes_last_in_path(new, here, hook_runs):
    new("mysite")
    path = hook_runs(here / "mysite")[1]["path"].split(os.pathsep)
    assert path[:-1] == os.environ["PATH"].split(os.pathsep)
    assert Path(path[-1], "uv").exists()


@pytest.mark.parametrize(
    ("flags", "steps"),
    [
        (["--no-git"], "setup,smoke"),
        (["--no-smoke"], "git,setup"),
        (["--no-setup"], "git"),
        (["--no-smoke", "--no-git"], "setup"),
    ],
)
def test_a_flag_leaves_a_step_out(new, here, hook_runs, flags, steps):
    assert new("mysite", *flags).exit_code == 0
    assert hook_runs(here / "mysite")[1]["steps"] == steps


def test_without_any_step_the_missing_commands_are_printed(new, here, hook_runs):
    result = new("mysite", "--no-setup", "--no-git")
    assert result.exit_code == 0
    assert len(hook_runs(here / "mysite")) == 1
    assert (
        result.stdout
        == f"\nStill to do:\n  cd {here / 'mysite'}\n  {sys.executable} bootstrap.py --smoke\n"
    )


@pytest.mark.parametrize(
    ("flag", "verbosity"), [("-q", "-1"), ("-v", "1"), ("--quiet", "-1"), ("--verbose", "1")]
)
def test_verbosity_reaches_the_hook(new, here, hook_runs, flag, verbosity):
    assert new("mysite", flag).exit_code == 0
    assert hook_runs(here / "mysite")[1]["verbosity"] == verbosity


@pytest.mark.parametrize(
    ("ended", "code", "shown"), [(0, 0, False), (3, 3, False), (1, 3, True), (-9, 3, True)]
)
def test_a_missing_step_is_exit_code_3(new, here, monkeypatch, ended, code, shown):
    monkeypatch.setenv("STUB_EXIT", str(ended))
    result = new("mysite")
    assert result.exit_code == code
    assert ("Still to do:" in result.stdout) is shown
    assert (here / "mysite" / "README.md").exists()


def test_answers_come_from_flags_then_the_file_then_the_defaults(new, here, hook_runs):
    Path("team.toml").write_text(
        'layer = "redis"\ndjango = 5.2\ndocker = true\n'
        'superusers = ["alice", "bob"]\nsetup = "false"\n'
    )
    assert (
        new(
            "mysite", "--answers-file", "team.toml", "--layer", "memory", "--ci", "github"
        ).exit_code
        == 0
    )
    answers = hook_runs(here / "mysite")[1]["answers"]
    expected = {
        "layer": "memory",
        "django": "5.2",
        "docker": True,
        "superusers": "alice,bob",
        "setup": False,
    }
    assert {
        **expected,
        "ci": "github",
        "example": True,
        "project_name": "Mysite",
    }.items() <= answers.items()


@pytest.mark.parametrize(
    ("flags", "superusers"),
    [
        ([], "admin"),
        (["--superuser", "alice", "--superuser", "bob"], "alice,bob"),
        (["--superuser", ""], ""),
        (["--superuser", "alice,bob"], "alice,bob"),
    ],
)
def test_superuser_can_be_repeated_or_empty(new, here, hook_runs, flags, superusers):
    assert new("mysite", *flags).exit_code == 0
    assert hook_runs(here / "mysite")[1]["answers"]["superusers"] == superusers


@pytest.mark.parametrize(
    ("slug", "name"),
    [("my-site", "My Site"), ("my_web2_site", "My Web2 Site"), ("mysite", "Mysite")],
)
def test_the_name_is_the_slug_in_title_case(new, here, hook_runs, slug, name):
    new(slug)
    assert hook_runs(here / slug)[1]["answers"]["project_name"] == name


def test_a_render_equals_that_of_plain_cookiecutter(new, standin, here, tmp_path, snapshot):
    new("my-site", "--docker", "--no-setup")
    folders = {"replay_dir": str(tmp_path / "replay"), "cookiecutters_dir": str(tmp_path / "cache")}
    extra = {"project_name": "My Site", "docker": True, "setup": False}
    cookiecutter(
        str(standin),
        no_input=True,
        extra_context=extra,
        default_config=folders,
        output_dir=str(tmp_path),
    )
    ours, theirs = snapshot(here / "my-site"), snapshot(tmp_path / "my-site")
    assert ours.pop("hook.jsonl")
    assert theirs.pop("hook.jsonl")
    assert ours == theirs


def test_the_context_equals_that_of_cookiecutter(new, here, standin, schema, hook_runs):
    new("mysite")
    answers = hook_runs(here / "mysite")[1]["answers"]
    assert set(answers) == {*schema, "_template", "_output_dir", "_repo_dir", "_checkout"} - {
        "__prompts__"
    }
    assert (answers["_output_dir"], answers["_repo_dir"]) == (str(here), str(standin))


def test_home_is_neither_read_nor_written(run, standin, tmp_path, snapshot, here, hook_runs):
    home = tmp_path / "home"
    home.mkdir()
    (home / ".cookiecutterrc").write_text("default_context: {layer: redis}\n")
    before = snapshot(home)
    assert run("new", "mysite", "--template", standin, env={"HOME": str(home)}).returncode == 0
    assert snapshot(home) == before
    assert hook_runs(here / "mysite")[1]["answers"]["layer"] == "memory"


def test_leftovers_of_tools_in_the_template_are_not_copied(new, standin, here):
    project = standin / "{{cookiecutter.project_slug}}"
    for folder in (project, project / "chat", standin / "realtime" / "src" / "channels_realtime"):
        for name in (
            "__pycache__/views.cpython-311.pyc",
            ".mypy_cache/x.json",
            ".DS_Store",
            "old.pyc",
        ):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(b"\0\0")
    new("mysite")
    names = {
        str(path.relative_to(here / "mysite"))
        for path in (here / "mysite").rglob("*")
        if path.is_file()
    }
    library = {"channels_realtime/__init__.py", "channels_realtime/layers/groups.py"}
    assert (
        names
        == {"README.md", "manage.py", ".env.example", ".gitignore", "chat/views.py", "hook.jsonl"}
        | library
    )


def test_a_read_only_template_makes_files_that_can_be_changed(new, standin, here):
    project = standin / "{{cookiecutter.project_slug}}"
    for path in (project / "README.md", project / "chat" / "views.py", project / "chat"):
        path.chmod(path.stat().st_mode & ~0o222)
    assert new("mysite").exit_code == 0
    for name in ("README.md", "chat/views.py", "chat"):
        assert (here / "mysite" / name).stat().st_mode & 0o200


@pytest.mark.parametrize("path", ["./mysite", "mysite/", "sub dir/mysite//", "../here/mysite"])
def test_a_path_may_be_relative(new, here, path):
    (here / path).parent.mkdir(exist_ok=True)
    assert new(path).exit_code == 0
    assert (here / path / "README.md").read_text() == "# Mysite\n"


def test_a_path_may_contain_any_letters_in_any_locale(run, standin, here):
    (here / "Füße 日本").mkdir()
    flags = ["--template", standin, "--no-setup", "--no-git"]
    result = run("new", "Füße 日本/mysite", *flags, env={"LC_ALL": "C"})
    assert (result.returncode, result.stderr) == (0, "")
    assert (here / "Füße 日本" / "mysite" / "README.md").read_text() == "# Mysite\n"
    assert "Füße 日本/mysite'\n" in result.stdout


def test_a_path_may_be_absolute(new, tmp_path):
    assert new(tmp_path / "mysite").exit_code == 0
    assert (tmp_path / "mysite" / "README.md").exists()


def test_python_may_be_a_path(new, here, hook_runs):
    assert new("mysite", "--python", sys.executable).exit_code == 0
    assert hook_runs(here / "mysite")[1]["python"] == sys.executable


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_python_may_be_the_version_that_runs(new, here, hook_runs, parts):
    version = ".".join(map(str, sys.version_info[:parts]))
    assert new("mysite", "--python", version).exit_code == 0
    assert hook_runs(here / "mysite")[1]["python"] == sys.executable


def other_python():
    """Return the version of a Python on PATH that does not run this, if there is one."""
    for version in ("3.12", "3.13", "3.11"):
        path = shutil.which(f"python{version}")
        works = (
            path
            and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0
        )
        if works and not sys.version.startswith(version):
            return version
    return None


@pytest.mark.skipif(other_python() is None, reason="there is no other Python on PATH")
def test_python_may_be_another_installed_version(new, here, hook_runs):
    version = other_python()
    assert new("mysite", "--python", version).exit_code == 0
    found = hook_runs(here / "mysite")[1]["python"]
    code = "import sys; print('.'.join(map(str, sys.version_info[:2])))"
    assert (
        subprocess.run(
            [found, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == version
    )


@pytest.mark.parametrize(
    "package", ["raise ImportError", "def find_uv_bin(): raise FileNotFoundError"]
)
def test_new_works_without_uv(new, here, tmp_path, hook_runs, monkeypatch, package):
    (tmp_path / "uv.py").write_text(package)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "uv", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert new("mysite").exit_code == 0
    assert hook_runs(here / "mysite")[1]["path"] == "/nowhere"


@pytest.fixture
def served(standin):
    """A template whose environment has a Python that prints its arguments."""
    python = standin / "{{cookiecutter.project_slug}}" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "served: $* in $PWD"\n')
    python.chmod(0o755)
    return standin


def test_run_becomes_the_development_server(run, served, here):
    result = run("new", "mysite", "--template", served, "--run")
    assert (result.returncode, result.stdout) == (
        0,
        f"served: bootstrap.py --run in {here / 'mysite'}\n",
    )


def test_run_waits_for_a_complete_project(run, served):
    result = run("new", "mysite", "--template", served, "--run", env={"STUB_EXIT": "3"})
    assert (result.returncode, result.stdout) == (3, "")


def test_pythonpath_does_not_affect_the_hook(run, standin, here, tmp_path, environment):
    hook = standin / "hooks" / "post_gen_project.py"
    hook.write_text(f"import sys\nassert {str(tmp_path)!r} not in sys.path\n{hook.read_text()}")
    path = f"{environment['PYTHONPATH']}{os.pathsep}{tmp_path}"
    result = run("new", "mysite", "--template", standin, env={"PYTHONPATH": path})
    assert result.returncode == 0, result.stderr
