"""`starter check`: which projects it looks at, what it says of them, and what it leaves behind."""

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

from chanscaffold.starters.check.unused_files import causes

EXAMPLES = ROOT / "examples" / "starters"

# Locks that leave one project; the tests open some of it again.
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
    """No test reads or writes what the user keeps, and all that is temporary lies in one folder."""
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    (tmp_path / "TMPDIR").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)


@pytest.fixture
def starter(here):
    """Return a function that writes a starter, in which only the options named by `open_` are not locked."""

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
    """Let a check end before it sets projects up."""
    from chanscaffold.starters.check.projects import Projects

    monkeypatch.setattr(Projects, "prove", lambda *_: "")


# Which combinations there are

CHOICES = {"a": ["1", "2"], "b": [False, True], "c": ["x", "y", "z"]}
MANY = {f"option{number}": ["1", "2", "3"][: 2 + number % 2] for number in range(16)}


def open_choices(template):
    from chanscaffold.starters.check.combinations import open_choices as find

    return find(template)


def test_what_a_starter_leaves_open_are_choices_that_are_neither_locked_nor_unrecorded(starter):
    from chanscaffold.starters.loader import start_with
    from chanscaffold.template import load_template

    wall = '[questions.wall]\nprompt = "?"\ndefault = true'
    template = start_with(str(starter(f"{REGION}\n{wall}", open_=["ci"])), load_template())
    assert open_choices(template) == {
        "ci": load_template().schema["ci"],
        "region": ["eu", "us"],
        "wall": [True, False],
    }


def test_few_combinations_are_looked_at_one_by_one():
    from chanscaffold.starters.check.combinations import combine

    found = combine(CHOICES, [{"a": "2", "b": True, "c": "y"}])
    assert len(found) == 12
    assert found[:2] == [{"a": "2", "b": True, "c": "y"}, {"a": "1", "b": False, "c": "x"}]
    assert {tuple(each.values()) for each in found} == set(itertools.product(*CHOICES.values()))


def test_many_combinations_are_replaced_by_few_that_have_every_pair():
    from chanscaffold.starters.check.combinations import combine

    found = combine(MANY)
    assert len(found) <= 25
    for one, other in itertools.combinations(MANY, 2):
        pairs = {(answers[one], answers[other]) for answers in found}
        assert pairs == set(itertools.product(MANY[one], MANY[other]))


def test_the_fewest_projects_have_every_value_and_begin_with_the_defaults():
    from chanscaffold.starters.check.combinations import cover

    found = cover(CHOICES)
    assert len(found) == 3
    assert found[0] == {"a": "1", "b": False, "c": "x"}
    assert all(
        {answers[key] for answers in found} == set(values) for key, values in CHOICES.items()
    )
    assert cover({}) == [{}]


# What is rendered


@pytest.mark.usefixtures("rendered_only")
def test_everything_that_is_open_is_rendered(starter):
    starter(REGION, open_=["ci"])
    result = check()
    assert result.exit_code == 0, result.output
    assert "Render 6 projects, all combinations of ci, region" in result.stdout


def test_a_render_that_fails_names_the_answers_the_file_and_the_reason(starter):
    text = '{% if cookiecutter.region == "us" %}{{ cookiecutter.nothing.at_all }}{% endif %}'
    starter(REGION, {"overlay/TEAM.md": text}, open_=["docker"])
    result = check()
    assert result.exit_code == 1
    assert "FAIL" in result.stdout
    assert "TEAM.md" in result.stdout
    [again] = re.findall(r"To see it again: (.*)", result.stdout)
    assert again.endswith("--region us")
    assert "1 of 1 steps failed" in result.stdout


@pytest.mark.usefixtures("rendered_only")
def test_an_example_answers_a_question_that_has_no_default(starter):
    text = """[questions.code]\nprompt = "?"\npattern = 'x\\d'\nexample = "x7"\n"""
    bad = '{% if cookiecutter.code != "x7" %}{{ cookiecutter.nothing.at_all }}{% endif %}'
    starter(text, {"overlay/TEAM.md": bad})
    assert check().exit_code == 0


def test_a_question_without_default_and_example_is_refused_with_the_key_to_add(starter):
    folder = starter("""[questions.code]\nprompt = "?"\npattern = 'x\\d'\n""")
    result = check()
    assert result.exit_code == 2
    assert f"{folder / 'starter.toml'}: [questions.code]" in result.stderr
    assert 'example = "..."' in result.stderr


def test_a_new_starter_is_checked_only_by_who_trusts_it(starter):
    starter()
    result = check(trust=False)
    assert result.exit_code == 2
    assert "--trust" in result.stderr


