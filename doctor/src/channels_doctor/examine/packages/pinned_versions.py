"""The exact versions in a project's requirement and lock files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    r"(^|/)(requirements[^/]*|constraints[^/]*|pyproject|environment)\.(txt|in|toml|ya?ml)$"
    r"|(^|/)requirements/[^/]+\.(txt|in)$"
)
LOCK_FILES = {
    "poetry.lock": LOCKED,
    "uv.lock": LOCKED,
    "pdm.lock": LOCKED,
    "Pipfile.lock": PIPENV,
}


def pinned_versions(files: list[File]) -> dict[str, str]:
    """Return the pinned versions by normalized distribution name.

    A lock file wins over a requirement file.
    """
    found: dict[str, str] = {}
    for pattern, text in sorted(_texts(files), key=lambda pair: pair[0] is not PIN):
        pins = pattern.findall(text)
        found.update({normalized_name(name): version for name, version in pins})
    return found


def _texts(files: list[File]) -> list[tuple[re.Pattern[str], str]]:
    """Return the texts that may pin versions, each with the pattern of a pin in it."""
    texts = []
    for file in files:
        name = file.path.rsplit("/", 1)[-1]
        if name in LOCK_FILES:
            texts.append((LOCK_FILES[name], file.text()))
        elif is_requirement_file(file.path):
            texts.append((PIN, file.text()))
    return texts


def is_requirement_file(path: str) -> bool:
    """Return whether a file lists requirements: `requirements.txt`, `pyproject.toml` and others."""
    return bool(REQUIREMENT_FILES.search(path))


def normalized_name(name: str) -> str:
    """Return a distribution's name in lower case with dashes, as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
