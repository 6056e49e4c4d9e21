"""Projects that together have every pair of values of two options: each is made, and used as its own files say.

`deploy/README.md` and the containers have tests of their own.
"""

import contextlib
import itertools
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import yaml
from support.option_matrix import SCHEMA, cover_pairs, describe, list_choices, to_flags
from support.processes import check, find_free_port, run
from support.projects import Project, assert_setup_succeeded
from support.pythons import python_or_skip
from support.renders import render_file
from support.sandbox import CHANSCAFFOLD
from support.servers import PRODUCTION_VARIABLES, serve

CHOICES = list_choices(SCHEMA)
ROWS = cover_pairs(CHOICES)

# What a job finds beside Python. GitLab's container has no uv, and PostgreSQL does not run in it: the job is root's.
TOOLS = {"none": ("git", "sh", "uv"), "github": ("git", "sh", "uv"), "gitlab": ("git", "sh")}


def test_every_pair_of_values_is_there():
    for one, other in itertools.combinations(CHOICES, 2):
        found = {(answers[one], answers[other]) for answers in ROWS}
        assert found == set(itertools.product(CHOICES[one], CHOICES[other])), (one, other)
    assert len(ROWS) <= 8


def each_row(ci):
    """Run a slow test for each row with a value of `ci`."""
    chosen = [answers for answers in ROWS if answers["ci"] == ci]
    return lambda test: pytest.mark.slow(
        pytest.mark.parametrize("answers", chosen, ids=map(describe, chosen))(test)
    )


@pytest.fixture
def start(sandbox, tmp_path):
    """Return a function that makes a project with some answers, flags, and a version of Python called `python`."""

    def new(answers, version, *flags, **variables):
        python, programs = python_or_skip(version), tmp_path / "programs"
        programs.mkdir()
        (programs / "python").symlink_to(Path(python).resolve())
        if answers["ci"] == "gitlab":
            (programs / "unshare").symlink_to("/bin/false")
        env = sandbox.environment(tools=TOOLS[answers["ci"]], before=[programs], **variables)
        command = sandbox.new_command("mysite", "--python", python, *to_flags(answers), *flags)
        project = Project(tmp_path / "mysite", env, run(command, tmp_path, env))
        assert project.creation.exit_code == 0, project.creation.output
        return project

    return new


def clone(project):
    """Return a fresh clone of a project, as a job gets it."""
    check(["git", "clone", "--quiet", project.path, "clone"], project.path.parent, project.env)
    return Project(project.path.parent / "clone", project.env, project.creation)


def shell(project, command, **variables):
    """Run a line of a file as a shell would, and return what it said."""
    return check(["sh", "-ec", command], project.path, {**project.env, **variables})


# What the README says


def list_commands(project, *sections):
    """Return the commands below some headings of the README, without what is said about them."""
    text = (project.path / "README.md").read_text(encoding="utf-8")
    parts = {part.partition("\n")[0]: part for part in text.split("\n## ")}
    found = re.findall(r"(?m)^    (\S.*)", "".join(parts[section] for section in sections))
    return [re.sub(r"  +.*", "", command) for command in found]


def follow_the_readme(project, done=()):
    """Run the commands for development, but for those that have been done, and serve."""
    for command in list_commands(project, "Start", "Commands"):
        if command.endswith("runserver"):
            words = shlex.split(command)
            with serve(project, [*words[1:], "127.0.0.1:{port}"]) as server:
                server.assert_serves(has_example(project))
        elif command.endswith("manage.py services"):
            with services(project):
                pass
        elif command.endswith("createsuperuser"):
            user = {
                "DJANGO_SUPERUSER_USERNAME": "carol",
                "DJANGO_SUPERUSER_PASSWORD": "x",
                "EMAIL": "c@example.com",
            }
            shell(project, f"{command} --no-input --email $EMAIL", **user)
        elif command not in done:
            shell(project, command)


def serve_in_production(project, **addresses):
    """Install for production and run the command of deploy/web@.service; look whether it answers."""
    port = find_free_port()
    variables = {
        **PRODUCTION_VARIABLES,
        **addresses,
        "HTTPS": "false",
        "CSRF_TRUSTED_ORIGINS": f"http://127.0.0.1:{port}",
    }
    shell(project, "python bootstrap.py --prod --use-env", **variables)
    shell(project, ".venv/bin/python manage.py collectstatic --no-input", **variables)
    unit = (
        (project.path / "deploy" / "web@.service").read_text(encoding="utf-8").replace("\\\n", " ")
    )
    [command] = re.findall(r"(?m)^ExecStart=\S+/python (.*)", unit)
    with serve(project, shlex.split(command.replace("%i", "{port}")), port, **variables) as server:
        server.assert_serves(has_example(project))


