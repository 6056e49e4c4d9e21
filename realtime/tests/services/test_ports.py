"""Ports of this machine that are taken."""

import os
import socket
import sys

import pytest

from channels_realtime.services.ports import find_owner, is_taken
from channels_realtime.smoke.processes import free_port
from support.commands import manage

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc/net/tcp")


@pytest.fixture
def listener():
    """A socket that listens on a port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def port_of(server):
    return server.getsockname()[1]


def test_a_port_is_taken_while_a_program_listens_on_it(listener):
    port = port_of(listener)
    assert is_taken("127.0.0.1", port)
    listener.close()
    assert not is_taken("127.0.0.1", port)


def test_a_port_that_may_not_be_used_is_not_taken():
    assert not is_taken("192.0.2.1", free_port())


@linux_only
def test_the_owner_of_a_port_is_the_process_that_listens(listener):
    assert find_owner(port_of(listener)).endswith(f"(process {os.getpid()})")


def test_a_free_port_has_no_owner():
    assert find_owner(free_port()) == ""


@pytest.mark.parametrize("address", ["{}", "127.0.0.1:{}", "0.0.0.0:{}"])
def test_runserver_refuses_a_taken_port_and_names_its_owner(tmp_path, listener, address):
    port = port_of(listener)
    ended = run("runserver", address.format(port), folder=tmp_path)
    assert ended.returncode == 1
    owner = f"(process {os.getpid()})" if sys.platform == "linux" else "another program"
    assert f"{owner} listens on port {port} already" in ended.stderr
    assert f"runserver {port + 1}" in ended.stderr


def run(*arguments, folder):
    """Run a command as manage.py of a generated project does."""
    code = (
        "import sys; from channels_realtime.management.execution import "
        "execute_from_command_line as run; run(sys.argv)"
    )
    return manage(*arguments, folder=folder, program=(sys.executable, "-c", code))
