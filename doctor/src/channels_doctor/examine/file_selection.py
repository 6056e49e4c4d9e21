"""Select the files to read: Python files first, then deployment files, pages, and all others."""

from __future__ import annotations

import os
import re
from itertools import islice
from typing import Iterator, NamedTuple

from .files import MAX_FILE_BYTES, File, is_regular, walk_folders

MAX_FILES = 5_000
MAX_NAMES = 500_000  # in all folders, read or not
MAX_NAMES_SHOWN = 3

PYTHON, DEPLOYMENT, PAGE, OTHER, UNREAD = range(5)
DEPLOYMENT_ENDINGS = (
    ".yml", ".yaml", ".toml", ".conf", ".cfg", ".ini", ".service", ".sh", ".env", ".txt", ".in",
    ".pip", ".lock", "Procfile", "Dockerfile", "Pipfile", "Caddyfile", "nginx", "entrypoint",
)  # fmt: skip
# JSON in which a platform, such as Heroku, is given the environment and commands of its servers.
PLATFORM_FILES = ("app.json", "railway.json", "task-definition.json", "Dockerrun.aws.json")
# The files from which container images are built.
IMAGE_FILES = re.compile(r"(^|/)(Dockerfile|Containerfile)[^/]*$|\.dockerfile$", re.IGNORECASE)
PAGE_ENDINGS = (
    ".html", ".htm", ".jinja", ".jinja2", ".j2", ".vue", ".svelte",
    ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx",
)  # fmt: skip
# No rule reads them.
UNREAD_ENDINGS = (
    ".json", ".csv", ".xml", ".po", ".mo", ".pot", ".pdf", ".sqlite3", ".db",
    ".css", ".scss", ".less", ".map", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico",
    ".woff", ".woff2", ".ttf", ".eot", ".otf", ".mp3", ".mp4", ".wav", ".webm", ".zip", ".gz",
    ".pyc", ".ipynb", "yarn.lock", "pnpm-lock.yaml",
)  # fmt: skip


class Selection(NamedTuple):
    """The files to read, in the order of their folders, and what was left out, as sentences."""

    files: list[File]
    limits: list[str]


def find_files(root: str, suffix: str = "") -> list[File]:
    """Return the selected files whose names end with `suffix`."""
    return [file for file in select_files(root).files if file.path.endswith(suffix)]


def select_files(root: str) -> Selection:
    """Return the files of a project that the rules read."""
    unreadable_folders: list[str] = []
    names = list(islice(_names(root, unreadable_folders), MAX_NAMES))
    by_kind = sorted((file for file in names if kind_of(file.path) != UNREAD), key=_kind)
    selected = list(islice((each for each in by_kind if is_regular(each.full)), MAX_FILES))
    chosen = {file.path for file in selected}
    limits = _limits(len(by_kind), len(names), selected, unreadable_folders)
    return Selection([file for file in names if file.path in chosen], limits)


def _names(root: str, unreadable_folders: list[str]) -> Iterator[File]:
    def on_error(error: OSError) -> None:
        unreadable_folders.append(os.path.relpath(str(error.filename), root))

    for folder, _, names in walk_folders(root, on_error=on_error):
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if relative == "." else f"{relative}/"
        for name in names:
            yield File(prefix + name, os.path.join(folder, name))


def kind_of(path: str) -> int:
    """Return the kind of a file, by its name alone; kinds of smaller numbers are read first."""
    name = path.rsplit("/", 1)[-1]
    if name.endswith(".py"):
        return PYTHON
    if name in PLATFORM_FILES:
        return DEPLOYMENT
    if name.lower().endswith(UNREAD_ENDINGS):
        return UNREAD
    if name.endswith(DEPLOYMENT_ENDINGS) or name.startswith((".env", "Procfile")):
        return DEPLOYMENT
    if IMAGE_FILES.search(name):
        return DEPLOYMENT
    return PAGE if name.lower().endswith(PAGE_ENDINGS) else OTHER


def _kind(file: File) -> int:
    return kind_of(file.path)


def _is_code(file: File) -> bool:
    """Return whether a file is always read; a large text or page is usually data or generated."""
    is_text = file.path.endswith(".txt") and "requirements" not in file.path
    return _kind(file) <= DEPLOYMENT and not is_text


def _limits(
    wanted: int, seen: int, selected: list[File], unreadable_folders: list[str]
) -> list[str]:
    large = [file.path for file in selected if _is_code(file) and file.size > MAX_FILE_BYTES]
    unreadable = [file.path for file in selected if not file.is_readable]
    limits = []
    if wanted > len(selected) == MAX_FILES:
        limits.append(f"Only the first {MAX_FILES} of {wanted} files were read.")
    if seen == MAX_NAMES:
        limits.append(f"The folders have more than {MAX_NAMES} files.")
    if large:
        limits.append(f"Larger than {MAX_FILE_BYTES} bytes and not read: {shorten(large)}.")
    if unreadable or unreadable_folders:
        limits.append(f"Not readable: {shorten([*unreadable_folders, *unreadable])}.")
    return limits


def shorten(paths: list[str]) -> str:
    """Return the first paths, and the number of the others."""
    more = len(paths) - MAX_NAMES_SHOWN
    return ", ".join(paths[:MAX_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
