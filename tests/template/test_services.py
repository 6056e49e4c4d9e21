"""The development servers of a project: Redis and PostgreSQL without an installation."""

import contextlib
import os
import re
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import pytest
from support.postgres import switch_user
from support.processes import Process, check, find_processes_in, run, wait_for
from support.projects import Project, assert_setup_succeeded
from support.servers import RUNSERVER, serve

pytestmark = pytest.mark.slow

SERVER_PROGRAMS = re.compile(r"valkey-server|postgres")


def find_servers(project):
    """Return the running servers of a project, as {process id: command line}."""
    return {
        number: command
        for number, command in find_processes_in(project.path).items()
        if SERVER_PROGRAMS.search(command)
    }


def read_machine_state():
    """Return the users, the groups and the modes of some folders."""
    folders = ("/", "/tmp", "/root", "/home", "/var", "/etc", str(Path.home()))
    modes = [stat.filemode(os.stat(folder).st_mode) for folder in folders]
    return Path("/etc/passwd").read_bytes(), Path("/etc/group").read_bytes(), modes


@pytest.fixture(scope="module")
def before():
    return read_machine_state()


@pytest.fixture(scope="module")
def project(sandbox, tmp_path_factory, before):
    folder = tmp_path_factory.mktemp("services")
    env = sandbox.environment()
    command = sandbox.new_command("mysite", "--layer", "redis", "--database", "postgres")
    project = Project(folder / "mysite", env, run(command, folder, env))
    assert project.creation.exit_code == 0, project.creation.output
    return project


def read_passwords_and_ports(project):
    """Return (password, port) of each URL in .env."""
    return re.findall(
        r"(?m)^\w+_URL=\w+://\w*:([^@]+)@127\.0\.0\.1:(\d+)/", (project.path / ".env").read_text()
    )


def test_new_sets_up_the_project_and_stops_the_servers(project):
    assert_setup_succeeded(project.creation.output)
    assert "ok   project.services" in project.creation.output
    assert find_servers(project) == {}


def test_users_groups_and_folders_of_the_machine_do_not_change(project, before):
    parents = [
        stat.S_IMODE(parent.stat().st_mode)
        for parent in project.path.parents
        if "pytest" in parent.name
    ]
    assert read_machine_state() == before
    assert parents
    assert set(parents) == {0o700}


def test_each_server_has_its_own_port_and_password(project):
    (password, port), (other_password, other_port) = read_passwords_and_ports(project)
    assert password != other_password
    assert port != other_port
    assert min(len(password), len(other_password)) >= 32
    assert stat.S_IMODE((project.path / ".env").stat().st_mode) == 0o600


def test_no_password_is_shown_or_logged_or_committed(project):
    log = (project.path / ".chanscaffold.log").read_text()
    history = project.git("log", "--patch", "--all")
    for password, _ in read_passwords_and_ports(project):
        assert password not in project.creation.output + log + history
    assert project.git("status", "--porcelain") == ""


def test_runserver_starts_and_stops_the_servers(project):
    with serve(project, RUNSERVER) as server:
        assert server.get("/readyz")[0] == 200
        assert server.echo("hello") == "hello"
        assert len(find_servers(project)) > 1
    wait_for(lambda: not find_servers(project), "the servers have stopped")


def test_ctrl_c_stops_all_servers(project):
    process = Process(
        [project.python, "manage.py", "services"], project.path, project.env, terminal=True
    )
    wait_for(lambda: "Ready." in process.output, "the servers are ready", 120)
    process.press_ctrl_c()
    assert process.wait().exit_code == 0
    assert "Traceback" not in process.output
    assert find_servers(project) == {}


RUN_SERVERS = """
import sys, django
django.setup()
from channels_realtime.services.running import running
with running():
    print("running", flush=True)
    sys.stdin.read()
"""


