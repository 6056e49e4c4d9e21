"""Read a starter from a commit, without a checkout and so without filters, attributes or hooks."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.support.errors import Refused
from chanscaffold.files import File
from chanscaffold.starters import file_rules
from chanscaffold.starters.file_rules import HOOKS, MANIFEST, OVERLAY, PATCH
from chanscaffold.starters.git.git_errors import GitError, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chanscaffold.files import Files

MODES = {"100644": 0o644, "100664": 0o644, "100755": 0o755}
SUBMODULE = "160000"


class Entry(NamedTuple):
    """A file of a commit: git's mode, the hash of its content and its size in bytes."""

    mode: str
    blob: str
    size: int


def read_commit(commit: str, place: str, git: Callable[..., bytes]) -> Files:
    """Return a commit's starter.toml and overlay.

    `place` is how messages name the commit, and `git` runs git in its repository. Raise Refused if
    a file breaks a rule, before any content is read, and TooLarge if there are too many.
    """
    try:
        entries = list_entries(commit, git, HOOKS)
        _check(entries, place)
        return dict(zip(entries, _read(list(entries.values()), git), strict=True))
    except TooLarge:
        raise
    except GitError as error:
        raise Refused(f"{place}: its files cannot be read: {error}.") from error


def list_entries(commit: str, git: Callable[..., bytes], *others: str) -> dict[str, Entry]:
    """Return the files of a commit's starter, and of other folders, by name.

    A name that is not valid text has surrogates, which the rules refuse.
    """
    output = git("ls-tree", "-r", "-l", "-z", commit, "--", MANIFEST, OVERLAY, *others)
    entries = {}
    for line in output.decode(errors="surrogateescape").split("\0")[:-1]:
        details, _, name = line.partition("\t")
        mode, _, blob, size = details.split()
        entries[name] = Entry(mode, blob, int(size) if size.isdecimal() else 0)
    return entries


def _check(entries: dict[str, Entry], place: str) -> None:
    """Refuse hooks, links, forbidden names, and too many or too large files."""
    if any(name.partition("/")[0] == HOOKS for name in entries):
        raise file_rules.refuse_hooks(place)
    if MANIFEST not in entries:
        raise Refused(
            f"{place} has no {MANIFEST}: `chanscaffold starter new NAME` makes a new starter."
        )
    for name, entry in entries.items():
        if entry.mode not in MODES:
            kind = "submodule" if entry.mode == SUBMODULE else "link"
            raise file_rules.refuse_link(name, place, kind)
        file_rules.check_name(name.removeprefix(f"{OVERLAY}/").removesuffix(PATCH), place)
    sizes = {name: entry.size for name, entry in entries.items()}
    file_rules.check_manifest_size(sizes.pop(MANIFEST), place)
    file_rules.check_sizes(sizes, place)


def _read(entries: list[Entry], git: Callable[..., bytes]) -> Iterator[File]:
    """Yield the files; GitError if one is not as it was listed."""
    with tempfile.TemporaryFile() as names:
        names.write("".join(f"{entry.blob}\n" for entry in entries).encode())
        names.seek(0)
        output = git("cat-file", "--batch", stdin=names)
    start = 0
    for entry in entries:
        header = f"{entry.blob} blob {entry.size}\n".encode()
        start += len(header)
        if output[start - len(header) : start] != header:
            raise GitError(f"{entry.blob} is not a file of {entry.size} bytes")
        yield File(output[start : start + entry.size], MODES[entry.mode])
        start += entry.size + 1
