"""The calls of a script that send before its socket is open, also through a function."""

from __future__ import annotations

import re
from typing import Iterator

from .script_functions import Function, functions
from .script_text import CLOSING, MAX_EXPRESSION, OPENING, argument_end, unquoted

METHOD = re.compile(r"^[ \t]+([A-Za-z_$][\w$]*)\(([^()]*)\)\s*\{", re.MULTILINE)
STATEMENTS = {"if", "for", "while", "switch", "catch", "with", "constructor"}
WAITS = re.compile(r"\b(?:await|yield|readyState)\b")
LEAVES = re.compile(r"\b(?:return|throw)\b")
OWN = "this."


def early_sends(
    text: str, start: int, socket: str, sends: list[tuple[int, str]]
) -> Iterator[tuple[int, str]]:
    """Yield where a script sends right after it made the socket at `start`, and the call's text.

    `sends` are the calls of `send()` of the socket: where each is, and its argument.
    """
    for sent, argument in sends:
        if start < sent and _runs_on(text[start:sent]):
            yield sent, f"{socket}.send({argument})"
    for name in _senders(text, socket, [each for each, _ in sends]):
        pattern = re.compile(rf"(?<![\w$.]){re.escape(name)}\(")
        for match in pattern.finditer(text, start):
            if _runs_on(text[start : match.start()]):
                end = argument_end(text, match.end()) + 1
                yield match.start(), text[match.start() : end]


def _senders(text: str, socket: str, sends: list[int]) -> Iterator[str]:
    """Yield the functions, and the methods with `this.`, of which each call sends at once."""
    found = dict(functions(text))
    if socket.startswith(OWN):
        methods = [each for each in METHOD.finditer(text) if each[1] not in STATEMENTS]
        names = [each[1] for each in methods]
        single = [each for each in methods if names.count(each[1]) == 1]
        found = {f"{OWN}{each[1]}": Function(text, [], each.end(), True) for each in single}
    for name, function in found.items():
        end = function.start + len(function.body)
        inside = [each for each in sends if function.start <= each < end]
        before = [text[function.start : each].strip() for each in inside]
        if any(not each or (_runs_on(each) and not LEAVES.search(each)) for each in before):
            yield name


def _runs_on(between: str) -> bool:
    """Return whether code up to a place leads there at once, in the same block."""
    if len(between) > MAX_EXPRESSION * 5 or not between.rstrip().endswith((";", "}")):
        return False
    depth = 0
    for _, character in unquoted(between):
        depth += (character in OPENING) - (character in CLOSING)
        if depth < 0:
            return False
    return depth == 0 and not WAITS.search(between)
