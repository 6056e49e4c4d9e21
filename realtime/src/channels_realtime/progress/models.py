"""The stored progress of work."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from channels_realtime.progress.messages import ProgressChanged

LOST_AFTER = timedelta(seconds=30)  # without a heartbeat
MAX_LISTED = 100  # of a user
KEPT_FOR = timedelta(days=1)  # after the last change


class WorkQuerySet(models.QuerySet["Work"]):
    """Queries that compare times by the database's clock: hosts may differ."""

    def store(self, work: ProgressChanged) -> None:
        """Store how far work is, with the time, unless a later version is stored."""
        stored = self.filter(pk=work.id, version__lte=work.version)
        stored.update(state=work.state, done=work.done, version=work.version, changed_at=Now())

    def delete_expired(self) -> None:
        """Delete work that has not changed for a day."""
        self.filter(changed_at__lt=Now() - KEPT_FOR).delete()

    def list_of(self, user_id: object) -> list[ProgressChanged]:
        """Return the progress of a user's newest work of the last day, oldest first."""
        recent = self.filter(user_id=user_id, changed_at__gte=Now() - KEPT_FOR)
        silent = models.Q(state=Work.State.RUNNING, changed_at__lt=Now() - LOST_AFTER)
        known = models.Case(
            models.When(silent, then=models.Value("lost")), default=models.F("state")
        )
        works = recent.order_by("-started_at", "-id").annotate(known=known)
        fields = works.values_list("id", "name", "known", "done", "total", "version")
        return [ProgressChanged(*each) for each in reversed(fields[:MAX_LISTED])]


class Work(models.Model):
    """Work in the background, and how far it is."""

    class State(models.TextChoices):
        """The states that are stored; the state "lost" is found by the time."""

        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    version = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now(), db_index=True)

    objects = WorkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"
