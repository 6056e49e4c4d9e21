"""Fix one file: read a request as JSON on stdin, and write the answer as JSON on stdout."""

from __future__ import annotations

import base64
import json
import sys

from channels_doctor.fixes.fix_file import fix_file


def main() -> None:
    """Read the request of isolated_fix.py, fix the file and answer."""
    request = json.load(sys.stdin)
    before = base64.b64decode(request["before"])
    work = [(rule, line) for rule, line in request["work"]]
    fixed = fix_file(request["root"], request["path"], before, work)
    after = base64.b64encode(fixed.after).decode()
    json.dump({"after": after, "rules": fixed.rules, "skipped": fixed.skipped}, sys.stdout)


if __name__ == "__main__":
    main()
