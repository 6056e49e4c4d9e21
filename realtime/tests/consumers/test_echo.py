"""The echo consumers."""

import pytest


@pytest.mark.parametrize("text", ["hello", '{"a": 1}', "ü€𝄞", " ", "x" * 60_000])
async def test_echo_returns_each_text_frame_unchanged(open_socket, text):
    socket = await open_socket("/ws/echo/")
    await socket.send_to(text_data=text)
    assert await socket.receive_from() == text


async def test_echo_ignores_a_binary_frame(open_socket):
    socket = await open_socket("/ws/echo/")
    await socket.send_to(bytes_data=b"\x00\xff")
    await socket.send_to(text_data="still here")
    assert await socket.receive_from() == "still here"


async def test_the_typed_echo_needs_no_login(open_socket):
    socket = await open_socket("/ws/echo/typed/")
    await socket.send_json_to({"type": "echo.say", "text": "hello"})
    assert await socket.receive_json_from() == {"type": "echo.said", "text": "hello"}
