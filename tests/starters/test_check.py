"""`starter check`: the projects that it renders and sets up, its output, and what it leaves."""

import itertools
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.option_matrix import SCHEMA
from support.paths import ROOT
from support.processes import find_processes_in, wait_for
from support.pythons import python_or_skip

from channels_doctor.support.errors import Refused
from channels_doctor.support.interpreters import Interpreter
from chanscaffold import steps as steps_module
from chanscaffold.answers import default_answers
from chanscaffold.project_environment import project_environment
from chanscaffold.starters.apply import apply_starters
from chanscaffold.starters.check import check_starter as check_module
from chanscaffold.starters.check import projects
from chanscaffold.starters.check.combinations import MAX_COMBINATIONS, combine, cover, open_choices
from chanscaffold.starters.check.render_all import lint_all, render_all
from chanscaffold.starters.loader import load_starters
from chanscaffold.starters.patch import make_patch
from chanscaffold.steps import Step, Steps
from chanscaffold.template import load_template

EXAMPLES = ROOT / "examples" / "starters"

# Locks that leave one project. The tests open some of them.
LOCKED = {
    "django": '"5.2"',
    "layer": '"memory"',
    "database": '"sqlite"',
    "server": '"uvicorn"',
    "docker": "false",
    "ci": '"none"',
    "example": "true",
}

REGION = '[questions.region]\nprompt = "?"\nchoices = ["eu", "us"]'


@pytest.fixture(autouse=True)
def own_directories(tmp_path, monkeypatch):
    """Separate the tests from the user's settings, and put all temporary files in one folder."""
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    (tmp_path / "TMPDIR").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)


@pytest.fixture
def starter(here):
    """Return a function that writes a starter; all options but those in `open_` are locked."""

    def write(text="", files=None, open_=(), locked=()):
        locks = {
            **{key: value for key, value in LOCKED.items() if key not in open_},
            **dict(locked),
        }
        lines = [
            'name = "acme"',
            "[locked]",
            *(f"{key} = {value}" for key, value in locks.items()),
            text,
        ]
        for name, content in {"starter.toml": "\n".join(lines), **(files or {})}.items():
            path = here / "acme" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return here / "acme"

    return write


def check(source="acme", trust=True):
    """Run `starter check` in this process."""
    from chanscaffold.cli import cli

    return CliRunner().invoke(cli, ["starter", "check", str(source), *["--trust"] * trust])


@pytest.fixture
def rendered_only(monkeypatch):
    """End a check before it sets up projects."""
    monkeypatch.setattr(check_module, "_prove_projects", lambda *_: "")


def load(source):
    """Return the template with a starter."""
    template = load_template()
    return apply_starters(template, load_starters(str(source), template.schema["_version"]))


# Combinations

CHOICES = {"a": ["1", "2"], "b": [False, True], "c": ["x", "y", "z"]}
MANY = {f"option{number}": ["1", "2", "3"][: 2 + number % 2] for number in range(16)}


def test_the_open_choices_are_options_with_choices_that_are_recorded_and_not_locked(starter):
    wall = '[questions.wall]\nprompt = "?"\ndefault = true'
    assert open_choices(load(starter(f"{REGION}\n{wall}", open_=["ci"]))) == {
        "ci": load_template().schema["ci"],
        "region": ["eu", "us"],
        "wall": [True, False],
    }


def test_all_of_a_few_combinations_are_used():
    combinations = combine(CHOICES)
    assert len(combinations) == 12
    assert {tuple(answers.values()) for answers in combinations} == set(
        itertools.product(*CHOICES.values())
    )


def test_a_sample_of_many_combinations_is_used_and_contains_every_pair():
    combinations = combine(MANY)
    assert combinations == combine(MANY)
    assert len(combinations) == MAX_COMBINATIONS
    for one, other in itertools.combinations(MANY, 2):
        pairs = {(answers[one], answers[other]) for answers in combinations}
        assert pairs == set(itertools.product(MANY[one], MANY[other]))


def test_the_fewest_projects_contain_every_value_and_the_first_has_the_defaults():
    projects = cover(CHOICES)
    assert len(projects) == 3
    assert projects[0] == {"a": "1", "b": False, "c": "x"}
    assert all(
        {answers[key] for answers in projects} == set(values) for key, values in CHOICES.items()
    )
    assert cover({}) == [{}]


