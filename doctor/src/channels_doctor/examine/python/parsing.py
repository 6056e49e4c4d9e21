"""Python files, read and parsed."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

from ..finding import Location
from .modules import Module

if TYPE_CHECKING:
    from ..files import File


PYTHON_2 = re.compile(r"Missing parentheses in call to '(print|exec)'")


class UnparsedFile(NamedTuple):
    """A Python file that the project's interpreter cannot parse, and the interpreter's message.

    `conflict_line` is the line of the first marker of a merge conflict, None without one.
    """

    location: Location
    message: str
    conflict_line: int | None = None


def parse_module(file: File) -> Module | UnparsedFile | None:
    """Return a Python file as a module or as an unparsed file, None when it cannot be read."""
    source = file.read()
    if source is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Module(file.path, source.decode("utf-8", "replace"), ast.parse(source))
    except SyntaxError as error:
        return UnparsedFile(Location(file.path, error.lineno), error.msg, _conflict_line(source))
    except (ValueError, RecursionError, MemoryError) as error:
        return UnparsedFile(Location(file.path), f"{type(error).__name__}: {error}")


def files_for_python_2(files: list[UnparsedFile]) -> list[UnparsedFile]:
    """Return the files without conflicts, if several of them have statements of Python 2."""
    files = [each for each in files if not each.conflict_line]
    old = [each for each in files if PYTHON_2.match(each.message)]
    return files if len(old) > 1 else []


def _conflict_line(source: bytes) -> int | None:
    """Return the line of the first conflict marker, if the file has the second one, too."""
    lines = source.splitlines()
    first = next((n for n, line in enumerate(lines, 1) if line.startswith(b"<<<<<<< ")), None)
    return first if any(line.startswith(b">>>>>>> ") for line in lines) else None