# What is left out


@pytest.mark.usefixtures("rendered_only")
def test_overlay_files_that_some_answers_leave_out_are_named_with_these(starter):
    files = {"overlay/chat/more.py": "", "overlay/.github/more.md": "", "overlay/TEAM.md": ""}
    starter(files=files, open_=["example", "ci"])
    notes = re.findall(r"note +(.*)", check().stdout)
    assert notes == [
        "overlay/.github/more.md is left out with ci=none or ci=gitlab.",
        "overlay/chat/more.py is left out with example=false.",
    ]


def test_answers_that_leave_a_file_out_only_together_are_named_together():
    rows = [
        {"layer": layer, "database": database}
        for layer in ("memory", "redis")
        for database in ("sqlite", "pg")
    ]
    assert causes(rows, frozenset({0})) == [(("layer", "memory"), ("database", "sqlite"))]


@pytest.mark.usefixtures("rendered_only")
def test_a_patch_of_a_file_that_is_left_out_is_named(starter):
    original = (ROOT / "{{cookiecutter.project_slug}}" / "chat" / "apps.py").read_text(
        encoding="utf-8"
    )
    from chanscaffold.starters.patch import make

    patch = make(original, f"{original}# More.\n", "chat/apps.py")
    starter(files={"overlay/chat/apps.py.patch": patch}, open_=["example"])
    assert "overlay/chat/apps.py.patch is left out with example=false." in check().stdout


@pytest.mark.usefixtures("rendered_only")
def test_a_file_in_no_project_is_named_with_the_lock_that_leaves_it_out(starter):
    starter(
        files={"overlay/chat/more.py": "", "overlay/.github/more.md": ""},
        locked=[("example", "false")],
    )
    notes = re.findall(r"note +(.*)", check().stdout)
    assert notes == [
        "overlay/.github/more.md is in no project: locked ci=none leaves it out.",
        "overlay/chat/more.py is in no project: locked example=false leaves it out.",
    ]


@pytest.mark.usefixtures("rendered_only")
def test_a_forbidden_answer_that_does_not_even_render_is_no_mistake(starter):
    bad = "{% if not cookiecutter.example %}{{ cookiecutter.nothing.at_all }}{% endif %}"
    starter(files={"overlay/TEAM.md": bad, "overlay/.github/more.md": ""})
    result = check()
    assert result.exit_code == 0, result.output
    assert (
        "overlay/.github/more.md is in no project: locked ci=none leaves it out." in result.stdout
    )


@pytest.mark.usefixtures("rendered_only")
def test_files_of_a_base_are_named_with_its_name_unless_they_are_removed(starter, here):
    starter(files={"overlay/chat/more.py": "", "overlay/chat/less.py": ""}, open_=["example"])
    (here / "child").mkdir()
    text = 'name = "child"\nextends = "../acme"\n[files]\nremove = ["chat/less.py"]\n'
    (here / "child" / "starter.toml").write_text(text, encoding="utf-8")
    notes = re.findall(r"note +(.*)", check("child").stdout)
    assert notes == ["acme: overlay/chat/more.py is left out with example=false."]


# What is set up


@pytest.fixture
def rows(monkeypatch):
    """Return a function that gives the projects to set up, and what is said, where only some Pythons are."""

    def choose(source, *versions):
        from channels_doctor.support.errors import Refused
        from channels_doctor.support.interpreters import Interpreter
        from chanscaffold.starters.check import test_matrix as module
        from chanscaffold.starters.loader import start_with
        from chanscaffold.template import load_template

        def find(request):
            if request is None:
                return Interpreter("python", versions[0])
            for version in versions:
                if request == ".".join(map(str, version[:2])):
                    return Interpreter("python", version)
            raise Refused("none")

        said = []
        monkeypatch.setattr(module, "find_python", find)
        steps = type("Steps", (), {"skip": lambda _, text: said.append(text)})()
        return module.choose_rows(start_with(str(source), load_template()), steps), said

    return choose


def test_a_django_for_a_newer_python_gets_one_that_is_here(starter, rows):
    found, said = rows(starter(open_=["django"]), (3, 11, 7), (3, 12, 1))
    assert [(row.choices["django"], row.python) for row in found] == [("5.2", ""), ("6.1", "3.12")]
    assert said == []


def test_where_no_python_is_new_enough_another_django_takes_the_place_and_it_is_said(starter, rows):
    found, said = rows(starter(open_=["django", "example"]), (3, 11, 7))
    assert [row.choices for row in found] == [
        {"django": "5.2", "example": True},
        {"django": "5.2", "example": False},
    ]
    assert len(said) == 1
    assert "Django 6.1 needs Python 3.12" in said[0]


