"""Report the progress of work to its user: progress() and aprogress()."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import uuid4

from channels.db import database_sync_to_async
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import Error, router, transaction
from msgspec import to_builtins
from msgspec.structs import replace

from channels_realtime.layers.memory import require_sockets
from channels_realtime.progress.messages import ProgressChanged, State, user_group
from channels_realtime.progress.models import Work
from channels_realtime.progress.reporting import INTERVAL, reporting_thread
from channels_realtime.publishing import send_soon

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0  # between two heartbeats; work is lost when three are missing
NAME_LENGTH = 100


class Progress:
    """How far some work is. progress() and aprogress() return it; any thread may use it."""

    def __init__(self, user: AbstractBaseUser, name: str, total: int | None) -> None:
        self._user_id, self._group = _require_user(user), user_group(user.pk)
        self._latest = ProgressChanged(uuid4(), _require_name(name), "running", 0, total, 0)
        if total is not None:
            _require_count("total", total)
        self._lock, self._has_begun = threading.Lock(), False
        self._database = router.db_for_write(Work)
        self._sent = self._reported = self._latest
        self._sent_at = self._reported_at = time.monotonic()

    def update(self, done: int) -> None:
        """Set how much is done. Return at once: a change is sent at most twice a second.

        The last change is always sent. Do nothing after the end of the block. Raise ValueError for
        a negative number.
        """
        has_changed = self._change(done=_require_count("done", done))
        if has_changed and time.monotonic() - self._sent_at >= INTERVAL:
            self._send()

    def report(self) -> None:
        """Send and store the last change, or a heartbeat. Raise what the database raises."""
        latest, now = self._latest, time.monotonic()
        is_due = now - self._reported_at >= HEARTBEAT_SECONDS
        if latest is not self._sent or is_due:
            self._send()
        if latest is not self._reported or is_due:
            self._reported, self._reported_at = latest, now
            if not self._began_in_transaction:  # otherwise the row is visible only there
                Work.objects.store(latest)

    def begin(self) -> None:
        """Store and send that the work has begun, and report it from now on."""
        require_sockets()
        connection = transaction.get_connection(self._database)
        self._began_in_transaction = connection.in_atomic_block
        work = self._latest
        Work.objects.create(id=work.id, user_id=self._user_id, name=work.name, total=work.total)
        self._has_begun = True
        transaction.on_commit(Work.objects.delete_expired, self._database, robust=True)
        self._send()
        reporting_thread.current().add(self)

    def end(self, state: State) -> None:
        """Store and send how the work has ended, if it has begun. Log an error of the database."""
        if not self._has_begun:
            return
        reporting_thread.current().remove(self)
        self._change(state=state)
        try:
            self._store_end()
        except Error as error:
            logger.error("The end of work cannot be stored: %r", error)
        if state == "succeeded":
            # The page may ask for the result, which is there after the commit.
            transaction.on_commit(self._send, self._database)
        else:
            self._send()

    def _store_end(self) -> None:
        """Store how the work has ended; after a long time the connection may be broken."""
        connection = transaction.get_connection(self._database)
        try:
            Work.objects.store(self._latest)
        except Error:
            if connection.in_atomic_block:
                raise
            connection.close_if_unusable_or_obsolete()
            Work.objects.store(self._latest)

    def _change(self, **fields: Any) -> bool:
        """Return whether the work was running; what has ended does not change."""
        with self._lock:
            was_running = self._latest.state == "running"
            if was_running:
                self._latest = replace(self._latest, version=self._latest.version + 1, **fields)
            return was_running

    def _send(self) -> None:
        self._sent, self._sent_at = self._latest, time.monotonic()
        send_soon(self._group, {"type": "progress.changed", "work": to_builtins(self._sent)})


@contextmanager
def progress(user: AbstractBaseUser, name: str, total: int | None = None) -> Iterator[Progress]:
    """Show a user how far work is: `with progress(user, "export", total=3) as p: p.update(1)`.

    The block ends as "succeeded", after an Exception as "failed", and after another
    BaseException, such as KeyboardInterrupt, as "cancelled". `name` has up to 100 characters.
    Without a `total` the page shows a number only. Raise ValueError for a user who is not stored,
    a name that is too long or empty, and a negative number. In development raise
    ImproperlyConfigured if the layer is in memory and this process serves no sockets.

    Changes are sent at once, also inside a transaction. Success is sent after the commit. Open
    the block outside of the transaction: otherwise others read the stored state only after the
    commit, and a rollback discards it.
    """
    work = Progress(user, name, total)
    try:
        work.begin()
        yield work
    except Exception:
        work.end("failed")
        raise
    except BaseException:
        work.end("cancelled")
        raise
    work.end("succeeded")


@asynccontextmanager
async def aprogress(
    user: AbstractBaseUser, name: str, total: int | None = None
) -> AsyncIterator[Progress]:
    """Do in asynchronous code what progress() does. A task that is cancelled is "cancelled".

    `update()` is not awaited: it returns at once.
    """
    work = Progress(user, name, total)
    state: State = "cancelled"
    try:
        await database_sync_to_async(work.begin)()
        yield work
        state = "succeeded"
    except Exception:
        state = "failed"
        raise
    finally:
        # It runs after begin(), in the same thread. A second cancellation does not stop it.
        await asyncio.shield(database_sync_to_async(work.end)(state))


def _require_user(user: AbstractBaseUser) -> Any:
    if user.pk is None:
        raise ValueError(
            f"Progress is shown to a user, and {user!r} is not stored: pass a saved user."
        )
    return user.pk


def _require_name(name: str) -> str:
    if not 0 < len(name) <= NAME_LENGTH:
        raise ValueError(f"A name has 1 to {NAME_LENGTH} characters, not {len(name)}: {name!r}.")
    return name


def _require_count(what: str, number: int) -> int:
    if number < 0:
        raise ValueError(f"`{what}` is {number}; it must be 0 or more.")
    return number
