"""The guide to progress, followed word for word: with Django's tasks, and then with Celery."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect
from support.doc_samples import change_file, read_samples, run_command
from support.paths import ROOT
from support.processes import stop_session
from support.projects import PASSWORD, Project
from support.pythons import python_or_skip
from support.servers import RUNSERVER, serve

GUIDE = "guides/progress.md"
OVERLAY = ROOT / "examples" / "starters" / "exports" / "overlay"
# The test makes the project and starts the processes by itself.
SKIP = ("chanscaffold new", "cd ", "services", "runserver", "db_worker", "celery -A")
WORKERS = ("manage.py db_worker", "-m celery -A config worker")
CHECKS = ("ruff check --fix .", "ruff format .", "mypy .", "pytest tests/test_exports.py")
RUNNING = re.compile(r"^Export: [1-9]\d* of 100$")
SECONDS = 1000  # milliseconds


def split_guide():
    """Return the samples up to Celery, and those from there on."""
    samples = read_samples(GUIDE)
    [begin] = [n for n, sample in enumerate(samples) if 'uv add "celery' in sample.text]
    return samples[:begin], samples[begin:]


def follow(samples, project):
    """Do what the samples say."""
    for sample in samples:
        for command in sample.commands if sample.language == "console" else ():
            if not any(text in command for text in SKIP):
                run_command(command, project.path, project.env)
        if sample.path:
            change_file(project.path / sample.path, sample)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder, python = tmp_path_factory.mktemp("guide"), python_or_skip("3.13")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = os.environ | {"PATH": path, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    command = read_samples(GUIDE)[0].commands[0].replace("3.13", python)
    return Project(folder / "mysite", env, run_command(command, folder, env))


@contextmanager
def run_worker(project, command):
    """Run a worker of a queue until the block ends."""
    words = [project.python, *command.split()]
    with (project.path / "worker.log").open("wb") as log:
        streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
        process = subprocess.Popen(
            words, cwd=project.path, env=project.env, start_new_session=True, **streams
        )
    try:
        yield
    finally:
        stop_session(process)


def visit(chromium, site):
    """Sign in, and return the page of the exports."""
    page = chromium.new_context().new_page()
    page.goto(f"{site.url}/accounts/login/?next=/exports/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Start an export").click()
    return page


@pytest.mark.parametrize(
    "path",
    [
        "templates/exports/index.html",
        "static/exports/exports.css",
        "static/exports/progress.js",
        "work.py",
        "routing.py",
        "urls.py",
    ],
)
def test_the_guide_and_the_starter_have_the_same_files(path):
    [sample] = [each for each in read_samples(GUIDE) if each.path == f"exports/{path}"]
    assert sample.text == (OVERLAY / "exports" / path).read_text(encoding="utf-8")


@pytest.mark.slow
def test_work_in_both_queues_shows_its_progress(project, chromium):
    for samples, worker in zip(split_guide(), WORKERS, strict=True):
        follow(samples, project)
        with serve(project, (*RUNSERVER, "--noreload")) as site, run_worker(project, worker):
            page = visit(chromium, site)
            expect(page.get_by_text(RUNNING).first).to_be_visible(timeout=60 * SECONDS)
            page.reload()
            expect(page.get_by_role("progressbar").first).to_be_visible(timeout=60 * SECONDS)
            expect(page.get_by_role("progressbar")).to_have_count(0, timeout=60 * SECONDS)
            assert page.get_by_role("listitem").first.inner_text() == "Export is finished."
            page.context.close()
    for command in CHECKS:
        run_command(f".venv/bin/python -m {command}", project.path, project.env)
