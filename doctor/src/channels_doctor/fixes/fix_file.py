"""Apply fixes to one file, one after the other, and check each result."""

from __future__ import annotations

import importlib

from channels_doctor.fixes import FIX_ORDER
from channels_doctor.fixes.isolated_fix import FixedFile
from channels_doctor.fixes.source_file import CannotFix, parse


def fix_file(root: str, path: str, before: bytes, work: list[tuple[str, int]]) -> FixedFile:
    """Return the file with the fixes of some (rule, line) pairs, and why some are skipped."""
    fixed = FixedFile(before, [], [])
    for rule, line in sorted(work, key=_position):
        try:
            after = _fix(root, path, fixed.after, rule, line)
        except CannotFix as reason:
            fixed.skipped.append((rule, str(reason)))
        else:
            rules = [*fixed.rules, *({rule} - set(fixed.rules))]
            fixed = FixedFile(after, rules, fixed.skipped)
    return fixed


def _position(item: tuple[str, int]) -> tuple[bool, int, int]:
    """Sort from the end of the file to its start, so that earlier line numbers stay right."""
    rule, line = item
    return rule == FIX_ORDER[-1], -line, FIX_ORDER.index(rule)


def _fix(root: str, path: str, data: bytes, rule: str, line: int) -> bytes:
    source = parse(root, path, data)
    module = importlib.import_module(f"channels_doctor.fixes.{rule.replace('-', '_')}")
    after = source.encode(module.fix(source, line and source.tree_line(line)))
    if parse(root, path, after).encode() == data:
        raise CannotFix("--fix does not change this notation; the finding shows the fix.")
    return after
