"""What a script does with a socket that it opened: the texts it sends, and its message handlers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from .script_text import arguments, closing_index, expression
from .sockets import location_in

if TYPE_CHECKING:
    from ..finding import Location
    from .sockets import Socket

NAME = re.compile(r"([A-Za-z_$][\w$]*(?:\.[\w$]+)*)\s*=\s*$")
# function (event) {, (event) => {, event => {, ({ data }) => {
FUNCTION = re.compile(
    r"\s*(?:async\s+)?(?:function\b[^(]*\(\s*([\w$]+)[^)]*\)|\(\s*([\w$]+)\s*\)\s*=>|([\w$]+)\s*=>"
    r"|\(\s*\{\s*data\s*\}\s*\)\s*=>)"
)
ARRAYS = r"(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array"
MADE = re.compile(
    rf"new\s+(?:Blob|File|ArrayBuffer|DataView|{ARRAYS})\((?:(?!\)\.).)*$"
    r"|await\s+[\w$.]+\.arrayBuffer\(\)$",
    re.DOTALL,
)
# A recorder gives its data to a handler as a part of an event, and a canvas to a function.
RECORDED = re.compile(r"ondataavailable\s*=|addEventListener\(\s*['\"]dataavailable['\"]\s*,")
TO_BLOB = re.compile(r"\.toBlob\(")
MAX_HANDLER = 5_000  # characters
MAX_NAME = 100
LONG_LINE = 500  # characters, on average


class SocketCall(NamedTuple):
    """A call of `send()` or `close()`: where it begins, and its first argument."""

    start: int
    argument: str


class MessageHandler(NamedTuple):
    """A function for the messages of a socket: the name of its event, and its body.

    The name is "" where the function takes `{ data }`.
    """

    event: str
    start: int
    body: str

    @property
    def data(self) -> str:
        """Return the expression of the message's text."""
        return f"{self.event}.data" if self.event else "data"


class SocketScript:
    """A socket with the script around it; `name` is its variable, "" when it has none."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.text = socket.script.text
        before = NAME.search(self.text[max(0, socket.start - MAX_NAME) : socket.start])
        self.name = before[1] if before else ""
        self._pattern = rf"(?<![\w$.]){re.escape(self.name)}\??\."

    @property
    def is_compiled(self) -> bool:
        """Return whether a bundler made the script: its lines are longer than a person writes."""
        return len(self.text) > LONG_LINE * (self.text.count("\n") + 1)

    @property
    def is_native(self) -> bool:
        """Return whether the socket is the browser's own; other classes do more."""
        return self.text.startswith(("new WebSocket", "new window.WebSocket"), self.socket.start)

    def location(self, index: int) -> Location:
        """Return the location of the text at an index of the script."""
        return location_in(self.socket.script, self.socket.location.path, index)

    def calls(self, method: str) -> Iterator[SocketCall]:
        """Yield the calls of a method of the socket that have an argument."""
        for match in re.finditer(rf"{self._pattern}{method}\(", self.text) if self.name else ():
            given = arguments(self.text, match.end())
            if given:
                yield SocketCall(match.start(), given[0])

    def constant(self, text: str) -> str:
        """Return the only expression that a name is assigned to, any other expression itself."""
        return self.socket.script.assigned(text) or text

    def handlers(self) -> Iterator[MessageHandler]:
        """Yield the functions for messages, written where they are set."""
        for pattern in (r"onmessage\s*=", r"addEventListener\(\s*['\"]message['\"]\s*,"):
            for match in re.finditer(self._pattern + pattern, self.text) if self.name else ():
                function = FUNCTION.match(self.text, match.end())
                if function:
                    event = function[1] or function[2] or function[3] or ""
                    yield self.handler(event, function.end())

    def called_handlers(self) -> Iterator[tuple[int, str, str]]:
        """Yield `socket.onclose = name()`: where it is, its left side, and the function."""
        pattern = rf"({self._pattern}on(?:open|message|close|error))\s*=\s*([A-Za-z_$][\w$]*)\(\)"
        for match in re.finditer(rf"{pattern}\s*(?=[;\n}}])", self.text) if self.name else ():
            yield match.start(), match[1], match[2]

    def set_attributes(self) -> Iterator[tuple[int, str]]:
        """Yield the attributes of the socket that the script sets, and where."""
        pattern = rf"{self._pattern}(\w+)\s*=(?!=)"
        for match in re.finditer(pattern, self.text) if self.name else ():
            yield match.start(), match[1]

    def handler(self, event: str, end: int) -> MessageHandler:
        """Return the function of an event whose parameters end at an index."""
        part = self.text[end : end + MAX_HANDLER]
        brace = len(part) - len(part.lstrip())
        if part[brace : brace + 1] != "{":
            return MessageHandler(event, end, expression(self.text, end))
        start = brace + 1
        return MessageHandler(event, end + start, part[start : start + closing_index(part[start:])])


def sends_bytes(script: SocketScript, sent: SocketCall, value: str) -> bool:
    """Return whether the value of a call of `send()` is binary, by its text or its function."""
    return bool(MADE.match(value)) or any(
        _is_given(script, sent, value, pattern) for pattern in (RECORDED, TO_BLOB)
    )


def _is_given(script: SocketScript, sent: SocketCall, value: str, pattern: re.Pattern[str]) -> bool:
    """Return whether a call is in a function behind a pattern, and sends what that one gets."""
    for match in pattern.finditer(script.text, 0, sent.start):
        function = FUNCTION.match(script.text, match.end())
        if function:
            event = function[1] or function[2] or function[3] or ""
            handler = script.handler(event, function.end())
            is_inside = handler.start <= sent.start < handler.start + len(handler.body) + 1
            if is_inside and value == (handler.data if pattern is RECORDED else event):
                return True
    return False
