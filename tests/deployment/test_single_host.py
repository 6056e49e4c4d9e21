"""The files of deploy/, the Dockerfile and compose.yaml, with real nginx and real replicas."""

import http.client
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from support.data_host import DataHost
from support.deployment import install_project
from support.hosts import Host, running_hosts, wait_until_open
from support.networks import NAMESPACES, available_network
from support.option_matrix import SCHEMA, combine, list_choices
from support.paths import ROOT
from support.processes import check, wait_for
from support.projects import Project
from support.renders import render_file
from support.websocket_echo import echo
from websockets.exceptions import InvalidStatus

SITE, ORIGIN = "localhost", "http://localhost:8080"  # as in compose.yaml
VOLUME = re.compile(r"\./(\S+):(/etc/nginx/\S+):ro")
NAME_SERVER = "127.0.0.11"  # the address of Docker's name server
RESOLVE_TIMEOUT = 60  # seconds; nginx resolves the name every five seconds


CHOICES = list_choices(SCHEMA)
COMBINATIONS = combine({option: CHOICES[option] for option in ("layer", "database", "server")})


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_the_image_and_the_unit_run_the_same_command(server):
    unit, image = (
        render_file(name, {"server": server}) for name in ("deploy/web@.service", "Dockerfile")
    )
    unit = unit.replace("\\\n", " ").replace("%i", "8000").replace("127.0.0.1", "0.0.0.0")
    arguments = re.search(r"(?m)^ExecStart=\S+/python (.*)$", unit).group(1)
    command = apply_default(read_image_command(image)).split()
    assert command == ["exec", "python", *arguments.split()]


def read_image_command(dockerfile, instruction="CMD"):
    """Return the line that the shell of the image runs."""
    pattern = rf"(?m)^{instruction}\b.*?(\[.*)$"
    words = json.loads(re.search(pattern, dockerfile.replace("\\\n", "")).group(1))
    assert words[:2] == ["sh", "-c"]
    return words[2]


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
@pytest.mark.parametrize("instruction", ["CMD", "HEALTHCHECK"])
@pytest.mark.parametrize(("port", "expected"), [(None, "8000"), ("", "8000"), ("9001", "9001")])
def test_the_image_uses_the_port_of_the_environment(tmp_path, server, instruction, port, expected):
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    line = read_image_command(render_file("Dockerfile", {"server": server}), instruction)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin"} | ({} if port is None else {"PORT": port})
    arguments = subprocess.check_output(["sh", "-c", line], env=env, text=True).splitlines()
    if instruction == "CMD":
        address = {"uvicorn": f"--port\n{expected}\n", "daphne": f"\ntcp:port={expected}:"}
        assert address[server] in "\n".join(arguments)
    else:
        assert f"http://127.0.0.1:{expected}/healthz" in arguments[1]
        compile(arguments[1], "the health check", "exec")


