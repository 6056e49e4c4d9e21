"""The site of the README's quick start, served and used as its reader does."""

import os
import re
import shlex
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from websockets.sync.client import connect

from site_config.environment import free_port

PACKAGE = Path(__file__).resolve().parents[2]
README = (PACKAGE / "README.md").read_text("utf-8")
QUICK_START = README.partition("## Quick start")[2].partition("\n## ")[0]
FILE = re.compile(r'^```\w+ title="([^"]+)"( mode="append")?\n(.*?)^```$', re.M | re.S)
COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
USER = {"DJANGO_SUPERUSER_PASSWORD": "secret", "DJANGO_SUPERUSER_EMAIL": "a@example.com"}
SERVERS = {
    "daphne": ["manage.py", "runserver", "--noreload", "127.0.0.1:{port}"],
    "uvicorn": [
        *["-m", "uvicorn", "mysite.asgi:application", "--ws", "websockets-sansio"],
        *["--port", "{port}"],
    ],
}
# The one command that asks questions: the rest of the answers is in the environment.
ASKS = {"python manage.py createsuperuser": " --username alice --no-input"}
LIMIT = 60  # seconds


def follow_quick_start(folder):
    """Write and set up the site in an empty folder, whose environment is in its folder `env`."""
    start, later = [block.splitlines() for block in COMMANDS.findall(QUICK_START)]
    run(folder, *start)
    for name, mode, text in FILE.findall(QUICK_START):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text((path.read_text() if mode else "") + text)
    *setup, serve = later
    assert serve == "python manage.py runserver"
    for command in setup:
        run(folder, command + ASKS.get(command, ""))


def environment(folder, **variables):
    """Return the environment of a shell in which the site's environment is activated."""
    path = os.pathsep.join([str(folder / "env" / "bin"), "/usr/bin", "/bin"])
    return {"PATH": path, "HOME": str(folder), **USER, **variables}


def run(folder, *commands, **variables):
    """Run commands without a shell, and return what the last one has printed."""
    for command in commands:
        result = subprocess.run(
            shlex.split(command),
            cwd=folder,
            env=environment(folder, **variables),
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, f"{command}:\n{result.stdout}{result.stderr}"
    return result.stdout


@contextmanager
def serve(folder, server, layer, port=None):
    """Run one of the servers, on a free port unless one is given; yield its port."""
    port = port or free_port()
    command = [word.format(port=port) for word in SERVERS[server]]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [folder / "env" / "bin" / "python", *command],
            cwd=folder,
            env=environment(folder, CHANNEL_LAYER_URL=layer),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for_port(process, port, folder / "log")
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(LIMIT)


def wait_for_port(process, port, log):
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(log.read_text())


def send_request(port, method, path, cookies, /, **fields):
    """Send a request, keep its cookies, and return status and text."""
    client = HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    token = {"csrfmiddlewaretoken": cookies["csrftoken"]} if method == "POST" else {}
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    client.request(method, path, urlencode(fields | token), headers)
    response = client.getresponse()
    for header in response.headers.get_all("Set-Cookie", []):
        cookies.update({name: morsel.value for name, morsel in SimpleCookie(header).items()})
    text = response.read().decode()
    client.close()
    return response.status, text


def log_in(port):
    """Log in on the admin's page, as the browser does; return the cookies."""
    cookies = {}
    assert send_request(port, "GET", "/", cookies)[0] == 302
    assert send_request(port, "GET", "/admin/login/", cookies)[0] == 200
    fields = {"username": "alice", "password": "secret", "next": "/"}
    assert send_request(port, "POST", "/admin/login/", cookies, **fields)[0] == 302
    return cookies


def open_socket(port, cookies, path="ws/room/", origin=None):
    return connect(
        f"ws://127.0.0.1:{port}/{path}",
        origin=origin or f"http://127.0.0.1:{port}",
        additional_headers={
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())
        },
        open_timeout=LIMIT,
        proxy=None,
    )