# Renders


@pytest.mark.usefixtures("rendered_only")
def test_every_combination_is_rendered(starter):
    starter(REGION, open_=["ci"])
    result = check()
    assert result.exit_code == 0, result.output
    assert "render 6 combinations of ci, region" in result.stdout
    assert "acme: all 1 steps succeeded" in result.stdout


def test_a_render_that_fails_names_the_file_the_reason_and_the_command(starter):
    text = '{% if cookiecutter.region == "us" %}{{ cookiecutter.nothing.at_all }}{% endif %}'
    starter(REGION, {"overlay/TEAM.md": text}, open_=["docker"])
    result = check()
    assert result.exit_code == 1
    assert "FAIL" in result.stdout
    assert "TEAM.md" in result.stdout
    [command] = re.findall(r"To repeat it: (.*)", result.stdout)
    assert command.endswith("--region us")
    assert "1 of 1 steps failed" in result.stdout


@pytest.mark.usefixtures("rendered_only")
def test_an_example_answers_a_question_without_a_default(starter):
    text = """[questions.code]\nprompt = "?"\npattern = 'x\\d'\nexample = "x7"\n"""
    bad = '{% if cookiecutter.code != "x7" %}{{ cookiecutter.nothing.at_all }}{% endif %}'
    starter(text, {"overlay/TEAM.md": bad})
    assert check().exit_code == 0


def test_a_question_without_default_and_example_is_refused_with_the_key_to_add(starter):
    starter("""[questions.code]\nprompt = "?"\npattern = 'x\\d'\n""")
    result = check()
    assert result.exit_code == 2
    assert "[questions.code] has no default" in result.stderr
    assert 'example = "..."' in result.stderr


def test_a_new_starter_is_only_checked_if_the_user_trusts_it(starter):
    starter()
    result = check(trust=False)
    assert result.exit_code == 2
    assert "--trust" in result.stderr


def test_all_renders_are_linted_and_each_finding_is_printed_once(starter, tmp_path, capsys):
    text = "#% if not cookiecutter.example\nimport os\n\n#% endif\nVALUE =  1\n"
    files = {"overlay/config/more.py": text}
    template = load(starter(files=files, open_=["example", "server"]))
    (tmp_path / "renders").mkdir()
    steps = Steps(str(tmp_path / "log"))
    answers = default_answers(template.options, "shop")
    combinations = render_all(template, answers, str(tmp_path / "renders"), steps, str)
    assert len(list((tmp_path / "renders").iterdir())) == 4
    lint_all(str(tmp_path / "renders"), combinations, sys.executable, steps)
    output = capsys.readouterr().out
    assert (steps.count, steps.failed) == (3, 2)
    assert re.findall(r" +(\S*config/more.py\S*) .* \((.*)\)", output) == [
        ("config/more.py:1:8:", "with server=uvicorn and example=false"),
        ("config/more.py:1:9:", "with server=uvicorn and example=true"),
        ("config/more.py:3:9:", "with server=uvicorn and example=false"),
    ]


# Optional files


@pytest.mark.usefixtures("rendered_only")
def test_files_that_depend_on_answers_are_listed_with_these(starter, here):
    files = {"overlay/chat/more.py": "", "overlay/.github/more.md": "", "overlay/TEAM.md": ""}
    starter(files=files, open_=["example"])
    notes = re.findall(r"note +(.*)", check().stdout)
    assert notes == [
        f"{here}/acme/overlay/.github/more.md is in no project, as ci=none is locked.",
        f"{here}/acme/overlay/chat/more.py is only in projects with example=true.",
    ]


@pytest.mark.usefixtures("rendered_only")
def test_a_patch_of_a_file_that_depends_on_an_answer_is_listed(starter):
    original = (ROOT / "{{cookiecutter.project_slug}}" / "chat" / "apps.py").read_text("utf-8")
    patch = make_patch(original, f"{original}# More.\n", "chat/apps.py")
    starter(files={"overlay/chat/apps.py.patch": patch}, open_=["example"])
    assert "overlay/chat/apps.py.patch is only in projects with example=true." in check().stdout


