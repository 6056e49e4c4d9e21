"""One thread for each process that reports the running work, also while nothing is done."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from django.db import close_old_connections, connections

from channels_realtime.hub.loops import PerProcess

logger = logging.getLogger(__name__)

INTERVAL = 0.5  # seconds between two reports
REMOVE_TIMEOUT = 1.0  # seconds; the end of work does not wait longer for its last report


class Reporter(Protocol):
    """Some running work."""

    def report(self) -> None:
        """Send and store how far it is, if that is due. Called in the thread."""


class ReportingThread:
    """Let all running work of the process report. The thread ends when there is none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[Reporter, None] = {}
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()  # all work has
        self._reporting = threading.Lock()

    def add(self, work: Reporter) -> None:
        """Let the work report from now on."""
        with self._lock:
            self._running[work] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="progress", daemon=True)
                self._thread.start()

    def remove(self, work: Reporter) -> None:
        """Let the work report no more, and wait for a report that is running."""
        with self._lock:
            self._running.pop(work, None)
            if not self._running:
                self._ended.set()
        if self._reporting.acquire(timeout=REMOVE_TIMEOUT):
            self._reporting.release()

    def _run(self) -> None:
        try:
            while running := self._list_running():
                with self._reporting:
                    for work in running:
                        self._try(work.report)
                    self._try(close_old_connections)
                self._ended.wait(INTERVAL)
                self._ended.clear()
        finally:
            connections.close_all()

    def _list_running(self) -> list[Reporter]:
        """Return the running work. Without any, forget the thread, which then ends."""
        with self._lock:
            if not self._running:
                self._thread = None
            return list(self._running)

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:  # the next report may succeed
            logger.error("The progress of work cannot be reported for now: %r", error)


reporting_thread = PerProcess(ReportingThread)
