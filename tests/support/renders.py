"""Renders of the template, for the tests that read them: which there are, how they are made, what is in them."""

import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

import pytest
from cookiecutter.generate import generate_files
from cookiecutter.utils import create_env_with_context

from support.paths import ROOT

PROJECT = ROOT / "{{cookiecutter.project_slug}}"
SCHEMA = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))

LIBRARY = "channels_realtime"
SOURCE = ROOT / "realtime" / "src" / LIBRARY
BASE = ".chanscaffold-base.zip"

# What tools leave behind when somebody works on the template in place.
DEBRIS = {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv"}


# Which there are


def list_choices(schema):
    """Return the values of every option that has a choice of them, the default first."""
    public = {
        key: value
        for key, value in schema.items()
        if key[0] != "_" and key not in schema["_unrecorded"]
    }
    booleans = {key: [value, not value] for key, value in public.items() if isinstance(value, bool)}
    return {**{key: value for key, value in public.items() if isinstance(value, list)}, **booleans}


def combine(choices):
    """Return all combinations of the values, as answers."""
    return [
        dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values())
    ]


def pairs_of(answers):
    """Return every pair of two answers."""
    return set(itertools.combinations(sorted(answers.items()), 2))


def cover_pairs(choices):
    """Return few combinations that hold every pair of values of two options; the same each time."""
    combinations, chosen = combine(choices), []
    random.Random(0).shuffle(combinations)  # in the order of counting, more would be needed
    missing = set().union(*map(pairs_of, combinations))
    while missing:
        chosen.append(max(combinations, key=lambda answers: len(missing & pairs_of(answers))))
        missing -= pairs_of(chosen[-1])
    return chosen


def name_of(answers):
    """Return a name for some answers: what differs from the defaults."""
    choices = list_choices(SCHEMA)
    changed = [
        f"{key}={value}".lower() for key, value in answers.items() if value != choices[key][0]
    ]
    return " ".join(changed) or "default"


def flags_of(answers):
    """Return the flags of `chanscaffold new` for some answers."""
    switches = {True: "--{}", False: "--no-{}"}
    pairs = [
        (switches[value].format(key),) if isinstance(value, bool) else (f"--{key}", value)
        for key, value in answers.items()
    ]
    return [word for pair in pairs for word in pair]


# How they are made


def copy_template(folder):
    """Copy what makes projects out of the checkout, and nothing else of it, and return the folder.

    Cookiecutter copies the whole folder that it is given, with its environments and caches.
    """
    ignore = shutil.ignore_patterns(*DEBRIS, "*.pyc", ".DS_Store")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "cookiecutter.json", folder)
    for part in ("hooks", PROJECT.name, SOURCE.relative_to(ROOT)):
        shutil.copytree(ROOT / part, folder / part, ignore=ignore)
    shutil.rmtree(folder / PROJECT.name / LIBRARY, ignore_errors=True)
    return folder


@pytest.fixture(scope="session")
def clean_template(tmp_path_factory):
    """A clean copy of the template."""
    return copy_template(tmp_path_factory.mktemp("clean") / "chanscaffold")


@pytest.fixture(scope="session")
def bake(cookies_session, clean_template):
    """Return a function that gives the folder of a new render, made by Cookiecutter and pruned, nothing more."""

    def once(answers):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CHANSCAFFOLD_STEPS", "prune")
            patch.setenv("CHANSCAFFOLD_VERBOSITY", "-1")
            result = cookies_session.bake({**answers, "setup": False}, template=str(clean_template))
        assert result.exception is None
        return result.project_path

    return once


@pytest.fixture(scope="session")
def render_quickly(clean_template, tmp_path_factory):
    """Return a function that makes the same in this process, without starting the hooks: a tenth of the time."""
    source = tmp_path_factory.mktemp("template")
    shutil.copytree(clean_template, source, dirs_exist_ok=True)
    shutil.copytree(source / SOURCE.relative_to(ROOT), source / PROJECT.name / LIBRARY)

    def render(answers):
        place = tmp_path_factory.mktemp("render")
        folder = Path(generate_files(source, variables_for(answers), place, accept_hooks=False))
        for name in unchosen(answers):
            path = folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return folder

    return render


def variables_for(answers):
    """Return what Cookiecutter renders with, for some answers and else the defaults."""
    first = {key: values[0] for key, values in list_choices(SCHEMA).items()}
    return {
        "cookiecutter": {**SCHEMA, **first, "project_slug": "my-site", "setup": False, **answers}
    }


def load_hook(**answers):
    """Return post_gen_project.py as a module, rendered with some answers and else the defaults."""
    variables = variables_for(answers)
    source = (ROOT / "hooks" / "post_gen_project.py").read_text(encoding="utf-8")
    module = ModuleType("post_gen")
    exec(
        create_env_with_context(variables).from_string(source).render(**variables), module.__dict__
    )
    return module


def render_file(name, answers):
    """Return the text of one of the template's files."""
    variables = variables_for(answers)
    source = (PROJECT / name).read_text(encoding="utf-8")
    if is_copied(name):
        return source
    return create_env_with_context(variables).from_string(source).render(**variables)


def is_copied(name):
    """Return whether Cookiecutter copies a file, or a folder, as it is."""
    return any(fnmatch(name, pattern) for pattern in SCHEMA["_copy_without_render"])


def unchosen(answers):
    """Return the files and folders that a project with these answers must not have."""
    chosen = variables_for(answers)["cookiecutter"]
    entries = [
        entry for entry in SCHEMA["_optional_files"] if not entry["when"].items() <= chosen.items()
    ]
    return [name for entry in entries for name in entry["files"]]


def template_files():
    """Return where each file of the template lies, the library's too, by its name in a project."""
    own = {
        name: PROJECT / name for name in list_files(PROJECT) if not name.startswith(f"{LIBRARY}/")
    }
    return {**own, **{f"{LIBRARY}/{name}": SOURCE / name for name in list_files(SOURCE)}}


# What is in them


def list_files(folder):
    """Return the relative paths of the files below a folder."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix() for path in paths if DEBRIS.isdisjoint(path.parts)}


def read_all(folder, *suffixes):
    """Return the text files below a folder, or those with one of the suffixes, as name and text."""
    names = sorted(list_files(folder) - {BASE})
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in names}
    return {
        name: text for name, text in texts.items() if Path(name).suffix in suffixes or not suffixes
    }


# What the tools say


def run_tool(*arguments, folder, python=sys.executable, **variables):
    """Run a Python module, fail with its output unless it is content, and return what it said."""
    return run_quietly([python, "-m", *arguments], folder, **variables)


def run_quietly(command, folder, **variables):
    """Run a command in the same way; no variable of another project reaches it."""
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    env |= {name: str(value) for name, value in variables.items()}
    result = subprocess.run(
        list(map(str, command)), cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def example_variables(folder):
    """Return the variables that a render's .env.example sets, with a key."""
    example = (folder / ".env.example").read_text(encoding="utf-8")
    found = dict(re.findall(r"(?m)^([A-Z_]+)=(.*)", example))
    return {
        **{name: value.replace("<port>", "1") for name, value in found.items()},
        "SECRET_KEY": "x",
    }
