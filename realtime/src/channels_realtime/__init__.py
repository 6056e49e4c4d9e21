"""channels-realtime 0.1.0: the real-time core of a Django Channels project."""

__version__ = "0.1.0"
