"""The development services of a generated project, for the time of the examination."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from channels_doctor.live.agent_process import AgentError
from channels_doctor.support.errors import CannotExamine
from channels_doctor.support.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channels_doctor.live.temporary_site import Agents

SETTING = "REALTIME_SERVICES"
START_SECONDS = 90.0  # a PostgreSQL makes its data first
STOP_SECONDS = 15.0


@contextmanager
def development_services(agents: Agents, facts: dict[str, Any]) -> Iterator[None]:
    """Run the services that the project's own commands start in development, for the block.

    Raises CannotExamine if they do not start.
    """
    settings = facts.get("settings") or {}
    if not (settings.get(SETTING) and settings.get("DEBUG") is True):
        yield
        return
    keeper = agents.start("services")
    try:
        keeper.receive("services", seconds=START_SECONDS)
        yield
    except AgentError as error:
        raise CannotExamine(printable(f"The development services do not start: {error}")) from None
    finally:
        keeper.stop(STOP_SECONDS)
