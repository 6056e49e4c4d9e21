"""nginx with the files of deploy/, in front of one server process of this machine."""

import contextlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.processes import find_free_port, stop_session, wait_for
from support.renders import render_file
from support.servers import PRODUCTION_VARIABLES, Server, is_listening, serve

MAIN = """
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


def nginx_command(folder: Path, site: str) -> list[str]:
    """Write the configuration of a site into a folder, and return the command that serves it."""
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=folder.owner()))
    return ["nginx", "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]


def replace_once(pattern, replacement, text):
    """Return the text with a pattern replaced; fail unless it occurs once."""
    text, count = re.subn(pattern, replacement, text)
    assert count == 1, f"{pattern} occurs {count} times"
    return text


def unit_command(server):
    """Return the arguments of Python in the systemd unit, with {port} for the port."""
    unit = render_file("deploy/web@.service", {"server": server}).replace("\\\n", " ")
    arguments = re.search(r"(?m)^ExecStart=\S+/python (.*)$", unit).group(1)
    return arguments.replace("%i", "{port}").split()


@contextlib.contextmanager
def serve_behind_proxy(
    project, server, folder, change=lambda site: site, **variables
) -> Iterator[Server]:
    """Run a server of a project with its unit's command, and nginx with the files of deploy/.

    `change` is called with the text of nginx.conf, and returns another one.
    """
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed.")
    port = find_free_port()
    origin = {"CSRF_TRUSTED_ORIGINS": f"http://127.0.0.1:{port}", "HTTPS": "false"}
    variables = {**PRODUCTION_VARIABLES, **origin, "BEHIND_PROXY": "true", **variables}
    with serve(project, unit_command(server), **variables) as upstream:
        site = change(render_file("deploy/nginx.conf", {"project_slug": "mysite"}))
        site = replace_once(r"127\.0\.0\.1:8001", upstream.host, site)
        site = replace_once(r"(?m)^ +listen 80;$", f"    listen 127.0.0.1:{port};", site)
        site = replace_once(r"(?m)^ +listen \[::\]:80;\n", "", site)
        site = site.replace("snippets/mysite.conf", str(folder / "proxy.conf"))
        (folder / "proxy.conf").write_text(render_file("deploy/proxy.conf", {}))
        with running_nginx(folder, site, port) as proxy:
            yield proxy


@contextlib.contextmanager
def running_nginx(folder, site, port) -> Iterator[Server]:
    """Run nginx with a site until the block ends."""
    log = folder / "nginx.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            nginx_command(folder, site),
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    proxy = Server(port, log, process)
    try:
        wait_for(lambda: is_listening(proxy), "nginx listens")
        yield proxy
    finally:
        stop_session(process)
