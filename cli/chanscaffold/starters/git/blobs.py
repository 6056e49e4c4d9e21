"""Read a starter's files from a commit, without a checkout: no filter, attribute or hook of a repository has a say."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, NamedTuple

from channels_doctor.support.errors import Refused
from chanscaffold.files import Source
from chanscaffold.starters.git.process import GitError
from chanscaffold.starters.limits import FILE_BYTES, FILES, TOTAL_BYTES
from chanscaffold.starters.overlay import check_name
from chanscaffold.starters.starter import MANIFEST, OVERLAY, PATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chanscaffold.files import Tree

HOOKS = "hooks"
# As git writes them.
MODES = {"100644": 0o644, "100664": 0o644, "100755": 0o755}
SUBMODULE = "160000"


class Entry(NamedTuple):
    """A file of a commit: its mode as git writes it, the hash of its content and its size in bytes."""

    mode: str
    blob: str
    size: int


def read_commit(commit: str, place: str, git: Callable[..., bytes]) -> Tree:
    """Return a commit's starter.toml and overlay, and an empty file for the hooks that a starter must not have.

    `place` is how messages name the commit, `git` runs git in its repository. Raise Refused if something there breaks a
    rule, before any content is read.
    """
    try:
        entries = list_files(
            git("ls-tree", "-r", "-l", "-z", commit, "--", MANIFEST, OVERLAY, HOOKS)
        )
        files = {name: entry for name, entry in entries.items() if name.partition("/")[0] != HOOKS}
        _check(files, place)
        tree = dict(zip(files, _read(list(files.values()), git), strict=True))
    except GitError as error:
        raise Refused(f"{place}: its files cannot be read: {error}.") from error
    return tree if len(files) == len(entries) else {**tree, HOOKS: Source(b"", 0o644)}


def list_files(answer: bytes) -> dict[str, Entry]:
    """Return the files that `git ls-tree -r -l -z` lists, by name.

    A name that is no text keeps its bytes as surrogates, which no rule lets pass.
    """
    entries = {}
    for line in answer.decode(errors="surrogateescape").split("\0")[:-1]:
        details, _, name = line.partition("\t")
        mode, _, blob, size = details.split()
        entries[name] = Entry(mode, blob, int(size) if size.isdecimal() else 0)
    return entries


def _check(files: dict[str, Entry], place: str) -> None:
    """Refuse links and names that lead elsewhere, and too much."""
    if MANIFEST not in files:
        raise Refused(
            f"{place} has no {MANIFEST}: `chanscaffold starter new NAME` makes a starter to begin with."
        )
    for name, entry in files.items():
        if entry.mode not in MODES:
            kind = "submodule" if entry.mode == SUBMODULE else "link"
            raise Refused(
                f"{place}: {name!r:.200} is a {kind}, and links are refused: put the files themselves there."
            )
        check_name(name.removeprefix(f"{OVERLAY}/").removesuffix(PATCH), place)
        if entry.size > FILE_BYTES:
            raise Refused(
                f"{place}: {name} has {entry.size} bytes: {FILE_BYTES >> 20} MiB are the most."
            )
    if len(files) > FILES + 1 or sum(entry.size for entry in files.values()) > TOTAL_BYTES:
        raise Refused(
            f"{place} is too large: {FILES} files and {TOTAL_BYTES >> 20} MiB are the most."
        )


def _read(entries: list[Entry], git: Callable[..., bytes]) -> Iterator[Source]:
    """Yield the files; GitError if one is not what the list says."""
    with tempfile.TemporaryFile() as names:
        names.write("".join(f"{entry.blob}\n" for entry in entries).encode())
        names.seek(0)
        answer = git("cat-file", "--batch", stdin=names)
    start = 0
    for entry in entries:
        header = f"{entry.blob} blob {entry.size}\n".encode()
        start += len(header)
        if answer[start - len(header) : start] != header:
            raise GitError(f"{entry.blob} is no file of {entry.size} bytes")
        yield Source(answer[start : start + entry.size], MODES[entry.mode])
        start += entry.size + 1
