"""The hosts of a deployment, simulated on this machine. A host can fail as a real one does."""

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
from support.processes import wait_for

ESTABLISHED = "01"  # in /proc/net/tcp
STOP_TIMEOUT = 60  # seconds
NETWORKS = {NAMESPACES: Namespaces, LOOPBACK: Loopback}


@dataclass
class Host:
    """A host, and its running processes by name."""

    name: str
    network: Namespaces | Loopback
    folder: Path  # for logs
    running: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def address(self):
        """Its IP address on the network."""
        return self.network.addresses[self.name]

    def start(self, name, command, **settings):
        """Start a process in its own session. By default, its output goes to a log file."""
        words = [*self.network.command_prefix(self.name), *map(str, command)]
        with (self.folder / f"{self.name}-{name}.log").open("ab") as log:
            streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            process = subprocess.Popen(words, start_new_session=True, **{**streams, **settings})
        self.running[name] = process
        return process

    def call(self, function, *arguments, **keywords):
        """Call a function in a thread whose sockets belong to this host, and return its result."""
        enter = partial(self.network.enter, self.name)
        with ThreadPoolExecutor(1, initializer=enter) as thread:
            return thread.submit(function, *arguments, **keywords).result()

    def stop(self, name, number=signal.SIGTERM):
        """Send a signal to a process, and wait until it has ended."""
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(STOP_TIMEOUT)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def fail(self):
        """Unplug the host, then kill its processes: no packet tells their peers."""
        self.network.unplug(self.name)
        for name in list(self.running):
            self.stop(name, signal.SIGKILL)

    def count_connections(self, name, port):
        """Return the number of established TCP connections of a process to a port of this host."""
        table = Path(f"/proc/{self.running[name].pid}/net/tcp").read_text().splitlines()[1:]
        packed = ipaddress.ip_address(self.address).packed
        endpoint = f"{int.from_bytes(packed, 'little'):08X}:{port:04X}"
        lines = [line.split() for line in table]
        return sum(line[1] == endpoint and line[3] == ESTABLISHED for line in lines)


@contextlib.contextmanager
def running_hosts(kind, names, folder) -> Iterator[dict[str, Host]]:
    """Yield hosts on a kind of network as {name: host}, and remove them afterwards."""
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
    """Wait until a host can connect to the address of a process; fail if the process has ended."""

    def is_open():
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        return host.call(can_connect, address, port)

    wait_for(is_open, f"a server listens at {address}:{port}")


def can_connect(address, port):
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((address, port)) == 0
