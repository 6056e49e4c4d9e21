"""Check that a message passes the project's channel layer from one process to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels_doctor.live.agent_process import AgentError

if TYPE_CHECKING:
    from channels_doctor.live.outcome import Outcome
    from channels_doctor.live.temporary_site import Agents, Site

ANSWER_SECONDS = 20.0


def check_round_trip(agents: Agents, site: Site) -> Outcome:
    """Send a message between two processes through the channel layer, and return its outcome."""
    # The names in the layer are random, so the project's own layer is used.
    options = {"databases": site.databases, "replace_layers": False}
    with (
        agents.start("receiver", **options) as receiver,
        agents.start("sender", **options) as sender,
    ):
        try:
            first = receiver.receive("joined", "outcome", seconds=ANSWER_SECONDS)
            if "outcome" in first:
                return first
            sender.receive("ready", seconds=ANSWER_SECONDS)
            sender.send({"send": True})
            return receiver.receive("outcome", seconds=ANSWER_SECONDS)
        except AgentError as error:
            return {"outcome": "error", "error": str(error)}
