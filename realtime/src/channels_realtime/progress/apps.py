"""The Django application of progress."""

from django.apps import AppConfig


class ProgressConfig(AppConfig):
    """An app with one table, realtime_progress_work."""

    name = "channels_realtime.progress"
    label = "realtime_progress"
    verbose_name = "Progress"
    default_auto_field = "django.db.models.BigAutoField"
