"""Snapshots of folders, for tests that compare a folder before and after."""

import os
from pathlib import Path

import pytest

ENVIRONMENT_FOLDERS = (".venv", "__pycache__")


@pytest.fixture
def snapshot():
    """Return the function `take_snapshot`."""
    return take_snapshot


def take_snapshot(folder, ignore=()):
    """Return {path: (mode, content or link target)} of everything below a folder.

    Folders whose name is in `ignore` are left out.
    """
    entries = {}
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in ignore]
        for path in (Path(root, name) for name in (*folders, *files)):
            entries[path.relative_to(folder).as_posix()] = (path.lstat().st_mode, read(path))
    return entries


def read(path):
    """Return the target of a link, the content of a file, or None for a folder."""
    if path.is_symlink():
        return os.readlink(path)
    return path.read_bytes() if path.is_file() else None