@pytest.fixture
def real_servers(request):
    """Return a function that gives the addresses of servers for some answers, with an empty database."""

    def find(answers):
        found = {"DATABASE_URL": "sqlite:///production.sqlite3"}
        if answers["layer"] == "redis":
            found["CHANNEL_LAYER_URL"] = request.getfixturevalue("redis_url")
        if answers["database"] == "postgres":
            found["DATABASE_URL"] = request.getfixturevalue("own_database")
        return found

    return find


@pytest.fixture
def own_database(postgres_url):
    """The address of an empty database and its owner, both with one name; other tests never see them."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE app SUPERUSER LOGIN PASSWORD 'app'")
        connection.execute("CREATE DATABASE app OWNER app")
        yield re.sub(r"//.*@(.*)/.*", r"//app:app@\1/app", postgres_url)
        connection.execute("DROP DATABASE app WITH (FORCE)")
        connection.execute("DROP ROLE app")


def has_example(project):
    return (project.path / "chat").exists()


def is_sound(project, **variables):
    """Let doctor look at a project in every way it has: it finds nothing, not even something to advise."""
    doctor = [sys.executable, "-P", "-c", CHANSCAFFOLD, "doctor", "--live", "--format", "json", "."]
    report = json.loads(check(doctor, project.path, {**project.env, **variables}))
    assert report["findings"] == []
    assert all(depth["examined"] for depth in report["depths"].values()), report["depths"]


@contextlib.contextmanager
def services(project):
    """Have the project's own servers for a while, if it has some."""
    if "REALTIME_SERVICES" not in (project.path / "config" / "settings.py").read_text(
        encoding="utf-8"
    ):
        yield
        return
    command = [project.python, "manage.py", "services", "--until-stdin-ends"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(
        command, cwd=project.path, env=project.env, text=True, **pipes
    ) as servers:
        assert any(line.startswith("Ready") for line in servers.stdout)
        yield
        servers.communicate(timeout=60)


# The rows, each used as its answer to `ci` allows


@each_row("none")
def test_a_project_does_what_its_readme_says(start, real_servers, answers):
    nobody = () if answers["example"] else ("--superuser", "")
    project = start(answers, SCHEMA["_python"][answers["django"]], *nobody)
    assert_setup_succeeded(project.creation.output, example=answers["example"])
    assert project.run_module("django", "--version").startswith(answers["django"])
    project.run_module("ruff", "format", "--check", ".")
    follow_the_readme(project)
    with services(project):
        is_sound(project)
    assert project.git("status", "--porcelain") == ""
    serve_in_production(project, **real_servers(answers))


@each_row("github")
def test_the_commands_of_githubs_job_work_in_a_fresh_clone(start, real_servers, answers):
    steps = yaml.safe_load(render_file(".github/workflows/ci.yml", answers))["jobs"]["test"][
        "steps"
    ]
    [version] = [
        step["with"]["python-version"] for step in steps if "setup-python" in step.get("uses", "")
    ]
    commands = [step["run"] for step in steps if "run" in step]
    project = clone(start(answers, version, "--no-setup", CI="true"))
    assert_setup_succeeded(run_job(project, commands)[0], example=answers["example"])
    follow_the_readme(project, done=commands)
    with services(project):
        is_sound(project)
    serve_in_production(project, **real_servers(answers))


@each_row("gitlab")
def test_the_commands_of_gitlabs_job_work_in_a_fresh_clone(start, real_servers, answers):
    job = yaml.safe_load(render_file(".gitlab-ci.yml", answers))["test"]
    servers, variables = real_servers(answers), job.get("variables", {})
    # The containers' names lead to servers of ours.
    hosts = {
        "redis:6379": servers.get("CHANNEL_LAYER_URL"),
        "postgres:5432": servers["DATABASE_URL"],
    }
    for name, address in hosts.items():
        place = re.search(r"[\w.]+:\d+(?=/)", address or "")
        variables = {
            key: value.replace(name, place[0]) if place else value
            for key, value in variables.items()
        }
    version = job["image"].removeprefix("python:")
    project = clone(start(answers, version, "--no-setup", CI="true", **variables))
    assert_setup_succeeded(run_job(project, job["script"])[0], example=answers["example"])
    is_sound(project, **servers)


def run_job(project, commands):
    """Run the commands of a job in their order, and return what each of them said."""
    return [shell(project, command) for command in commands]
