"""The diff of a change, without secrets and control characters."""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize

from channels_doctor.in_project.masking import MASK, mask_urls
from channels_doctor.support.sanitize import printable

# A value on the line of a name such as SECRET_KEY, but not the start of a list or dictionary.
SECRET_VALUE = re.compile(
    r"(\w*(?:SECRET|PASSWORD|TOKEN|KEY)\w*[\"']?\]?[ \t]*[:=][ \t]*)([^\s{(\[=].*)", re.IGNORECASE
)
# Code that has no value in it: names, calls and items with the name of a variable of the
# environment, and f-strings of names alone.
NAME = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
READ = rf"{NAME}(?:\(\)|[(\[](?:\"[A-Z][A-Z0-9_]*\"|'[A-Z][A-Z0-9_]*'|{NAME})[)\]])?"
CODE = re.compile(rf"(?:{READ}|[fF]([\"'])(?:\{{{NAME}\}}|[:/@.-])+\1)[,:)\]}}]*")


def diff(path: str, before: bytes, after: bytes) -> str:
    """Return a unified diff with masked passwords of URLs and masked secret values."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(data: bytes) -> list[str]:
    # `splitlines` would end a line at a form feed, too.
    text = _decode(data).replace("\r\n", "\n")
    texts = _lines_of_texts(text)
    lines = re.findall(r"[^\n]*\n|[^\n]+$", text)
    return [_sanitize(line, number not in texts) for number, line in enumerate(lines, 1)]


def _lines_of_texts(text: str) -> set[int]:
    """Return the lines that belong to a string of several lines; all where no code is parsed."""
    try:
        strings = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
    except (SyntaxError, ValueError, RecursionError):
        return set(range(1, text.count("\n") + 2))
    found = ((each.lineno, each.end_lineno or each.lineno) for each in strings)
    return {line for first, last in found if first < last for line in range(first, last + 1)}


def _decode(data: bytes) -> str:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return data.decode(encoding, "replace").removeprefix("\ufeff")


def _sanitize(line: str, is_code: bool) -> str:
    def mask(found: re.Match[str]) -> str:
        is_read = is_code and "#" not in found.string[: found.start()]
        has_no_value = is_read and CODE.fullmatch(found[2].rstrip())
        return found[0] if has_no_value else f"{found[1]}{MASK}"

    return printable(SECRET_VALUE.sub(mask, mask_urls(line)))
