"""Every combination of the options passes the compiler, linter, formatter, type checker and checks.

All combinations are rendered. The compiler, the type checker and Django's checks run once for
combinations whose Python files, pages, tool settings and variables are equal.
"""

import functools
import hashlib
import json
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.option_matrix import SCHEMA, combine, cover_pairs, describe, list_choices
from support.pythons import UV, python_or_skip
from support.renders import read_all
from support.servers import PRODUCTION_VARIABLES
from support.tools import read_env_example, run_module, run_program

from channels_doctor.examine.main import find_faults
from channels_doctor.examine.project import Project
from channels_doctor.examine.registry import load_rules

pytestmark = pytest.mark.slow

COMBINATIONS = combine(list_choices(SCHEMA))
each_django = pytest.mark.parametrize("django", SCHEMA["django"])


@dataclass
class Renders:
    """The combinations with a version of Django, and a Python with the packages of all of them."""

    python: Path
    folders: dict  # {name: folder} of every combination
    distinct: dict  # {name: folder} without combinations whose checked files are equal


@pytest.fixture(scope="session")
def renders_of(render_in_process, tmp_path_factory):
    """Return a function that returns the renders with a version of Django."""

    @functools.cache
    def make(django):
        oldest = python_or_skip(SCHEMA["_python"][django])
        combinations = [answers for answers in COMBINATIONS if answers["django"] == django]
        folders = {describe(answers): render_in_process(answers) for answers in combinations}
        python = install(tmp_path_factory.mktemp("environment"), folders.values(), oldest)
        return Renders(python, folders, remove_duplicates(folders))

    return make


def install(parent, folders, python):
    """Install the packages of all projects into one environment, and return its Python."""
    projects = [
        tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")) for folder in folders
    ]
    packages = {
        package
        for project in projects
        for package in (*project["project"]["dependencies"], *project["dependency-groups"]["dev"])
    }
    run_program([UV, "venv", "--quiet", "--python", python, ".venv"], parent)
    installed = parent / ".venv" / "bin" / "python"
    run_program([UV, "pip", "install", "--quiet", "--python", installed, *sorted(packages)], parent)
    return installed


def remove_duplicates(folders):
    """Return one folder of those with equal Python files, pages, tool settings and variables."""
    distinct = {}
    for name, folder in sorted(folders.items()):
        tools = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
        inputs = read_all(folder, ".py", ".html"), tools, server_urls(folder)
        distinct.setdefault(hashlib.sha256(json.dumps(inputs).encode()).hexdigest(), name)
    return {name: folders[name] for name in distinct.values()}


def server_urls(folder):
    """Return the variables of .env.example with the URLs of servers."""
    variables = read_env_example(folder)
    return {name: variables[name] for name in ("DATABASE_URL", "CHANNEL_LAYER_URL")}


@each_django
def test_every_combination_passes_the_linter_and_the_formatter(renders_of, django):
    renders = renders_of(django)
    folders = renders.folders.values()
    run_module(
        "ruff", "check", "--no-cache", *folders, folder=renders.python.parent, python=renders.python
    )
    run_module(
        "ruff",
        "format",
        "--check",
        "--no-cache",
        *folders,
        folder=renders.python.parent,
        python=renders.python,
    )


@each_django
def test_every_combination_compiles_without_a_warning(renders_of, django, tmp_path):
    renders = renders_of(django)
    strict = [renders.python, "-W", "error", "-m", "compileall", "-q"]
    run_program([*strict, *renders.distinct.values()], tmp_path, PYTHONPYCACHEPREFIX=tmp_path)


@each_django
def test_every_combination_passes_the_type_checker(renders_of, django, tmp_path):
    renders = renders_of(django)
    for folder in renders.distinct.values():
        variables = {**server_urls(folder), "SECRET_KEY": "x"}
        command = ("mypy", "--cache-dir", tmp_path, ".")
        run_module(
            *command, folder=folder, python=renders.python, PYTHONDONTWRITEBYTECODE="1", **variables
        )


@each_django
def test_every_combination_passes_the_deployment_checks(renders_of, django):
    renders = renders_of(django)
    for folder in renders.distinct.values():
        variables = {**PRODUCTION_VARIABLES, **server_urls(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        manage = [renders.python, "manage.py"]
        run_program([*manage, "collectstatic", "--no-input"], folder, **variables)
        output = run_program([*manage, "check", "--deploy"], folder, **variables)
        shutil.rmtree(folder / "staticfiles")  # the renders are shared with other tests
        assert output == "System check identified no issues (2 silenced).\n"


@each_django
def test_the_linter_finds_nothing_in_any_combination(renders_of, django):
    rules = load_rules()
    for name, folder in renders_of(django).folders.items():
        assert list(find_faults(Project(str(folder)), rules)) == [], name


def test_rendering_in_process_gives_the_same_files_as_cookiecutter(render_in_process, bake):
    answers = cover_pairs(list_choices(SCHEMA))[0]
    folder = render_in_process({**answers, "project_name": "My Site"})
    assert read_all(folder) == read_all(bake(answers))
