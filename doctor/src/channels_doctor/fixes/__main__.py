"""Mend one file: a request as JSON on standard input, the answer as JSON on standard output; see `apart`."""

from __future__ import annotations

import base64
import json
import sys

from channels_doctor.fixes.apply import mend_file


def main() -> None:
    """Read the request, mend, answer."""
    request = json.load(sys.stdin)
    before = base64.b64decode(request["before"])
    answer = mend_file(
        request["root"], request["path"], before, [(rule, line) for rule, line in request["work"]]
    )
    after = base64.b64encode(answer.after).decode()
    json.dump({"after": after, "rules": answer.rules, "left": answer.left}, sys.stdout)


if __name__ == "__main__":
    main()
