"""A network of several hosts on this machine.

Namespaces on a bridge are used or, where they are not available, loopback addresses.
"""

import ctypes
import ipaddress
import os
import shutil
import subprocess
from pathlib import Path

NAMESPACES, LOOPBACK = "namespaces", "loopback"
# For documentation only (RFC 5737). It is visible inside the namespaces alone.
TEST_NETWORK = ipaddress.ip_network("198.51.100.0/24")
CLONE_NEWNET = 0x40000000


def available_network():
    """Return NAMESPACES if this process may create them, otherwise LOOPBACK."""
    if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("unshare"):
        return LOOPBACK
    commands = "link add one type veth peer name two\nlink add three type bridge\n"
    command = ["unshare", "--net", "--mount", "ip", "-batch", "-"]
    result = subprocess.run(command, input=commands, capture_output=True, text=True, check=False)
    return LOOPBACK if result.returncode else NAMESPACES


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Namespaces:
    """A network namespace for each host, and one for the bridge between them."""

    def __init__(self, names):
        self.prefix = f"machines{os.getpid()}-"
        self.addresses = dict(zip(names, map(str, TEST_NETWORK.hosts()), strict=False))

    def open(self):
        """Create the network."""
        bridge = self._add("bridge")
        ip("-n", bridge, "link", "add", "bridge", "up", "type", "bridge")
        for name, address in self.addresses.items():
            host = self._add(name)
            peer = ("peer", "name", name, "netns", bridge)
            ip("-n", host, "link", "add", "eth0", "type", "veth", *peer)
            ip("-n", bridge, "link", "set", name, "master", "bridge", "up")
            ip("-n", host, "address", "add", f"{address}/{TEST_NETWORK.prefixlen}", "dev", "eth0")
            self.plug(name)

    def _add(self, name):
        ip("netns", "add", self.prefix + name)
        ip("-n", self.prefix + name, "link", "set", "lo", "up")
        return self.prefix + name

    def plug(self, name):
        """Connect the host to the bridge."""
        ip("-n", self.prefix + name, "link", "set", "eth0", "up")

    def unplug(self, name):
        """Drop all packets from and to the host."""
        ip("-n", self.prefix + name, "link", "set", "eth0", "down")

    def command_prefix(self, name):
        """Return the words before a command that run it on the host."""
        return [shutil.which("ip"), "netns", "exec", self.prefix + name]

    def enter(self, name):
        """Move this thread to the namespace of the host, for the sockets that it opens."""
        with Path("/run/netns", self.prefix + name).open() as namespace:
            library = ctypes.CDLL(None, use_errno=True)
            if library.setns(namespace.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def close(self):
        """Delete the network. All processes on the hosts must have ended."""
        for name in ("bridge", *self.addresses):
            subprocess.run(
                ["ip", "netns", "del", self.prefix + name], capture_output=True, check=False
            )


class Loopback:
    """A loopback address for each host. A host that is unplugged still refuses connections."""

    def __init__(self, names):
        # The process id keeps two runs of the tests apart.
        network = ipaddress.ip_network(f"127.{os.getpid() % 254 + 1}.1.0/24")
        self.addresses = dict(zip(names, map(str, network.hosts()), strict=False))

    def command_prefix(self, _name):
        """Return the words before a command that run it on the host: none."""
        return []

    def do_nothing(self, *_):
        """Do nothing: loopback addresses need no setup."""

    open = close = plug = unplug = enter = do_nothing
