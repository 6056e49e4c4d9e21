"""`doctor --fix`: propose the changes that are safe, show them, write them."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from channels_doctor.fixes import ORDER
from channels_doctor.support.errors import ChanscaffoldError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LARGEST = 1_000_000  # bytes of a settings file


class NotWritten(ChanscaffoldError):
    """A change could not be written."""

    exit_code: ClassVar[int] = 3


@dataclass(frozen=True)
class Change:
    """One file, relative to the root, as it is and as it should be, and the rules that want it so."""

    path: str
    before: bytes
    after: bytes
    rules: tuple[str, ...]

    def diff(self) -> str:
        """Return the change as a unified diff to look at: secrets are hidden in it."""
        from channels_doctor.fixes.diff import diff

        return diff(self.path, self.before, self.after)


class Left(NamedTuple):
    """A finding that is left to its reader, and why: the reason goes on after "left alone: "."""

    rule: str
    path: str
    reason: str


@dataclass
class Proposal:
    """What `--fix` would write, and what it leaves alone."""

    changes: list[Change] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def propose(root: str, findings: Iterable[Mapping[str, Any]]) -> Proposal:
    """Return the changes that mend the findings, as their JSON says them; nothing is written.

    Findings of rules without a safe mend are skipped.
    """
    proposal = Proposal()
    for path, work in _by_file(findings).items():
        try:
            before = read(root, path)
        except NotWritten as error:
            proposal.left += [Left(rule, path, error.message) for rule, _ in work]
        else:
            _propose_file(proposal, root, path, before, work)
    return proposal


def _by_file(findings: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[str, int]]]:
    files: dict[str, list[tuple[str, int]]] = {}
    for finding in findings:
        if finding["rule"] in ORDER:
            work = files.setdefault(finding.get("path") or "", [])
            work += [
                item for item in [(finding["rule"], finding.get("line") or 0)] if item not in work
            ]
    return files


def _propose_file(
    proposal: Proposal, root: str, path: str, before: bytes, work: list[tuple[str, int]]
) -> None:
    from channels_doctor.fixes.isolation import mended

    answer = mended(root, path, before, work)
    proposal.left += [Left(rule, path, reason) for rule, reason in answer.left]
    if answer.after != before:
        proposal.changes.append(Change(path, before, answer.after, tuple(answer.rules)))


def read(root: str, path: str) -> bytes:
    """Return what is in a file of the project, or say why it is not for us to change."""
    place = locate(root, path)
    try:
        if os.path.getsize(place) > LARGEST:
            raise NotWritten(f"{path} is larger than {LARGEST} bytes.")
        with open(place, "rb") as file:
            return file.read()
    except OSError as error:
        raise NotWritten(f"{path} cannot be read: {error.strerror}.") from None


def locate(root: str, path: str) -> str:
    """Return the file itself, behind any links, when it is a regular one inside the root."""
    if not path:
        raise NotWritten("it is not known which file it is about.")
    home = os.path.realpath(root)
    place = os.path.realpath(os.path.join(home, path))
    if not place.startswith(os.path.join(home, "")):
        raise NotWritten(f"{path} lies outside of the project.")
    if not os.path.isfile(place):
        raise NotWritten(f"{path} is not a file.")
    return place


def apply(root: str, changes: Iterable[Change]) -> None:
    """Write each change, whole or not at all, unless one of the files is not what it was or may not be written."""
    changes = list(changes)
    places = [_writable(root, change) for change in changes]
    for number, (place, change) in enumerate(zip(places, changes, strict=True)):
        try:
            _replace(place, change.after)
        except OSError as error:
            done = ", ".join(each.path for each in changes[:number]) or "nothing"
            raise NotWritten(
                f"{change.path} cannot be written: {error.strerror}; written: {done}."
            ) from None


def _writable(root: str, change: Change) -> str:
    place = locate(root, change.path)
    if read(root, change.path) != change.before:
        raise NotWritten(f"{change.path} has changed since it was examined; nothing was written.")
    # Root could write it all the same, but somebody has said not to.
    if not os.access(place, os.W_OK) or not os.stat(place).st_mode & 0o222:
        raise NotWritten(f"{change.path} is read-only; nothing was written.")
    return place


def _replace(place: str, data: bytes) -> None:
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(place), prefix=".chanscaffold-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _same_owner_and_mode(place, temporary)
        os.replace(temporary, place)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _same_owner_and_mode(model: str, path: str) -> None:
    status = os.stat(model)
    # Only root can give a file away; everybody else's is already their own.
    with suppress(OSError, AttributeError):
        os.chown(path, status.st_uid, status.st_gid)
    os.chmod(path, stat.S_IMODE(status.st_mode))
