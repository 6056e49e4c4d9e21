"""From a regular expression to an automaton."""

from __future__ import annotations

import re
import sys
import warnings
from importlib import import_module
from typing import Any, Callable

from .path_automaton import ALPHABET, MAX_REPEATS, Characters, PathAutomaton, TooComplexError

# Python has renamed the parser of regular expressions; its tree is the same.
IS_RENAMED = sys.version_info >= (3, 11)
PARSER: Any = import_module("re._parser" if IS_RENAMED else "sre_parse")
CONSTANTS: Any = import_module("re._constants" if IS_RENAMED else "sre_constants")
CATEGORIES = {
    CONSTANTS.CATEGORY_DIGIT: r"\d",
    CONSTANTS.CATEGORY_NOT_DIGIT: r"\D",
    CONSTANTS.CATEGORY_SPACE: r"\s",
    CONSTANTS.CATEGORY_NOT_SPACE: r"\S",
    CONSTANTS.CATEGORY_WORD: r"\w",
    CONSTANTS.CATEGORY_NOT_WORD: r"\W",
}
BEGINNINGS = {CONSTANTS.AT_BEGINNING, CONSTANTS.AT_BEGINNING_STRING}
ENDS = {CONSTANTS.AT_END, CONSTANTS.AT_END_STRING}
ERRORS = (re.error, RecursionError, OverflowError, TooComplexError)


def parse_regex(pattern: str) -> Any:
    """Return the tree of a regular expression; an error of ERRORS means that it is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return PARSER.parse(pattern)


def add_regex(automaton: PathAutomaton, pattern: str, is_endpoint: bool) -> None:
    """Add the pattern of `re_path()`, which Django searches in a path.

    Of an endpoint that ends with `$`, Django compares the whole path. Behind a pattern that is no
    endpoint the rest of the path follows. An error of ERRORS means
    that no automaton expresses the pattern.
    """
    parsed = parse_regex(pattern)
    if parsed.state.flags & (re.IGNORECASE | re.VERBOSE):
        raise TooComplexError
    items = list(parsed)
    is_anchored = bool(items) and items[0] in [(CONSTANTS.AT, each) for each in BEGINNINGS]
    has_end = bool(items) and items[-1] in [(CONSTANTS.AT, each) for each in ENDS]
    if not (is_anchored or (is_endpoint and pattern.endswith("$"))):
        automaton.add_any(ALPHABET)
    _add_sequence(automaton, items[is_anchored : len(items) - has_end])
    if is_endpoint and not has_end:
        automaton.add_any(ALPHABET)


def _add_sequence(automaton: PathAutomaton, items: Any) -> None:
    for operation, value in items:
        handler = HANDLERS.get(operation)
        if handler is None:
            raise TooComplexError
        handler(automaton, value)


def _add_literal(automaton: PathAutomaton, code: Any) -> None:
    automaton.add_text(chr(code))


def _add_other(automaton: PathAutomaton, code: Any) -> None:
    automaton.add_characters(ALPHABET - {chr(code)})


def _add_any_character(automaton: PathAutomaton, _value: Any) -> None:
    automaton.add_characters(ALPHABET)


def _add_class(automaton: PathAutomaton, items: Any) -> None:
    negated = any(operation == CONSTANTS.NEGATE for operation, _ in items)
    found: Characters = frozenset().union(*(_class_item(*each) for each in items))
    automaton.add_characters(ALPHABET - found if negated else found)


def _class_item(operation: Any, value: Any) -> Characters:
    if operation == CONSTANTS.LITERAL:
        return frozenset({chr(value)})
    if operation == CONSTANTS.RANGE:
        return frozenset(each for each in ALPHABET if value[0] <= ord(each) <= value[1])
    if operation == CONSTANTS.CATEGORY:
        return frozenset(filter(re.compile(CATEGORIES[value]).fullmatch, ALPHABET))
    return frozenset()


def _add_group(automaton: PathAutomaton, value: Any) -> None:
    _add_sequence(automaton, value[-1])


def _add_branches(automaton: PathAutomaton, value: Any) -> None:
    start, ends = automaton.end, []
    for branch in value[1]:
        first = automaton.add_state()
        automaton.add_step(start, None, first)
        _add_sequence(automaton, branch)
        ends.append(automaton.end)
    after = automaton.add_state()
    for each in ends:
        automaton.add_step(each, None, after)


def _add_repeat(automaton: PathAutomaton, value: Any) -> None:
    least, most, items = value
    if least > MAX_REPEATS:
        raise TooComplexError
    for _ in range(least):
        _add_sequence(automaton, items)
    if most <= MAX_REPEATS:
        starts = []
        for _ in range(most - least):
            starts.append(automaton.end)
            _add_sequence(automaton, items)
        for each in starts:
            automaton.add_step(each, None, automaton.end)
        return
    automaton.is_exact = automaton.is_exact and most == CONSTANTS.MAXREPEAT
    _add_loop(automaton, items)


def _add_loop(automaton: PathAutomaton, items: Any) -> None:
    start = automaton.end
    _add_sequence(automaton, items)
    steps = automaton.steps
    if automaton.end == start + 1 and len(steps[start]) == 1:  # one character: a loop on its state
        steps[start] = [(steps[start][0][0], start), (None, automaton.end)]
        return
    automaton.add_step(automaton.end, None, start)
    after = automaton.add_state()
    automaton.add_step(start, None, after)


HANDLERS: dict[Any, Callable[[PathAutomaton, Any], None]] = {
    CONSTANTS.LITERAL: _add_literal,
    CONSTANTS.NOT_LITERAL: _add_other,
    CONSTANTS.ANY: _add_any_character,
    CONSTANTS.IN: _add_class,
    CONSTANTS.SUBPATTERN: _add_group,
    CONSTANTS.BRANCH: _add_branches,
    CONSTANTS.MAX_REPEAT: _add_repeat,
    CONSTANTS.MIN_REPEAT: _add_repeat,
}
