"""`manage.py smoke`: what it checks, and how it reports what fails."""

import json
import socketserver
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.frames import Close
from websockets.http11 import Response

from channels_realtime import smoke
from channels_realtime.management.commands.smoke import project_checks, smoke_functions
from channels_realtime.smoke.processes import START_TIMEOUT, free_port
from channels_realtime.smoke.site import Site, expect_close
from support.commands import TIMEOUT, manage

SITE_CHECKS = [
    "people.users",
    "channels_realtime.http",
    "channels_realtime.echo",
    "channels_realtime.broadcast",
    "channels_realtime.anonymous",
    "channels_realtime.foreign_origin",
    "channels_realtime.unknown_path",
]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """The folder of a site whose database has every migration."""
    folder = tmp_path_factory.mktemp("site")
    assert manage("migrate", "-v0", folder=folder).returncode == 0
    return folder


def run_smoke(folder, *arguments, **variables):
    """Run the command; return its exit code and its report."""
    result = manage("smoke", "--json", *arguments, folder=folder, **variables)
    return result.returncode, json.loads(result.stdout), result.stderr


def test_every_check_passes_and_nothing_is_left(migrated):
    before = {path.name for path in migrated.rglob("*")}
    result = manage("smoke", folder=migrated, TMPDIR=str(migrated))
    assert result.returncode == 0, result.stdout + result.stderr
    *lines, summary = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["ok", name]
        for name in (
            "project.services", "project.migrations", "project.layer", "server.start",
            *SITE_CHECKS,
        )
    ]  # fmt: skip
    assert summary.startswith("11 checks passed in ")
    assert {path.name for path in migrated.rglob("*")} == before
    assert not processes_in(migrated)


def processes_in(folder):
    """Return the ids of processes that run in the folder, where the system shows them."""
    return [each.parent.name for each in Path("/proc").glob("[0-9]*/cwd") if is_in(folder, each)]


def is_in(folder, link):
    try:
        return link.readlink().is_relative_to(folder)
    except OSError:  # the process has ended meanwhile, or belongs to another user
        return False


def test_missing_migrations_are_named_and_end_the_command(tmp_path):
    code, report, errors = run_smoke(tmp_path)
    assert code == 1
    assert report["ok"] is False
    [_, failed] = report["checks"]
    assert failed["id"] == "project.migrations"
    assert failed["detail"] == "Migrations are missing: run `manage.py migrate`."
    assert "1 of 2 checks failed." in errors


class Silence(socketserver.BaseRequestHandler):
    """A server that closes every connection."""

    def handle(self):
        """Say nothing."""


def test_a_layer_that_does_not_answer_is_named_without_its_password(migrated):
    with socketserver.TCPServer(("127.0.0.1", 0), Silence) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        url = f"redis://:hunter2@127.0.0.1:{port}/0"
        code, report, _ = run_smoke(migrated, CHANNEL_LAYER_URL=url)
        server.shutdown()
    assert code == 1
    assert not report["checks"][-1]["ok"]
    assert f"127.0.0.1:{port}" in report["checks"][-1]["detail"]
    assert "hunter2" not in json.dumps(report)


def test_a_server_that_does_not_start_is_reported_with_its_output(migrated):
    code, report, _ = run_smoke(migrated, SMOKE_FAILURE="import")
    assert code == 1
    assert report["checks"][-1]["id"] == "server.start"
    assert "The server did not start:" in report["checks"][-1]["detail"]
    assert "RuntimeError: broken routing" in report["checks"][-1]["detail"]
    assert report["checks"][-1]["ms"] < 1000 * START_TIMEOUT


def test_a_check_that_fails_is_reported_and_the_others_run(migrated):
    code, report, errors = run_smoke(migrated, SMOKE_FAILURE="check")
    assert code == 1
    assert "1 of 12 checks failed." in errors
    assert report["ok"] is False
    [failed] = [check for check in report["checks"] if not check["ok"]]
    assert failed["id"] == "people.failing"
    assert failed["detail"].startswith("the reason\n")
    assert "WebSocket" in failed["detail"]  # the server's last lines
    passed = [check for check in report["checks"] if check != failed]
    assert [check["id"] for check in passed][4:] == SITE_CHECKS
    for check in passed:
        assert check == {"id": check["id"], "ok": True, "ms": check["ms"], "detail": ""}
    assert 100 < sum(check["ms"] for check in passed) < 1000 * TIMEOUT


def test_smoke_is_refused_in_production():
    with pytest.raises(CommandError, match="for development"):
        call_command("smoke")


def test_the_checks_are_the_public_functions_of_smoke_modules_in_source_order():
    assert [name for name, _ in smoke_functions()] == SITE_CHECKS


def test_a_project_without_services_is_not_asked_for_them(settings):
    settings.REALTIME_SERVICES = []
    names = [name for name, _ in project_checks(None, skip_migrations=False)]
    assert names == ["project.migrations", "project.layer"]


def test_the_project_s_own_database_can_be_left_out():
    names = [name for name, _ in project_checks(None, skip_migrations=True)]
    assert names == ["project.services", "project.layer"]


# Each check fails where its subject does not hold


class FakeSocket:
    """A socket that answers in a given way."""

    def __init__(self, answers=()):
        self.answers = [*answers]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def send(self, text):
        """Do nothing."""

    def recv(self, timeout):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def closed(code):
    return ConnectionClosedError(Close(code, ""), None)


def site_that(connect, status=200):
    return SimpleNamespace(
        connect=connect, get=lambda path: (status, "body"), origin="http://127.0.0.1"
    )


def refuse(status):
    def connect(*_, **__):
        raise InvalidStatus(Response(status, "", {}))

    return connect


@pytest.mark.parametrize(
    ("check", "site", "reason"),
    [
        (smoke.http, site_that(None, status=503), "HTTP 503: body"),
        (smoke.echo, site_that(lambda *_: FakeSocket(["hallo"])), "hallo"),
        (smoke.broadcast, site_that(lambda *_: FakeSocket(["hello"])), "hello"),
        (smoke.anonymous, site_that(lambda *_: FakeSocket(["hello"])), "stayed open"),
        (smoke.anonymous, site_that(lambda *_: FakeSocket([closed(4403)])), "4403"),
        (smoke.foreign_origin, site_that(lambda *_, **__: FakeSocket()), "handshake succeeded"),
        (smoke.foreign_origin, site_that(refuse(500)), "HTTP 500 instead of 403"),
        (smoke.unknown_path, site_that(lambda *_, **__: FakeSocket()), "handshake succeeded"),
        (smoke.unknown_path, site_that(refuse(404)), "HTTP 404 instead of 403"),
    ],
)
def test_a_check_fails_with_a_reason(check, site, reason):
    with pytest.raises(AssertionError, match=reason):
        check(site)


@pytest.mark.parametrize("check", [smoke.foreign_origin, smoke.unknown_path])
def test_a_refused_handshake_passes(check):
    check(site_that(refuse(403)))


def test_expect_close_compares_the_code():
    expect_close(FakeSocket([closed(4401)]), 4401)
    with pytest.raises(AssertionError):
        expect_close(FakeSocket([closed(4401)]), 4403)
    broken = ConnectionClosedError(None, None)
    with pytest.raises(AssertionError):
        expect_close(FakeSocket([broken]), 4401)


def test_a_site_s_log_is_shown_from_its_end(tmp_path):
    log = tmp_path / "server.log"
    log.write_text("\n".join(f"line {number}" for number in range(100)))
    lines = Site(free_port(), log).last_output().splitlines()
    assert lines == [f"line {number}" for number in range(85, 100)]
