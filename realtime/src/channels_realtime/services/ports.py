"""Find out whether a port of this machine is taken, and by which process."""

import errno
import os
import re
import socket
from contextlib import suppress
from pathlib import Path

LISTENING = "0A"  # the state of a socket in /proc/net/tcp
SOCKET_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")


def is_taken(host: str, port: int) -> bool:
    """Return whether a program listens on the port already.

    Other errors, such as a missing permission, are left to the server that binds the port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        return error.errno == errno.EADDRINUSE
    return False


def find_owner(port: int) -> str:
    """Return the name and the id of the process that listens on a port, empty if unknown.

    Linux tells it, for processes of the same user or for root.
    """
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if any(os.readlink(entry) in sockets for entry in (folder / "fd").iterdir()):
                name = (folder / "comm").read_text("utf-8", "replace").strip()
                return f"{name} (process {folder.name})"
    return ""


def _listening_inodes(port: int) -> list[str]:
    """Return the inodes of the sockets that listen on a port, as /proc/net/tcp lists them."""
    line = re.compile(rf"^ *\d+: \w+:{port:04X} \S+ {LISTENING} (?:\S+ +){{5}}(\d+)", re.MULTILINE)
    inodes = []
    for table in SOCKET_TABLES:
        with suppress(OSError):
            inodes += line.findall(Path(table).read_text("ascii"))
    return inodes
