"""Which commit a starter's folder is at, without trusting its repository."""

from __future__ import annotations

import hashlib
import os
from functools import partial

from channels_doctor.support.errors import Refused
from chanscaffold.files import Source, is_debris
from chanscaffold.starters.git.blobs import MODES, list_files
from chanscaffold.starters.git.process import GitError, run_git
from chanscaffold.starters.git.refs import KINDS
from chanscaffold.starters.limits import MANIFEST_BYTES
from chanscaffold.starters.overlay import read_overlay
from chanscaffold.starters.starter import MANIFEST, OVERLAY

UNVERSIONED = "unversioned"


def commit_of(folder: str) -> str:
    """Return the hash of the commit that a starter's folder is at, or UNVERSIONED if its files are not exactly that.

    The folder's repository may be anybody's: its configuration can name programs that `git status` or `git diff` would
    run. So git only lists the commit, without any network, and the files are compared here.
    """
    if os.path.islink(os.path.join(folder, MANIFEST)):
        return UNVERSIONED
    git = partial(run_git, folder=folder, protocols="none")
    try:
        commit = git("rev-parse", "--verify", "HEAD^{commit}").decode().strip()
        committed = list_files(git("ls-tree", "-r", "-l", "-z", commit, "--", MANIFEST, OVERLAY))
        files = {
            name: (MODES.get(entry.mode), entry.blob)
            for name, entry in committed.items()
            if not any(map(is_debris, name.split("/")))
        }
        return commit if files == _files(folder, KINDS[len(commit)]) else UNVERSIONED
    except (GitError, Refused, OSError):
        return UNVERSIONED


def _files(folder: str, kind: str) -> dict[str, tuple[int | None, str]]:
    """Return the mode and git's hash of a starter's files as they lie there, by name.

    Raise OSError if one cannot be read, and Refused if a rule of read_overlay() is broken.
    """
    tree = {
        f"{OVERLAY}/{name}": source
        for name, source in read_overlay(os.path.join(folder, OVERLAY)).items()
    }
    path = os.path.join(folder, MANIFEST)
    with open(path, "rb") as file:
        tree[MANIFEST] = Source(
            file.read(MANIFEST_BYTES + 1), 0o755 if os.stat(path).st_mode & 0o100 else 0o644
        )
    return {name: (source.mode, _hash(source.content, kind)) for name, source in tree.items()}


def _hash(content: bytes, kind: str) -> str:
    return hashlib.new(
        kind, b"blob %d\0" % len(content) + content, usedforsecurity=False
    ).hexdigest()
