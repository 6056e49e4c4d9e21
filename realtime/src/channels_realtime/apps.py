"""The Django application."""

from django.apps import AppConfig


class ChannelsRealtimeConfig(AppConfig):
    """Register the system checks, and connect the signals that revoke rights."""

    name = "channels_realtime"

    def ready(self) -> None:
        from channels_realtime.auth import signals
        from channels_realtime.monitoring import checks  # noqa: F401  (it registers them)

        signals.connect()
