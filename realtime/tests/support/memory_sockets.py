"""Sockets without a client, for groups of many."""

from types import SimpleNamespace

from channels_realtime.hub.cleanup import Cleanup


class MemorySocket:
    """A socket of a user that keeps its frames."""

    def __init__(self, number):
        self.scope = {"user": SimpleNamespace(pk=number, is_authenticated=True)}
        self.connection, self.frames, self.cleanup = self, [], Cleanup()

    def send(self, text):
        self.frames.append(text)

    def send_some(self, texts):
        self.frames.extend(texts)

    def end(self):
        self.cleanup.run()
