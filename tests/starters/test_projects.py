"""The effects of starters on projects: answers, questions, locks, files; and exports."""

import json
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from cookiecutter.generate import generate_files
from support.starter_folders import cook, digest, export, make_site

from chanscaffold.cli import cli
from chanscaffold.starters.merge_files import matches

COST = "[questions.cost_center]\nprompt = 'Cost centre'\npattern = '^\\d{4}$'\nexample = '1234'\n"


@pytest.fixture
def begin(new, here):
    """Make a project with a starter and return its folder."""

    def run(starter, *flags, **settings):
        result = new("mysite", "--starter", starter.path, "--trust", *flags, **settings)
        assert result.exit_code == 0, result.output
        return here / "mysite"

    return run


@pytest.fixture
def answers_of(begin, hook_runs):
    """Return the answers that the template's hook gets for a project with a starter."""
    return lambda *arguments, **settings: hook_runs(begin(*arguments, **settings))[0]["answers"]


@pytest.fixture
def helped(own_home):
    def page(starter):
        result = CliRunner().invoke(
            cli, ["new", "--starter", str(starter.path), "--help"], terminal_width=200
        )
        assert result.exit_code == 0, result.output
        return result.stdout

    return page


# Answers


def test_a_starters_answers_are_the_defaults(answers_of, make_starter):
    starter = make_starter(
        "[answers]\nlayer = 'redis'\ndocker = true\ndjango = 6.1\nsuperusers = ['alice', 'bob']\n"
    )
    answers = answers_of(starter, "--python", sys.executable, "--django", "5.2")
    assert (answers["layer"], answers["docker"], answers["superusers"]) == (
        "redis",
        True,
        "alice,bob",
    )


def test_a_flag_goes_before_the_answers_file_and_that_before_the_starter(
    answers_of, make_starter, here
):
    starter = make_starter("[answers]\nlayer = 'redis'\ndatabase = 'postgres'\nserver = 'daphne'\n")
    (here / "answers.toml").write_text("layer = 'memory'\ndatabase = 'sqlite'\n")
    answers = answers_of(starter, "--answers-file", "answers.toml", "--layer", "redis")
    assert (answers["layer"], answers["database"], answers["server"]) == (
        "redis",
        "sqlite",
        "daphne",
    )


def test_a_childs_answers_go_before_its_bases(answers_of, make_starter):
    make_starter("[answers]\nlayer = 'redis'\nci = 'gitlab'\n", name="base")
    answers = answers_of(make_starter("extends = '../base'\n[answers]\nlayer = 'memory'\n"))
    assert (answers["layer"], answers["ci"]) == ("memory", "gitlab")


def test_a_locked_answer_may_be_repeated(answers_of, make_starter):
    starter = make_starter(
        "[locked]\ndatabase = 'postgres'\ndocker = true\nsuperusers = ['alice', 'bob']\n"
    )
    answers = answers_of(
        starter, "--database", "postgres", "--docker", "--superuser", "alice", "--superuser", "bob"
    )
    assert (answers["database"], answers["docker"], answers["superusers"]) == (
        "postgres",
        True,
        "alice,bob",
    )


def test_a_child_may_repeat_its_bases_lock(answers_of, make_starter):
    make_starter("[locked]\ndatabase = 'postgres'\n", name="base")
    answers = answers_of(make_starter("extends = '../base'\n[locked]\ndatabase = 'postgres'\n"))
    assert answers["database"] == "postgres"


def test_a_version_in_the_required_range_is_accepted(answers_of, make_starter):
    answers_of(make_starter("requires = 'chanscaffold>=0.0.1,<99'\n"))


# Questions


def test_questions_are_flags(answers_of, make_starter):
    starter = make_starter(
        COST + "[questions.region]\nprompt = 'Region'\nchoices = ['eu', 'us']\n"
        "[questions.audit]\nprompt = 'Audit log'\ndefault = false\n"
        "[questions.team]\nprompt = 'Team'\ndefault = 'Ours'\n"
    )
    answers = answers_of(starter, "--cost-center", "0042", "--region", "us", "--audit")
    found = {key: answers[key] for key in ("cost_center", "region", "audit", "team")}
    assert found == {"cost_center": "0042", "region": "us", "audit": True, "team": "Ours"}


def test_questions_can_be_answered_in_a_file(answers_of, make_starter, here):
    (here / "answers.toml").write_text("cost_center = '0042'\n")
    assert answers_of(make_starter(COST), "--answers-file", "answers.toml")["cost_center"] == "0042"


