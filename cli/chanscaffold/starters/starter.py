"""A starter: what its starter.toml says, what its overlay holds, and where both are from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from chanscaffold.files import Tree
    from chanscaffold.starters.manifest import Manifest

MANIFEST = "starter.toml"
OVERLAY = "overlay"
PATCH = ".patch"


class Origin(NamedTuple):
    """Where a starter is from.

    `source` is a folder's absolute path or a git address without the ref, `ref` what was asked for there, `folder`
    where the files lie, `commit` their commit's hash or "unversioned", `note` what one should know of how they came.
    """

    source: str
    folder: str
    commit: str
    ref: str = ""
    note: str = ""

    @property
    def is_fetched(self) -> bool:
        """Whether the files lie in the cache, and not in a folder of the user's."""
        return self.source != self.folder

    def describe(self) -> str:
        """Return the source with what was asked for there and what that is, as people read it."""
        ref = f"@{self.ref}" if self.ref else ""
        commit = self.commit if self.commit == "unversioned" else f"commit {self.commit[:12]}"
        return f"{self.source}{ref}, {commit}"

    def name_of(self, file: str) -> str:
        """Return how a message names one of the starter's files."""
        if not self.is_fetched:
            return os.path.join(self.source, file)
        return f"{self.source}{f'@{self.ref}' if self.ref else ''}: {file}"


class Starter(NamedTuple):
    """A starter that was read; the overlay's patches stand in it under their own names."""

    manifest: Manifest
    origin: Origin
    overlay: Tree

    @property
    def file(self) -> str:
        """How a message names its starter.toml."""
        return self.origin.name_of(MANIFEST)

    @property
    def patches(self) -> dict[str, str]:
        """The names of the files that patches change, each with the name of its patch."""
        return {name.removesuffix(PATCH): name for name in self.overlay if name.endswith(PATCH)}

    @property
    def files(self) -> list[str]:
        """The names of the files that replace the template's or are added."""
        return [name for name in self.overlay if not name.endswith(PATCH)]
