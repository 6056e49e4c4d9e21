"""Run exports in a thread of the server. A queue would also survive a restart."""

from threading import Thread

from django.db import connections

from accounts.models import User
from exports import work


def start_export(user: User) -> None:
    """Start an export, and return at once."""
    Thread(target=_run, args=[user], name="export", daemon=True).start()


def _run(user: User) -> None:
    try:
        work.write_export(user)
    finally:
        connections.close_all()  # of this thread
