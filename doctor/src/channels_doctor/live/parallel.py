"""Run several checks in parallel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from channels_doctor.live.outcome import Outcome

CheckFunction = Callable[[], Outcome]


def run_parallel(checks: Mapping[str, CheckFunction], seconds: float) -> dict[str, Outcome]:
    """Return the outcomes by name; a check that takes longer has "no answer"."""
    done: dict[str, Outcome] = {}
    threads = [
        threading.Thread(target=_run, args=(name, check, done), daemon=True)
        for name, check in checks.items()
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return {name: done.get(name, {"outcome": "no answer"}) for name in checks}


def _run(name: str, check: CheckFunction, done: dict[str, Outcome]) -> None:
    try:
        done[name] = check()
    except Exception as error:
        done[name] = {"outcome": "failed", "error": f"{type(error).__name__}: {error}"}
