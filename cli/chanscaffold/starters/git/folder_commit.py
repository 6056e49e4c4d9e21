"""Find the commit of a starter's folder, without trust in its repository."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from channels_doctor.support.errors import Refused
from chanscaffold.files import is_leftover
from chanscaffold.starters.file_rules import MANIFEST, OVERLAY
from chanscaffold.starters.git.git_errors import GitError
from chanscaffold.starters.git.read_commit import MODES, list_entries
from chanscaffold.starters.git.refs import HASH_FUNCTIONS
from chanscaffold.starters.git.run_git import run_git

if TYPE_CHECKING:
    from chanscaffold.files import File, Files


def find_commit(folder: str, manifest: File, overlay: Files) -> str | None:
    """Return the hash of the folder's commit, or None if the files differ from it.

    The configuration of the repository may name programs, which `git status` or `git diff` would
    run. So git only lists the commit, without any network, and the files are compared here.
    """
    git = partial(run_git, folder=folder, protocols="none")
    try:
        commit = git("rev-parse", "--verify", "HEAD^{commit}").decode().strip()
        committed = {
            name: (MODES.get(entry.mode), entry.blob)
            for name, entry in list_entries(commit, git).items()
            if not any(map(is_leftover, name.split("/")))
        }
    except (GitError, Refused):
        return None
    files = {MANIFEST: manifest, **{f"{OVERLAY}/{name}": file for name, file in overlay.items()}}
    function = HASH_FUNCTIONS[len(commit)]
    found = {name: (file.mode, _hash(file.content, function)) for name, file in files.items()}
    return commit if found == committed else None


def _hash(content: bytes, function: str) -> str:
    """Return git's hash of a file."""
    blob = b"blob %d\0" % len(content) + content
    return hashlib.new(function, blob, usedforsecurity=False).hexdigest()
