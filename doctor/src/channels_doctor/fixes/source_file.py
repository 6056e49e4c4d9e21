"""A Python file as a libcst tree that gives the same bytes back."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass

import libcst as cst

# libcst loses a form feed directly before a statement; a comment on a line of its own survives.
FORM_FEED = re.compile(r"^\x0c(?=[^\s#])", re.MULTILINE)
FORM_FEED_COMMENT = "#\x0c"
BLANKS = " \t\f\r"


class CannotFix(Exception):
    """A finding cannot be fixed safely; the text is a sentence that says why."""


@dataclass(frozen=True)
class SourceFile:
    """A file of the project at `root`, and its path relative to that."""

    root: str
    path: str
    text: str
    encoding: str
    module: cst.Module

    def tree_line(self, line: int) -> int:
        """Return the line in the tree for a line of the file."""
        feeds = (
            self.text.count("\n", 0, found.start()) + 1 for found in FORM_FEED.finditer(self.text)
        )
        return line + sum(feed <= line for feed in feeds)

    def code(self, node: cst.CSTNode) -> str:
        """Return the source of a node."""
        return self.module.code_for_node(node)

    def parse_expression(self, code: str) -> cst.BaseExpression:
        """Return new source as a node for the tree."""
        # libcst takes the first line end of a module for its usual one, so one comes first.
        newline = self.module.default_newline
        statement = cst.parse_module(f"_{newline}_ = {code}{newline}").body[1]
        assert isinstance(statement, cst.SimpleStatementLine)
        assignment = statement.body[0]
        assert isinstance(assignment, cst.Assign)
        return assignment.value

    def replace(self, old: cst.CSTNode, new: cst.CSTNode) -> SourceFile:
        """Return the file with another node in the place of one."""
        module = self.module.deep_replace(old, new)
        assert isinstance(module, cst.Module)
        return SourceFile(self.root, self.path, self.text, self.encoding, module)

    def encode(self, module: cst.Module | None = None) -> bytes:
        """Return the bytes of the file with its own tree, or with another one."""
        code = (module or self.module).code
        code = code.replace(FORM_FEED_COMMENT + _first_newline(self.text), "\x0c")
        try:
            return (code + _tail(self.text)).encode(self.encoding)
        except UnicodeEncodeError:
            raise CannotFix(
                f"the encoding of {self.path}, {self.encoding}, lacks a character."
            ) from None


def parse(root: str, path: str, data: bytes) -> SourceFile:
    """Return a file as a tree. Raises CannotFix unless the tree gives the same bytes back."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
        source = SourceFile(root, path, text, encoding, _parse_tree(text))
        is_same = source.encode() == data
    except cst.ParserSyntaxError as error:
        raise CannotFix(f"libcst cannot parse {path} ({error.message.splitlines()[0]}).") from None
    except (SyntaxError, ValueError) as error:
        raise CannotFix(f"{path} cannot be decoded ({error}).") from None
    except RecursionError:
        raise CannotFix(f"{path} is nested too deeply.") from None
    if not is_same:
        raise CannotFix(f"libcst would change other parts of {path}.")
    return source


def _parse_tree(text: str) -> cst.Module:
    newline = _first_newline(text)
    code = FORM_FEED.sub(FORM_FEED_COMMENT + newline, text.removesuffix(_tail(text)))
    return cst.parse_module(code, cst.PartialParserConfig(default_newline=newline))


def _first_newline(text: str) -> str:
    line, _, _ = text.partition("\n")
    return "\r\n" if line.endswith("\r") else "\n"


def _tail(text: str) -> str:
    """Return what follows the last statement: comments and blanks, of which libcst loses some."""
    lines = text.split("\n")
    while lines and (not (last := lines[-1].strip(BLANKS)) or last.startswith("#")):
        lines.pop()
    return text[len("\n".join(lines).rstrip(BLANKS)) :]
