"""What deploy/, Dockerfile and compose.yaml say, done by hand: real nginx in front of real replicas."""

import http.client
import json
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
from support.deployment import make_project
from support.machines import Host, machines, wait_until_open
from support.networks import NAMESPACES, kind_of_network
from support.paths import ROOT
from support.projects import Project, check, wait_for
from support.renders import SCHEMA, combine, list_choices, render_file
from support.stores import Stores
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

SITE, ORIGIN = "localhost", "http://localhost:8080"  # what compose.yaml allows
VOLUME = re.compile(r"\./(\S+):(/etc/nginx/\S+):ro")
DNS = "127.0.0.11"  # Docker's
FOUND_AGAIN = 60  # seconds; nginx asks for the name every five


# What the files say

CHOICES = list_choices(SCHEMA)
COMBINATIONS = combine({option: CHOICES[option] for option in ("layer", "database", "server")})


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_the_image_and_the_unit_run_the_same_command(server):
    unit, image = (
        render_file(name, {"server": server}) for name in ("deploy/web@.service", "Dockerfile")
    )
    here = (
        re.search(r"(?m)^ExecStart=\S+/python (.*)$", unit.replace("\\\n", " "))
        .group(1)
        .replace("%i", "8000")
    )
    there = json.loads(re.search(r"(?m)^CMD (.*)$", image).group(1))
    assert there == ["python", *here.replace("127.0.0.1", "0.0.0.0").split()]


