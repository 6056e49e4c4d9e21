"""Several waits at the same time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from channels_doctor.live.outcome import Outcome

Work = Callable[[], Outcome]


def together(works: Mapping[str, Work], limit: float) -> dict[str, Outcome]:
    """Return the outcome of each; what is not done within the limit has "no answer", and goes on unheeded."""
    done: dict[str, Outcome] = {}
    threads = [
        threading.Thread(target=_do, args=(name, work, done), daemon=True)
        for name, work in works.items()
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + limit
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return {name: done.get(name, {"outcome": "no answer"}) for name in works}


def _do(name: str, work: Work, done: dict[str, Outcome]) -> None:
    try:
        done[name] = work()
    except Exception as error:
        done[name] = {"outcome": "failed", "error": f"{type(error).__name__}: {error}"}