def test_a_locked_django_that_no_python_is_new_enough_for_is_set_up_nowhere(starter, rows):
    found, said = rows(starter(locked=[("django", '"6.1"')]), (3, 11, 7))
    assert found == []
    assert "no project is set up" in said[0]


@pytest.fixture
def proven(monkeypatch):
    """Return the arguments of `new` for the projects that are set up; nothing is."""
    from chanscaffold.starters.check import projects

    found = []
    monkeypatch.setattr(projects, "_prove", lambda arguments, *_: found.append(arguments) or "")
    return found


def test_a_project_with_the_same_code_as_one_before_is_not_set_up_again(starter, proven):
    folder = starter(open_=["ci", "example"])
    result = check()
    assert result.exit_code == 0, result.output
    new = ["new", "shop", "--starter", str(folder)]
    assert proven == [new, [*new, "--ci", "github", "--no-example"]]


def test_where_set_up_is_locked_away_nothing_is_claimed(starter, proven):
    starter(locked=[("setup", "false")])
    result = check()
    assert result.exit_code == 3
    assert "setup is locked to false" in result.stdout
    assert proven == []


def test_a_project_runs_without_variables_that_are_meant_for_others(tmp_path, monkeypatch):
    from chanscaffold.starters.check.projects import own_environment

    (tmp_path / ".env.example").write_text("DEBUG=true\n# ADMIN_URL=\n", encoding="utf-8")
    for name in ("DEBUG", "ADMIN_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH"):
        monkeypatch.setenv(name, "other")
    monkeypatch.setenv("UV_INDEX_URL", "https://example.com")
    found = own_environment(str(tmp_path))
    assert {"DEBUG", "ADMIN_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH"}.isdisjoint(found)
    assert found["UV_INDEX_URL"] == "https://example.com"


# How a step is run


@pytest.fixture
def step(tmp_path):
    """Return a function that runs a Python program as a step, and gives the counts."""

    def run(program):
        from chanscaffold.starters.check.steps import Step, Steps

        steps = Steps(str(tmp_path / "log"))
        steps.run(
            Step(
                "try", [sys.executable, "-c", program], str(tmp_path), dict(os.environ), "try again"
            )
        )
        return steps.count, steps.failed

    return run


def test_a_good_step_is_one_line(step, capsys):
    assert step("print('much')") == (1, 0)
    assert re.fullmatch(r"  ok +\d+\.\d s  try\n", capsys.readouterr().out)


def test_a_failed_step_shows_its_last_lines_and_how_to_see_it_again(step, capsys):
    program = r"import sys; print(*range(100), '\033[2J', sep='\n', file=sys.stderr); sys.exit(4)"
    assert step(program) == (1, 1)
    first, *lines, last = capsys.readouterr().out.splitlines()
    assert first.startswith("  FAIL")
    assert [line.strip() for line in lines] == [*map(str, range(81, 100)), r"\x1b[2J"]
    assert last.strip() == "It ended with code 4. To see it again: try again"


def test_a_step_has_a_time_limit_and_leaves_no_children(step, capsys, monkeypatch, tmp_path):
    from chanscaffold.starters.check import steps

    monkeypatch.setattr(steps, "LIMIT", 0.2)
    program = (
        "import subprocess, sys\n"
        f"child = [sys.executable, '-c', 'import signal; signal.pause()', {str(tmp_path)!r}]\n"
        "subprocess.Popen(child, start_new_session=True)\n"
        "subprocess.Popen(child).wait()\n"
    )
    assert step(program) == (1, 1)
    assert "was stopped after 0.2 seconds" in capsys.readouterr().out
    wait_for(lambda: not find_processes_in(tmp_path), "every process has ended")