@pytest.mark.usefixtures("rendered_only")
def test_files_of_a_base_are_listed_unless_they_are_removed(starter, here):
    starter(files={"overlay/chat/more.py": "", "overlay/chat/less.py": ""}, open_=["example"])
    (here / "child").mkdir()
    text = 'name = "child"\nextends = "../acme"\n[files]\nremove = ["chat/less.py"]\n'
    (here / "child" / "starter.toml").write_text(text, encoding="utf-8")
    notes = re.findall(r"note +(.*)", check("child").stdout)
    assert notes == [f"{here}/acme/overlay/chat/more.py is only in projects with example=true."]


# Projects


@pytest.fixture
def choose(monkeypatch):
    """Return a function that gives the projects to set up and the output, for some Pythons."""

    def choose(source, *versions):
        def find(request):
            if request is None:
                return Interpreter("python", versions[0])
            for version in versions:
                if request == ".".join(map(str, version[:2])):
                    return Interpreter("python", version)
            raise Refused("none")

        output = []
        monkeypatch.setattr(projects, "find_python", find)
        steps = type("Steps", (), {"skip": lambda _, text: output.append(text)})()
        return projects.choose_projects(load(source), steps), output

    return choose


def test_a_django_for_a_newer_python_gets_one_that_is_installed(starter, choose):
    found, output = choose(starter(open_=["django"]), (3, 11, 7), (3, 12, 1))
    assert [(each.answers["django"], each.python) for each in found] == [
        ("5.2", ""),
        ("6.1", "3.12"),
    ]
    assert output == []


def test_a_django_without_a_python_is_skipped_but_no_other_choice_is(starter, choose):
    found, output = choose(starter(open_=["django", "example"]), (3, 11, 7))
    assert [each.answers for each in found] == [
        {"django": "5.2", "example": True},
        {"django": "5.2", "example": False},
    ]
    assert output == ["Django 6.1 needs Python 3.12 or newer, which is not installed."]


def test_a_locked_django_without_a_python_is_not_set_up(starter, choose):
    found, output = choose(starter(locked=[("django", '"6.1"')]), (3, 11, 7))
    assert found == []
    assert len(output) == 1


@pytest.fixture
def proven(monkeypatch):
    """Return the arguments of `new` for the projects to set up, without the set-up."""
    found = []
    monkeypatch.setattr(
        check_module, "prove_project", lambda arguments, *_: found.append(arguments) or ""
    )
    return found


def test_the_projects_to_set_up_are_made_with_new(starter, proven):
    folder = starter(open_=["example"])
    result = check()
    assert result.exit_code == 0, result.output
    new = ["new", "shop", "--starter", str(folder)]
    assert proven == [new, [*new, "--no-example"]]


def test_a_locked_set_up_leaves_the_check_incomplete(starter, proven):
    starter(locked=[("setup", "false")])
    result = check()
    assert result.exit_code == 3
    assert "setup is locked to false" in result.stdout
    assert proven == []


def test_a_project_runs_without_the_settings_of_other_projects(tmp_path, monkeypatch):
    (tmp_path / ".env.example").write_text(
        "DEBUG=true\n# ADMIN_URL=\n# S3_BUCKET=\n", encoding="utf-8"
    )
    others = {"DEBUG", "ADMIN_URL", "S3_BUCKET", "DJANGO_SETTINGS_MODULE", "PYTHONPATH"}
    for name in others:
        monkeypatch.setenv(name, "other")
    monkeypatch.setenv("UV_INDEX_URL", "https://example.com")
    env = project_environment(str(tmp_path))
    assert others.isdisjoint(env)
    assert env["UV_INDEX_URL"] == "https://example.com"


# Steps


@pytest.fixture
def step(tmp_path):
    """Return a function that runs a Python program as a step, and gives the counts."""

    def run(program):
        steps = Steps(str(tmp_path / "log"))
        command = [sys.executable, "-c", program]
        steps.run(Step("try", command, str(tmp_path), dict(os.environ), "try again"))
        return steps.count, steps.failed

    return run


def test_a_step_that_succeeds_is_one_line(step, capsys):
    assert step("print('much')") == (1, 0)
    assert re.fullmatch(r"  ok +\d+\.\d s  try\n", capsys.readouterr().out)