def test_systemd_finds_nothing_wrong_with_any_unit(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze here")
    units = {render_file("deploy/web@.service", answers) for answers in COMBINATIONS}
    for number, unit in enumerate(sorted(units)):
        text = re.sub(
            r"/srv/\S+/python", sys.executable, re.sub(r"(?m)^User=.*", "User=root", unit)
        )
        (tmp_path / f"web{number}@.service").write_text(text)
    command = ["systemd-analyze", "verify", *tmp_path.iterdir()]
    verify = subprocess.run(command, capture_output=True, text=True, check=False)
    # Other units of the machine are read as well.
    assert [line for line in verify.stderr.splitlines() if str(tmp_path) in line] == []


def test_there_are_two_replicas_where_they_can_share_everything_and_one_elsewhere():
    for answers in COMBINATIONS:
        web = yaml.safe_load(render_file("compose.yaml", answers))["services"]["web"]
        shares = (answers["layer"], answers["database"]) == ("redis", "postgres")
        assert web.get("deploy") == ({"replicas": 2} if shares else None), answers


def test_a_host_has_one_process_with_the_layer_in_memory_and_two_with_redis():
    for answers in COMBINATIONS:
        ports = re.findall(
            r"(?m)^ +server 127\.0\.0\.1:(\d+) ", render_file("deploy/nginx.conf", answers)
        )
        started = re.findall(
            r"my-site@(\d+)",
            render_file("deploy/README.md", answers).partition("--now")[2].partition("\n")[0],
        )
        assert (
            ports == started == (["8001", "8002"] if answers["layer"] == "redis" else ["8001"])
        ), answers


def test_only_the_proxy_can_be_reached_from_outside():
    for answers in COMBINATIONS:
        services = yaml.safe_load(render_file("compose.yaml", answers))["services"]
        assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


# In containers


@dataclass
class Stage:
    """The containers of compose.yaml as hosts: a name server, nginx, the replicas, Redis and PostgreSQL."""

    project: Project
    hosts: dict[str, Host]
    folder: Path
    env: dict[str, str] = field(init=False)

    def __post_init__(self):
        stores = Stores(self.hosts["data"])
        stores.make()
        self.compose = yaml.safe_load((self.project.path / "compose.yaml").read_text())
        written = {
            name: with_default(str(value))
            for name, value in self.compose["x-app"]["environment"].items()
        }
        # With HTTPS on, Django's answers show what it takes the scheme for.
        ours = {
            "DATABASE_URL": stores.database,
            "CHANNEL_LAYER_URL": stores.redis,
            "SECRET_KEY": "k" * 60,
            "HTTPS": "true",
        }
        self.env = {**self.project.env, **written, **ours}
        self.image = (self.project.path / "Dockerfile").read_text()

    def migrate(self):
        """Do what the service of that name does."""
        command = shlex.split(self.compose["services"]["migrate"]["command"])
        host = self.hosts["data"]
        check(
            [*host.network.inside(host.name), self.project.python, *command[1:]],
            self.project.path,
            self.env,
        )

    def start_proxy(self):
        """Run nginx with the files that compose.yaml mounts, and the name server that Docker would run."""
        proxy, names = self.hosts["proxy"], ROOT / "tests" / "support" / "name_server.py"
        self.named().touch()
        proxy.start("names", [sys.executable, names, DNS, self.named()])
        steps = ["mount -t tmpfs none /etc/nginx", "mount -t tmpfs none /var/log/nginx"]
        for volume in self.compose["services"]["proxy"]["volumes"]:
            ours, theirs = VOLUME.fullmatch(volume).groups()
            steps.append(shlex.join(["cp", str(self.project.path / ours), theirs]))
        steps.append("exec nginx -g 'daemon off; pid /var/log/nginx/pid;'")
        nginx = proxy.start("nginx", ["unshare", "--mount", "sh", "-ec", "\n".join(steps)])
        wait_until_open(proxy, proxy.address, 80, nginx)

    def named(self):
        """The file with the addresses that the name `web` has."""
        return self.folder / "web"

    def name(self, *names):
        """Let the name `web` mean these hosts from now on."""
        draft = self.folder / "draft"
        draft.write_text(" ".join(self.hosts[name].address for name in names))
        draft.rename(self.named())

    def replicas(self, *names):
        """Have these replicas and no others, and be sure that each process of nginx knows."""
        for name in ("web1", "web2", "web3"):
            host = self.hosts[name]
            if name not in names and host.running:
                host.die()
            elif name in names and not host.running:
                self.start(host)
        self.name(*names)
        all_know = lambda: all(self.status() == 200 for _ in range(10))  # noqa: E731
        wait_for(all_know, "nginx reaches a replica each time", FOUND_AGAIN)

    def start(self, host):
        """Start a replica with the image's own command."""
        host.network.plug(host.name)
        command = json.loads(re.search(r"(?m)^CMD (.*)$", self.image).group(1))
        web = host.start(
            "web", [self.project.python, *command[1:]], cwd=self.project.path, env=self.env
        )
        wait_until_open(host, "127.0.0.1", 8000, web)

    def status(self):
        """Return 200 if a replica that reaches everything is behind the proxy."""
        return self.call(get, "/readyz")[0]

    def call(self, function, *arguments, **keywords):
        """Return what a function returns for the address of the proxy, from which it opens its sockets."""
        proxy = self.hosts["proxy"]
        return proxy.call(function, proxy.address, *arguments, **keywords)


def with_default(text):
    """Return a value of compose.yaml as it is when no variable is set."""
    return re.sub(r"\$\{\w+(?::-(.*?)|:\?.*?)\}", lambda found: found[1] or "", text)


def install(workshop, folder):
    """Return a project as the image has it: production's packages, and its static files."""
    project = make_project(workshop, folder, "--docker")
    variables = re.search(
        r"(?m)^RUN (SECRET_KEY=.*) \\$", (project.path / "Dockerfile").read_text()
    ).group(1)
    project.manage(
        "collectstatic", "--no-input", **dict(word.split("=", 1) for word in variables.split())
    )
    return project


@pytest.fixture(scope="module")
def stage(workshop, tmp_path_factory):
    if not shutil.which("nginx") or kind_of_network() != NAMESPACES:
        pytest.skip("there is no nginx here, or no network namespace")
    folder = tmp_path_factory.mktemp("containers")
    project = install(workshop, folder)
    with machines(NAMESPACES, ("proxy", "web1", "web2", "web3", "data"), folder) as hosts:
        stage = Stage(project, hosts, folder)
        stage.migrate()
        stage.start_proxy()
        yield stage


def get(address, path, **headers):
    """Return the status of a page of the site, and where it leads."""
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", path, headers={"Host": SITE, **headers})
    response = connection.getresponse()
    connection.close()
    return response.status, response.headers["Location"]


def echo(address, origin):
    """Return what the echo socket answers to a page of an origin."""
    sock = socket.create_connection((address, 80), timeout=60)
    with connect(
        f"ws://{SITE}/ws/echo/", sock=sock, origin=origin, open_timeout=60, proxy=None
    ) as websocket:
        websocket.send("hello")
        return websocket.recv(timeout=60)


@pytest.mark.slow
def test_requests_and_sockets_pass_the_proxy(stage):
    stage.replicas("web1", "web2")
    assert stage.call(get, "/readyz") == (200, None)
    assert stage.call(echo, ORIGIN) == "hello"
    with pytest.raises(InvalidStatus, match="403"):
        stage.call(echo, "http://elsewhere.example")


@pytest.mark.slow
def test_nobody_but_the_proxy_says_that_a_request_came_over_https(stage):
    stage.replicas("web1")
    for claim in ({}, {"X-Forwarded-Proto": "https"}):
        answer = stage.call(get, "/accounts/login/", **claim)
        assert answer == (301, f"https://{SITE}/accounts/login/")


@pytest.mark.slow
def test_a_dead_replica_costs_no_request(stage):
    stage.replicas("web1", "web2")
    stage.hosts["web2"].die()
    assert [stage.status() for _ in range(10)] == [200] * 10


@pytest.mark.slow
def test_a_replaced_replica_is_found_again(stage):
    stage.replicas("web1")
    stage.hosts["web1"].die()
    assert stage.status() in {502, 504}
    stage.replicas("web3")
