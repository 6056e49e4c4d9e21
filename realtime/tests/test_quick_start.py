"""The README's quick start, followed word for word in a plain Django site."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hatchling.builders.wheel import WheelBuilder
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

pytestmark = pytest.mark.slow

PACKAGE = Path(__file__).resolve().parent.parent
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


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Follow the quick start in an empty folder, in an environment of its own."""
    folder = tmp_path_factory.mktemp("site")
    wheel = next(WheelBuilder(str(PACKAGE)).build(directory=str(folder / "dist")))
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    python = folder / "env" / "bin" / "python"
    extras = f"{wheel}[daphne,redis,testing,uvicorn]"
    subprocess.run([python, "-m", "pip", "install", "--quiet", extras], check=True)
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
    return folder


def environment(folder, **variables):
    """Return the environment of a shell in which the site's environment is activated."""
    path = os.pathsep.join([str(folder / "env" / "bin"), "/usr/bin", "/bin"])
    return {"PATH": path, "HOME": str(folder), **USER, **variables}


def run(folder, *commands):
    for command in commands:
        words = shlex.split(command)
        result = subprocess.run(
            words, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, f"{command}:\n{result.stdout}{result.stderr}"


@contextmanager
def serve(folder, server, layer):
    """Run one of the servers; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
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


def send_request(port, method, path, cookies, **fields):
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


@pytest.mark.parametrize("layer", ["memory", "redis", "redis+core"])
@pytest.mark.parametrize("server", SERVERS)
def test_the_quick_start_works_on_both_servers_and_with_each_layer(request, site, server, layer):
    url = "memory://"
    if layer != "memory":
        url = request.getfixturevalue("valkey").url(layer)
    said = '{"type":"room.said","user":"alice","text":"hello"}'
    from_view = '{"type":"room.said","user":"alice","text":"hello from a view"}'
    with serve(site, server, url) as port:
        cookies = log_in(port)
        status, page = send_request(port, "GET", "/", cookies)
        assert (status, "channels_realtime/client.js" in page) == (200, True)
        with open_socket(port, cookies) as one, open_socket(port, cookies) as two:
            one.send('{"type":"room.say","text":"hello"}')
            assert [each.recv(timeout=LIMIT) for each in (one, two)] == [said, said]
            assert send_request(port, "GET", "/greet/", cookies) == (200, "sent")
            assert [each.recv(timeout=LIMIT) for each in (one, two)] == [from_view, from_view]
            one.send("no JSON")
            assert '"code":"bad_json"' in one.recv(timeout=LIMIT)
        assert send_request(port, "GET", "/readyz", {}) == (
            200,
            '{"database": true, "layer": true}',
        )
        refuses_strangers(port, cookies)


def refuses_strangers(port, cookies):
    with open_socket(port, {}) as anonymous, pytest.raises(ConnectionClosed) as closed:
        anonymous.recv(timeout=LIMIT)
    assert closed.value.rcvd.code == 4401
    for options in ({"origin": "https://evil.example"}, {"path": "ws/none/"}):
        with pytest.raises(InvalidStatus, match="403"), open_socket(port, cookies, **options):
            pass
