"""A case of an evaluation set: a sound project with one edit, and where a fault is."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAX_LINE_DISTANCE = 3  # between the fault and the finding

# The content of a file, None for a file that does not exist, or replacements of its text.
Edit = str | None | Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Fault:
    """A project with one fault.

    `shape` names the kind of the fault. `base` is a folder beside the set. `edits` are by path.
    `path` is the file of the fault, and `anchor` a text on its line; without an anchor, a finding
    anywhere in the file counts. `paths` are other files in which a finding is right, too.
    """

    name: str
    shape: str
    base: str
    edits: Mapping[str, Edit]
    path: str
    anchor: str = ""
    paths: Sequence[str] = field(default=())

    def is_found(self, folder: Path, findings: list[dict[str, object]]) -> bool:
        """Return whether one of the new findings is at the place of the fault."""
        return any(self._is_at(folder, finding) for finding in findings)

    def _is_at(self, folder: Path, finding: dict[str, object]) -> bool:
        path, line = finding.get("path"), finding.get("line")
        if path in self.paths:
            return True
        if path != self.path or not self.anchor or not isinstance(line, int):
            return path == self.path
        lines = (folder / self.path).read_text("utf-8").splitlines()
        places = [number for number, text in enumerate(lines, 1) if self.anchor in text]
        return any(abs(line - place) <= MAX_LINE_DISTANCE for place in places)


@dataclass(frozen=True)
class Sound:
    """A project without a fault, in an idiom that a linter may take for one."""

    name: str
    shape: str
    base: str
    edits: Mapping[str, Edit]


def write_project(case: Fault | Sound, bases: Path, folder: Path) -> None:
    """Write the project of a case; an edit that does not fit its base is a ValueError."""
    shutil.copytree(bases / case.base, folder)
    for path, edit in case.edits.items():
        write_edit(folder / path, edit)


def write_edit(path: Path, edit: Edit) -> None:
    """Write, remove or change one file."""
    if edit is None:
        path.unlink()
        return
    if not isinstance(edit, str):
        text = path.read_text("utf-8")
        for old, new in edit:
            if text.count(old) != 1:
                raise ValueError(f"{path.name} has {old!r} {text.count(old)} times")
            text = text.replace(old, new)
        edit = text
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(edit, "utf-8")
