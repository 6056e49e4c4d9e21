"""Apply mends to one file, one after the other, and believe none of them unseen."""

from __future__ import annotations

import importlib

from channels_doctor.fixes import ORDER
from channels_doctor.fixes.isolation import Mended
from channels_doctor.fixes.source import Leave, parse


def mend_file(root: str, path: str, before: bytes, work: list[tuple[str, int]]) -> Mended:
    """Return the file with the mends of the (rule, line) pairs of `work`, and why some were left out."""
    answer = Mended(before, [], [])
    for rule, line in sorted(work, key=_turn):
        try:
            after = _mend(root, path, answer.after, rule, line)
        except Leave as reason:
            answer.left.append((rule, str(reason)))
        else:
            rules = [*answer.rules, *({rule} - set(answer.rules))]
            answer = Mended(after, rules, answer.left)
    return answer


def _turn(item: tuple[str, int]) -> tuple[bool, int, int]:
    """Go from the end of the file to its beginning, so that the lines of what is still to do stay right."""
    rule, line = item
    return rule == ORDER[-1], -line, ORDER.index(rule)


def _mend(root: str, path: str, data: bytes, rule: str, line: int) -> bytes:
    source = parse(root, path, data)
    module = importlib.import_module(f"channels_doctor.fixes.{rule.replace('-', '_')}")
    after = source.encoded(module.mend(source, line and source.shifted(line)))
    if parse(root, path, after).encoded() == data:
        raise Leave(
            "it is written in a way that --fix does not change; the finding shows the mend."
        )
    return after
