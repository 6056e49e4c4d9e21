"""The layer in memory, in processes that serve no sockets."""

import subprocess
import sys

from support.commands import environment

# Send in three ways, each twice, and print the errors.
SEND = """
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from channels_realtime.auth.revocation import recheck
from channels_realtime.messages import Pong
from channels_realtime.publishing import apublish, publish

sends = [
    lambda: async_to_sync(get_channel_layer().group_send)("room", {"type": "room.event"}),
    lambda: publish("room", Pong()),
    lambda: async_to_sync(apublish)("room", Pong()),
    recheck,
]
for send in sends * 2:
    try:
        send()
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
"""
TEST_ENVIRONMENT = (
    "from django.test.utils import setup_test_environment\nsetup_test_environment(debug=True)\n"
)
ERROR = (
    "The channel layer is in memory, and this process serves no sockets, so its messages reach no "
    "browser. Set CHANNEL_LAYER_URL=redis://HOST:6379/0 to reach the sockets of other processes."
)


def send(folder, setup="", **variables):
    """Send in a process of the site; return what it prints, and what it logs."""
    result = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{setup}{SEND}"],
        env=environment(folder, **variables),
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout, result.stderr


def test_in_development_every_way_to_send_but_a_recheck_raises_an_error(tmp_path):
    assert send(tmp_path) == (f"ImproperlyConfigured: {ERROR}\n" * 6, "")


def test_in_production_one_error_is_logged(tmp_path):
    printed, logged = send(tmp_path, DEBUG="false")
    assert printed == ""
    [line] = logged.splitlines()
    assert line.endswith(ERROR)
    assert "ERROR" in line


def test_a_process_with_an_asgi_application_sends(tmp_path):
    assert send(tmp_path, "import site_config.asgi\n") == ("", "")


def test_a_test_sends_without_sockets_also_with_debug(tmp_path):
    assert send(tmp_path, TEST_ENVIRONMENT) == ("", "")
