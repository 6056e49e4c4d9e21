"""A page and its consumer do not agree on a key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..browser.reached_consumers import reached_consumer
from ..browser.script_functions import functions
from ..browser.script_objects import object_keys, read_for_other, read_keys, stringified
from ..browser.socket_scripts import MessageHandler, SocketScript
from ..browser.sockets import opened_sockets
from ..channels.client_messages import received, sent_keys, sent_texts
from ..finding import Finding

if TYPE_CHECKING:
    from ..browser.socket_scripts import SocketCall
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "KeyError: 'message'"

IGNORED = "The page sends a message, and nothing happens."
UNDEFINED = "The page shows undefined."
# A message that only keeps the connection open, which no consumer has to read.
HEARTBEAT = re.compile(r"\b(?:ping|pong|heartbeat|keep[-_]?alive)\b", re.IGNORECASE)
PARSED = r"(?:const|let|var)\s+([\w$]+)\s*=\s*JSON\.parse\(\s*DATA\s*\)(?!\s*\??[.\[])"
PASSED = r"(?<![\w$.])([A-Za-z_$][\w$]*)\(\s*JSON\.parse\(\s*DATA\s*\)\s*\)"


class Reader(NamedTuple):
    """Code that reads the object of a message: the object's name, and where the code begins."""

    name: str
    start: int
    body: str


def check(project: Project) -> Iterator[Finding]:
    """Find messages without a key that the consumer reads, and keys that it never sends."""
    for socket in opened_sockets(project):
        script = SocketScript(socket)
        is_source = script.name and not script.is_compiled
        consumer = reached_consumer(project, socket) if is_source else None
        if consumer:
            yield from _sent(project, script, consumer)
            for handler in script.handlers():
                yield from _read(project, script, handler, consumer)


def _sent(project: Project, script: SocketScript, consumer: Definition) -> Iterator[Finding]:
    reading = received(project, consumer)
    for sent in script.calls("send") if reading.keys or reading.choices else ():
        keys = object_keys(script.constant(stringified(script.constant(sent.argument))))
        lacking = sorted(reading.keys - keys) if keys is not None else []
        ignored = sorted(reading.choices - keys) if keys is not None else []
        if ignored and not lacking and not HEARTBEAT.search(sent.argument):
            yield _ignored(script, sent, ignored[0], consumer)
        if lacking:
            yield _lacking(script, sent, lacking, consumer)


def _lacking(
    script: SocketScript, sent: SocketCall, keys: list[str], consumer: Definition
) -> Finding:
    names, what = ", ".join(f"`{each}`" for each in keys), "keys" if len(keys) > 1 else "key"
    message = (
        f"The page sends a message without {names}, which `{consumer.name}` reads from every"
        f" message. Add the {what}."
    )
    fix = ", ".join(f"{each}: …" for each in keys)
    place, symptom = script.location(sent.start), f"KeyError: '{keys[0]}'"
    return Finding(message, place, fix, symptom=symptom, cause=(place.path, *keys))


def _ignored(script: SocketScript, sent: SocketCall, key: str, consumer: Definition) -> Finding:
    message = (
        f"The page sends a message without `{key}`, by which `{consumer.name}` chooses what to do,"
        " so it ignores or refuses this one. Add the key."
    )
    place = script.location(sent.start)
    return Finding(message, place, f"{key}: …", symptom=IGNORED, cause=(place.path, key))


def _read(
    project: Project, script: SocketScript, handler: MessageHandler, consumer: Definition
) -> Iterator[Finding]:
    reader = _reader(script, handler)
    known = sent_keys(project, consumer) if reader else None
    for read in read_keys(reader.body, reader.name) if reader and known else ():
        texts = sent_texts(project, consumer)
        is_other = read_for_other(reader.body, reader.name, read, texts)  # type: ignore[union-attr]
        if read.key not in known and not is_other:  # type: ignore[operator]
            sent = ", ".join(f"`{each}`" for each in sorted(known)[:5])  # type: ignore[arg-type]
            message = (
                f"The page reads `{read.key}`, which `{consumer.name}` never sends."
                f" Its keys are {sent}."
            )
            fix = f"Send `{read.key}`, or read a key that the message has."
            place = script.location(reader.start + read.start)  # type: ignore[union-attr]
            cause = (place.path, "read", read.key)
            yield Finding(message, place, fix, "warning", symptom=UNDEFINED, cause=cause)


def _reader(script: SocketScript, handler: MessageHandler) -> Reader | None:
    """Return the code that reads a message: the handler, or a function that only it calls."""
    data = re.escape(handler.data)
    match = re.search(PARSED.replace("DATA", data), handler.body)
    if match:
        return Reader(match[1], handler.start, handler.body)
    passed = re.search(PASSED.replace("DATA", data), handler.body)
    function = functions(script.text).get(passed[1]) if passed else None
    if passed is None or function is None or len(function.parameters) != 1:
        return None
    uses = re.findall(rf"(?<![\w$]){re.escape(passed[1])}(?![\w$])", script.text)
    is_only = len(uses) == len(("its definition", "this call"))
    return Reader(function.parameters[0], function.start, function.body) if is_only else None
