"""A starter: what its starter.toml says, the files of its overlay, and the origin of both."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from chanscaffold.starters.file_rules import MANIFEST, OVERLAY, PATCH

if TYPE_CHECKING:
    from chanscaffold.files import Files

UNVERSIONED = "unversioned"


class Question(NamedTuple):
    """A team's own option, with a definition as in cookiecutter.json.

    The definition is a text, true or false, or a list of choices. A required text has no default.
    """

    prompt: str
    definition: str | bool | list[str]
    pattern: str = ""
    example: str = ""
    required: bool = False


class Manifest(NamedTuple):
    """The content of a starter.toml; `answers` and `locked` contain values as TOML has them."""

    name: str
    description: str
    requires: str
    extends: str
    answers: dict[str, Any]
    locked: dict[str, Any]
    questions: dict[str, Question]
    remove: list[str]
    copy_without_render: list[str]


class Origin(NamedTuple):
    """Where a starter is from.

    `source` is the absolute path of a folder, or a git address without the ref. `ref` is the tag,
    branch or commit that was requested there. `commit` is a hash or UNVERSIONED. `note` is a
    sentence for the user about the last fetch.
    """

    source: str
    commit: str
    is_fetched: bool = False
    ref: str = ""
    note: str = ""

    @property
    def address(self) -> str:
        """The source with the requested ref."""
        return f"{self.source}@{self.ref}" if self.ref else self.source

    def describe(self) -> str:
        """Return the address with the commit, for the user."""
        if self.commit == UNVERSIONED:
            return f"{self.address}, {UNVERSIONED}"
        return f"{self.address}, commit {self.commit[:12]}"

    def path_of(self, file: str) -> str:
        """Return how messages name one of the starter's files."""
        return f"{self.address}: {file}" if self.is_fetched else os.path.join(self.source, file)


class Starter(NamedTuple):
    """A loaded starter; its overlay contains patches under their own names."""

    manifest: Manifest
    origin: Origin
    overlay: Files

    @property
    def file(self) -> str:
        """How messages name its starter.toml."""
        return self.origin.path_of(MANIFEST)

    @property
    def patches(self) -> dict[str, str]:
        """The names of its patches, by the file that they change."""
        return {name.removesuffix(PATCH): name for name in self.overlay if name.endswith(PATCH)}

    @property
    def files(self) -> list[str]:
        """The names of the files that it adds or replaces."""
        return [name for name in self.overlay if not name.endswith(PATCH)]

    def overlay_path(self, name: str) -> str:
        """Return how messages name a file of its overlay."""
        return self.origin.path_of(f"{OVERLAY}/{name}")