def test_all_renders_are_linted_and_a_finding_names_the_answers_once(starter, tmp_path, capsys):
    from chanscaffold.answers import defaults
    from chanscaffold.starters.check.lint import lint
    from chanscaffold.starters.check.renders import Renderer
    from chanscaffold.starters.check.steps import Steps
    from chanscaffold.starters.loader import start_with
    from chanscaffold.template import load_template

    text = "#% if not cookiecutter.example\nimport os\n\n#% endif\nVALUE =  1\n"
    template = start_with(
        str(starter(files={"overlay/config/more.py": text}, open_=["example", "server"])), load_template()
    )
    folder = tmp_path / "made"
    folder.mkdir()
    renderer = Renderer(template, template.files(), defaults(template, "shop"), str(folder))
    for example, server in itertools.product([True, False], ["uvicorn", "daphne"]):
        renderer.render({"example": example, "server": server})
        renderer.render({"example": example, "server": server, "ci": "github"})
    assert len(list(folder.iterdir())) == 4
    steps = Steps(str(tmp_path / "log"))
    lint(renderer, sys.executable, steps)
    said = capsys.readouterr().out
    assert (steps.count, steps.failed) == (2, 2)
    assert re.findall(r" +(\S*config/more.py.*)", said) == [
        "config/more.py:1:8: F401 [*] `os` imported but unused (with example=false and server=uvicorn)",
        "config/more.py:1:9: unformatted: File would be reformatted (with example=true and server=uvicorn)",
        "config/more.py:3:9: unformatted: File would be reformatted (with example=false and server=uvicorn)",
    ]


# What is left behind


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_check_and_its_folder_is_removed(starter, start, tmp_path, number):
    starter(open_=LOCKED)
    temporary = tmp_path / "TMPDIR"
    with start("starter", "check", "acme", "--trust", env=os.environ) as process:
        wait_for(lambda: list(temporary.glob("*/made/1")), "it renders")
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == 3
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
def test_a_signal_during_set_up_leaves_nothing_running(starter, start, tmp_path):
    starter()
    temporary = tmp_path / "TMPDIR"
    with start("starter", "check", "acme", "--trust", env=os.environ) as process:
        wait_for(lambda: list(temporary.glob("*/projects/0/shop/.venv")), "it sets up")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 3
    assert list(temporary.glob("chanscaffold-*")) == []  # uv leaves a lock beside it
    wait_for(lambda: not find_processes_in(temporary), "every process has ended")


# Real ones


@pytest.fixture
def every_python(tmp_path, monkeypatch):
    """Have a Python for every Django."""
    for version in set(SCHEMA["_python"].values()):
        programs = tmp_path / version
        programs.mkdir()
        (programs / f"python{version}").symlink_to(Path(python_or_skip(version)).resolve())
        monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)


@pytest.mark.slow
def test_whatever_fails_in_a_project_is_a_line_with_a_command(starter, tmp_path):
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
        r"again: chanscaffold new shop --starter \S+ && cd shop && \S+python -m pytest -q",
        result.stdout,
    )
    assert list((tmp_path / "TMPDIR").glob("chanscaffold-*")) == []


@pytest.mark.slow
@pytest.mark.usefixtures("every_python")
@pytest.mark.parametrize("name", ["acme", "orders", "shop"])
def test_the_example_starters_are_sound(name):
    result = check(EXAMPLES / name)
    assert result.exit_code == 0, result.output
    assert f"{name} is sound" in result.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("every_python")
def test_a_new_starter_is_sound(here):
    from chanscaffold.cli import cli

    assert CliRunner().invoke(cli, ["starter", "new", "begin"]).exit_code == 0
    result = check("begin")
    assert result.exit_code == 0, result.output
    assert "begin is sound" in result.stdout


def test_what_was_hardly_meant_so_is_said(make_starter):
    from chanscaffold.starters.check.infos import advise
    from chanscaffold.starters.loader import start_with
    from chanscaffold.template import load_template

    template = load_template()
    own = template.files()["config/urls.py"].content
    patch = "--- a/manage.py\n+++ b/manage.py\n@@ -1 +1,2 @@\n #!/usr/bin/env python\n+# {{ cookiecutter.ci }}\n"
    files = {
        "orders/a.html": "{{cookiecutter.project_name}}",
        "orders/b.html": "{{ name }}",
        "a.md": "{{ cookiecutter.ci }}",
        "manage.py.patch": patch,
        "bootstrap.py.patch": patch.replace("manage", "bootstrap"),
        "tests/test_a.py": "#% if cookiecutter.example\n",
    }
    starter = make_starter(overlay={"config/urls.py": own, "config/asgi.py": "changed", **files})
    lines = [line.split(" ")[1:3] for line in advise(start_with(str(starter.path), template))]
    assert lines == [
        ["overlay/bootstrap.py.patch", "asks"],
        ["overlay/config/urls.py", "is"],
        ["overlay/orders/a.html", "asks"],
        ["overlay/tests/test_a.py", "asks"],
    ]


def test_too_many_choices_end_too():
    from chanscaffold.starters.check.combinations import MOST, combine

    choices = {key: [str(number) for number in range(60)] for key in "abc"}
    assert len(combine(choices)) == MOST
