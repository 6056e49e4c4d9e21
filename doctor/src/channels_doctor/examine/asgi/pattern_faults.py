"""Why the pattern of a route matches no path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import argument, string_value
from .path_converters import CONVERTER, CONVERTERS
from .regex_automaton import parse_regex

if TYPE_CHECKING:
    from ..project import Project
    from .served_route import ServedRoute

IMPROPER = "django.core.exceptions.ImproperlyConfigured: "
REGISTER = ("django.urls.register_converter", "django.urls.converters.register_converter")
BRACKETS = re.compile(r"<[^<>]*>")
# Regular expressions: the first three are those of Django's check 2_0.W001 for HTTP routes.
REGEX_SYNTAX = re.compile(r"^\^|\(\?P<|\$$|\\[dDwWsS]|\[[^\]]*\][+*{]|\.[*+]")
# Other notations for a parameter, which `path()` compares literally.
OTHER_NOTATIONS = re.compile(r"\{\w*(?::\w+)?\}|(?<=/):\w+|\$\{")
SCHEME = re.compile(r"\w:/(?:/|\\/)")
GROUP = re.compile(r"\([^()]*\)")
OPTIONAL = ("?", "*", "{")  # behind a slash


class PatternFault(NamedTuple):
    """A reason as a sentence without its full stop, and the error text that Django gives."""

    reason: str
    symptom: str | None = None


NO_SCHEME = PatternFault("A path has no scheme and no host")
NO_SPACE = PatternFault("A path has no space")
NO_QUERY = PatternFault("A path ends before the `?` of the query")
NO_LEADING_SLASH = PatternFault("Channels removes the first slash of a path")
UNBALANCED = PatternFault("It has a `<` or a `>` without the other one")
UNKNOWN_NOTATION = PatternFault("`path()` has parameters in the form `<name>` or `<int:name>`")
ANGLE_BRACKETS = PatternFault("`re_path()` compares `<…>` literally. Use `path()`")
REGEX_IN_PATH = PatternFault("`path()` compares a regular expression literally. Use `re_path()`")


def pattern_fault(pattern: str, is_regex: bool, converters: set[str]) -> PatternFault | None:
    """Return why a pattern matches nothing, None for a sound one."""
    if starts_with_slash(pattern, is_regex):
        return NO_LEADING_SLASH
    return _in_regex(pattern) if is_regex else _in_path(pattern, converters)


def starts_with_slash(pattern: str, is_regex: bool) -> bool:
    """Return whether each path of a pattern needs a slash at its start.

    Django searches for a regular expression without `^` and `$`, so `/` matches `ws/x`.
    """
    if not is_regex:
        return pattern.startswith("/")
    anchor, slash, rest = pattern.partition("/")
    is_fixed = anchor == "^" or pattern.endswith("$") or bool(re.match(r"\w", rest))
    is_first = bool(slash) and anchor in ("", "^") and "|" not in GROUP.sub("", rest)
    return is_first and is_fixed and not rest.startswith(OPTIONAL)


def has_pattern_fault(route: ServedRoute, converters: set[str]) -> bool:
    """Return whether a pattern of a route, or of a router around it, matches nothing."""
    return any(pattern_fault(each.text or "", each.is_regex, converters) for each in route.patterns)


def known_converters(project: Project) -> set[str]:
    """Return the names of the converters; "*" among them says that there may be others."""
    names = (string_value(argument(call, 1, "type_name")) for _, call in project.calls(*REGISTER))
    return set(CONVERTERS) | {name or "*" for name in names}


def _in_regex(pattern: str) -> PatternFault | None:
    try:
        parse_regex(pattern)
    except (re.error, OverflowError) as error:
        symptom = f'{IMPROPER}"{pattern}" is not a valid regular expression: {error}'
        return PatternFault(f"It is no regular expression: {error}", symptom)
    except RecursionError:
        return None
    if re.search(r"(?<!\?P)(?<!\?)<(?:\w+:)?\w+>", pattern):
        return ANGLE_BRACKETS
    if re.search(r"\\\?\w+=", pattern):
        return NO_QUERY
    if SCHEME.search(pattern):
        return NO_SCHEME
    plain = re.sub(r"\[[^\]]*\]|\\.", "", pattern)
    return NO_SPACE if re.search(r"\s", plain) and "(?x" not in pattern else None


def _in_path(pattern: str, converters: set[str]) -> PatternFault | None:
    fault = next(filter(None, _in_brackets(pattern, converters)), None)
    rest = CONVERTER.sub("", pattern)
    if fault or REGEX_SYNTAX.search(pattern):
        return fault or REGEX_IN_PATH
    if "<" in rest or ">" in rest:
        return UNBALANCED
    if OTHER_NOTATIONS.search(rest):
        return UNKNOWN_NOTATION
    if re.search(r"\?\w+=", rest):
        return NO_QUERY
    if SCHEME.search(rest):
        return NO_SCHEME
    return NO_SPACE if re.search(r"\s", rest) else None


def _in_brackets(pattern: str, converters: set[str]) -> Iterator[PatternFault]:
    """Yield what Django refuses between angle brackets."""
    for text in BRACKETS.findall(pattern):
        kind = text[1:-1].rpartition(":")[0]
        if re.search(r"\s", text):
            error = f"URL route {pattern!r} cannot contain whitespace in angle brackets <…>."
            yield PatternFault(f"`{text}` contains a space", IMPROPER + error)
        elif kind not in converters and "*" not in converters and "(" not in pattern:
            error = f"URL route {pattern!r} uses invalid converter {kind!r}."
            yield PatternFault(f"There is no converter {kind!r}", IMPROPER + error)
