"""An export that takes a while, and says how far it is."""

import time

from channels_realtime.progress.tracking import progress

from accounts.models import User

ROWS = 100
SECONDS = 0.1  # for each row, in place of your work


def write_export(user: User) -> None:
    """Write all rows, and show the user how many are written."""
    with progress(user, "Export", total=ROWS) as p:
        for written in range(1, ROWS + 1):
            time.sleep(SECONDS)
            p.update(written)
