"""Consumers: the sockets of a project."""

from channels_realtime.consumers.base import MessageConsumer

__all__ = ["MessageConsumer"]
