"""nginx's configuration files: directives in blocks, with what they include from the project."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..finding import Place

if TYPE_CHECKING:
    from ..files import File

FILES = re.compile(
    r"\.conf(\.\w+)?$|(^|/)nginx[^/]*$|nginx[^/]*\.(template|tmpl|tpl|j2|conf)$|/sites-(available|enabled)/[^/]+$"
)
LOOKS = re.compile(r"\b(location\s[^{;]{0,200}|server\s*)\{")
TOKEN = re.compile(
    r"""\s+|#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([{};])|((?:\$\{[^}\s]{0,100}\}|\\.|[^\s{};"'\\])+)"""
)
DEEPEST = 8
MOST_TOKENS = 50_000


class Directive(NamedTuple):
    """One directive: its words, where it stands, and what stands in its block."""

    words: list[str]
    place: Place
    block: list[Directive]

    @property
    def name(self) -> str:
        """Return the directive's first word."""
        return self.words[0] if self.words else ""


def read_nginx(files: list[File]) -> list[Directive]:
    """Return the directives of the files that are nothing's include, their includes put in their place.

    An `include` that no file of the project answers stays as it is. A file that is no plain nginx, such as a template
    with loops, is left out.
    """
    texts = {file.path: file.text() for file in files if FILES.search(file.path)}
    parsed = {
        path: _parse(path, text)
        for path, text in texts.items()
        if "{%" not in text and "{{" not in text
    }
    included = {
        each
        for tree in parsed.values()
        for wanted in _wanted(tree)
        for each in _found(wanted, parsed)
    }
    tops = [path for path in parsed if path not in included and LOOKS.search(texts[path])]
    left = iter(range(MOST_TOKENS))
    return [each for path in tops for each in _filled(parsed[path], parsed, 0, left)]


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
            stack[-1].append(Directive(words, Place(path, line), block))
            stack = [*stack, block] if word == "{" else stack
            words = []
    return top


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    position, line = 0, 1
    for _ in range(MOST_TOKENS):
        match = TOKEN.match(text, position)
        if not match:
            return
        double, single, sign, word = match.groups()
        if sign:
            yield "sign", sign, line
        elif not match[0].isspace() and not match[0].startswith("#"):
            yield "word", next(each for each in (double, single, word) if each is not None), line
        line += match[0].count("\n")
        position = match.end()


def _wanted(tree: list[Directive], depth: int = 0) -> Iterator[str]:
    for each in tree:
        if each.name == "include" and len(each.words) > 1:
            yield each.words[1]
        if depth < DEEPEST:
            yield from _wanted(each.block, depth + 1)


def _found(wanted: str, parsed: dict[str, list[Directive]]) -> list[str]:
    """Return the project's files that an include means: those whose name it ends with, patterns allowed."""
    name = wanted.rsplit("/", 1)[-1]
    if name.startswith("*"):  # a folder of the server, and not the project's
        return []
    return [path for path in parsed if fnmatch.fnmatchcase(path.rsplit("/", 1)[-1], name)]


def _filled(
    tree: list[Directive], parsed: dict[str, list[Directive]], depth: int, left: Iterator[int]
) -> Iterator[Directive]:
    """Yield directives with the files that they include; `left` counts down, so that includes in circles end."""
    for each in tree:
        if depth >= DEEPEST or next(left, None) is None:
            return
        paths = (
            _found(each.words[1], parsed) if each.name == "include" and len(each.words) > 1 else []
        )
        for path in paths:
            yield from _filled(parsed[path], parsed, depth + 1, left)
        if not paths:
            yield each._replace(block=list(_filled(each.block, parsed, depth + 1, left)))
