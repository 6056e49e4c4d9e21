"""The guide to clients without a browser, followed word for word in the quick start's site."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from channels_realtime.testing.waiting import wait_until_sync
from site_config.environment import free_port
from support.quick_start import (
    LIMIT,
    PACKAGE,
    environment,
    follow_quick_start,
    log_in,
    run,
    send_request,
    serve,
)

pytestmark = pytest.mark.slow

GUIDE = (PACKAGE.parent / "docs" / "guides" / "native-clients.md").read_text("utf-8")
SAMPLE = re.compile(r"^```\{code-block\} (\w+)\n((?::[^\n]*\n)*)(.*?)^```$", re.M | re.S)
CURL = re.compile(r"^\$ (curl .*)$", re.M)
# What the tests install or run by themselves.
SKIPPED = re.compile(r"pip install|curl |(TOKEN|TICKET)=")
TICKETS = ["Give a ticket", "Use a ticket"]
DELETE = """
python manage.py shell -c "from rest_framework.authtoken.models import Token
for token in Token.objects.all():
    token.delete()"
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The site of the quick start, with the environment of these tests."""
    folder = tmp_path_factory.mktemp("base")
    (folder / "env").symlink_to(sys.prefix)
    follow_quick_start(folder)
    return folder


@pytest.fixture
def follow(base, tmp_path):
    """Follow sections of the guide in a copy of the site."""
    site = tmp_path / "site"
    shutil.copytree(base, site, symlinks=True)

    def follow_sections(*sections):
        for section in sections:
            for sample in SAMPLE.findall(section_of(section)):
                outputs.append(follow_sample(site, *sample))
        return site

    outputs: list[str] = []
    follow_sections.outputs = outputs
    return follow_sections


def section_of(title):
    """Return the text of a section of the guide."""
    text = GUIDE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    assert text, title
    return text


def follow_sample(site, language, options, text):
    """Write a file of the guide, change one, or run its commands; return what these print."""
    caption = re.search(r":caption: (\S+)", options)
    if language == "console":
        commands = [line[2:] for line in text.splitlines() if line.startswith("$ ")]
        commands = [each for each in commands if not SKIPPED.search(each)]
        return run(site, *commands) if commands else ""
    if caption:
        path = site / caption[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text() if path.exists() else ""
        if language == "diff":
            text = apply_diff(before, text)
        elif ":name: append" in options:
            text = before + text
        path.write_text(text)
    return ""


def apply_diff(before, diff):
    """Return a file's text after the change, whose place must be unique."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] != "+")
    new = "".join(line[1:] for line in lines if line[0] != "-")
    assert before.count(old) == 1, f"{before.count(old)} times:\n{old}"
    return before.replace(old, new)


def chat(site, port, script="chat.py", **variables):
    """Run a script of the guide at another port; return what it prints."""
    path = site / script
    path.write_text(path.read_text().replace(":8000/", f":{port}/"))
    return json.loads(run(site, f"python {script}", **variables))


def open_with(port, token):
    headers = {"Authorization": f"Bearer {token}"}
    return connect(
        f"ws://127.0.0.1:{port}/ws/room/",
        additional_headers=headers,
        open_timeout=LIMIT,
        proxy=None,
    )


def close_code(socket):
    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=LIMIT)
    return closed.value.rcvd.code


def said(text):
    return {"type": "room.said", "user": "alice", "text": text}


def test_a_script_chats_with_a_token_of_rest_framework_and_a_ticket(follow, valkey):
    site = follow("Mark the route", "Tokens of Django REST framework", "Write a script", *TICKETS)
    follow("Give a ticket to the user of a token")
    [token] = re.findall(r"[0-9a-f]{40}", " ".join(follow.outputs))
    with serve(site, "uvicorn", valkey.url("redis")) as port:
        assert chat(site, port, TOKEN=token) == said("hello from a script")
        ticket = curl("Use a ticket", port, token)["ticket"]
        used = chat(site, port, "chat_with_ticket.py", TICKET=ticket)
        assert used == said("hello with a ticket")
        with open_with(port, token) as socket:
            socket.ping().wait(LIMIT)
            run(
                site,
                DELETE,
                CHANNEL_LAYER_URL=valkey.url("redis"),
            )
            start = time.monotonic()
            assert close_code(socket) == 4401
            assert time.monotonic() - start < 1
        with open_with(port, token) as socket:
            assert close_code(socket) == 4401


