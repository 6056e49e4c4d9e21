"""Sockets that all come back at once, and request what they have missed."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from load.sockets import Client, open_clients

ANSWER = b'"chat.resumed"'
ANSWER_TIMEOUT = 120  # seconds


class Answers:
    """Count the sockets whose request has been answered."""

    def __init__(self, sockets: int) -> None:
        self.missing, self.complete = sockets, asyncio.Event()

    def receive(self, _client: Client, payload: bytes) -> None:
        """Count an answer."""
        if ANSWER in payload:
            self.missing -= 1
            if not self.missing:
                self.complete.set()


async def run(specification: dict[str, Any]) -> dict[str, float]:
    """Open all sockets, send the frame `request` from each if there is one, and wait for answers.

    Return the `seconds` until the last socket was open and answered.
    """
    sockets, request = specification["sockets"], specification["request"]
    answers = Answers(sockets)
    print("ready", flush=True)
    started = time.perf_counter()
    await open_clients({**specification, "at_once": sockets, "first": request}, answers.receive)
    if request:
        await asyncio.wait_for(answers.complete.wait(), ANSWER_TIMEOUT)
    return {"seconds": time.perf_counter() - started}
