"""The layer in memory."""

import subprocess
import sys

import pytest

from support.commands import environment

SEND = (
    "from asgiref.sync import async_to_sync\n"
    "from channels.layers import get_channel_layer\n"
    "for _ in range(2):\n"
    "    async_to_sync(get_channel_layer().group_send)('room', {'type': 'room.event'})\n"
)
PUBLISH = (
    "from channels_realtime.messages import Pong\n"
    "from channels_realtime.publishing import publish\n"
    "publish('room', Pong())\n"
)


def run(folder, code):
    """Run code in a process of the site, and return what it logs."""
    result = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env=environment(folder),
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stderr


@pytest.mark.parametrize("code", [SEND, PUBLISH], ids=["group_send", "publish"])
def test_a_process_without_sockets_warns_once_that_its_messages_reach_nobody(tmp_path, code):
    logged = run(tmp_path, code)
    assert logged.count("this process serves no sockets: its messages reach no socket") == 1
    assert "CHANNEL_LAYER_URL=redis://" in logged


def test_a_process_with_an_asgi_application_does_not_warn(tmp_path):
    assert "serves no sockets" not in run(tmp_path, f"import site_config.asgi\n{SEND}")