def test_systemd_accepts_every_unit(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed.")
    units = {render_file("deploy/web@.service", answers) for answers in COMBINATIONS}
    for number, unit in enumerate(sorted(units)):
        text = re.sub(
            r"/srv/\S+/python", sys.executable, re.sub(r"(?m)^User=.*", "User=root", unit)
        )
        (tmp_path / f"web{number}@.service").write_text(text)
    command = ["systemd-analyze", "verify", *tmp_path.iterdir()]
    verify = subprocess.run(command, capture_output=True, text=True, check=False)
    # The output may name other units of this machine.
    assert [line for line in verify.stderr.splitlines() if str(tmp_path) in line] == []


def test_there_are_two_replicas_with_redis_and_postgres_and_one_otherwise():
    for answers in COMBINATIONS:
        web = yaml.safe_load(render_file("compose.yaml", answers))["services"]["web"]
        shares = (answers["layer"], answers["database"]) == ("redis", "postgres")
        assert web.get("deploy") == ({"replicas": 2} if shares else None), answers


def test_a_host_has_one_process_with_the_layer_in_memory_and_two_with_redis():
    for answers in COMBINATIONS:
        site, page = (
            render_file(f"deploy/{name}", answers) for name in ("nginx.conf", "README.md")
        )
        ports = re.findall(r"(?m)^ +server 127\.0\.0\.1:(\d+) ", site)
        started = re.findall(r"my-site@(\d+)", page.partition("--now")[2].partition("\n")[0])
        expected = ["8001", "8002"] if answers["layer"] == "redis" else ["8001"]
        assert ports == started == expected, answers


def test_only_the_proxy_can_be_reached_from_outside():
    for answers in COMBINATIONS:
        services = yaml.safe_load(render_file("compose.yaml", answers))["services"]
        assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


@dataclass
class Containers:
    """The containers of compose.yaml as hosts: nginx, the replicas, Redis and PostgreSQL."""

    project: Project
    hosts: dict[str, Host]
    folder: Path
    env: dict[str, str] = field(init=False)

    def __post_init__(self):
        data = DataHost(self.hosts["data"])
        data.set_up()
        self.compose = yaml.safe_load((self.project.path / "compose.yaml").read_text())
        variables = self.compose["x-app"]["environment"].items()
        defaults = {name: apply_default(str(value)) for name, value in variables}
        # With HTTPS, a redirect of Django shows which scheme it has seen.
        changes = {
            "DATABASE_URL": data.database_url,
            "CHANNEL_LAYER_URL": data.redis_url,
            "SECRET_KEY": "k" * 60,
            "HTTPS": "true",
        }
        self.env = {**self.project.env, **defaults, **changes}
        self.image = (self.project.path / "Dockerfile").read_text()

    def migrate(self):
        """Run the command of the `migrate` service."""
        command = shlex.split(self.compose["services"]["migrate"]["command"])
        host = self.hosts["data"]
        prefix = host.network.command_prefix(host.name)
        check([*prefix, self.project.python, *command[1:]], self.project.path, self.env)

    def start_proxy(self):
        """Run nginx with the files that compose.yaml mounts, and a name server as in Docker."""
        proxy, program = self.hosts["proxy"], ROOT / "tests" / "support" / "name_server.py"
        self.addresses_file.touch()
        proxy.start("names", [sys.executable, program, NAME_SERVER, self.addresses_file])
        steps = ["mount -t tmpfs none /etc/nginx", "mount -t tmpfs none /var/log/nginx"]
        for volume in self.compose["services"]["proxy"]["volumes"]:
            source, target = VOLUME.fullmatch(volume).groups()
            steps.append(shlex.join(["cp", str(self.project.path / source), target]))
        steps.append("exec nginx -g 'daemon off; pid /var/log/nginx/pid;'")
        nginx = proxy.start("nginx", ["unshare", "--mount", "sh", "-ec", "\n".join(steps)])
        wait_until_open(proxy, proxy.address, 80, nginx)

    @property
    def addresses_file(self):
        """The file with the addresses of the name `web`."""
        return self.folder / "web"

    def publish(self, *names):
        """Let the name `web` resolve to these hosts."""
        new_file = self.folder / "new"
        new_file.write_text(" ".join(self.hosts[name].address for name in names))
        new_file.rename(self.addresses_file)

    def run_replicas(self, *names):
        """Run only these replicas, and wait until every process of nginx has resolved the name."""
        for name in ("web1", "web2", "web3"):
            host = self.hosts[name]
            if name not in names and host.running:
                host.fail()
            elif name in names and not host.running:
                self.start(host)
        self.publish(*names)
        all_succeed = lambda: all(self.get_status() == 200 for _ in range(10))  # noqa: E731
        wait_for(all_succeed, "ten requests in a row reach a replica", RESOLVE_TIMEOUT)

    def start(self, host):
        """Start a replica with the command of the image."""
        host.network.plug(host.name)
        env = {**self.env, "PATH": f"{self.project.python.parent}:{os.environ['PATH']}"}
        command = ["sh", "-c", read_image_command(self.image)]
        web = host.start("web", command, cwd=self.project.path, env=env)
        wait_until_open(host, "127.0.0.1", 8000, web)

    def get_status(self):
        """Return the status of the readiness page behind the proxy."""
        return self.call(get, "/readyz")[0]

    def call(self, function, *arguments, **keywords):
        """Call a function with the address of the proxy, on the host of the proxy."""
        proxy = self.hosts["proxy"]
        return proxy.call(function, proxy.address, *arguments, **keywords)


def apply_default(text):
    """Return a value of compose.yaml with the defaults of its variables."""
    return re.sub(r"\$\{\w+(?::-(.*?)|:\?.*?)\}", lambda match: match[1] or "", text)


def install(sandbox, folder):
    """Return a project as in the image: production's packages, and its static files."""
    project = install_project(sandbox, folder, "--docker")
    image = (project.path / "Dockerfile").read_text()
    variables = re.search(r"(?m)^RUN (SECRET_KEY=.*) \\$", image).group(1).split()
    project.manage("collectstatic", "--no-input", **dict(each.split("=", 1) for each in variables))
    return project


@pytest.fixture(scope="module")
def containers(sandbox, tmp_path_factory):
    if not shutil.which("nginx") or available_network() != NAMESPACES:
        pytest.skip("nginx or network namespaces are not available.")
    folder = tmp_path_factory.mktemp("containers")
    project = install(sandbox, folder)
    with running_hosts(NAMESPACES, ("proxy", "web1", "web2", "web3", "data"), folder) as hosts:
        containers = Containers(project, hosts, folder)
        containers.migrate()
        containers.start_proxy()
        yield containers


def get(address, path, **headers):
    """Return the status of a page, and the target of a redirect."""
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", path, headers={"Host": SITE, **headers})
    response = connection.getresponse()
    connection.close()
    return response.status, response.headers["Location"]


def echo_through_proxy(address, origin):
    """Return the answer of the echo socket to a page of an origin."""
    return echo(SITE, origin, sock=socket.create_connection((address, 80), timeout=60))


@pytest.mark.slow
def test_requests_and_sockets_pass_the_proxy(containers):
    containers.run_replicas("web1", "web2")
    assert containers.call(get, "/readyz") == (200, None)
    assert containers.call(echo_through_proxy, ORIGIN) == "hello"
    with pytest.raises(InvalidStatus, match="403"):
        containers.call(echo_through_proxy, "http://elsewhere.example")


@pytest.mark.slow
def test_only_the_proxy_decides_that_a_request_came_over_https(containers):
    containers.run_replicas("web1")
    for headers in ({}, {"X-Forwarded-Proto": "https"}):
        answer = containers.call(get, "/accounts/login/", **headers)
        assert answer == (301, f"https://{SITE}/accounts/login/")


@pytest.mark.slow
def test_no_request_fails_when_a_replica_fails(containers):
    containers.run_replicas("web1", "web2")
    containers.hosts["web2"].fail()
    assert [containers.get_status() for _ in range(10)] == [200] * 10


@pytest.mark.slow
def test_the_proxy_finds_a_replica_with_a_new_address(containers):
    containers.run_replicas("web1")
    containers.hosts["web1"].fail()
    assert containers.get_status() in {502, 504}
    containers.run_replicas("web3")
