"""Fix a file in a process of its own, because malicious code can crash libcst."""

from __future__ import annotations

import base64
import json
import os
import sys
from typing import NamedTuple

from channels_doctor.support.processes import run

# -P: no module is imported from the current folder, which is often the examined project.
COMMAND = [sys.executable, "-P", "-m", "channels_doctor.fixes"]
FIX_SECONDS = 20.0
MAX_ANSWER_BYTES = 10_000_000


class FixedFile(NamedTuple):
    """A file after its fixes, the rules that were fixed, and (rule, reason) of those skipped."""

    after: bytes
    rules: list[str]
    skipped: list[tuple[str, str]]


def fix_file_isolated(
    root: str, path: str, before: bytes, work: list[tuple[str, int]]
) -> FixedFile:
    """Return the file with the fixes of some (rule, line) pairs."""
    encoded = base64.b64encode(before).decode()
    request = {"root": root, "path": path, "before": encoded, "work": work}
    result = run(
        COMMAND,
        cwd=os.curdir,
        env=os.environ,
        seconds=FIX_SECONDS,
        stdin=json.dumps(request).encode(),
        max_output_bytes=MAX_ANSWER_BYTES,
    )
    try:
        answer = json.loads(result.stdout)
    except ValueError:
        reason = f"{path} cannot be parsed in a reasonable time."
        return FixedFile(before, [], [(rule, reason) for rule, _ in work])
    skipped = [(rule, reason) for rule, reason in answer["skipped"]]
    return FixedFile(base64.b64decode(answer["after"]), answer["rules"], skipped)