def test_questions_are_asked_again_until_they_match(answers_of, make_starter):
    starter = make_starter(COST + "[locked]\nlayer = 'redis'\n")
    flags = [
        "--interactive",
        "--database",
        "sqlite",
        "--no-docker",
        "--ci",
        "none",
        "--server",
        "daphne",
    ]
    rest = ["--project-name", "X", "--django", "5.2", "--example", "--superuser", "a", "--setup"]
    answers = answers_of(starter, *flags, *rest, input="\n12\n0042\n")
    assert (answers["cost_center"], answers["layer"]) == ("0042", "redis")


def test_the_command_without_prompts_has_the_starter(new, here, make_starter):
    starter = make_starter(COST)
    result = new(
        "mysite", "--starter", starter.path, "--trust", "--interactive", input="\n" * 10 + "0042\n"
    )
    assert result.exit_code == 0, result.output
    line = next(line for line in result.stderr.splitlines() if " new mysite " in line)
    assert f"--starter {starter.path} --trust" in line
    assert "--cost-center 0042" in line


def test_a_child_can_answer_a_question_of_its_base(answers_of, make_starter):
    make_starter(COST, name="base")
    assert (
        answers_of(make_starter("extends = '../base'\n[answers]\ncost_center = '0042'\n"))[
            "cost_center"
        ]
        == "0042"
    )


def test_a_child_can_lock_a_question_of_its_base(begin, make_starter, helped):
    make_starter(COST, name="base")
    child = make_starter("extends = '../base'\n[locked]\ncost_center = '0042'\n")
    assert "[default: 0042]" in helped(child)


def test_help_shows_questions_and_locks(make_starter, helped):
    page = helped(
        make_starter(COST + "[answers]\nlayer = 'redis'\n[locked]\ndatabase = 'postgres'\n")
    )
    lines = {line.split()[0]: line for line in page.splitlines() if line.strip().startswith("--")}
    assert lines["--cost-center"].rstrip().endswith("Cost centre, for example 1234")
    assert "[default: redis]" in lines["--layer"]
    assert "Database (locked by acme)  [default: postgres]" in lines["--database"]


# Files


def test_files_are_removed_replaced_added_and_changed_in_this_order(begin, make_starter):
    make_starter(
        "[files]\nremove = ['chat']\n",
        {"README.md": "base\n", "orders/a.py": "# base\n"},
        name="base",
    )
    patch = "--- a/README.md\n+++ b/README.md\n@@ -1 +1,2 @@\n base\n+child\n"
    child = make_starter(
        "extends = '../base'\n", {"README.md.patch": patch, "chat/new.py": "# new\n"}
    )
    project = begin(child, "--no-setup", "--no-git")
    assert (project / "README.md").read_text() == "base\nchild\n"
    assert (project / "orders" / "a.py").read_text() == "# base\n"
    assert [path.name for path in (project / "chat").iterdir()] == ["new.py"]


def test_overlay_files_are_rendered_as_the_templates_are(begin, make_starter):
    text = (
        "{{ cookiecutter.project_name }} {{ cookiecutter.cost_center }}\n"
        "#% if cookiecutter.docker\ndocker\n#% endif\n"
    )
    files = {
        "TEAM.md": text,
        "orders/page.html": "{{ name }} {% if x %}",
        "orders/raw.txt": "{{ left alone }}",
    }
    starter = make_starter(COST + "[files]\ncopy_without_render = ['orders/raw.txt']\n", files)
    project = begin(starter, "--cost-center", "0042", "--docker", "--no-setup")
    assert (project / "TEAM.md").read_text() == "Mysite 0042\ndocker\n"
    assert (project / "orders" / "page.html").read_text() == files["orders/page.html"]
    assert (project / "orders" / "raw.txt").read_text() == files["orders/raw.txt"]


def test_binary_files_and_modes_are_kept(begin, make_starter):
    starter = make_starter(overlay={"logo.png": b"\x89PNG\x00\xff{{", "run.sh": "#!/bin/sh\n"})
    (starter.path / "overlay" / "run.sh").chmod(0o755)
    project = begin(starter, "--no-setup")
    assert (project / "logo.png").read_bytes() == b"\x89PNG\x00\xff{{"
    assert (project / "run.sh").stat().st_mode & 0o777 == 0o755
    assert (project / "logo.png").stat().st_mode & 0o777 == 0o644


