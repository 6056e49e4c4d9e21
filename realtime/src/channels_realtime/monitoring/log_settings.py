"""The setting LOGGING: one console for Django, the library and uvicorn."""

import logging
from typing import Any

LINE = "%(asctime)s %(levelname)s %(name)s [%(connection)s %(user)s] %(message)s"
FILTERS = "channels_realtime.monitoring.logs"


def console_logging(line: str = LINE) -> dict[str, Any]:
    """Return a value for LOGGING. `line` is the format of a log line.

    A project adds its own loggers: `LOGGING["loggers"]["chat"] = {"level": "INFO"}`.
    """
    handler = {"class": "logging.StreamHandler", "formatter": "line", "filters": ["connection"]}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": line}},
        "filters": {
            "connection": {"()": f"{FILTERS}.ConnectionFilter"},
            "fault": {"()": f"{FILTERS}.ClientFaultFilter"},
            "repeat": {"()": f"{FILTERS}.RepeatFilter"},
        },
        "handlers": {"console": handler},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": {"level": "INFO"},
            # Without Redis, it logs a traceback every second.
            "channels_redis.pubsub": {"filters": ["repeat"]},
            "asyncio": {"filters": ["fault"]},
            **uvicorn_loggers(),
        },
    }


def uvicorn_loggers() -> dict[str, Any]:
    """Replace the handlers of uvicorn's loggers. With --no-access-log, one of them has none."""
    names = ("uvicorn", "uvicorn.error", "uvicorn.access")
    return {
        name: {
            "handlers": ["console"] if logging.getLogger(name).handlers else [],
            "filters": ["fault"],
        }
        for name in names
    }
