"""Walk the folders of a project without following links, and read its files up to a size."""

from __future__ import annotations

import codecs
import os
from typing import Callable, Iterator, NamedTuple

from .channels.api import PACKAGE

SKIPPED_FOLDERS = {
    *["node_modules", "site-packages", "venv", "env", "__pycache__"],
    *["migrations", "staticfiles", "dist", "build"],
}
# Hidden folders that may contain deployment files.
DEPLOYMENT_FOLDERS = {".github", ".platform", ".ebextensions", ".do"}
MAX_DEPTH = 50
MAX_FILE_BYTES = 1_000_000  # generated files are larger


class File(NamedTuple):
    """A file: its path relative to the root, with slashes, and its absolute path."""

    path: str
    full: str

    @property
    def size(self) -> int:
        """Return the number of bytes, 0 when it is not known."""
        try:
            return os.path.getsize(self.full)
        except OSError:
            return 0

    @property
    def is_readable(self) -> bool:
        """Return whether this process may read the file."""
        try:
            os.close(os.open(self.full, os.O_RDONLY))
        except OSError:
            return False
        return True

    def read(self) -> bytes | None:
        """Return the bytes, or None when the file cannot be read or is too large."""
        if self.size > MAX_FILE_BYTES:
            return None
        try:
            with open(self.full, "rb") as file:
                return file.read(MAX_FILE_BYTES)
        except OSError:
            return None

    def text(self) -> str:
        """Return the text; bytes that are not text are replaced, and an unreadable file is "".

        It is UTF-8, or UTF-16 after a byte order mark, as PowerShell redirects output.
        """
        content = self.read() or b""
        is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return content.decode("utf-16" if is_utf_16 else "utf-8-sig", "replace")


def walk_folders(
    root: str,
    max_depth: int = MAX_DEPTH,
    on_error: Callable[[OSError], None] | None = None,
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield like os.walk(), sorted, without the folders that are not the project's own code.

    The caller may clear the list of subfolders to leave them out. `on_error` is called for each
    folder that cannot be listed.
    """
    for folder, subfolders, names in os.walk(root, onerror=on_error):
        is_deepest = folder.count(os.sep) - root.count(os.sep) >= max_depth
        own = [] if is_deepest else [name for name in subfolders if _is_own(folder, name)]
        subfolders[:] = sorted(own)
        yield folder, subfolders, sorted(names)


def _is_own(folder: str, name: str) -> bool:
    """Return whether a folder is not an environment, a cache, vendored code, hidden or a link."""
    full = os.path.join(folder, name)
    is_hidden = name.startswith(".") and name not in DEPLOYMENT_FOLDERS
    is_environment = os.path.exists(os.path.join(full, "pyvenv.cfg"))
    is_vendored = name == PACKAGE and os.path.isfile(os.path.join(full, "__init__.py"))
    is_skipped = name in SKIPPED_FOLDERS or is_hidden or os.path.islink(full)
    return not (is_skipped or is_environment or is_vendored)


def is_regular(path: str) -> bool:
    """Return whether a path is a file and not a link."""
    return os.path.isfile(path) and not os.path.islink(path)


def regular_files(root: str, folder: str, names: list[str]) -> Iterator[File]:
    """Yield the regular files of a folder, with their paths relative to the root."""
    for name in names:
        full = os.path.join(folder, name)
        if is_regular(full):
            yield File(os.path.relpath(full, root).replace(os.sep, "/"), full)


def folders_up(folder: str) -> Iterator[str]:
    """Yield a folder and those above it, up to the top of its repository or of the file system."""
    while True:
        yield folder
        if is_repository(folder) or folder == os.path.dirname(folder):
            return
        folder = os.path.dirname(folder)


def is_repository(folder: str) -> bool:
    """Return whether a folder is the top of a git repository; in a worktree .git is a file."""
    return os.path.lexists(os.path.join(folder, ".git"))
