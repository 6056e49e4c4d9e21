"""What `--url` finds at running deployments."""

import contextlib
import http.client
import socket
import threading

import pytest
from support.ports import free_port
from support.sample_projects import examine
from websockets.sync.server import serve

from channels_doctor.live.deployment_checks import check_deployment, parse_url
from channels_doctor.support.errors import CannotExamine, Refused


class Proxy:
    """A small proxy, which can drop a header, or close an idle connection after `timeout`."""

    def __init__(self, target, drop=b"", timeout=None):
        self.target, self.drop, self.timeout = target, drop, timeout
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.connections = 0
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def port(self):
        """The port for clients."""
        return self.listener.getsockname()[1]

    def accept(self):
        """Accept connections until the proxy is closed."""
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
                if not (self.drop and each.lower().startswith(self.drop))
            ]
            server.sendall(b"\r\n".join(lines))
            server.settimeout(self.timeout)
            answers = threading.Thread(target=self.copy, args=(client, server), daemon=True)
            answers.start()
            self.copy(server, client)

    @staticmethod
    def copy(source, target):
        """Copy until one side closes, and close both."""
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
    """The port of a sound server that sends no pings."""

    def receive_all(websocket):
        for _ in websocket:
            pass

    def check_request(connection, request):
        if request.headers.get("Upgrade") is None:
            return connection.respond(http.client.NOT_FOUND, "no page\n")
        if request.headers.get("Origin") != f"http://{request.headers['Host']}":
            return connection.respond(http.client.FORBIDDEN, "wrong origin\n")
        return None

    with serve(
        receive_all, "127.0.0.1", 0, process_request=check_request, ping_interval=None
    ) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running.socket.getsockname()[1]
        running.shutdown()


def rules_found(live):
    return {each["rule"] for each in examine("", root=None, live=live)}


def test_a_sound_deployment_has_no_findings_and_four_connections(server):
    with Proxy(server) as proxy:
        live = check_deployment(f"ws://127.0.0.1:{proxy.port}/ws/chat/", idle_seconds=1)
        assert proxy.connections == 4
    assert {name: check["outcome"] for name, check in live["checks"].items()} == {
        "own-origin": "accepted",
        "foreign-origin": "http 403",
        "no-origin": "http 403",
        "idle": "open",
    }
    assert rules_found(live) == set()


def test_a_proxy_without_the_upgrade_header_is_found(server):
    with Proxy(server, drop=b"upgrade:") as proxy:
        live = check_deployment(f"http://127.0.0.1:{proxy.port}/ws/chat/", idle_seconds=1)
        assert proxy.connections == 1
    assert rules_found(live) == {"upgrade-lost"}


@pytest.mark.slow
def test_a_proxy_that_closes_idle_connections_is_found(server):
    with Proxy(server, timeout=21) as proxy:
        live = check_deployment(f"ws://127.0.0.1:{proxy.port}/ws/chat/", idle_seconds=25)
    assert live["checks"]["idle"]["outcome"] == "closed 1006"
    assert rules_found(live) == {"proxy-idle-close"}


def test_a_deployment_that_accepts_every_origin_is_found():
    with serve(lambda opened: opened.recv(), "127.0.0.1", 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        live = check_deployment(
            f"ws://127.0.0.1:{running.socket.getsockname()[1]}/", idle_seconds=0.2
        )
        running.shutdown()
    assert rules_found(live) == {"foreign-origin-accepted"}


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
def test_a_refused_upgrade_is_found(status, rule, said):
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


def test_an_unreachable_deployment_cannot_be_examined():
    with pytest.raises(CannotExamine, match=r"127.0.0.1:\d+ cannot be examined \(unreachable\)"):
        check_deployment(f"ws://127.0.0.1:{free_port()}/")
    with pytest.raises(CannotExamine, match=r"\(unknown host\)"):
        check_deployment("ws://chanscaffold-doctor.invalid/")


def test_a_server_without_tls_cannot_be_examined_over_tls():
    with pytest.raises(CannotExamine, match=r"\(tls\)"):
        check_deployment(f"wss://127.0.0.1:{answer('HTTP/1.1 200 OK')}/")


def test_an_answer_that_is_not_http_is_an_outcome():
    live = check_deployment(f"ws://127.0.0.1:{answer('nonsense')}/")
    assert live["checks"]["own-origin"]["outcome"] == "bad handshake"
    assert rules_found(live) == {"handshake-fails"}


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
def test_a_url_that_is_not_of_a_websocket_is_refused(url):
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
def test_the_own_origin_is_that_of_the_url(url, address, name, path, origin):
    place = parse_url(url)
    assert (place.client.address, place.client.name, place.path, place.origin) == (
        address,
        name,
        path,
        origin,
    )
