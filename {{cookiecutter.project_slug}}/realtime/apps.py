from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "realtime"

    def ready(self) -> None:
        from realtime import checks, revocation  # noqa: F401  (checks registers them)

        revocation.connect_signals()
