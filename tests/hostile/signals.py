"""Signals at any moment: nothing or a whole project is on disk, and nothing runs on."""

from __future__ import annotations

import signal

from case import Case

KIND = "signals"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Before that, Python itself starts, and handles Ctrl-C with a traceback of its own.
MOMENTS = [0.02 * step for step in range(4, 44)]  # seconds
SET_UP_MOMENTS = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.5, 8.0]  # seconds

CASES = [
    *(
        Case(
            KIND,
            f"{number.name} after {moment:.2f} s{' to the group' if group else ''}",
            ("new", "site", "--no-setup"),
            (0, 1, 3, -number),
            kill=(number, moment),
            group=group,
            disk="either",
        )
        for number in SIGNALS
        for group in (False, True)
        for moment in MOMENTS[:: 2 if group else 1]
    ),
    *(
        Case(
            KIND,
            f"{number.name} after {moment:.1f} s of a set-up{' to the group' if group else ''}",
            ("new", "site", "--no-smoke"),
            (0, 1, 3, -number),
            kill=(number, moment),
            group=group,
            disk="either",
        )
        for number in SIGNALS
        for group in (False, True)
        for moment in SET_UP_MOMENTS
    ),
]
