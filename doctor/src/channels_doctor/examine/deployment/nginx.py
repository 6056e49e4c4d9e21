"""The directives of nginx's configuration files, with the files that they include."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..finding import Location

if TYPE_CHECKING:
    from ..files import File

FILES = re.compile(
    r"\.conf(\.\w+)?$|(^|/)nginx[^/]*$|nginx[^/]*\.(template|tmpl|tpl|j2|conf)$"
    r"|/sites-(available|enabled)/[^/]+$|(^|/)proxy_params$"
)
NGINX_BLOCK = re.compile(
    r"\b(location\s[^{;]{0,200}|(server|http)\s*|upstream\s+[\w.-]{1,100}\s*"
    r"|(map|geo|split_clients)\s+\S{1,100}\s+\$\w{1,100}\s*)\{"
)
TOKEN = re.compile(
    r"""\s+|#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([{};])"""
    r"""|((?:\$\{[^}\s]{0,100}\}|\\.|[^\s{};"'\\])+)"""
)
MAX_DEPTH = 8  # blocks in blocks
MAX_TOKENS = 50_000


class Directive(NamedTuple):
    """One directive: its words, its location, and the directives in its block."""

    words: list[str]
    location: Location
    block: list[Directive]

    @property
    def name(self) -> str:
        """Return the directive's first word."""
        return self.words[0] if self.words else ""

    @property
    def included(self) -> str:
        """Return the path of an `include`, "" for any other directive."""
        return self.words[1] if self.name == "include" and len(self.words) > 1 else ""


def read_nginx(files: list[File]) -> list[Directive]:
    """Return the directives of the files that no other file includes.

    An `include` is replaced by the directives of the project's file, and stays when there is no
    such file. Templates with loops are left out.
    """
    texts = {file.path: file.text() for file in files if FILES.search(file.path)}
    parsed = {
        path: _parse(path, text)
        for path, text in texts.items()
        if "{%" not in text and "{{" not in text
    }
    included = {
        path
        for tree in parsed.values()
        for include in _includes(tree)
        for path in _matching_files(include, parsed)
    }
    tops = [path for path in parsed if path not in included and NGINX_BLOCK.search(texts[path])]
    budget = iter(range(MAX_TOKENS))
    return [each for path in tops for each in _with_includes(parsed[path], parsed, 0, budget)]


def _parse(path: str, text: str) -> list[Directive]:
    top: list[Directive] = []
    stack = [top]
    words: list[str] = []
    line = 0
    for kind, word, number in _tokens(text):
        line = line if words else number
        if kind == "word":
            words.append(word)
        elif word == "}":
            stack = stack[:-1] if len(stack) > 1 else stack
            words = []
        else:
            block: list[Directive] = []
            stack[-1].append(Directive(words, Location(path, line), block))
            stack = [*stack, block] if word == "{" else stack
            words = []
    return top


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    position, line = 0, 1
    for _ in range(MAX_TOKENS):
        match = TOKEN.match(text, position)
        if not match:
            return
        double, single, punctuation, word = match.groups()
        if punctuation:
            yield "punctuation", punctuation, line
        elif not match[0].isspace() and not match[0].startswith("#"):
            yield "word", next(each for each in (double, single, word) if each is not None), line
        line += match[0].count("\n")
        position = match.end()


def _includes(tree: list[Directive], depth: int = 0) -> Iterator[str]:
    """Yield the paths of all `include` directives."""
    for each in tree:
        if each.included:
            yield each.included
        if depth < MAX_DEPTH:
            yield from _includes(each.block, depth + 1)


def _matching_files(include: str, parsed: dict[str, list[Directive]]) -> list[str]:
    """Return the project's files with the name that an include ends with, patterns allowed."""
    name = include.rsplit("/", 1)[-1]
    if name.startswith("*"):  # a folder of the server, not of the project
        return []
    return [path for path in parsed if fnmatch.fnmatchcase(path.rsplit("/", 1)[-1], name)]


def _with_includes(
    tree: list[Directive], parsed: dict[str, list[Directive]], depth: int, budget: Iterator[int]
) -> Iterator[Directive]:
    """Yield directives with those of included files; the budget ends includes in a circle."""
    for each in tree:
        if depth >= MAX_DEPTH or next(budget, None) is None:
            return
        paths = _matching_files(each.included, parsed) if each.included else []
        for path in paths:
            yield from _with_includes(parsed[path], parsed, depth + 1, budget)
        if not paths:
            block = list(_with_includes(each.block, parsed, depth + 1, budget))
            yield each._replace(block=block)
