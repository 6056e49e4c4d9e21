"""Processes that are really forked."""

import os
import signal
import time
from contextlib import suppress

LIMIT = 20  # seconds, after which a child is taken to hang


def ends_in_fork(action):
    """Return whether a call of `action` ends in a fork of this process, without an error."""
    child = os.fork()
    if child:
        return wait_for_child(child)
    status = 1
    with suppress(BaseException):  # nothing of pytest may run in the child
        action()
        status = 0
    os._exit(status)


def wait_for_child(child):
    """Return whether a child ends well. Kill one that hangs."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status == 0
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False
