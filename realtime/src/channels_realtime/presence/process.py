"""What the groups of one process share: its id, its store, and the numbers of its changes."""

import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from channels_realtime.hub.hub import Hub
from channels_realtime.presence.stores import PresenceStore

logger = logging.getLogger(__name__)

RETRY_DELAY = 1.0  # seconds, while the store is down


@dataclass
class Process:
    """A server process, as the others know it."""

    id: str
    hub: Hub
    store: PresenceStore
    _versions: Callable[[], int] = field(default_factory=lambda: itertools.count(1).__next__)
    _is_failing: bool = False

    def next_version(self) -> int:
        """Return a number that is higher than all before."""
        return self._versions()

    def report_failure(self, error: Exception) -> None:
        """Log the first failure of several."""
        if not self._is_failing:
            logger.error("Presence cannot reach its store: %r", error)
        self._is_failing = True

    def report_success(self) -> None:
        """Log that the store answers again."""
        if self._is_failing:
            logger.warning("Presence reaches its store again.")
        self._is_failing = False