def test_the_servers_stop_when_their_process_is_killed(project):
    env = {**project.env, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command, pipes = (
        [project.python, "-c", RUN_SERVERS],
        {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE},
    )
    with subprocess.Popen(command, cwd=project.path, env=env, **pipes) as process:
        try:
            assert process.stdout.readline() == b"running\n"
            assert find_servers(project)
        finally:
            process.kill()
    wait_for(lambda: not find_servers(project), "the servers have stopped")


def test_services_returns_the_exit_code_of_its_command(project):
    services = [project.python, "manage.py", "services"]
    for command, exit_code in ((["migrate", "--check"], 0), (["no-such-command"], 1)):
        result = run([*services, *command], project.path, project.env)
        assert result.exit_code == exit_code, result.output
    assert find_servers(project) == {}


def test_a_server_that_ends_is_reported_and_started_again(project):
    process = Process([project.python, "manage.py", "services"], project.path, project.env)
    try:
        wait_for(lambda: "Ready." in process.output, "the servers are ready", 120)
        for number, command in find_servers(project).items():
            if "valkey" in command:
                os.kill(number, signal.SIGKILL)
        name = r"Valkey at 127\.0\.0\.1:\d+"
        restart = rf"(?s){name} has ended.*{name} was started again\."
        wait_for(lambda: re.search(restart, process.output), "Valkey is started again")
        assert any("valkey" in command for command in find_servers(project).values())
    finally:
        process.process.terminate()
        result = process.wait(60)
    assert result.exit_code == 0
    assert find_servers(project) == {}


@pytest.mark.parametrize("command", [["shell"], ["services", "shell"]], ids=" ".join)
def test_ctrl_c_interrupts_the_line_of_a_shell_but_not_the_servers(project, command):
    process = Process(
        [project.python, "manage.py", *command], project.path, project.env, terminal=True
    )
    wait_for(lambda: ">>> " in process.output, "the shell has a prompt", 120)
    for _ in range(10):  # Python ignores the signal just before it reads
        process.press_ctrl_c()
        with contextlib.suppress(pytest.fail.Exception):
            wait_for(lambda: "KeyboardInterrupt" in process.output, "the line is interrupted", 6)
            break
    assert "KeyboardInterrupt" in process.output
    os.write(process.terminal, b"print(6 * 7)\nexit()\n")
    assert process.wait(60).exit_code == 0
    assert re.search(r"(?m)^42$", process.output)
    assert find_servers(project) == {}


def test_an_unusable_folder_is_reported_without_a_traceback(project):
    folder, backup = project.path / ".services", project.path / ".services-backup"
    folder.rename(backup)
    try:
        folder.touch()
        result = run([project.python, "manage.py", "services"], project.path, project.env)
    finally:
        folder.unlink()
        backup.rename(folder)
    assert result.exit_code == 1
    assert re.fullmatch(r"CommandError: .*\.services.*\n", result.output)


def test_the_tests_report_once_why_the_servers_do_not_start(project):
    url = re.search(r"(?m)^DATABASE_URL=(.*)$", (project.path / ".env").read_text())[1]
    env = {**project.env, "DATABASE_URL": re.sub(r":[^:@]+@", ":not-the-password@", url)}
    result = run([project.python, "-m", "pytest", "-q"], project.path, env)
    assert result.exit_code == 1
    assert result.output.count("does not accept DATABASE_URL") == 1
    assert "Traceback" not in result.output
    assert find_servers(project) == {}


@pytest.fixture
def set_up(project, tmp_path):
    """Return a function that runs bootstrap.py with another .env in an empty folder."""

    def set_up(text, *options):
        for name in ("bootstrap.py", ".env.example"):
            shutil.copy(project.path / name, tmp_path)
        (tmp_path / "pyproject.toml").write_text(
            '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n'
        )
        (tmp_path / ".env").write_text(text)
        return run([project.python, "bootstrap.py", *options], tmp_path, project.env)

    return set_up


def test_a_copy_of_the_example_is_refused_as_settings(project, set_up):
    result = set_up((project.path / ".env.example").read_text())
    assert result.exit_code == 3
    assert "Error: .env contains <password> or <port>" in result.output


@pytest.mark.parametrize("line", ["DEBUG=true", 'DEBUG="true"', "DEBUG='on'", "export DEBUG=1"])
def test_every_spelling_of_debug_is_refused_in_production(set_up, line):
    result = set_up(f"SECRET_KEY=a\n{line}\n", "--prod")
    assert result.exit_code == 3
    assert "Error: --prod requires a SECRET_KEY" in result.output


@pytest.mark.parametrize(("variable", "port"), [("DATABASE_URL", 0), ("CHANNEL_LAYER_URL", 1)])
def test_a_server_that_refuses_the_password_is_reported_in_one_sentence(project, variable, port):
    url = re.search(rf"(?m)^{variable}=(.*)$", (project.path / ".env").read_text())[1]
    wrong_url = re.sub(r":[^:@]+@", ":not-the-password@", url)
    process = Process([project.python, "manage.py", "services"], project.path, project.env)
    try:
        wait_for(lambda: "Ready." in process.output, "the servers are ready", 120)
        env = {**project.env, variable: wrong_url}
        result = run([project.python, "bootstrap.py", "--use-env"], project.path, env)
    finally:
        process.process.terminate()
        process.wait(60)
    assert result.exit_code == 3
    _, number = read_passwords_and_ports(project)[port]
    assert f"The server at 127.0.0.1:{number} does not accept {variable}" in result.output
    assert "Traceback" not in result.output
    assert "not-the-password" not in result.output
    assert find_servers(project) == {}


def test_root_and_other_users_can_both_start_them(project):
    """The tests run as one of them. For root, the other is a user in a user namespace."""
    for user in ([], [shutil.which(word) or word for word in switch_user()]):
        output = check(
            [*user, project.python, "manage.py", "services", "check"], project.path, project.env
        )
        assert output.count("was started.") == 2
    assert find_servers(project) == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a user namespace")
def test_root_without_user_namespaces_gets_an_error_in_one_sentence(project, sandbox, tmp_path):
    (tmp_path / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "unshare").chmod(0o755)
    env = sandbox.environment(before=[tmp_path])
    result = run([project.python, "manage.py", "services"], project.path, env)
    assert result.exit_code == 1
    assert "PostgreSQL does not run as root" in result.output
    assert find_servers(project) == {}


def test_a_command_that_needs_the_database_starts_and_stops_it(project):
    assert "No migrations to apply." in project.manage("migrate")
    assert find_servers(project) == {}


def test_a_command_reports_in_one_sentence_why_a_server_cannot_be_started(project):
    env = {**project.env, "DATABASE_URL": "postgres://app:pass-word@127.0.0.9:1/app"}
    result = run([project.python, "manage.py", "migrate"], project.path, env)
    assert result.exit_code == 1
    assert (
        result.output
        == "PostgreSQL at 127.0.0.9:1 (DATABASE_URL) does not answer; start it there.\n"
    )
    assert find_servers(project) == {}


def test_data_is_kept_between_starts(project):
    for code in ("User.objects.create_user('zoe')", "print(User.objects.get(username='zoe'))"):
        shell = f"from accounts.models import User; {code}"
        output = project.manage("shell", "--verbosity", "0", "--command", shell)
    assert output.splitlines()[-1] == "zoe"


def test_an_interrupted_setup_stops_the_servers(sandbox, tmp_path):
    env = sandbox.environment()
    command = sandbox.new_command("mysite", "--layer", "redis", "--database", "postgres")
    process = Process(command, tmp_path, env, terminal=True)
    project = tmp_path / "mysite"
    wait_for(
        lambda: any(SERVER_PROGRAMS.search(each) for each in find_processes_in(project).values()),
        "a server runs",
        120,
    )
    process.press_ctrl_c()
    result = process.wait(60)
    assert result.exit_code == 3
    wait_for(lambda: not find_processes_in(project), "all processes have ended")
    assert not list((project / ".services").rglob("draft-*"))
