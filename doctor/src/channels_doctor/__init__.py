"""Find what is wrong with a Django Channels project, and what fixes it."""

__version__ = "0.1.0"
