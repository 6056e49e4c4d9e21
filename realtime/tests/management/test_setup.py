"""`manage.py setup`: its report, and how a step ends."""

import signal

import pytest

from channels_realtime.management.setup.steps import describe_end


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (1, "failed"),
        (-signal.SIGTERM, "was ended by SIGTERM"),
        (-signal.SIGKILL, "was ended by SIGKILL, perhaps because the memory is full"),
    ],
)
def test_a_failed_step_says_how_its_command_ended(code, text):
    assert describe_end(code) == text
