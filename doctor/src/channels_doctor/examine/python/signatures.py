"""Whether a call's arguments fit the parameters of a function."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple, Sequence

from .definitions import parameters

if TYPE_CHECKING:
    from .modules import Function


class Signature(NamedTuple):
    """The parameters of a function: those by position, and how many of them have no default.

    `keyword_only` are the required parameters that only a keyword can give.
    """

    names: Sequence[str]
    required: int
    keyword_only: Sequence[str] = ()
    optional_keywords: Sequence[str] = ()
    takes_more: bool = False
    takes_keywords: bool = False

    def problem(self, count: int, keywords: Sequence[str]) -> str:
        """Return why a call does not fit, "" if it does.

        `count` is the number of its arguments by position, and `keywords` are the other ones.
        """
        if count > len(self.names) and not self.takes_more:
            return f"takes {len(self.names)} arguments but gets {count}"
        known = {*self.names[count:], *self.keyword_only, *self.optional_keywords}
        unknown = [each for each in keywords if each not in known]
        if unknown and not self.takes_keywords:
            return f"has no parameter `{unknown[0]}`"
        missing = [*self.names[count : self.required], *self.keyword_only]
        missing = [each for each in missing if each not in keywords]
        return f"gets no `{missing[0]}`" if missing else ""

    def error(self, name: str, count: int, keywords: Sequence[str]) -> str:
        """Return what Python raises for a call of a method that does not fit.

        Python counts `self`, too.
        """
        problem, start = self.problem(count, keywords), f"TypeError: {name}()"
        if problem.startswith("takes"):
            least, most = self.required + 1, len(self.names) + 1
            takes = f"from {least} to {most}" if least < most else f"{most}"
            plural = "s" if most > 1 else ""
            return f"{start} takes {takes} positional argument{plural} but {count + 1} were given"
        first = problem.split("`")[1]
        if problem.startswith("has no"):
            return f"{start} got an unexpected keyword argument '{first}'"
        by_position = [each for each in self.names[count : self.required] if each not in keywords]
        kind = "positional" if by_position else "keyword-only"
        missing = " and ".join(map(repr, by_position or [first]))
        number, plural = len(by_position) or 1, "s" if by_position[1:] else ""
        return f"{start} missing {number} required {kind} argument{plural}: {missing}"


def signature_of(function: Function, is_method: bool = True) -> Signature:
    """Return the signature of a function, that of a method without `self`."""
    every = function.args
    positional = parameters(function)[: -len(every.kwonlyargs) or None]
    names = [each.arg for each in positional][int(is_method) :]
    without_default = [
        each.arg for each, default in zip(every.kwonlyargs, every.kw_defaults) if default is None
    ]
    return Signature(
        names,
        len(names) - len(every.defaults),
        without_default,
        [each.arg for each in every.kwonlyargs],
        every.vararg is not None or not positional,
        every.kwarg is not None,
    )


def call_problem(signature: Signature, call: ast.Call) -> str:
    """Return why a call does not fit a signature, "" if it does or its text does not tell."""
    names = [each.arg for each in call.keywords]
    if None in names or any(isinstance(each, ast.Starred) for each in call.args):
        return ""
    return signature.problem(len(call.args), [each for each in names if each])


def call_error(signature: Signature, name: str, call: ast.Call) -> str:
    """Return what Python raises for a call that does not fit a signature."""
    return signature.error(name, len(call.args), [each.arg or "" for each in call.keywords])
