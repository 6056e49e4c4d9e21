"""Show as a diff what an update would write."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chanscaffold.update.outcome import UpdatePlan
    from chanscaffold.update.tree import Entry

NOTHING = "/dev/null"


def make_diff(plan: UpdatePlan) -> str:
    """Return a unified diff of the texts that an update writes; other files are named only."""
    return "".join(
        line
        for name, after in plan.writes.items()
        for line in _diff(name, plan.before.get(name), after)
    )


def _diff(name: str, before: Entry | None, after: Entry | None) -> Iterator[str]:
    contents = [each.content if each else b"" for each in (before, after)]
    if before and after and before.content == after.content:
        yield f"mode of {name} becomes {after.mode:o}\n"
        return
    if any(b"\0" in content for content in contents):
        yield f"{name} is not text and differs\n"
        return
    old, new = (each.decode(errors="replace").splitlines(keepends=True) for each in contents)
    names = (f"a/{name}" if before else NOTHING, f"b/{name}" if after else NOTHING)
    for line in difflib.unified_diff(old, new, *names):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
