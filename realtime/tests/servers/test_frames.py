"""Frames that are encoded once for all sockets."""

import pytest
from websockets.frames import Frame, Opcode

from channels_realtime.servers.frames import encode_frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 0xFFFF, 0x10000])
@pytest.mark.parametrize("ending", ["", "é", "🦊"])
def test_a_text_frame_has_the_bytes_that_other_libraries_send(size, ending):
    text = "x" * (size - len(ending.encode())) + ending
    assert encode_frame(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


def test_a_text_is_encoded_once_for_all_sockets():
    text = "the same text"
    assert encode_frame(text) is encode_frame(text)
