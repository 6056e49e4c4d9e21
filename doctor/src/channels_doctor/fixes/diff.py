"""A change as a diff for a terminal or a log: without secrets, and without bytes that a terminal obeys."""

from __future__ import annotations

import difflib
import io
import re
import tokenize

from channels_doctor.support.sanitize import printable

PASSWORD = re.compile(r"(://[^/\s:@'\"]*:)[^\s'\"]+(?=@)")
SECRET = re.compile(
    r"(\w*(?:SECRET|PASSWORD|TOKEN|KEY)\w*[\"']?\]?[ \t]*[:=][ \t]*)[^\s{(\[].*", re.IGNORECASE
)


def diff(path: str, before: bytes, after: bytes) -> str:
    """Return a unified diff; passwords in URLs and values of settings named like secrets are hidden."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(data: bytes) -> list[str]:
    """Not `splitlines`, for which a form feed ends a line."""
    text = _decoded(data).replace("\r\n", "\n")
    return [_shown(line) for line in re.findall(r"[^\n]*\n|[^\n]+$", text)]


def _decoded(data: bytes) -> str:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return data.decode(encoding, "replace").removeprefix("\ufeff")


def _shown(line: str) -> str:
    return printable(SECRET.sub(r"\1<hidden>", PASSWORD.sub(r"\1***", line)))
