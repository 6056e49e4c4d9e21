"""`manage.py services` in processes of their own: what it starts, and how it ends."""

import os
import signal
import subprocess
from contextlib import contextmanager

import pytest
import redis
from redis import Redis

from channels_realtime.management.execution import execute_from_command_line
from channels_realtime.services.running import READY, running
from channels_realtime.services.server import ServiceError
from channels_realtime.smoke.processes import free_port
from channels_realtime.testing.waiting import LIMIT, wait_until_sync
from support.commands import MANAGE, environment, manage

PASSWORD = "secret"


@pytest.fixture
def address():
    """A free port, and the address of a Valkey there."""
    port = free_port()
    return port, f"redis://:{PASSWORD}@127.0.0.1:{port}/0"


def answers(port):
    """Return whether a Valkey answers at the port."""
    try:
        with Redis(port=port, password=PASSWORD, retry=None) as server:
            return server.ping()
    except (redis.ConnectionError, OSError):
        return False


@contextmanager
def services(folder, url, *arguments):
    """Run the command for the block, after it has printed that all servers answer."""
    with subprocess.Popen(
        [*MANAGE, "services", *arguments],
        env=environment(folder, CHANNEL_LAYER_URL=url),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            lines = []
            for line in process.stdout:
                lines.append(line.strip())
                if lines[-1] == READY:
                    break
            process.lines = lines
            yield process
        finally:
            process.kill()


def expect_end(process, port, code, message=""):
    """Assert that the command ends with the code, and that its server has ended."""
    assert process.wait(LIMIT) == code
    assert message in process.stderr.read()
    wait_until_sync(lambda: not answers(port))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_command_and_its_servers(tmp_path, address, number):
    port, url = address
    with services(tmp_path, url) as process:
        assert process.lines == [f"Valkey at 127.0.0.1:{port} was started.", READY]
        assert answers(port)
        process.send_signal(number)
        expect_end(process, port, 0)


def test_the_end_of_standard_input_ends_the_command_if_it_is_asked_to(tmp_path, address):
    port, url = address
    with services(tmp_path, url, "--until-stdin-ends") as process:
        assert answers(port)
        process.stdin.close()
        expect_end(process, port, 0)


def test_a_server_that_dies_is_started_again_and_a_line_says_so(tmp_path, address):
    port, url = address
    with services(tmp_path, url) as process:
        with Redis(port=port, password=PASSWORD, retry=None) as server:
            server.shutdown(nosave=True)
        assert process.stderr.readline().startswith(f"Valkey at 127.0.0.1:{port} has ended: ")
        assert any("was started again." in line for line in process.stderr)
        assert answers(port)
        process.terminate()
        assert process.wait(LIMIT) == 0
    wait_until_sync(lambda: not answers(port))


def test_a_server_that_runs_already_is_left_running(tmp_path, address):
    port, url = address
    with services(tmp_path, url) as first:
        with services(tmp_path, url) as second:
            assert second.lines[0] == f"Valkey at 127.0.0.1:{port} runs already."
            second.terminate()
            assert second.wait(LIMIT) == 0
        assert answers(port)
        first.terminate()
        expect_end(first, port, 0)


def test_a_command_runs_beside_the_servers_and_its_exit_code_is_returned(tmp_path, address):
    port, url = address
    check = (
        f"from django.conf import settings; import redis, sys; redis.Redis.from_url('{url}').ping()"
    )
    run = ["services", "shell", "--no-imports", "-c", f"{check}; sys.exit(7)"]
    result = manage(*run, folder=tmp_path, CHANNEL_LAYER_URL=url)
    assert result.returncode == 7, result.stderr
    assert not answers(port)


def test_an_address_without_a_password_is_explained_in_one_line(tmp_path, address):
    port, _ = address
    url = f"redis://127.0.0.1:{port}/0"
    result = manage("services", folder=tmp_path, CHANNEL_LAYER_URL=url)
    assert result.returncode == 1
    [line] = result.stderr.strip().splitlines()
    assert line.startswith("CommandError: Valkey")
    assert "is not started without a password" in line


# For the time of a block


@pytest.fixture
def site(tmp_path, settings, monkeypatch, address):
    """A site in development whose layer is a Valkey that does not run; returns its port."""
    port, url = address
    settings.BASE_DIR, settings.CHANNEL_LAYER_URL, settings.DEBUG = tmp_path, url, True
    settings.REALTIME_SERVICES = ["channels_realtime.services.valkey.Valkey"]
    for name, value in environment(tmp_path, CHANNEL_LAYER_URL=url).items():
        monkeypatch.setenv(name, value)
    return port


def test_servers_run_for_a_block_and_end_with_it(site):
    with running():
        assert answers(site)
        with running():
            assert answers(site)
    wait_until_sync(lambda: not answers(site))


def test_servers_end_when_the_process_that_uses_them_is_killed(site, tmp_path):
    program = (
        "import django, os; django.setup()\n"
        "from channels_realtime.services.running import running\n"
        "with running():\n    print('ready', flush=True); input()"
    )
    with subprocess.Popen(
        [MANAGE[0], "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        assert answers(site)
        process.kill()
        wait_until_sync(lambda: not answers(site))


def test_the_reason_why_servers_do_not_start_is_raised(site, monkeypatch):
    monkeypatch.setenv("CHANNEL_LAYER_URL", f"redis://127.0.0.1:{site}/0")
    message = r"^Valkey .* is not started without a password"
    with pytest.raises(ServiceError, match=message), running():
        pass


@pytest.fixture
def executed(monkeypatch):
    """Return the commands that are executed, each with whether the site's server answers."""
    commands = []
    monkeypatch.setattr(
        "channels_realtime.management.execution.management.execute_from_command_line",
        lambda argv: commands.append((argv[1], answers(int(os.environ["SITE_PORT"])))),
    )
    return commands


@pytest.mark.parametrize("command", ["runserver", "migrate", "createsuperuser", "test", "mine"])
def test_a_command_of_development_has_the_servers(site, executed, monkeypatch, command):
    monkeypatch.setenv("SITE_PORT", str(site))
    execute_from_command_line(["manage.py", command])
    assert executed == [(command, True)]
    wait_until_sync(lambda: not answers(site))


@pytest.mark.parametrize("command", ["check", "collectstatic", "help", "services", "--version"])
def test_a_command_that_needs_no_server_starts_none(site, executed, monkeypatch, command):
    monkeypatch.setenv("SITE_PORT", str(site))
    execute_from_command_line(["manage.py", command])
    assert executed == [(command, False)]


def test_production_starts_no_server(site, settings, executed, monkeypatch):
    monkeypatch.setenv("SITE_PORT", str(site))
    settings.DEBUG = False
    execute_from_command_line(["manage.py", "migrate"])
    assert executed == [("migrate", False)]


def test_a_command_whose_server_cannot_start_ends_with_one_sentence(site, executed, monkeypatch):
    monkeypatch.setenv("CHANNEL_LAYER_URL", f"redis://127.0.0.1:{site}/0")
    with pytest.raises(SystemExit, match=r"^Valkey .* is not started without a password"):
        execute_from_command_line(["manage.py", "migrate"])
    assert executed == []


SETUP = (
    "import signal\n"
    "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])\n"
    "from channels_realtime.management.execution import execute_from_command_line\n"
    "execute_from_command_line(['manage.py', 'setup'])\n"
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_setup_whose_settings_hang(tmp_path, number):
    """bootstrap.py starts it with these signals blocked."""
    mark = tmp_path / "mark"
    module = f"import time\nopen({str(mark)!r}, 'w').close()\ntime.sleep(600)\n"
    (tmp_path / "hanging.py").write_text(module)
    variables = environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "hanging"}
    with subprocess.Popen(
        [MANAGE[0], "-c", SETUP], env=variables, cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        wait_until_sync(mark.exists)
        process.send_signal(number)
        assert process.wait(LIMIT) == 130
        assert process.stderr.read() == "Interrupted.\n"
