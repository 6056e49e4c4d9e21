"""A page sends or reads something that is no JSON text."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Iterator

from ..browser.reached_consumers import reached_consumer
from ..browser.script_objects import is_object
from ..browser.script_text import assignments
from ..browser.script_values import STRING
from ..browser.socket_scripts import SocketScript, sends_bytes
from ..browser.sockets import opened_sockets
from ..browser.unparsed_messages import unparsed_read
from ..channels.client_messages import received, sent_keys
from ..diffs import line_diff
from ..finding import Finding
from ..python.expressions import is_variable

if TYPE_CHECKING:
    from ..browser.socket_scripts import MessageHandler, SocketCall
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "json.decoder.JSONDecodeError: Expecting value: line 1 column 2 (char 1)"

NO_JSON = "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"
NOT_PARSED = 'SyntaxError: "[object MessageEvent]" is not valid JSON'
UNDEFINED = "The page shows undefined."
NO_TEXT = "ValueError: No text section for incoming WebSocket frame!"
BYTES = "async def receive(self, text_data=None, bytes_data=None): …"
# What is text for certain: the content of an input, or what the visitor typed.
TEXT = re.compile(r"\.(?:value|textContent|innerText)(?:\.trim\(\))?$|^(?:window\.)?prompt\(")


def check(project: Project) -> Iterator[Finding]:
    """Find objects and plain text in send(), and events that are parsed themselves."""
    for socket in opened_sockets(project) if project.uses_websockets else []:
        script = SocketScript(socket)
        for sent in script.calls("send"):
            yield from _in_send(project, script, sent)
        for handler in script.handlers():
            yield from _parsed_event(script, handler) if handler.event else ()
            yield from _unparsed(project, script, handler)


def _parsed_event(script: SocketScript, handler: MessageHandler) -> Iterator[Finding]:
    """Yield the finding of a handler that parses the event, or a variable that is the event."""
    for name in _names_of_event(handler):
        match = re.search(rf"JSON\.parse\(\s*{re.escape(name)}\s*\)", handler.body)
        if match:
            message = (
                f"`JSON.parse({name})` parses the event and not its text."
                f" Write `JSON.parse({name}.data)`."
            )
            fix = f"-JSON.parse({name})\n+JSON.parse({name}.data)"
            place = script.location(handler.start + match.start())
            yield Finding(message, place, fix, symptom=NOT_PARSED)


def _names_of_event(handler: MessageHandler) -> list[str]:
    """Return the parameter, and the variables whose only value is it."""
    alias = rf"\b(?:const|let|var)\s+([\w$]+)\s*=\s*{re.escape(handler.event)}\s*[;\n]"
    names = [handler.event, *re.findall(alias, handler.body)]
    return [
        each for each in names if len(assignments(handler.body, each)) == (each != handler.event)
    ]


def _unparsed(project: Project, script: SocketScript, handler: MessageHandler) -> Iterator[Finding]:
    """Yield the finding of a handler that reads a key of an object from the text itself."""
    found = unparsed_read(handler.data, handler.body)
    consumer = reached_consumer(project, script.socket) if found else None
    keys = sent_keys(project, consumer) if consumer else None
    if found and found.key in (keys or ()):
        message = (
            f"`{found.source}` reads a key of the message, but `{handler.data}` is text."
            f" Write `{found.right}`."
        )
        place = script.location(handler.start + found.start)
        fix = line_diff(project, place, found.text, found.right)
        yield Finding(message, place, fix, symptom=UNDEFINED)


def _in_send(project: Project, script: SocketScript, sent: SocketCall) -> Iterator[Finding]:
    value = script.constant(sent.argument)
    place = script.location(sent.start)
    is_binary = sends_bytes(script, sent, value)
    if is_object(value):
        message = (
            "`send()` gets an object, and the browser sends the text `[object Object]`."
            " Use `JSON.stringify()`."
        )
        fix = line_diff(project, place, sent.argument, f"JSON.stringify({sent.argument})")
        yield Finding(message, place, fix)
    elif is_binary or _is_plain_text(value):
        consumer = reached_consumer(project, script.socket)
        if not consumer or not received(project, consumer).needs_json:
            return
        if not is_binary:
            message = (
                f"The page sends plain text, and `{consumer.name}` reads JSON."
                " Use `JSON.stringify()`."
            )
            yield Finding(message, place, "JSON.stringify({…})", symptom=NO_JSON)
        elif not _reads_bytes(project, consumer):
            message = (
                f"The page sends binary data, and `{consumer.name}` reads JSON in texts. Read the"
                " data in `receive()`, or send it in a text."
            )
            yield Finding(message, place, BYTES, symptom=NO_TEXT)


def _reads_bytes(project: Project, consumer: Definition) -> bool:
    """Return whether a consumer has a `receive()` that uses its second argument."""
    method = project.resolver.member(consumer, "receive")
    nodes = ast.walk(method.node) if method and method.is_function else ()
    return any(is_variable(each, "bytes_data") for each in nodes)


def _is_plain_text(text: str) -> bool:
    if TEXT.search(text):
        return True
    string = STRING.fullmatch(text)
    literal = (string[1] or string[2]) if string else None
    if literal is None:
        return False
    try:
        json.loads(literal)
    except ValueError:
        return True
    return False
