"""No input of a client harms a chat room, or the other users in it.

tests/test_project.py runs this file inside a project, beside the strategies of the library's tests.
"""

import itertools
import json
import logging
from urllib.parse import quote

import pytest
from channels_realtime.messages import CloseCode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.hostile_input import frames, variants

# The length of a failing example would hide the reason.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

FRAMES = 10  # in one example
TYPES = ["chat.say", "chat.resume", "chat.message", "chat.resumed", "chat.gap", "chat.notice"]
FIELDS = ["text", "room", "after", "seq", "user"]
# Valid messages stand between the hostile frames, so that something can get out of order.
SAY = st.fixed_dictionaries({"type": st.just("chat.say"), "text": st.text(min_size=1, max_size=50)})
RESUME = st.fixed_dictionaries(
    {"type": st.just("chat.resume"), "room": st.just("lobby"), "after": st.integers()}
)
FRAME = frames(TYPES, FIELDS) | (SAY | RESUME).map(json.dumps)
ATTACKS = st.lists(FRAME, min_size=FRAMES, max_size=FRAMES)
LAST_TEXTS = (f"the end of attack {number}" for number in itertools.count())
# One set of sockets for all examples.
EXAMPLES = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
async def sockets(settings, connect, alice, bob):
    """Return a socket that attacks the room, and a socket of another user in it."""
    settings.REALTIME_MESSAGE_RATE = settings.REALTIME_MESSAGE_BURST = 1_000_000
    return await connect("/ws/chat/lobby/", alice), await connect("/ws/chat/lobby/", bob)


@given(ATTACKS)
@EXAMPLES
async def test_2_000_frames_leave_the_room_in_order(sockets, caplog, attack):
    (attacker, other), last = sockets, next(LAST_TEXTS)
    for frame in (variant for text in attack for variant in variants(text)):
        kind = "text" if isinstance(frame, str) else "bytes"
        await attacker.send_input({"type": "websocket.receive", kind: frame})
    await attacker.send_json_to({"type": "chat.say", "text": last})
    assert all(answer.get("code") != "internal" for answer in await receive_until(last, attacker))
    numbers = [message["seq"] for message in await receive_until(last, other)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def receive_until(text, socket):
    """Return all messages that the socket receives, up to the one with the text."""
    answers = [await socket.receive_json_from()]
    while answers[-1].get("text") != text:
        answers.append(await socket.receive_json_from())
    return answers


@pytest.mark.parametrize("name", ["\0", "\n", "\x7f", "\u2028", "x" * 101])
async def test_a_name_that_no_room_may_have_is_refused(connect, alice, name):
    socket = await connect(f"/ws/chat/{quote(name)}/", alice)
    assert socket.accepted
    assert await socket.receive_close() == CloseCode.PERMISSION_DENIED
