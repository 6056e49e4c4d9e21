"""Smoke checks of the exports. `manage.py smoke` runs every function of this module."""

import json

from channels_realtime.messages import CloseCode
from channels_realtime.smoke.site import Site, expect_close

SOCKET = "ws/progress/"


def export(site: Site) -> None:
    """The progress of an export reaches its user"""
    with site.connect(SOCKET, "carol") as socket:
        assert json.loads(socket.recv(timeout=10)) == {"type": "progress.listed", "works": []}
        status, body = site.post("/exports/start/", {}, "carol")
        assert status == 302, f"HTTP {status}: {body}"
        changed = {"state": "running", "done": 0}
        while not changed["done"]:
            changed = json.loads(socket.recv(timeout=10))
            assert changed["state"] == "running", changed


def refusal(site: Site) -> None:
    """Anonymous users are refused"""
    with site.connect(SOCKET) as socket:
        expect_close(socket, CloseCode.LOGIN_REQUIRED)
