"""The tutorial, followed word for word, with two users in two browsers after each part."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.doc_samples import follow

pytestmark = pytest.mark.slow
pytest_plugins = ["support.browsers"]

# The test installs the command and starts the server by itself.
SKIP = ("python3 -m venv", ". env/bin/activate", "pip install", "cd ", "runserver")
PASSWORD = "a password of the tests"
LIMIT = 60  # seconds


@pytest.fixture(scope="module")
def environment():
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return os.environ | {"PATH": path, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}


@pytest.fixture(scope="module")
def project(tmp_path_factory, environment):
    folder = tmp_path_factory.mktemp("tutorial")
    follow("tutorial/index.md", folder, environment, SKIP)
    return folder / "mysite"


@contextmanager
def serve(project):
    """Run the project's development server; yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [".venv/bin/python", "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with (project / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=project, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for_port(port, server)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(LIMIT)


def wait_for_port(port, server):
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the server does not answer")


@contextmanager
def log_in(chromium, address, username):
    """Open the site's first page as a user, in a browser window with its own cookies."""
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.goto(f"{address}accounts/login/?next=/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main button").click()
        page.get_by_text(f"Hello, {username}.").wait_for()
        yield page
    finally:
        context.close()


@contextmanager
def two_windows(chromium, project):
    with (
        serve(project) as address,
        log_in(chromium, address, "alice") as alice,
        log_in(chromium, address, "bob") as bob,
    ):
        yield alice, bob


def say(page, text):
    page.get_by_label("Message").fill(text)
    page.get_by_role("button", name="Send").click()


def wait_for_line(page, text):
    page.locator("#log li", has_text=text).wait_for()


def test_two_users_side_by_side_after_each_part(chromium, project, environment):
    follow("tutorial/http.md", project, environment, SKIP)
    with two_windows(chromium, project):
        pass
    follow("tutorial/websocket.md", project, environment, SKIP)
    with two_windows(chromium, project) as (alice, bob):
        say(bob, "from Bob")
        wait_for_line(bob, "from Bob")
        say(alice, "from Alice")
        wait_for_line(alice, "from Alice")
        assert alice.locator("#log li").count() == 1
    for part in ("channel-layer", "library"):
        follow(f"tutorial/{part}.md", project, environment, SKIP)
        with two_windows(chromium, project) as (alice, bob):
            exchange(alice, bob)
            if part == "library":
                ends_with_the_session(bob)


def ends_with_the_session(page):
    """The page's socket is closed when its user logs out in another tab."""
    page.locator("#state", has_text="open").wait_for()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Log out").click()
    page.locator("#state", has_text="closed").wait_for()


def exchange(alice, bob):
    """Both windows show what one of them sends, and what a view sends."""
    say(alice, "good morning")
    for page in (alice, bob):
        wait_for_line(page, "alice: good morning")
    alice.get_by_role("button", name="Ring the bell").click()
    wait_for_line(bob, "rings the bell.")