def test_leftovers_of_tools_are_not_copied(begin, make_starter):
    starter = make_starter(
        overlay={"orders/a.py": "", "orders/__pycache__/a.pyc": "x", ".DS_Store": "x"}
    )
    assert [path.name for path in (begin(starter, "--no-setup") / "orders").iterdir()] == ["a.py"]


def test_overlay_files_of_an_option_that_is_not_chosen_are_removed(make_starter, here):
    starter = make_starter(overlay={"chat/extra.py": "", "Dockerfile": "FROM x\n"})
    project = make_site(starter.path, here, "--no-example")
    assert not (project / "chat").exists()
    assert not (project / "Dockerfile").exists()


@pytest.mark.parametrize("removed", ["chat", "chat/views.py", "tests/test_chat.py", "Dockerfile"])
@pytest.mark.parametrize("flags", [(), ("--no-example", "--docker", "--layer", "redis")])
def test_files_of_an_option_may_be_removed_by_a_starter(make_starter, here, removed, flags):
    starter = make_starter(f"[files]\nremove = ['{removed}']\n")
    assert not (make_site(starter.path, here, *flags) / removed).exists()


NAMES = ("a/b/c.txt", "a/b.d/c", "a/x.html", "a/LICENSE", "x.html", "ab.txt", "B/c.txt", ".a/b.yml")
PATTERNS = ("a", "a/*", "a/*.*", "a/b", "a/b/c.txt", "*.html", "*", "a?.txt", "[ab]", "b", ".a/*.*")


@pytest.mark.parametrize("pattern", [*PATTERNS, "./a", "a/"])
def test_a_pattern_means_what_it_means_to_cookiecutter(tmp_path, pattern):
    source = tmp_path / "template" / "{{cookiecutter.slug}}"
    for name in NAMES:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("{{ 1 }}")
    variables = {"cookiecutter": {"slug": "site", "_copy_without_render": [pattern]}}
    made = Path(generate_files(tmp_path / "template", variables, tmp_path, accept_hooks=False))
    copied = [name for name in NAMES if (made / name).read_text() == "{{ 1 }}"]
    assert [name for name in NAMES if matches(name, pattern)] == copied


@pytest.mark.parametrize(
    ("mode", "made"), [(0o600, 0o644), (0o664, 0o644), (0o700, 0o755), (0o775, 0o755)]
)
def test_files_have_the_modes_that_git_would_give_them(make_starter, here, mode, made):
    starter = make_starter(overlay={"docs/run": "x"})
    (starter.path / "overlay" / "docs" / "run").chmod(mode)
    assert (make_site(starter.path, here) / "docs" / "run").stat().st_mode & 0o777 == made


def test_removing_the_last_file_of_an_optional_folder_is_no_error(make_starter, here):
    remove = "remove = ['.github/workflows/ci.yml', '.github/workflows/update.yml']"
    project = make_site(make_starter(f"[files]\n{remove}\n").path, here)
    assert not (project / ".github").exists()


# Records


def test_a_project_records_its_starters_with_their_commits(make_starter, here):
    make_starter(name="base")
    starter = make_starter("extends = '../base'\n" + COST)
    project = make_site(starter.path, here, "--cost-center", "0042")
    recorded = tomllib.loads((project / ".chanscaffold.toml").read_text())
    unversioned = {"commit": "unversioned"}
    assert recorded["starters"] == [
        {"name": "base", **unversioned},
        {"name": "acme", **unversioned},
    ]
    assert recorded["answers"]["cost_center"] == "0042"
    assert str(starter.path.parent) not in (project / ".chanscaffold.toml").read_text()


def test_a_project_without_a_starter_records_none(here):
    result = CliRunner().invoke(cli, ["new", str(here / "site"), "--no-setup", "--no-git"])
    assert result.exit_code == 0, result.output
    assert "starters" not in tomllib.loads((here / "site" / ".chanscaffold.toml").read_text())


# Export


RICH = (
    COST + "[questions.audit]\nprompt = 'Audit'\ndefault = true\n"
    "[answers]\nlayer = 'redis'\n[locked]\ndocker = true\nexample = false\ndatabase = 'postgres'\n"
    "superusers = ['a', 'b']\n"
    "[files]\nremove = ['deploy/nginx.conf']\n"
)