def curl(section, port, secret):
    """Send the request of a section's command, with a secret; return the JSON of the answer."""
    [command] = CURL.findall(section_of(section))
    request = read_options(command.replace("…", secret))
    name, _, value = request.H.partition(": ")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    client = HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    path = request.url.removeprefix("http://127.0.0.1:8000")
    client.request("POST", path, "&".join(request.d), kind | {name: value})
    response = client.getresponse()
    text = response.read()
    client.close()
    assert response.status == 200, text
    return json.loads(text)


def read_options(command):
    """Return the options of a command of curl that sends a POST."""
    parser = ArgumentParser()
    parser.add_argument("-X", choices=["POST"])
    parser.add_argument("-H", default="Accept: */*")
    parser.add_argument("-d", action="append", default=[])
    parser.add_argument("url")
    return parser.parse_args(shlex.split(command)[1:])


def test_a_script_chats_with_a_json_web_token(follow):
    site = follow("Mark the route", "JSON Web Tokens of SimpleJWT", "Write a script")
    with serve(site, "daphne", "memory://") as port:
        token = curl("JSON Web Tokens of SimpleJWT", port, "secret")["access"]
        assert chat(site, port, TOKEN=token) == said("hello from a script")
        for wrong in ("", "x", token[:-2], token + "x"):
            with open_with(port, wrong) as socket:
                assert close_code(socket) == 4401


def test_a_script_chats_with_a_token_of_the_project_and_a_user_with_tickets(follow):
    site = follow("Mark the route", "Tokens of your own", "Write a script", *TICKETS)
    [token] = re.findall(r"(?m)^[\w-]{43}$", "\n".join(follow.outputs))
    with serve(site, "daphne", "memory://") as port:
        assert chat(site, port, TOKEN=token) == said("hello from a script")
        cookies = log_in(port)
        used = chat(site, port, "chat_with_ticket.py", TICKET=get_ticket(port, cookies))
        assert used == said("hello with a ticket")
        with connect(f"ws://127.0.0.1:{port}/ws/room/", proxy=None) as socket:
            socket.send(json.dumps({"type": "ticket", "ticket": get_ticket(port, cookies)}))
            socket.send(json.dumps({"type": "room.say", "text": "hello"}))
            assert json.loads(socket.recv(timeout=LIMIT)) == said("hello")


def test_a_script_connects_again_until_its_token_is_deleted(follow):
    site = follow("Mark the route", "Tokens of your own", "Write a script")
    [token] = re.findall(r"(?m)^[\w-]{43}$", "\n".join(follow.outputs))
    port, heard = free_port(), site / "heard"
    with listening(site, port, token, heard) as listener:
        for server in ("uvicorn", "daphne"):
            heard.write_text("")
            with serve(site, server, "memory://", port):
                wait_until_sync(lambda: chat_is_heard(port, token, heard), "it hears a message")
        run(site, DELETE.replace("rest_framework.authtoken", "mysite"))
        with serve(site, "uvicorn", "memory://", port):
            assert listener.wait(LIMIT) == 1
    assert "closed the connection for good: 4401." in heard.read_text()


@contextmanager
def listening(site, port, token, heard):
    """Run the guide's listener, which writes what it hears into a file."""
    script = site / "listen.py"
    script.write_text(script.read_text().replace(":8000/", f":{port}/"))
    with heard.open("a") as output:
        process = subprocess.Popen(
            [site / "env" / "bin" / "python", script.name],
            cwd=site,
            env=environment(site, TOKEN=token),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(LIMIT)


def chat_is_heard(port, token, heard):
    """Say something; return whether the listener has heard anything."""
    with open_with(port, token) as socket:
        socket.send(json.dumps({"type": "room.say", "text": "hello"}))
        assert json.loads(socket.recv(timeout=LIMIT)) == said("hello")
    return "room.said" in heard.read_text()


def get_ticket(port, cookies):
    """Return a ticket of the user of a session."""
    status, answer = send_request(port, "POST", "/ticket/", cookies, path="/ws/room/")
    assert status == 200, answer
    return json.loads(answer)["ticket"]
