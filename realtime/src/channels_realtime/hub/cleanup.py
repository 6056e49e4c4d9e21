"""Callbacks for the end of a socket."""

from collections.abc import Callable, Hashable


class Cleanup:
    """Callbacks that are called once, at the end of a socket."""

    __slots__ = ("_callbacks", "_has_run")

    def __init__(self) -> None:
        self._callbacks: dict[Hashable, Callable[[], None]] = {}
        self._has_run = False

    def add(self, key: Hashable, callback: Callable[[], None]) -> None:
        """Call `callback` at the end, instead of another with the same key.

        Call it now if the socket has ended.
        """
        if self._has_run:
            callback()
        else:
            self._callbacks[key] = callback

    def run(self) -> None:
        """Call what was added, and at once what is added later."""
        self._has_run = True
        while self._callbacks:
            self._callbacks.popitem()[1]()
