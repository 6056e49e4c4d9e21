"""Projects that together have every pair of options: their README and their CI commands work.

tests/deployment tests `deploy/README.md` and the containers.
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
MATRIX = cover_pairs(CHOICES)

# Programs of a job. A container of GitLab has no uv, and runs as root, so without PostgreSQL.
TOOLS = {"none": ("git", "sh", "uv"), "github": ("git", "sh", "uv"), "gitlab": ("git", "sh")}


def test_the_matrix_has_every_pair_of_values():
    for one, other in itertools.combinations(CHOICES, 2):
        pairs = {(answers[one], answers[other]) for answers in MATRIX}
        assert pairs == set(itertools.product(CHOICES[one], CHOICES[other])), (one, other)
    assert len(MATRIX) <= 8


def parametrize_answers(ci):
    """Run a slow test for each combination of the matrix with a value of `ci`."""
    combinations = [answers for answers in MATRIX if answers["ci"] == ci]
    return lambda test: pytest.mark.slow(
        pytest.mark.parametrize("answers", combinations, ids=map(describe, combinations))(test)
    )


@pytest.fixture
def create(sandbox, tmp_path):
    """Return a function that creates a project with answers, flags and a version of Python."""

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
    """Return a fresh clone of a project, as in a job."""
    check(["git", "clone", "--quiet", project.path, "clone"], project.path.parent, project.env)
    return Project(project.path.parent / "clone", project.env, project.creation)


def shell(project, command, **variables):
    """Run a line with sh, and return its output."""
    return check(["sh", "-ec", command], project.path, {**project.env, **variables})


# The README


def list_commands(project, *sections):
    """Return the commands of some sections of the README, without their comments."""
    text = (project.path / "README.md").read_text(encoding="utf-8")
    parts = {part.partition("\n")[0]: part for part in text.split("\n## ")}
    lines = re.findall(r"(?m)^    (\S.*)", "".join(parts[section] for section in sections))
    return [re.sub(r"  +.*", "", line) for line in lines]


def follow_the_readme(project, skip=()):
    """Run the commands for development except those in `skip`, and use the servers."""
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
        elif command not in skip:
            shell(project, command)


def serve_in_production(project, **urls):
    """Install for production, run the command of deploy/web@.service, and use the site."""
    port = find_free_port()
    variables = {
        **PRODUCTION_VARIABLES,
        **urls,
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
    """Return a function that returns the URLs of servers for some answers."""

    def list_urls(answers):
        urls = {"DATABASE_URL": "sqlite:///production.sqlite3"}
        if answers["layer"] == "redis":
            urls["CHANNEL_LAYER_URL"] = request.getfixturevalue("redis_url")
        if answers["database"] == "postgres":
            urls["DATABASE_URL"] = request.getfixturevalue("own_database")
        return urls

    return list_urls


@pytest.fixture
def own_database(postgres_url):
    """The URL of an empty database with its own owner, which exist during one test."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE app SUPERUSER LOGIN PASSWORD 'app'")
        connection.execute("CREATE DATABASE app OWNER app")
        yield re.sub(r"//.*@(.*)/.*", r"//app:app@\1/app", postgres_url)
        connection.execute("DROP DATABASE app WITH (FORCE)")
        connection.execute("DROP ROLE app")


def has_example(project):
    return (project.path / "chat").exists()


def assert_no_findings(project, **variables):
    """Assert that `chanscaffold doctor --live` finds nothing."""
    doctor = [sys.executable, "-P", "-c", CHANSCAFFOLD, "doctor", "--live", "--format", "json", "."]
    report = json.loads(check(doctor, project.path, {**project.env, **variables}))
    assert report["findings"] == []
    assert all(depth["examined"] for depth in report["depths"].values()), report["depths"]


@contextlib.contextmanager
def services(project):
    """Run `manage.py services` until the block ends, if the project has servers."""
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


# The commands of each project


@parametrize_answers("none")
def test_the_commands_of_the_readme_work(create, real_servers, answers):
    superusers = () if answers["example"] else ("--superuser", "")
    project = create(answers, SCHEMA["_python"][answers["django"]], *superusers)
    assert_setup_succeeded(project.creation.output, example=answers["example"])
    assert project.run_module("django", "--version").startswith(answers["django"])
    project.run_module("ruff", "format", "--check", ".")
    follow_the_readme(project)
    with services(project):
        assert_no_findings(project)
    assert project.git("status", "--porcelain") == ""
    serve_in_production(project, **real_servers(answers))


@parametrize_answers("github")
def test_the_commands_of_the_github_job_work_in_a_fresh_clone(create, real_servers, answers):
    steps = yaml.safe_load(render_file(".github/workflows/ci.yml", answers))["jobs"]["test"][
        "steps"
    ]
    [version] = [
        step["with"]["python-version"] for step in steps if "setup-python" in step.get("uses", "")
    ]
    commands = [step["run"] for step in steps if "run" in step]
    project = clone(create(answers, version, "--no-setup", CI="true"))
    assert_setup_succeeded(run_job(project, commands)[0], example=answers["example"])
    follow_the_readme(project, skip=commands)
    with services(project):
        assert_no_findings(project)
    serve_in_production(project, **real_servers(answers))


@parametrize_answers("gitlab")
def test_the_commands_of_the_gitlab_job_work_in_a_fresh_clone(create, real_servers, answers):
    job = yaml.safe_load(render_file(".gitlab-ci.yml", answers))["test"]
    servers, variables = real_servers(answers), job.get("variables", {})
    # Replace the names of the containers by servers of this machine.
    hosts = {
        "redis:6379": servers.get("CHANNEL_LAYER_URL"),
        "postgres:5432": servers["DATABASE_URL"],
    }
    for name, url in hosts.items():
        host = re.search(r"[\w.]+:\d+(?=/)", url or "")
        variables = {
            key: value.replace(name, host[0]) if host else value for key, value in variables.items()
        }
    version = job["image"].removeprefix("python:")
    project = clone(create(answers, version, "--no-setup", CI="true", **variables))
    assert_setup_succeeded(run_job(project, job["script"])[0], example=answers["example"])
    assert_no_findings(project, **servers)


def run_job(project, commands):
    """Run the commands of a job, and return their outputs."""
    return [shell(project, command) for command in commands]
