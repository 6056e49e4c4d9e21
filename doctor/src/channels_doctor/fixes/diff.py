"""The diff of a change, without secrets and control characters."""

from __future__ import annotations

import difflib
import io
import re
import tokenize

from channels_doctor.in_project.masking import MASK, mask_urls
from channels_doctor.support.sanitize import printable

# A value on the line of a name such as SECRET_KEY, but not the start of a list or dictionary.
SECRET_VALUE = re.compile(
    r"(\w*(?:SECRET|PASSWORD|TOKEN|KEY)\w*[\"']?\]?[ \t]*[:=][ \t]*)[^\s{(\[].*", re.IGNORECASE
)


def diff(path: str, before: bytes, after: bytes) -> str:
    """Return a unified diff with masked passwords of URLs and masked secret values."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(data: bytes) -> list[str]:
    # `splitlines` would end a line at a form feed, too.
    text = _decode(data).replace("\r\n", "\n")
    return [_sanitize(line) for line in re.findall(r"[^\n]*\n|[^\n]+$", text)]


def _decode(data: bytes) -> str:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return data.decode(encoding, "replace").removeprefix("\ufeff")


def _sanitize(line: str) -> str:
    return printable(SECRET_VALUE.sub(rf"\1{MASK}", mask_urls(line)))
