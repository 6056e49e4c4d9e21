"""A process with many clients of a deployment, on the host of the clients."""

import json
import os
import subprocess
import sys

from support.deployment import DOMAIN, PROXY_PORT
from support.paths import ROOT
from support.processes import wait_for

TIMEOUT = 120  # seconds
CLIENT_JS = "channels_realtime/static/channels_realtime/client.js"  # in a project


class ClientProcess:
    """A module of this folder that runs in a process, and executes commands."""

    def __init__(self, site, module, path, **specification):
        self.site, self.module, self.host = site, module, site.hosts["clients"]
        self.process = self.host.start(
            module,
            [sys.executable, "-m", f"support.{module}"],
            env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._write_line(json.dumps({**self._describe_site(path), **specification}))

    def _describe_site(self, path):
        return {
            "client_js": str(self.site.project.path / CLIENT_JS),
            "connect": {
                "uri": f"ws://{DOMAIN}{path}",
                "origin": f"http://{DOMAIN}",
                "host": self.site.hosts["proxy"].address,
                "port": PROXY_PORT,
            },
            "cookies": self.site.cookies,
        }

    def _write_line(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def execute(self, command):
        """Return the answer of the process to a command."""
        self._write_line(command)
        answer = self.process.stdout.readline()
        assert answer, (self.host.folder / f"clients-{self.module}.log").read_text()
        return json.loads(answer)

    def wait_for_count(self, name, minimum, timeout=TIMEOUT):
        """Wait until a count of the clients reaches a minimum."""
        is_reached = lambda: self.execute("count")[name] >= minimum  # noqa: E731
        wait_for(is_reached, f"{name} {minimum} (now {self.execute('count')})", timeout)

    def close(self):
        """Disconnect all clients."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.host.stop(self.module)
