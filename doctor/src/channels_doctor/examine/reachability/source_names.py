"""The Python files of a project by their dotted names, as far as those can be told."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Iterable, Iterator

from ..python.modules import module_name

DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
INIT = "__init__.py"


class SourceNames:
    """Finds the files that a dotted name may stand for.

    A name may start at the root, in a folder below it, as with sources in `src/`, or above it, in
    one of `folders`. Where several files fit, each of them counts.
    """

    def __init__(self, paths: Iterable[str], folders: list[str]) -> None:
        self._folders = folders
        self._exact = {module_name(path): path for path in paths}
        self._by_end: dict[str, list[str]] = defaultdict(list)
        for name, path in self._exact.items():
            for end in ends(name):
                self._by_end[end].append(path)
        self.paths = set(self._exact.values())
        self.packages = {path.rpartition("/")[0] for path in self.paths} - {""}

    def files(self, name: str) -> list[str]:
        """Return the files that a dotted name may stand for."""
        if name in self._exact:
            return [self._exact[name]]
        return self._by_end.get(name) or self._files_from_above(name)

    def _files_from_above(self, name: str) -> list[str]:
        parts = name.split(".")
        for count in range(1, len(parts)):
            if self._folders[-count:] == parts[:count]:
                path = self._exact.get(".".join(parts[count:]))
                return [path] if path else []
        return []

    def files_like(self, pattern: re.Pattern[str]) -> list[str]:
        """Return the files with a name that matches as a whole."""
        return [path for end in self._by_end if pattern.fullmatch(end) for path in self.files(end)]

    def longest(self, text: str) -> list[str]:
        """Return the files of the longest beginning of a text such as `chat.views.index`.

        One part alone counts only at the root.
        """
        parts = text.split(".")
        for count in range(len(parts), 1, -1):
            found = self.files(".".join(parts[:count]))
            if found:
                return found
        return [self._exact[parts[0]]] if parts[0] in self._exact else []

    def folders_of(self, text: str) -> list[str]:
        """Return the folders with code of the longest beginning of a text such as `chat.apps`.

        A folder at the root hides those of its name below.
        """
        parts = text.split(".")
        for count in range(len(parts), 0, -1):
            end = "/".join(parts[:count])
            if end in self.packages:
                return [end]
            found = [folder for folder in self.packages if folder.endswith(f"/{end}")]
            if found:
                return found
        return []

    def below(self, folder: str) -> list[str]:
        """Return the files that are directly in a folder."""
        return [path for path in self.paths if path.rpartition("/")[0] == folder]


def ends(name: str) -> Iterator[str]:
    """Yield a dotted name, and what is left of it without each of its first parts."""
    parts = name.split(".")
    for index in range(len(parts)):
        yield ".".join(parts[index:])


def packages_of(path: str) -> Iterator[str]:
    """Yield the `__init__.py` that Python runs before a file, whether they exist or not."""
    folder = path.rpartition("/")[0]
    while folder:
        yield f"{folder}/{INIT}"
        folder = folder.rpartition("/")[0]