def test_a_step_that_fails_shows_its_last_lines_and_the_command(step, capsys):
    program = r"import sys; print(*range(100), '\033[2J', sep='\n', file=sys.stderr); sys.exit(4)"
    assert step(program) == (1, 1)
    first, *lines, last = capsys.readouterr().out.splitlines()
    assert first.startswith("  FAIL")
    assert [line.strip() for line in lines] == [*map(str, range(81, 100)), r"\x1b[2J"]
    assert last.strip() == "It ended with code 4. To repeat it: try again"


def test_a_step_has_a_time_limit_and_leaves_no_children(step, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(steps_module, "MAX_SECONDS", 0.2)
    program = (
        "import subprocess, sys\n"
        f"child = [sys.executable, '-c', 'import signal; signal.pause()', {str(tmp_path)!r}]\n"
        "subprocess.Popen(child, start_new_session=True)\n"
        "subprocess.Popen(child).wait()\n"
    )
    assert step(program) == (1, 1)
    assert "was stopped after 0.2 seconds" in capsys.readouterr().out
    wait_for(lambda: not find_processes_in(tmp_path), "every process has ended")


# Signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_check_and_its_folder_is_removed(starter, start, tmp_path, number):
    starter(open_=LOCKED)
    temporary = tmp_path / "TMPDIR"
    with start("starter", "check", "acme", "--trust", env=os.environ) as process:
        wait_for(lambda: list(temporary.glob("*/renders/1")), "it renders")
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == 3
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
def test_a_signal_during_set_up_leaves_nothing_running(starter, start, tmp_path):
    starter()
    temporary = tmp_path / "TMPDIR"
    with start("starter", "check", "acme", "--trust", env=os.environ) as process:
        wait_for(lambda: list(temporary.glob("*/project0/shop/.venv")), "it sets up")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 3
    assert list(temporary.glob("chanscaffold-*")) == []  # uv leaves a lock beside it
    wait_for(lambda: not find_processes_in(temporary), "every process has ended")


# Real projects


@pytest.fixture
def every_python(tmp_path, monkeypatch):
    """Put a Python for every Django on PATH."""
    for version in set(SCHEMA["_python"].values()):
        programs = tmp_path / version
        programs.mkdir()
        (programs / f"python{version}").symlink_to(Path(python_or_skip(version)).resolve())
        monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)


@pytest.mark.slow
def test_each_failure_in_a_project_is_a_line_with_a_command(starter, tmp_path):
    test = 'def test_team():\n    name = "we are the team"\n    assert name == ""\n'
    starter(
        files={
            "overlay/tests/test_team.py": test,
            "overlay/config/more.py": 'VALUE: int = "text"\n',
        }
    )
    result = check()
    assert result.exit_code == 1
    failed = re.findall(r"FAIL +[\d.]+ s  (.*)", result.stdout)
    assert failed == ["mypy .", "pytest -q"]
    assert "we are the team" in result.stdout
    assert re.search(
        r"repeat it: chanscaffold new shop --starter \S+ && cd shop && \S+python -m pytest -q",
        result.stdout,
    )
    assert list((tmp_path / "TMPDIR").glob("chanscaffold-*")) == []


@pytest.mark.slow
@pytest.mark.usefixtures("every_python")
@pytest.mark.parametrize("name", ["acme", "orders", "shop"])
def test_the_example_starters_are_sound(name):
    result = check(EXAMPLES / name)
    assert result.exit_code == 0, result.output
    assert re.search(rf"{name}: all \d+ steps succeeded", result.stdout)


@pytest.mark.slow
@pytest.mark.usefixtures("every_python")
def test_a_new_starter_is_sound(here):
    from chanscaffold.cli import cli

    assert CliRunner().invoke(cli, ["starter", "new", "begin"]).exit_code == 0
    result = check("begin")
    assert result.exit_code == 0, result.output
    assert re.search(r"begin: all \d+ steps succeeded", result.stdout)


def test_a_terminal_shows_the_step_that_runs(monkeypatch, capsys, tmp_path):
    steps = Steps(str(tmp_path / "log"))
    steps.begin("render 3 combinations")
    assert capsys.readouterr().out == ""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    steps.begin("render 3 combinations")
    assert capsys.readouterr().out == "  ...            render 3 combinations\r"
