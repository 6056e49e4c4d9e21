"""Renders of the template, and the text of their files."""

import shutil
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

import pytest
from cookiecutter.generate import generate_files
from cookiecutter.utils import create_env_with_context

from support.option_matrix import SCHEMA, list_choices
from support.paths import ROOT

TEMPLATE = ROOT / "{{cookiecutter.project_slug}}"
LIBRARY = "channels_realtime"
LIBRARY_SOURCE = ROOT / "realtime" / "src" / LIBRARY
BASE_ARCHIVE = ".chanscaffold-base.zip"
CACHE_FOLDERS = {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv"}


def copy_template(folder):
    """Copy the files of the checkout that Cookiecutter needs, and return the folder.

    Cookiecutter would copy the whole checkout, with its environments and caches.
    """
    ignore = shutil.ignore_patterns(*CACHE_FOLDERS, "*.pyc", ".DS_Store")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "cookiecutter.json", folder)
    for part in ("hooks", TEMPLATE.name, LIBRARY_SOURCE.relative_to(ROOT)):
        shutil.copytree(ROOT / part, folder / part, ignore=ignore)
    shutil.rmtree(folder / TEMPLATE.name / LIBRARY, ignore_errors=True)
    return folder


@pytest.fixture(scope="session")
def clean_template(tmp_path_factory):
    """A clean copy of the template."""
    return copy_template(tmp_path_factory.mktemp("clean") / "chanscaffold")


@pytest.fixture(scope="session")
def bake(cookies_session, clean_template):
    """Return a function that renders with Cookiecutter, without a setup, and returns the folder."""

    def once(answers):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CHANSCAFFOLD_STEPS", "prune")
            patch.setenv("CHANSCAFFOLD_VERBOSITY", "-1")
            result = cookies_session.bake({**answers, "setup": False}, template=str(clean_template))
        assert result.exception is None
        return result.project_path

    return once


@pytest.fixture(scope="session")
def render_in_process(clean_template, tmp_path_factory):
    """Return a function that renders without hooks, which is ten times faster."""
    source = tmp_path_factory.mktemp("template")
    shutil.copytree(clean_template, source, dirs_exist_ok=True)
    shutil.copytree(source / LIBRARY_SOURCE.relative_to(ROOT), source / TEMPLATE.name / LIBRARY)

    def render(answers):
        output = tmp_path_factory.mktemp("render")
        context = template_context(answers)
        folder = Path(generate_files(source, context, output, accept_hooks=False))
        for name in unused_files(answers):
            path = folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return folder

    return render


def template_context(answers):
    """Return Cookiecutter's context for some answers and the defaults of the others."""
    defaults = {key: values[0] for key, values in list_choices(SCHEMA).items()}
    fixed = {"project_slug": "my-site", "setup": False}
    return {"cookiecutter": {**SCHEMA, **defaults, **fixed, **answers}}


def load_hook(**answers):
    """Return post_gen_project.py as a module, rendered with some answers."""
    module = ModuleType("post_gen")
    text = render_text(
        (ROOT / "hooks" / "post_gen_project.py").read_text(encoding="utf-8"), answers
    )
    exec(text, module.__dict__)
    return module


def render_file(name, answers):
    """Return the text of one of the template's files, rendered with some answers."""
    text = (TEMPLATE / name).read_text(encoding="utf-8")
    return text if is_copied(name) else render_text(text, answers)


def render_text(text, answers):
    """Render a text with some answers."""
    context = template_context(answers)
    return create_env_with_context(context).from_string(text).render(**context)


def is_copied(name):
    """Return whether Cookiecutter copies a file or folder without rendering it."""
    return any(fnmatch(name, pattern) for pattern in SCHEMA["_copy_without_render"])


def unused_files(answers):
    """Return the files and folders that a project with these answers does not have."""
    selected = template_context(answers)["cookiecutter"]
    entries = [
        entry
        for entry in SCHEMA["_optional_files"]
        if not entry["when"].items() <= selected.items()
    ]
    return [name for entry in entries for name in entry["files"]]


def template_files():
    """Return {name in a project: path} for all files of the template and the library."""
    names = [name for name in list_files(TEMPLATE) if not name.startswith(f"{LIBRARY}/")]
    library = {f"{LIBRARY}/{name}": LIBRARY_SOURCE / name for name in list_files(LIBRARY_SOURCE)}
    return {**{name: TEMPLATE / name for name in names}, **library}


def list_files(folder):
    """Return the relative paths of the files below a folder, without caches."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {
        path.as_posix()
        for path in paths
        if path.suffix != ".pyc" and CACHE_FOLDERS.isdisjoint(path.parts)
    }


def read_all(folder, *suffixes):
    """Return {name: text} of the files below a folder, or of those with one of the suffixes."""
    names = sorted(list_files(folder) - {BASE_ARCHIVE})
    return {
        name: (folder / name).read_text(encoding="utf-8")
        for name in names
        if Path(name).suffix in suffixes or not suffixes
    }
