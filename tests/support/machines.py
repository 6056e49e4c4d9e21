"""Several machines on one: hosts with processes, which can die as a real host does."""

import contextlib
import ipaddress
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from support.networks import LOOPBACK, NAMESPACES, Loopback, Namespaces
from support.projects import wait_for

ESTABLISHED = "01"  # in /proc/net/tcp
STOP_LIMIT = 60  # seconds
NETWORKS = {NAMESPACES: Namespaces, LOOPBACK: Loopback}


@dataclass
class Host:
    """A machine, and the processes that were started on it, by name."""

    name: str
    network: Namespaces | Loopback
    folder: Path  # for logs
    running: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def address(self):
        """Where the others find it."""
        return self.network.addresses[self.name]

    def start(self, name, command, **settings):
        """Start a process in a session of its own; what it says goes to a file, unless the settings say otherwise."""
        words = [*self.network.inside(self.name), *map(str, command)]
        with (self.folder / f"{self.name}-{name}.log").open("ab") as log:
            streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            process = subprocess.Popen(words, start_new_session=True, **{**streams, **settings})
        self.running[name] = process
        return process

    def call(self, function, *arguments, **keywords):
        """Return what a function returns when it opens its sockets on this host."""
        enter = partial(self.network.enter, self.name)
        with ThreadPoolExecutor(1, initializer=enter) as thread:
            return thread.submit(function, *arguments, **keywords).result()

    def stop(self, name, sign=signal.SIGTERM):
        """End a process with a signal, and wait for its end."""
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        try:
            process.wait(STOP_LIMIT)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def die(self):
        """Vanish: no packet says that the processes are gone."""
        self.network.unplug(self.name)
        for name in list(self.running):
            self.stop(name, signal.SIGKILL)

    def sockets(self, name, port):
        """Return how many TCP connections to a port of this host are established, as the process sees it."""
        table = Path(f"/proc/{self.running[name].pid}/net/tcp").read_text().splitlines()[1:]
        here = (
            f"{int.from_bytes(ipaddress.ip_address(self.address).packed, 'little'):08X}:{port:04X}"
        )
        lines = [line.split() for line in table]
        return sum(line[1] == here and line[3] == ESTABLISHED for line in lines)


@contextlib.contextmanager
def machines(kind, names, folder) -> Iterator[dict[str, Host]]:
    """Yield hosts of a kind of network by name; afterwards nothing of them is left."""
    network = NETWORKS[kind](names)
    hosts = {name: Host(name, network, folder) for name in names}
    try:
        network.open()
        yield hosts
    finally:
        for host in hosts.values():
            for name in reversed(list(host.running)):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    host.stop(name)
        network.close()


def wait_until_open(host, address, port, process):
    """Wait until a process listens at an address, as seen from a host; fail if it has ended."""

    def is_open():
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        return host.call(connects, address, port)

    wait_for(is_open, f"something listens at {address}:{port}")


def connects(address, port):
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((address, port)) == 0
