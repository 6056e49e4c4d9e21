"""Smoke checks of the example. `manage.py smoke` runs every function of this module."""

import json
from typing import Any

from channels_realtime.messages import CloseCode
from channels_realtime.smoke.site import Site, expect_close
from websockets.sync.client import ClientConnection

from chat.models import Room


def room(site: Site) -> None:
    """Two users in a room receive each other's messages"""
    path = "ws/chat/lobby/"
    with site.connect(path, "alice") as alice, site.connect(path, "bob") as bob:
        for answer in (_say(alice, "hello"), _receive(bob)):
            assert (answer["user"], answer["text"]) == ("alice", "hello"), answer


def resume(site: Site) -> None:
    """A client that returns gets the messages that it missed"""
    with site.connect("ws/chat/attic/", "alice") as alice:
        first, *_ = [_say(alice, text) for text in ("one", "two", "three")]
    with site.connect("ws/chat/attic/", "bob") as bob:
        bob.send(json.dumps({"type": "chat.resume", "room": "attic", "after": first["seq"]}))
        answer, *missed = [_receive(bob) for _ in range(3)]
    assert (answer["type"], answer["count"]) == ("chat.resumed", 2), answer
    assert [message["text"] for message in missed] == ["two", "three"], missed


def refusal(site: Site) -> None:
    """A room for staff refuses other users"""
    Room.objects.create(name="staff", staff_only=True)
    with site.connect("ws/chat/staff/", "carol") as carol:
        expect_close(carol, CloseCode.PERMISSION_DENIED)


def notice(site: Site) -> None:
    """A view sends a notice to one user's socket"""
    with site.connect("ws/notifications/", "bob") as bob:
        status, body = site.post("/notify/", {"to": "bob", "text": "hello"}, "alice")
        assert status == 200, f"HTTP {status}: {body}"
        answer = _receive(bob)
        assert (answer["from"], answer["text"]) == ("alice", "hello"), answer


def _say(socket: ClientConnection, text: str) -> Any:
    socket.send(json.dumps({"type": "chat.say", "text": text}))
    return _receive(socket)


def _receive(socket: ClientConnection) -> Any:
    return json.loads(socket.recv(timeout=10))
