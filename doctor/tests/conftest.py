"""Fixtures of the linter's tests."""

import os
import signal

import pytest
from support.paths import SOURCE


def pytest_configure():
    """Restore signals that nohup or a shell's background job has set to be ignored."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


@pytest.fixture(scope="session")
def environment():
    """The environment of a child process that can import the package."""
    return {**os.environ, "PYTHONPATH": str(SOURCE)}
