"""A network of several machines on one: namespaces on a bridge or, where that is impossible, loopback addresses."""

import ctypes
import ipaddress
import os
import shutil
import subprocess
from pathlib import Path

NAMESPACES, LOOPBACK = "namespaces", "loopback"
DOCUMENTATION = ipaddress.ip_network(
    "198.51.100.0/24"
)  # of RFC 5737; nobody's, and seen inside the namespaces alone
OF_NETWORKS = 0x40000000  # CLONE_NEWNET


def kind_of_network():
    """Return NAMESPACES if this machine lets us make them, otherwise LOOPBACK."""
    if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("unshare"):
        return LOOPBACK
    trial = "link add one type veth peer name two\nlink add three type bridge\n"
    command = ["unshare", "--net", "--mount", "ip", "-batch", "-"]
    tried = subprocess.run(command, input=trial, capture_output=True, text=True, check=False)
    return LOOPBACK if tried.returncode else NAMESPACES


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Namespaces:
    """A namespace for each host, and one for the bridge between them. Nothing of it is seen outside."""

    def __init__(self, names):
        self.prefix = f"machines{os.getpid()}-"
        self.addresses = dict(zip(names, map(str, DOCUMENTATION.hosts()), strict=False))

    def open(self):
        """Make the network."""
        bridge = self._add("bridge")
        ip("-n", bridge, "link", "add", "bridge", "up", "type", "bridge")
        for name, address in self.addresses.items():
            host = self._add(name)
            ip(
                "-n",
                host,
                "link",
                "add",
                "eth0",
                "type",
                "veth",
                "peer",
                "name",
                name,
                "netns",
                bridge,
            )
            ip("-n", bridge, "link", "set", name, "master", "bridge", "up")
            ip("-n", host, "address", "add", f"{address}/{DOCUMENTATION.prefixlen}", "dev", "eth0")
            self.plug(name)

    def _add(self, name):
        ip("netns", "add", self.prefix + name)
        ip("-n", self.prefix + name, "link", "set", "lo", "up")
        return self.prefix + name

    def plug(self, name):
        """Connect the host, for the first time or again."""
        ip("-n", self.prefix + name, "link", "set", "eth0", "up")

    def unplug(self, name):
        """Let everything vanish that comes from the host or goes to it."""
        ip("-n", self.prefix + name, "link", "set", "eth0", "down")

    def inside(self, name):
        """Return what runs a command on the host."""
        return [shutil.which("ip"), "netns", "exec", self.prefix + name]

    def enter(self, name):
        """Let the sockets that this thread opens from now on be the host's."""
        with Path("/run/netns", self.prefix + name).open() as namespace:
            library = ctypes.CDLL(None, use_errno=True)
            if library.setns(namespace.fileno(), OF_NETWORKS):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def close(self):
        """Leave nothing. Every process on the hosts must have ended."""
        for name in ("bridge", *self.addresses):
            subprocess.run(
                ["ip", "netns", "del", self.prefix + name], capture_output=True, check=False
            )


class Loopback:
    """An address of this machine's own network for each host. A host that is unplugged still answers: "refused"."""

    def __init__(self, names):
        # Two runs at once are apart.
        mine = ipaddress.ip_network(f"127.{os.getpid() % 254 + 1}.1.0/24")
        self.addresses = dict(zip(names, map(str, mine.hosts()), strict=False))

    def inside(self, _name):
        """Return what runs a command on the host."""
        return []

    def nothing(self, *_):
        """There is nothing to make or to take away."""

    open = close = plug = unplug = enter = nothing
