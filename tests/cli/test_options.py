"""The flags, the help and the questions: all of them come from the template's cookiecutter.json."""

import json
import shlex

import click
import pytest
from click.testing import CliRunner

from chanscaffold.cli import cli
from chanscaffold.cli import new as command


@pytest.fixture
def edit(standin):
    """Change the small template's cookiecutter.json."""

    def write(**changes):
        path = standin / "cookiecutter.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    return write


def test_every_option_of_the_template_is_a_flag_with_its_help_and_default(schema):
    page = CliRunner().invoke(cli, ["new", "--help"], terminal_width=200).stdout
    for key, definition in schema.items():
        if key[0] == "_" or key == "project_slug":
            continue
        flag = "--" + schema["_repeatable"].get(key, key).replace("_", "-")
        prompt = schema["__prompts__"][key]
        line = next(line for line in page.splitlines() if line.strip().startswith(flag))
        assert (prompt["__prompt__"] if isinstance(prompt, dict) else prompt) in line
        if isinstance(definition, list):
            assert f"[{'|'.join(definition)}]" in line
            assert f"[default: {definition[0]}]" in line
        elif isinstance(definition, bool):
            assert f"{flag} / --no-{flag[2:]}" in line
    assert "--project-slug" not in page


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_has_a_long_and_a_short_flag(flag):
    for arguments in ([flag], ["new", flag]):
        result = CliRunner().invoke(cli, arguments)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.startswith("Usage: ")


def test_every_command_and_flag_has_help():
    assert all(
        each.help for each in (*cli.commands.values(), *cli.commands["starter"].commands.values())
    )
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert all(option.help for option in options)


def test_the_version_is_that_of_the_template(schema, run):
    result = run("--version")
    assert (result.returncode, result.stdout) == (0, f"chanscaffold {schema['_version']}\n")


@pytest.mark.parametrize(
    "flags", [["--template", "{}"], ["--template={}"], ["-qv", "--template", "{}"]]
)
def test_flags_come_from_the_named_template(standin, edit, hook_runs, here, flags):
    edit(colour=["red", "blue"], dark=False, motto="none", __prompts__={"colour": "Paint"})
    arguments = [flag.format(standin) for flag in flags]
    page = CliRunner().invoke(cli, ["new", *arguments, "--help"]).stdout
    assert "--colour [red|blue]" in page
    assert "Paint" in page
    result = CliRunner().invoke(
        cli, ["new", "mysite", "--colour", "blue", "--dark", "--motto", "x", *arguments]
    )
    assert result.exit_code == 0, result.output
    answers = hook_runs(here / "mysite")[1]["answers"]
    assert {"colour": "blue", "dark": True, "motto": "x"}.items() <= answers.items()


def test_after_two_dashes_a_template_is_a_path(here):
    result = CliRunner().invoke(cli, ["new", "--", "--template"])
    assert result.exit_code == 2
    assert "the last part of PATH, '--template' must be" in result.stderr


def test_shells_complete_the_flags_of_the_template():
    words = {
        "_CHANSCAFFOLD_COMPLETE": "bash_complete",
        "COMP_WORDS": "chanscaffold new --la",
        "COMP_CWORD": "2",
    }
    result = CliRunner().invoke(cli, env=words, prog_name="chanscaffold")
    assert "plain,--layer" in result.stdout


# Prompts


def test_the_prompts_follow_the_order_of_the_options_and_explain_the_choices(new, here, hook_runs):
    result = new("mysite", "--interactive", input="\n" * 20)
    assert result.exit_code == 0, result.output
    asked = [
        "Project name",
        "Django version [5.2]",
        "Channel layer",
        "Database",
        "Production server",
        "Add a Dockerfile",
    ]
    places = [result.stderr.index(text) for text in asked]
    assert places == sorted(places)
    assert "Redis or Valkey, for any number of processes" in result.stderr
    assert hook_runs(here / "mysite")[1]["answers"]["superusers"] == "admin"


def test_a_given_answer_has_no_prompt(new, here):
    (here / "team.toml").write_text('database = "postgres"')
    result = new(
        "mysite",
        "--interactive",
        "--layer",
        "redis",
        "--answers-file",
        "team.toml",
        input="\n" * 20,
    )
    assert result.exit_code == 0
    assert "Django" in result.stderr
    assert "Channel layer" not in result.stderr
    assert "Database" not in result.stderr


def test_an_invalid_answer_is_explained_and_prompted_for_again(new, here, hook_runs):
    answers = [
        "{{ 7*7 }}",
        'a "b"',
        "A B",
        "4.2",
        "5.2",
        "rabbit",
        "redis",
        *[""] * 2,
        "maybe",
        "y",
        "",
        "",
        "a,a",
        "a,b",
    ]
    result = new("mysite", "--interactive", "--no-setup", input="\n".join([*answers, ""]))
    assert result.exit_code == 0, result.output
    for text in (
        "starts template code",
        "must be 1 to 60",
        "must be one of 5.2, 6.1",
        "one of memory",
        "twice",
    ):
        assert text in result.stderr
    chosen = hook_runs(here / "mysite")[1]["answers"]
    assert {
        "project_name": "A B",
        "layer": "redis",
        "docker": True,
        "superusers": "a,b",
    }.items() <= chosen.items()


def test_a_space_means_no_superusers(new, here, hook_runs):
    flags = [
        "--project-name",
        "x",
        "--django",
        "5.2",
        "--layer",
        "redis",
        "--database",
        "sqlite",
        "--server",
        "daphne",
    ]
    result = new(
        "mysite",
        "--interactive",
        *flags,
        "--docker",
        "--ci",
        "none",
        "--example",
        "--setup",
        input=" \n",
    )
    assert result.exit_code == 0, result.output
    assert hook_runs(here / "mysite")[1]["answers"]["superusers"] == ""


def test_the_printed_command_gives_the_same_answers(new, standin, here, hook_runs):
    answers = ["Yours & (mine)", "5.2", "redis", "", "daphne", "y", "gitlab", "n", " ", "y"]
    result = new("one", "--interactive", "--no-git", "-q", input="\n".join([*answers, ""]))
    assert result.exit_code == 0, result.output
    line = result.stderr.split("The same without prompts:\n")[1].strip()
    words = shlex.split(line)
    assert "--interactive" not in words
    words[words.index("one")] = "two"
    again = CliRunner().invoke(cli, words[words.index("new") :])
    assert again.exit_code == 0, again.output
    first, second = (hook_runs(here / slug)[1] for slug in ("one", "two"))
    for run in (first, second):
        del run["answers"]["project_slug"], run["cwd"], run["verbosity"]
    assert first == second


@pytest.mark.parametrize("text", ["", "My Name\n", "My Name\n5.2\nredis\n"])
def test_the_end_of_the_input_writes_nothing(new, here, text):
    result = new("mysite", "--interactive", input=text)
    assert result.exit_code == 2
    assert result.stderr.endswith(
        "Error: The input ended before the last answer: "
        "give answers as flags or in --answers-file.\n"
    )
    assert list(here.iterdir()) == []


def test_a_second_name_after_one_flag_is_refused_with_the_rule(new, here):
    result = new("mysite", "--superuser", "alice", "bob")
    assert result.exit_code == 2
    assert "Repeat --superuser for each name." in result.stderr
