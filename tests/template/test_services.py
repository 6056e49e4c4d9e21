"""A project with Redis and PostgreSQL on a machine that has neither: it works at once, and leaves nothing behind."""

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

SERVED = re.compile(r"valkey-server|postgres")


def servers_of(project):
    """Return the servers that run for a project, by process id."""
    return {
        number: words
        for number, words in find_processes_in(project.path).items()
        if SERVED.search(words)
    }


def host():
    """Return what nobody may change on a machine: its users, its groups, its folders' modes."""
    folders = ("/", "/tmp", "/root", "/home", "/var", "/etc", str(Path.home()))
    modes = [stat.filemode(os.stat(folder).st_mode) for folder in folders]
    return Path("/etc/passwd").read_bytes(), Path("/etc/group").read_bytes(), modes


@pytest.fixture(scope="module")
def before():
    return host()


@pytest.fixture(scope="module")
def project(sandbox, tmp_path_factory, before):
    folder = tmp_path_factory.mktemp("services")
    env = sandbox.environment()
    command = sandbox.new_command("mysite", "--layer", "redis", "--database", "postgres")
    made = Project(folder / "mysite", env, run(command, folder, env))
    assert made.creation.exit_code == 0, made.creation.output
    return made


def addresses(project):
    """Return the passwords and the ports in .env."""
    return re.findall(
        r"(?m)^\w+_URL=\w+://\w*:([^@]+)@127\.0\.0\.1:(\d+)/", (project.path / ".env").read_text()
    )


def test_new_works_at_once_and_leaves_no_server(project):
    assert_setup_succeeded(project.creation.output)
    assert "ok   project.services" in project.creation.output
    assert servers_of(project) == {}


def test_nothing_is_changed_on_the_machine(project, before):
    parents = [
        stat.S_IMODE(parent.stat().st_mode)
        for parent in project.path.parents
        if "pytest" in parent.name
    ]
    assert host() == before
    assert parents
    assert set(parents) == {0o700}


def test_the_project_has_ports_and_passwords_of_its_own(project):
    (first, one), (second, other) = addresses(project)
    assert first != second
    assert one != other
    assert min(len(first), len(second)) >= 32
    assert stat.S_IMODE((project.path / ".env").stat().st_mode) == 0o600


def test_no_password_is_shown_or_logged_or_committed(project):
    log = (project.path / ".chanscaffold.log").read_text()
    history = project.git("log", "--patch", "--all")
    for password, _ in addresses(project):
        assert password not in project.creation.output + log + history
    assert project.git("status", "--porcelain") == ""


def test_the_development_server_starts_them_and_ends_them(project):
    with serve(project, RUNSERVER) as server:
        assert server.get("/readyz")[0] == 200
        assert server.echo("hello") == "hello"
        assert len(servers_of(project)) > 1
    wait_for(lambda: not servers_of(project), "the servers have ended")


def test_ctrl_c_ends_all_of_it(project):
    process = Process(
        [project.python, "manage.py", "services"], project.path, project.env, terminal=True
    )
    wait_for(lambda: "Ready." in process.output, "it is ready", 120)
    process.press_ctrl_c()
    assert process.wait().exit_code == 0
    assert "Traceback" not in process.output
    assert servers_of(project) == {}


HOLD = """
import sys, django
django.setup()
from channels_realtime.services.running import running
with running():
    print("on", flush=True)
    sys.stdin.read()
"""


