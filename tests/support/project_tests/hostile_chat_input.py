"""Hostile input of a client harms neither a chat room nor its other users.

tests/cli/test_projects.py copies this file into a project and runs it there.
"""

import itertools
import json
import logging
from urllib.parse import quote

import pytest
from channels_realtime.messages import CloseCode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# Hypothesis warns that the examples are long.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

FRAMES = 10  # in one example
TYPES = ["chat.say", "chat.resume", "chat.message", "chat.resumed", "chat.gap", "chat.notice"]
FIELDS = ["text", "room", "after", "seq", "user"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)
MESSAGE = st.fixed_dictionaries(
    {}, optional={"type": st.sampled_from(TYPES) | VALUES} | dict.fromkeys(FIELDS, VALUES)
)
INVALID = st.sampled_from(["", "{", "[" * 60_000, "NaN", '{"type":"chat.say","text":"\\ud800"}'])
# Valid messages between the hostile frames, so that the order could be wrong.
SAY = st.fixed_dictionaries({"type": st.just("chat.say"), "text": st.text(min_size=1, max_size=50)})
RESUME = st.fixed_dictionaries(
    {"type": st.just("chat.resume"), "room": st.just("lobby"), "after": st.integers()}
)
FRAME = (MESSAGE | SAY | RESUME).map(json.dumps) | INVALID | st.text(max_size=50)
ATTACKS = st.lists(FRAME, min_size=FRAMES, max_size=FRAMES)
LAST_TEXTS = (f"the end of attack {number}" for number in itertools.count())
# All examples use the same sockets.
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
async def sockets(settings, connect, alice, bob):
    """Return the socket of an attacker, and the socket of another user in the same room."""
    settings.REALTIME_MESSAGE_RATE = settings.REALTIME_MESSAGE_BURST = 1_000_000
    return await connect("/ws/chat/lobby/", alice), await connect("/ws/chat/lobby/", bob)


@given(ATTACKS)
@EXAMPLES
async def test_2_000_frames_leave_the_room_in_order(sockets, caplog, attack):
    (attacker, other), last = sockets, next(LAST_TEXTS)
    for frame in itertools.chain.from_iterable(map(variants, attack)):
        kind = "text" if isinstance(frame, str) else "bytes"
        await attacker.send_input({"type": "websocket.receive", kind: frame})
    await attacker.send_json_to({"type": "chat.say", "text": last})
    assert all(answer.get("code") != "internal" for answer in await receive_until(last, attacker))
    numbers = [message["seq"] for message in await receive_until(last, other)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def variants(text):
    """Return a frame and four damaged forms of it."""
    half = len(text) // 2
    return [text, text[:half], text[:half] + "\0" + text[half:], text + text[-9:], text.encode()]


async def receive_until(text, socket):
    """Return all messages that the socket receives, up to the one with the text."""
    answers = [await socket.receive_json_from()]
    while answers[-1].get("text") != text:
        answers.append(await socket.receive_json_from())
    return answers


@pytest.mark.parametrize("name", ["\0", "\n", "\x7f", "\u2028", "x" * 101])
async def test_an_invalid_room_name_is_refused(connect, alice, name):
    socket = await connect(f"/ws/chat/{quote(name)}/", alice)
    assert socket.accepted
    assert await socket.receive_close() == CloseCode.PERMISSION_DENIED
