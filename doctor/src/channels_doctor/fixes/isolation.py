"""Let a process of its own mend a file: code made to be hard to parse can kill libcst and whatever imports it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from typing import NamedTuple

LIMIT = 20  # seconds


class Mended(NamedTuple):
    """A file after its mends, the rules that were mended, and (rule, reason) of what was left alone."""

    after: bytes
    rules: list[str]
    left: list[tuple[str, str]]


def mended(root: str, path: str, before: bytes, work: list[tuple[str, int]]) -> Mended:
    """Return the file with the mends of the (rule, line) pairs of `work`."""
    request = {
        "root": root,
        "path": path,
        "before": base64.b64encode(before).decode(),
        "work": work,
    }
    # -P, so that no file of the current folder, often the examined project, is imported.
    command = [sys.executable, "-P", "-m", "channels_doctor.fixes"]
    try:
        given = json.dumps(request).encode()
        result = subprocess.run(
            command, input=given, capture_output=True, timeout=LIMIT, check=False
        )
        answer = json.loads(result.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        reason = f"{path} cannot be parsed within reason."
        return Mended(before, [], [(rule, reason) for rule, _ in work])
    return Mended(
        base64.b64decode(answer["after"]), answer["rules"], [tuple(each) for each in answer["left"]]
    )
