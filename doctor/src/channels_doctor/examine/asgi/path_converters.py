"""The converters of `path()`, and its patterns as automata."""

from __future__ import annotations

import re

from .path_automaton import ALPHABET, SEGMENT, PathAutomaton

CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
CONVERTERS = {
    "": SEGMENT,
    "str": SEGMENT,
    "int": frozenset("0123456789"),
    "slug": frozenset(filter(re.compile(r"[-a-zA-Z0-9_]").fullmatch, ALPHABET)),
    "path": ALPHABET,
    "uuid": frozenset("0123456789abcdef-"),
}


def add_path(automaton: PathAutomaton, pattern: str) -> None:
    """Add the pattern of `path()`; a converter of the project accepts anything."""
    position = 0
    for match in CONVERTER.finditer(pattern):
        automaton.add_text(pattern[position : match.start()])
        characters = CONVERTERS.get(match[1] or "")
        if characters is None or match[1] == "uuid":
            automaton.is_exact = False
        automaton.add_characters(characters or ALPHABET)
        automaton.add_any(characters or ALPHABET)
        position = match.end()
    automaton.add_text(pattern[position:])
