"""The exact versions in a project's requirement and lock files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ..finding import Location

if TYPE_CHECKING:
    from ..files import File

PIN = re.compile(
    r"""^[ \t]*(?:-[ \t]*)?["']?([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]\n]*\])?"""
    r"""[ \t]*={2,3}[ \t]*([0-9][^\s;"',#]*)""",
    re.MULTILINE,
)
LOCKED = re.compile(r"""\[\[package\]\]\s*\nname = "([^"]+)"\s*\nversion = "([^"]+)\"""")
PIPENV = re.compile(r'"([A-Za-z0-9._-]+)": \{[^{}]*?"version": "==([^"]+)"')
REQUIREMENT_FILES = re.compile(
    r"(^|/)(requirements?[^/]*|constraints[^/]*|pyproject|environment[^/]*)"
    r"\.(txt|in|pip|toml|ya?ml)$"
    r"|(^|/)(requirements?|reqs)/[^/]+\.(txt|in|pip)$|(^|/)[^/]*(requirements|reqs)\.(txt|in|pip)$"
    r"|(^|/)[^/]+\.pip$",
    re.IGNORECASE,
)
SETUP_FILES = {"setup.py", "setup.cfg"}
LOCK_FILES = {
    "poetry.lock": LOCKED,
    "uv.lock": LOCKED,
    "pdm.lock": LOCKED,
    "Pipfile.lock": PIPENV,
}


class Pin(NamedTuple):
    """The exact version of a distribution, and the line that pins it."""

    version: str
    location: Location


def pinned_versions(files: list[File]) -> dict[str, Pin]:
    """Return the pins by normalized distribution name.

    A lock file wins over a requirement file.
    """
    found: dict[str, Pin] = {}
    for path, pattern, text in sorted(_texts(files), key=lambda each: each[1] is not PIN):
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start(1)) + 1
            found[normalized_name(match[1])] = Pin(match[2], Location(path, line))
    return found


def _texts(files: list[File]) -> list[tuple[str, re.Pattern[str], str]]:
    """Return the texts that may pin versions, each with its path and the pattern of a pin."""
    texts = []
    for file in files:
        name = file.path.rsplit("/", 1)[-1]
        if name in LOCK_FILES:
            texts.append((file.path, LOCK_FILES[name], file.text()))
        elif is_requirement_file(file.path):
            texts.append((file.path, PIN, file.text()))
    return texts


def is_requirement_file(path: str) -> bool:
    """Return whether a file lists requirements: `requirements.txt`, `pyproject.toml` and others."""
    return bool(REQUIREMENT_FILES.search(path))


def is_package_list(path: str) -> bool:
    """Return whether a file lists packages to install: requirements, a lock or a setup file."""
    name = path.rsplit("/", 1)[-1]
    return is_requirement_file(path) or name in {*LOCK_FILES, *SETUP_FILES, "Pipfile"}


def normalized_name(name: str) -> str:
    """Return a distribution's name in lower case with dashes, as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