@pytest.mark.parametrize(
    ("flags", "answers"),
    [("", ""), ("--layer memory --no-audit --ci github", "layer=memory audit=false ci=github")],
)
def test_an_exported_starter_renders_the_same_bytes_with_plain_cookiecutter(
    make_starter, here, own_home, flags, answers
):
    make_starter(
        overlay={"TEAM.md": "{{ cookiecutter.cost_center }} {{ cookiecutter.docker }}\n"},
        name="base",
    )
    starter = make_starter(
        "extends = '../base'\n" + RICH,
        {"chat/extra.py": "", "docs/a.md": "{{ cookiecutter.audit }}\n"},
    )
    ours = make_site(starter.path, here, "--cost-center", "0042", *flags.split())
    template = export(starter.path, here / "template")
    result = cook(
        template,
        here / "plain",
        own_home,
        "project_name=Site",
        "cost_center=0042",
        *answers.split(),
    )
    assert result.returncode == 0, result.stderr
    assert digest(here / "plain" / "site") == digest(ours)


def test_the_hook_of_an_exported_template_reads_the_pattern_and_the_lock(
    make_starter, here, own_home
):
    template = export(make_starter(RICH).path, here / "template")
    result = cook(template, here / "plain", own_home, "cost_center=x")
    assert result.returncode == 1
    assert "Error: cost_center 'x' must match ^\\d{4}$, for example 1234." in result.stderr
    assert (
        cook(template, here / "plain", own_home, "cost_center=1234", "database=sqlite").returncode
        == 1
    )
    assert not (here / "plain").exists() or not list((here / "plain").iterdir())


def test_the_command_accepts_an_exported_template(make_starter, here, own_home):
    template = export(make_starter(RICH).path, here / "template")
    arguments = [
        "new",
        "site",
        "--template",
        str(template),
        "--no-setup",
        "--no-git",
        "--cost-center",
        "1234",
    ]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output


def test_starters_cannot_change_the_locks_of_an_exported_template(make_starter, here):
    template = export(
        make_starter("[locked]\ndatabase = 'postgres'\n", name="base").path, here / "template"
    )
    starter = make_starter("[answers]\ndatabase = 'sqlite'\n")
    arguments = [
        "new",
        "site",
        "--template",
        str(template),
        "--starter",
        str(starter.path),
        "--trust",
    ]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 2
    assert "'sqlite' contradicts the starter base, which locks it to 'postgres'." in result.stderr


def test_an_export_is_complete_and_contains_no_local_path(make_starter, here):
    starter = make_starter(RICH)
    template = export(starter.path, here / "template")
    assert sorted(path.name for path in template.iterdir()) == [
        "cookiecutter.json",
        "hooks",
        "{{cookiecutter.project_slug}}",
    ]
    schema = json.loads((template / "cookiecutter.json").read_text())
    assert (schema["docker"], schema["example"], schema["database"]) == (
        [True],
        [False],
        ["postgres"],
    )
    assert str(starter.path.parent) not in (template / "cookiecutter.json").read_text()


def test_the_next_command_of_an_export_works_as_printed(make_starter, here, own_home):
    (here / "our templates").mkdir()
    arguments = ["starter", "export", str(make_starter().path), "our templates/acme", "--trust"]
    *_, command, template = shlex.split(CliRunner().invoke(cli, arguments).stdout)
    assert command == "cookiecutter"
    assert cook(template, here / "plain", own_home).returncode == 0


@pytest.mark.parametrize(
    ("out", "flags", "part"),
    [
        ("full", ["--trust"], "full exists already"),
        ("missing/out", ["--trust"], "There is no folder"),
        ("out", [], "Review them and give --trust"),
    ],
)
def test_an_export_needs_a_new_folder_and_trust(make_starter, here, snapshot, out, flags, part):
    (here / "full").mkdir()
    before = snapshot(here)
    result = CliRunner().invoke(cli, ["starter", "export", str(make_starter().path), out, *flags])
    assert (result.exit_code, part in result.stderr) == (2, True), result.output
    assert snapshot(here) == before


def test_a_replay_of_an_exported_template_with_a_lock_works(make_starter, here, own_home):
    template = export(
        make_starter("[locked]\ndocker = true\ndatabase = 'postgres'\n").path, here / "template"
    )
    assert cook(template, here / "plain", own_home).returncode == 0
    command = [sys.executable, "-m", "cookiecutter", "./template", "--replay", "-o", "again"]
    env = {"PATH": "/usr/bin:/bin", "HOME": str(own_home), "CHANSCAFFOLD_STEPS": "prune"}
    result = subprocess.run(command, cwd=here, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert (here / "again" / "my-site" / "Dockerfile").exists()


def test_an_optional_question_may_stay_empty(answers_of, make_starter):
    assert (
        answers_of(make_starter("[questions.team]\nprompt = 'Team'\ndefault = ''\n"))["team"] == ""
    )
