"""Signals at any moment: nothing or a whole project is on disk, and nothing runs on."""

from __future__ import annotations

import signal

from case import Case

KIND = "signals"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Before that, Python itself starts, and handles Ctrl-C with a traceback of its own.
MOMENTS = [0.02 * step for step in range(4, 44)]  # seconds
SET_UP_MOMENTS = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.5, 8.0]  # seconds

# The runs, with the moments of their signals.
RUNS = {
    "": (("new", "site", "--no-setup"), MOMENTS),
    " of a set-up": (("new", "site", "--no-smoke"), SET_UP_MOMENTS),
}

CASES = [
    Case(
        KIND,
        f"{number.name} after {moment:.2f} s{run}{' to the group' if group else ''}",
        arguments,
        (0, 1, 3, -number),
        kill=(number, moment),
        group=group,
        disk="either",
    )
    for run, (arguments, moments) in RUNS.items()
    for number in SIGNALS
    for group in (False, True)
    for moment in moments[:: 2 if group and not run else 1]
]