def test_killed_programs_leave_no_server(project):
    """Not even with SIGKILL, which nobody can handle."""
    env = {**project.env, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command, pipes = (
        [project.python, "-c", HOLD],
        {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE},
    )
    with subprocess.Popen(command, cwd=project.path, env=env, **pipes) as process:
        try:
            assert process.stdout.readline() == b"on\n"
            assert servers_of(project)
        finally:
            process.kill()
    wait_for(lambda: not servers_of(project), "the servers have ended")


def test_the_code_of_the_command_beside_them_is_theirs_too(project):
    env = {**project.env}
    assert (
        run(
            [project.python, "manage.py", "services", "migrate", "--check"], project.path, env
        ).exit_code
        == 0
    )
    assert (
        run(
            [project.python, "manage.py", "services", "no-such-command"], project.path, env
        ).exit_code
        == 1
    )
    assert servers_of(project) == {}


def test_a_server_that_ends_is_said_and_started_again(project):
    process = Process([project.python, "manage.py", "services"], project.path, project.env)
    try:
        wait_for(lambda: "Ready." in process.output, "it is ready", 120)
        for number, words in servers_of(project).items():
            if "valkey" in words:
                os.kill(number, signal.SIGKILL)
        again = r"(?s)Valkey at 127\.0\.0\.1:\d+ has ended.*Valkey at 127\.0\.0\.1:\d+ was started again\."
        wait_for(lambda: re.search(again, process.output), "it is started again")
        assert any("valkey" in words for words in servers_of(project).values())
    finally:
        process.process.terminate()
        ended = process.wait(60)
    assert ended.exit_code == 0
    assert servers_of(project) == {}


@pytest.mark.parametrize("command", [["shell"], ["services", "shell"]], ids=" ".join)
def test_ctrl_c_is_for_the_command_beside_them(project, command):
    """A shell drops its line, and goes on."""
    process = Process(
        [project.python, "manage.py", *command], project.path, project.env, terminal=True
    )
    wait_for(lambda: ">>> " in process.output, "the shell asks", 120)
    for _ in range(10):  # Python misses one just before it reads
        process.press_ctrl_c()
        with contextlib.suppress(pytest.fail.Exception):
            wait_for(lambda: "KeyboardInterrupt" in process.output, "its line is dropped", 6)
            break
    assert "KeyboardInterrupt" in process.output
    os.write(process.terminal, b"print(6 * 7)\nexit()\n")
    assert process.wait(60).exit_code == 0
    assert re.search(r"(?m)^42$", process.output)
    assert servers_of(project) == {}


def test_a_folder_that_cannot_be_used_is_said_without_a_traceback(project):
    folder, aside = project.path / ".services", project.path / ".services-aside"
    folder.rename(aside)
    try:
        folder.touch()
        ended = run([project.python, "manage.py", "services"], project.path, project.env)
    finally:
        folder.unlink()
        aside.rename(folder)
    assert ended.exit_code == 1
    assert re.fullmatch(r"CommandError: .*\.services.*\n", ended.output)


def test_the_tests_say_once_why_there_are_no_servers(project):
    url = re.search(r"(?m)^DATABASE_URL=(.*)$", (project.path / ".env").read_text())[1]
    env = {**project.env, "DATABASE_URL": re.sub(r":[^:@]+@", ":not-the-password@", url)}
    ended = run([project.python, "-m", "pytest", "-q"], project.path, env)
    assert ended.exit_code == 1
    assert ended.output.count("does not accept DATABASE_URL") == 1
    assert "Traceback" not in ended.output
    assert servers_of(project) == {}


@pytest.fixture
def set_up(project, tmp_path):
    """Return a function that runs bootstrap.py with another .env, in a folder of its own without packages."""

    def set_up(text, *options):
        for name in ("bootstrap.py", ".env.example"):
            shutil.copy(project.path / name, tmp_path)
        (tmp_path / "pyproject.toml").write_text(
            '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n'
        )
        (tmp_path / ".env").write_text(text)
        return run([project.python, "bootstrap.py", *options], tmp_path, project.env)

    return set_up


def test_a_copy_of_the_example_is_not_mistaken_for_settings(project, set_up):
    ended = set_up((project.path / ".env.example").read_text())
    assert ended.exit_code == 3
    assert "Error: .env contains <password> or <port>" in ended.output


@pytest.mark.parametrize("line", ["DEBUG=true", 'DEBUG="true"', "DEBUG='on'", "export DEBUG=1"])
def test_debug_is_refused_in_production_however_it_is_written(set_up, line):
    ended = set_up(f"SECRET_KEY=a\n{line}\n", "--prod")
    assert ended.exit_code == 3
    assert "Error: --prod requires a SECRET_KEY" in ended.output


@pytest.mark.parametrize(("variable", "port"), [("DATABASE_URL", 0), ("CHANNEL_LAYER_URL", 1)])
def test_a_server_with_another_password_is_refused_with_one_sentence(project, variable, port):
    right = re.search(rf"(?m)^{variable}=(.*)$", (project.path / ".env").read_text())[1]
    wrong = re.sub(r":[^:@]+@", ":not-the-password@", right)
    process = Process([project.python, "manage.py", "services"], project.path, project.env)
    try:
        wait_for(lambda: "Ready." in process.output, "it is ready", 120)
        env = {**project.env, variable: wrong}
        ended = run([project.python, "bootstrap.py", "--use-env"], project.path, env)
    finally:
        process.process.terminate()
        process.wait(60)
    assert ended.exit_code == 3
    assert (
        f"The server at 127.0.0.1:{addresses(project)[port][1]} does not accept {variable}"
        in ended.output
    )
    assert "Traceback" not in ended.output
    assert "not-the-password" not in ended.output
    assert servers_of(project) == {}


def test_root_and_other_users_can_both_start_them(project):
    """Whoever runs the tests is one of them; for root, the other is somebody in a user namespace."""
    for user in ([], [shutil.which(word) or word for word in switch_user()]):
        said = check(
            [*user, project.python, "manage.py", "services", "check"], project.path, project.env
        )
        assert said.count("was started.") == 2
    assert servers_of(project) == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a user namespace")
def test_root_without_user_namespaces_gets_a_sentence(project, sandbox, tmp_path):
    (tmp_path / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "unshare").chmod(0o755)
    env = sandbox.environment(before=[tmp_path])
    ended = run([project.python, "manage.py", "services"], project.path, env)
    assert ended.exit_code == 1
    assert "PostgreSQL does not run as root" in ended.output
    assert servers_of(project) == {}


def test_a_command_that_needs_the_database_starts_it_and_ends_it(project):
    assert "No migrations to apply." in project.manage("migrate")
    assert servers_of(project) == {}


def test_a_command_with_a_server_that_cannot_be_started_says_why_in_a_sentence(project):
    env = {**project.env, "DATABASE_URL": "postgres://app:pass-word@127.0.0.9:1/app"}
    ended = run([project.python, "manage.py", "migrate"], project.path, env)
    assert ended.exit_code == 1
    assert (
        ended.output
        == "PostgreSQL at 127.0.0.9:1 (DATABASE_URL) does not answer; start it there.\n"
    )
    assert servers_of(project) == {}


def test_data_stays_from_start_to_start(project):
    for code in ("User.objects.create_user('zoe')", "print(User.objects.get(username='zoe'))"):
        shell = f"from accounts.models import User; {code}"
        said = project.manage("shell", "--verbosity", "0", "--command", shell)
    assert said.splitlines()[-1] == "zoe"


def test_an_interrupted_set_up_ends_them(sandbox, tmp_path):
    """Ctrl-C while the project is being proven."""
    env = sandbox.environment()
    command = sandbox.new_command("mysite", "--layer", "redis", "--database", "postgres")
    process = Process(command, tmp_path, env, terminal=True)
    project = tmp_path / "mysite"
    wait_for(
        lambda: any(SERVED.search(words) for words in find_processes_in(project).values()),
        "a server runs",
        120,
    )
    process.press_ctrl_c()
    ended = process.wait(60)
    assert ended.exit_code == 3
    wait_for(lambda: not find_processes_in(project), "nothing runs any more")
    assert not list((project / ".services").rglob("draft-*"))
