"""A project on several machines: nginx, two application hosts with two processes each, one Redis, one PostgreSQL."""

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

from support.machines import Host, machines, wait_until_open
from support.paths import ROOT
from support.projects import PRODUCTION, UV, Project, check, run, wait_for
from support.stores import Stores

HOSTS = ("proxy", "app1", "app2", "data", "crowd")
PEOPLE = 400
DOMAIN, HTTP = "example.com", 8080
NGINX = """
user {user};
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 16384; }}
http {{
    access_log {folder}/nginx-access.log;
    client_body_temp_path {folder}/nginx;
    proxy_temp_path {folder}/nginx;
    fastcgi_temp_path {folder}/nginx;
    uwsgi_temp_path {folder}/nginx;
    scgi_temp_path {folder}/nginx;
    include {folder}/site.conf;
}}
"""


def make_project(workshop, folder, *flags):
    """Return a project for Redis and PostgreSQL, installed as in production, and not set up."""
    env = workshop.env()
    options = (
        "--layer",
        "redis",
        "--database",
        "postgres",
        "--superuser",
        "",
        "--no-setup",
        "--no-git",
    )
    made = run(workshop.new("mysite", *options, *flags), folder, env)
    assert made.code == 0, made.output
    project = Project(folder / "mysite", env, made)
    check([UV, "sync", "--no-dev", "--python", sys.executable], project.path, env)
    return project


def replaced(pattern, replacement, text):
    """Return the text with a pattern replaced, which must be there once."""
    text, found = re.subn(pattern, replacement, text)
    assert found == 1, f"{pattern} is there {found} times"
    return text


class Web(NamedTuple):
    """A server process, and where it runs."""

    host: Host
    port: int

    @property
    def unit(self):
        """What systemd would call it."""
        return f"web@{self.port}"

    def stop(self):
        """Ask it to end, and wait."""
        self.host.stop(self.unit)

    def sockets(self):
        """Return how many connections it has."""
        return self.host.sockets(self.unit, self.port)


@dataclass
class Deployment:
    """A project on hosts."""

    kind: str  # of network
    project: Project
    hosts: dict[str, Host]
    folder: Path
    people: int = PEOPLE  # who are signed in
    env: dict[str, str] = field(init=False)
    cookies: list[str] = field(default_factory=list)  # of people who are signed in

    def __post_init__(self):
        self.stores = Stores(self.hosts["data"])
        self.webs = [
            Web(self.hosts[app], port) for app in ("app1", "app2") for port in (8001, 8002)
        ]
        self.env = {
            **self.project.env,
            **PRODUCTION,
            "ALLOWED_HOSTS": DOMAIN,
            "CSRF_TRUSTED_ORIGINS": f"http://{DOMAIN}",
            "HTTPS": "false",
            "BEHIND_PROXY": "true",
            "DATABASE_URL": self.stores.database,
            "CHANNEL_LAYER_URL": self.stores.redis,
        }

    def set_up(self):
        """Start everything."""
        self.stores.make()
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.run("manage.py", "collectstatic", "--no-input")
        self.cookies = json.loads(self.run("-m", "bench.people", str(self.people)).splitlines()[-1])
        for web in self.webs:
            self.start(web)
        for web in self.webs:
            self.wait_until_ready(web)
        self.start_nginx()

    def run(self, *arguments):
        """Run the project's Python on an application host and return what it said."""
        host, beside = self.hosts["app1"], ROOT / "benchmarks" / "realtime" / "server"
        env = {**self.env, "PYTHONPATH": str(beside), "DJANGO_SETTINGS_MODULE": "config.settings"}
        return check(
            [*host.network.inside(host.name), self.project.python, *arguments],
            self.project.path,
            env,
        )

    def start(self, web):
        """Start a process with the unit's own command; only Python's path and the address are others."""
        unit = (self.project.path / "deploy" / "web@.service").read_text().replace("\\\n", " ")
        command = re.search(r"(?m)^ExecStart=(.+)$", unit).group(1).replace("%i", str(web.port))
        words = shlex.split(replaced(r"127\.0\.0\.1", web.host.address, command))
        web.host.start(
            web.unit, [self.project.python, *words[1:]], cwd=self.project.path, env=self.env
        )

    def wait_until_ready(self, web):
        """Wait until a process says, as seen from the proxy, that it reaches everything."""
        proxy, process = self.hosts["proxy"], web.host.running[web.unit]
        wait_until_open(proxy, web.host.address, web.port, process)
        address = f"http://{web.host.address}:{web.port}/readyz"
        wait_for(lambda: proxy.call(status_of, address) == 200, f"{address} answers 200")

    def start_nginx(self):
        """Start nginx with the project's own files; only addresses and places are others."""
        proxy = self.hosts["proxy"]
        (self.folder / "site.conf").write_text(self.site())
        configuration = self.folder / "nginx.conf"
        configuration.write_text(NGINX.format(folder=self.folder, user=self.folder.owner()))
        process = proxy.start(
            "nginx", ["nginx", "-c", configuration, "-g", "daemon off;"], cwd=self.folder
        )
        wait_until_open(proxy, proxy.address, HTTP, process)

    def site(self):
        """Return the project's site for nginx, with a line for each process of each host."""
        deploy = self.project.path / "deploy"
        text = (deploy / "nginx.conf").read_text()
        lines = r"(?m)^ +server 127\.0\.0\.1:8001( .*;)\n +server 127\.0\.0\.1:8002\1$"
        ours = "\n".join(rf"    server {web.host.address}:{web.port}\1" for web in self.webs)
        text = replaced(lines, ours, text)
        text = replaced(
            r"(?m)^ +listen 80;$", f"    listen {self.hosts['proxy'].address}:{HTTP};", text
        )
        text = replaced(r"(?m)^ +listen \[::\]:80;\n", "", text)
        return replaced(r"snippets/mysite\.conf", str(deploy / "proxy.conf"), text)


@contextlib.contextmanager
def deployment(kind, workshop, folder, people=PEOPLE) -> Iterator[Deployment]:
    """Yield the running project; afterwards nothing of it is left."""
    if not shutil.which("nginx"):
        pytest.skip("there is no nginx here")
    project = make_project(workshop, folder)
    with machines(kind, HOSTS, folder) as hosts:
        site = Deployment(kind, project, hosts, folder, people)
        site.set_up()
        yield site


def status_of(address):
    """Return the status of a GET request, or None if there was no answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
