"""Smoke checks of the example; `manage.py smoke` runs every function here."""

import json

from realtime.smoke_site import Site


def room(site: Site) -> None:
    """Two users see each other's messages"""
    with (
        site.connect("ws/chat/lobby/", "alice") as alice,
        site.connect("ws/chat/lobby/", "bob") as bob,
    ):
        alice.send(json.dumps({"type": "chat.say", "text": "hello"}))
        for socket in (alice, bob):
            message = json.loads(socket.recv(timeout=5))
            assert (message["user"], message["text"]) == ("alice", "hello"), message


def notice(site: Site) -> None:
    """A view pushes a notice to one user's socket"""
    with site.connect("ws/notifications/", "bob") as bob:
        status, body = site.post("/notify/", {"to": "bob", "text": "hello"}, "alice")
        assert status == 200, f"HTTP {status}: {body}"
        message = json.loads(bob.recv(timeout=5))
        assert (message["from"], message["text"]) == ("alice", "hello"), message
