"""Merge a text that the owner and the template have changed, with `git merge-file`."""

from __future__ import annotations

import os
import subprocess
import tempfile
from typing import NamedTuple

from channels_doctor.support.errors import CommandError
from chanscaffold.update.tree import normalize

# The names of the sides at the markers of a conflict.
LABELS = ("yours", "the template before", "the template now")
MAX_CONFLICTS = 127  # in git's exit code
MAX_SECONDS = 60


class MergedText(NamedTuple):
    """The result of a merge, with markers around each conflict."""

    content: bytes
    has_conflict: bool


def is_mergeable(content: bytes) -> bool:
    """Return whether a file is text whose line ends are all LF or all CRLF."""
    if b"\0" in content:
        return False
    windows = content.count(b"\r\n")
    return content.count(b"\r") == windows and windows in (0, content.count(b"\n"))


def merge_text(base: bytes, mine: bytes, theirs: bytes) -> MergedText:
    """Merge three texts, and keep the line ends of `mine`.

    Raise CommandError if git cannot merge them.
    """
    merged = _merge(*map(normalize, (mine, base, theirs)))
    if b"\r\n" in mine:
        return merged._replace(content=merged.content.replace(b"\n", b"\r\n"))
    return merged


def _merge(*texts: bytes) -> MergedText:
    """Merge the texts of the owner, of the base and of the template, in the order of LABELS."""
    with tempfile.TemporaryDirectory(prefix="chanscaffold-") as folder:
        paths = [os.path.join(folder, str(number)) for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            with open(path, "wb") as file:
                file.write(text)
        labels = [word for label in LABELS for word in ("-L", label)]
        command = ["git", "merge-file", "-p", "--diff3", *labels, *paths]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=MAX_SECONDS, check=False
        )
    if not 0 <= done.returncode <= MAX_CONFLICTS:
        reason = done.stderr.decode(errors="replace").strip()
        raise CommandError(f"git cannot merge: {reason}")
    return MergedText(done.stdout, done.returncode > 0)
