"""A settings file as a tree that gives the same bytes back."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass

import libcst as cst

# The form feeds that libcst loses: directly before a statement. For it they are comments on a line of their own.
FORM_FEED = re.compile(r"^\x0c(?=[^\s#])", re.MULTILINE)
STAND_IN = "#\x0c"
BLANKS = " \t\f\r"


class Leave(Exception):
    """Why a finding is left to its reader, as a sentence."""


@dataclass(frozen=True)
class Source:
    """A file of the project at `root`, with its path relative to that."""

    root: str
    path: str
    text: str
    encoding: str
    module: cst.Module

    def shifted(self, line: int) -> int:
        """Return the line of the tree that is this line of the file."""
        starts = (
            self.text.count("\n", 0, found.start()) + 1 for found in FORM_FEED.finditer(self.text)
        )
        return line + sum(start <= line for start in starts)

    def code(self, node: cst.CSTNode) -> str:
        """Return the source of a part of the tree."""
        return self.module.code_for_node(node)

    def expression(self, code: str) -> cst.BaseExpression:
        """Return new source as a part for the tree."""
        # Behind a line end of the file's kind, because libcst takes the first one for the usual one.
        newline = self.module.default_newline
        statement = cst.parse_module(f"_{newline}_ = {code}{newline}").body[1]
        assert isinstance(statement, cst.SimpleStatementLine)
        assignment = statement.body[0]
        assert isinstance(assignment, cst.Assign)
        return assignment.value

    def replaced(self, old: cst.CSTNode, new: cst.CSTNode) -> Source:
        """Return the file with a part replaced."""
        module = self.module.deep_replace(old, new)
        assert isinstance(module, cst.Module)
        return Source(self.root, self.path, self.text, self.encoding, module)

    def encoded(self, module: cst.Module | None = None) -> bytes:
        """Return the tree, or another one, as the bytes of a file."""
        code = (module or self.module).code.replace(STAND_IN + _newline(self.text), "\x0c") + _end(
            self.text
        )
        try:
            return code.encode(self.encoding)
        except UnicodeEncodeError:
            raise Leave(
                f"{self.encoding}, the encoding of {self.path}, lacks a character."
            ) from None


def parse(root: str, path: str, data: bytes) -> Source:
    """Return the tree of a file, if that is the whole file."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
        source = Source(root, path, text, encoding, _tree(text))
        same = source.encoded() == data
    except cst.ParserSyntaxError as error:
        raise Leave(f"libcst cannot parse {path} ({error.message.splitlines()[0]}).") from None
    except (SyntaxError, ValueError) as error:
        raise Leave(f"{path} cannot be decoded ({error}).") from None
    except RecursionError:
        raise Leave(f"{path} is nested too deeply.") from None
    if not same:
        raise Leave(f"libcst would change other parts of {path}.")
    return source


def _tree(text: str) -> cst.Module:
    newline = _newline(text)
    code = FORM_FEED.sub(STAND_IN + newline, text.removesuffix(_end(text)))
    return cst.parse_module(code, cst.PartialParserConfig(default_newline=newline))


def _newline(text: str) -> str:
    """Return what ends the first line."""
    line, _, _ = text.partition("\n")
    return "\r\n" if line.endswith("\r") else "\n"


def _end(text: str) -> str:
    """Return the comments and the white space behind the last statement, of which libcst loses some."""
    lines = text.split("\n")
    while lines and (not (last := lines[-1].strip(BLANKS)) or last.startswith("#")):
        lines.pop()
    return text[len("\n".join(lines).rstrip(BLANKS)) :]
