"""Find the deployment files above a project, up to the top of its repository."""

from __future__ import annotations

import os
from itertools import islice
from typing import Iterator

from .files import File, folders_up, is_repository, regular_files, walk_folders

MAX_FOLDERS_ABOVE = 6
MAX_FILES_ABOVE = 5_000  # in one folder
MAX_DEPTH_BELOW = 3  # folders in a folder for deployment files
MAX_FOLDERS_OF_ARCHIVE = 3
# The top of a repository that was downloaded as an archive, without .git, has one of these.
TOP_OF_ARCHIVE = (".gitignore", ".gitattributes", ".github", "README.md")
# Folders beside a project that hold the files of its deployment. Others are of other programs.
FOLDERS = {
    *("deploy", "deployment", "deployments", "docker", "nginx", "proxy", "infra", "infrastructure"),
    *("ops", "devops", "conf", "config", "etc", "systemd", "supervisor", "scripts", "bin"),
    *("entrypoint", "entrypoints"),
    *("compose", "requirements", ".github", ".platform", ".ebextensions"),
}


def files_above(root: str, top: str | None) -> Iterator[File]:
    """Yield the files in the folders above a project, and in their folders for deployment files.

    The last of these folders is the top of the repository, else `top`, the folder that was given
    to look for a project in, else the top of an unpacked archive. Nothing is yielded when none is
    above the project.
    """
    for folder in _folders_above(os.path.abspath(root), top):
        names = _list_names(folder)
        yield from regular_files(root, folder, names)
        for name in names:
            inner = os.path.join(folder, name)
            is_own = os.path.isdir(inner) and not os.path.islink(inner)
            if name in FOLDERS and is_own and not f"{root}{os.sep}".startswith(f"{inner}{os.sep}"):
                for below, _, files in walk_folders(inner, MAX_DEPTH_BELOW):
                    yield from regular_files(root, below, files[:MAX_FILES_ABOVE])


def _folders_above(root: str, top: str | None) -> list[str]:
    folders = list(islice(folders_up(root), MAX_FOLDERS_ABOVE + 1))
    if is_repository(folders[-1]):
        return folders[1:]
    last = folders.index(top) if top in folders else 0
    return folders[1 : (last or _top_of_archive(folders)) + 1]


def _top_of_archive(folders: list[str]) -> int:
    """Return the index of the highest folder, of a few, that is as at the top of a repository."""
    above = list(enumerate(folders))[1 : MAX_FOLDERS_OF_ARCHIVE + 1]
    return max((index for index, each in above if _has_top_file(each)), default=0)


def _has_top_file(folder: str) -> bool:
    return any(os.path.lexists(os.path.join(folder, each)) for each in TOP_OF_ARCHIVE)


def _list_names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))[:MAX_FILES_ABOVE]
    except OSError:
        return []
