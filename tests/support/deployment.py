"""A project on several hosts: nginx, two hosts with two server processes each, and a data host."""

import contextlib
import json
import re
import shlex
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

from support.data_host import DataHost
from support.hosts import Host, running_hosts, wait_until_open
from support.paths import ROOT
from support.processes import check, run, wait_for
from support.projects import Project
from support.proxy import nginx_command, replace_once
from support.pythons import UV
from support.servers import PRODUCTION_VARIABLES

HOSTS = ("proxy", "app1", "app2", "data", "clients")
CLIENTS = 400  # users who are logged in
DOMAIN, PROXY_PORT = "example.com", 8080


def install_project(sandbox, folder, *flags):
    """Return a project for Redis and PostgreSQL with production's packages, not set up."""
    env = sandbox.environment()
    servers = ("--layer", "redis", "--database", "postgres")
    options = (*servers, "--superuser", "", "--no-setup", "--no-git")
    creation = run(sandbox.new_command("mysite", *options, *flags), folder, env)
    assert creation.exit_code == 0, creation.output
    project = Project(folder / "mysite", env, creation)
    check([UV, "sync", "--no-dev", "--python", sys.executable], project.path, env)
    return project


class WebServer(NamedTuple):
    """A server process of the project."""

    host: Host
    port: int

    @property
    def unit(self):
        """Its name in systemd."""
        return f"web@{self.port}"

    def stop(self):
        """Stop it with SIGTERM, and wait until it has ended."""
        self.host.stop(self.unit)

    def count_connections(self):
        """Return the number of its open connections."""
        return self.host.count_connections(self.unit, self.port)


@dataclass
class Deployment:
    """A project on hosts."""

    network: str  # its kind
    project: Project
    hosts: dict[str, Host]
    folder: Path
    clients: int = CLIENTS  # users who are logged in
    env: dict[str, str] = field(init=False)
    cookies: list[str] = field(default_factory=list)  # session keys of these users

    def __post_init__(self):
        self.data = DataHost(self.hosts["data"])
        self.web_servers = [
            WebServer(self.hosts[name], port) for name in ("app1", "app2") for port in (8001, 8002)
        ]
        self.env = {
            **self.project.env,
            **PRODUCTION_VARIABLES,
            "ALLOWED_HOSTS": DOMAIN,
            "CSRF_TRUSTED_ORIGINS": f"http://{DOMAIN}",
            "HTTPS": "false",
            "BEHIND_PROXY": "true",
            "DATABASE_URL": self.data.database_url,
            "CHANNEL_LAYER_URL": self.data.redis_url,
        }

    def set_up(self):
        """Start all servers, with the users logged in."""
        self.data.set_up()
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.run("manage.py", "collectstatic", "--no-input")
        output = self.run("-m", "bench.people", str(self.clients))
        self.cookies = json.loads(output.splitlines()[-1])
        for server in self.web_servers:
            self.start(server)
        for server in self.web_servers:
            self.wait_until_ready(server)
        self.start_nginx()

    def run(self, *arguments, host="app1"):
        """Run the project's Python on an application host, and return its output."""
        host, helpers = self.hosts[host], ROOT / "benchmarks" / "realtime" / "server"
        env = {**self.env, "PYTHONPATH": str(helpers), "DJANGO_SETTINGS_MODULE": "config.settings"}
        prefix = host.network.command_prefix(host.name)
        return check([*prefix, self.project.python, *arguments], self.project.path, env)

    def start(self, server):
        """Start a server with the command of the systemd unit, with this Python and address."""
        unit = (self.project.path / "deploy" / "web@.service").read_text().replace("\\\n", " ")
        command = re.search(r"(?m)^ExecStart=(.+)$", unit).group(1)
        command = command.replace("%i", str(server.port))
        words = shlex.split(replace_once(r"127\.0\.0\.1", server.host.address, command))
        command = [self.project.python, *words[1:]]
        server.host.start(server.unit, command, cwd=self.project.path, env=self.env)

    def wait_until_ready(self, server):
        """Wait until the readiness page of a server answers 200 to the proxy."""
        proxy, process = self.hosts["proxy"], server.host.running[server.unit]
        wait_until_open(proxy, server.host.address, server.port, process)
        url = f"http://{server.host.address}:{server.port}/readyz"
        wait_for(lambda: proxy.call(get_status, url) == 200, f"{url} answers 200")

    def start_nginx(self):
        """Start nginx with the project's files, with the addresses and folders of this test."""
        proxy = self.hosts["proxy"]
        command = nginx_command(self.folder, self.nginx_site())
        process = proxy.start("nginx", command, cwd=self.folder)
        wait_until_open(proxy, proxy.address, PROXY_PORT, process)

    def nginx_site(self):
        """Return the project's nginx.conf with a line for each server process."""
        deploy = self.project.path / "deploy"
        text = (deploy / "nginx.conf").read_text()
        lines = r"(?m)^ +server 127\.0\.0\.1:8001( .*;)\n +server 127\.0\.0\.1:8002\1$"
        servers = [rf"    server {each.host.address}:{each.port}\1" for each in self.web_servers]
        text = replace_once(lines, "\n".join(servers), text)
        listen = f"    listen {self.hosts['proxy'].address}:{PROXY_PORT};"
        listen += "\n    add_header Upstream $upstream_addr always;  # for the clients of the tests"
        text = replace_once(r"(?m)^ +listen 80;$", listen, text)
        text = replace_once(r"(?m)^ +listen \[::\]:80;\n", "", text)
        return replace_once(r"snippets/mysite\.conf", str(deploy / "proxy.conf"), text)


@contextlib.contextmanager
def running_deployment(network, sandbox, folder, clients=CLIENTS) -> Iterator[Deployment]:
    """Yield a running deployment, and remove it afterwards."""
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed.")
    project = install_project(sandbox, folder)
    with running_hosts(network, HOSTS, folder) as hosts:
        site = Deployment(network, project, hosts, folder, clients)
        site.set_up()
        yield site


def get_status(url):
    """Return the status of a GET request, or None without an answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
