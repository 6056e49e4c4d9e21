"""A route of a router, with the patterns of the routers around it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from ..python.expressions import argument, constant_value
from .path_automaton import PathAutomaton
from .path_converters import CONVERTER, add_path
from .regex_automaton import ERRORS, add_regex, parse_regex

if TYPE_CHECKING:
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver


class Pattern(NamedTuple):
    """The pattern of one `path()` or `re_path()`; the text is None when it is unknown."""

    text: str | None
    is_regex: bool


def pattern_of(resolver: Resolver, module: Module, call: ast.Call) -> Pattern:
    """Return the pattern of a call of `path()` or `re_path()`."""
    text = resolver.text(module, argument(call, 0, "route"))
    return Pattern(text, not module.full_name(call.func).endswith(".path"))


class ServedRoute(NamedTuple):
    """A route from an outermost router to a consumer.

    `call` is its own `path()`. `patterns` are those of the routers around it, then its own.
    `parameters` are the names that the consumer gets, None when they are unknown.
    """

    module: Module
    call: ast.Call
    callback: ast.AST | None
    patterns: tuple[Pattern, ...]
    parameters: frozenset[str] | None

    @property
    def text(self) -> str:
        """Return the patterns as one text."""
        return "".join(each.text or "" for each in self.patterns)

    @property
    def automaton(self) -> PathAutomaton | None:
        """Return an automaton of the accepted paths, None when no automaton expresses them."""
        found = PathAutomaton()
        try:
            for number, pattern in enumerate(self.patterns, 1):
                _add_pattern(found, pattern, number == len(self.patterns))
        except ERRORS:
            return None
        return None if any(each.text is None for each in self.patterns) else found


def _add_pattern(automaton: PathAutomaton, pattern: Pattern, is_endpoint: bool) -> None:
    if pattern.is_regex:
        add_regex(automaton, pattern.text or "", is_endpoint)
    else:
        add_path(automaton, pattern.text or "")
    if not is_endpoint:
        automaton.add_any(frozenset("/"))  # the inner router removes leading slashes, too


def route_parameters(call: ast.Call, pattern: Pattern) -> frozenset[str] | None:
    """Return the names of a route's parameters and options, None when they are unknown."""
    options = argument(call, 2, "kwargs")
    names = _pattern_parameters(pattern)
    if options is None or names is None:
        return names
    if not isinstance(options, ast.Dict):
        return None
    keys = list(map(constant_value, options.keys))
    return None if None in keys else names | frozenset(map(str, keys))


def _pattern_parameters(pattern: Pattern) -> frozenset[str] | None:
    if pattern.text is None:
        return None
    if not pattern.is_regex:
        return frozenset(name for _, name in CONVERTER.findall(pattern.text))
    try:
        return frozenset(parse_regex(pattern.text).state.groupdict)
    except ERRORS:
        return None
