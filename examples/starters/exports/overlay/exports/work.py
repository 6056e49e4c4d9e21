"""An export that takes a while, and says how far it is. Each user has one at a time."""

import time

from channels_realtime.progress.tracking import progress
from django.core.cache import cache

from accounts.models import User

ROWS = 100
SECONDS = 0.1  # for each row, in place of your work
LONGEST = 300  # seconds; an export that was killed prevents the next one for no longer


def reserve_export(user: User) -> bool:
    """Return whether the user may start an export now, because none of theirs waits or runs."""
    return cache.add(f"export-{user.pk}", True, LONGEST)


def write_export(user: User) -> None:
    """Write all rows, and show the user how many are written."""
    try:
        with progress(user, "Export", total=ROWS) as p:
            for written in range(1, ROWS + 1):
                time.sleep(SECONDS)
                p.update(written)
    finally:
        cache.delete(f"export-{user.pk}")
