"""Smoke checks of the example; `manage.py smoke` runs every function here."""

import json

from channels_realtime.messages import CloseCode
from channels_realtime.smoke.site import Site, expect_close
from websockets.sync.client import ClientConnection

from chat.models import Room


def room(site: Site) -> None:
    """Two users see each other's messages"""
    with (
        site.connect("ws/chat/lobby/", "alice") as alice,
        site.connect("ws/chat/lobby/", "bob") as bob,
    ):
        alice.send(json.dumps({"type": "chat.say", "text": "hello"}))
        for socket in (alice, bob):
            message = json.loads(socket.recv(timeout=10))
            assert (message["user"], message["text"]) == ("alice", "hello"), message


def resume(site: Site) -> None:
    """Who comes back gets what was said meanwhile"""
    with site.connect("ws/chat/attic/", "alice") as alice:
        numbers = [_say(alice, text) for text in ("one", "two", "three")]
    with site.connect("ws/chat/attic/", "bob") as bob:
        bob.send(json.dumps({"type": "chat.resume", "room": "attic", "after": numbers[0]}))
        answer, *missed = [json.loads(bob.recv(timeout=10)) for _ in range(3)]
    assert (answer["type"], answer["count"]) == ("chat.resumed", 2), answer
    assert [message["text"] for message in missed] == ["two", "three"], missed


def refusal(site: Site) -> None:
    """A room for staff turns others away"""
    Room.objects.create(name="staff", staff_only=True)
    with site.connect("ws/chat/staff/", "carol") as carol:
        expect_close(carol, CloseCode.PERMISSION_DENIED)


def notice(site: Site) -> None:
    """A view pushes a notice to one user's socket"""
    with site.connect("ws/notifications/", "bob") as bob:
        status, body = site.post("/notify/", {"to": "bob", "text": "hello"}, "alice")
        assert status == 200, f"HTTP {status}: {body}"
        message = json.loads(bob.recv(timeout=10))
        assert (message["from"], message["text"]) == ("alice", "hello"), message


def _say(socket: ClientConnection, text: str) -> int:
    """Say something and return the number that it got."""
    socket.send(json.dumps({"type": "chat.say", "text": text}))
    number: int = json.loads(socket.recv(timeout=10))["seq"]
    return number
