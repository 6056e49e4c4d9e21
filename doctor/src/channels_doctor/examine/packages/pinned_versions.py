"""The exact versions that a project's requirement and lock files name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..files import File

PIN = re.compile(
    r"""^[ \t]*(?:-[ \t]*)?["']?([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]\n]*\])?[ \t]*={2,3}[ \t]*([0-9][^\s;"',#]*)""",
    re.MULTILINE,
)
LOCKED = re.compile(r"""\[\[package\]\]\s*\nname = "([^"]+)"\s*\nversion = "([^"]+)\"""")
PIPENV = re.compile(r'"([A-Za-z0-9._-]+)": \{[^{}]*?"version": "==([^"]+)"')
PINNED = re.compile(
    r"(^|/)(requirements[^/]*|constraints[^/]*|pyproject|environment)\.(txt|in|toml|ya?ml)$"
)
IN_FOLDER = re.compile(r"(^|/)requirements/[^/]+\.(txt|in)$")
LOCKS = {"poetry.lock": LOCKED, "uv.lock": LOCKED, "pdm.lock": LOCKED, "Pipfile.lock": PIPENV}


def pinned(files: list[File]) -> dict[str, str]:
    """Return versions by distribution, its name in lower case with dashes; a lock file wins over a requirement."""
    found: dict[str, str] = {}
    for pattern, text in sorted(_texts(files), key=lambda pair: pair[0] is not PIN):
        found.update({normal(name): version for name, version in pattern.findall(text)})
    return found


def _texts(files: list[File]) -> list[tuple[re.Pattern[str], str]]:
    texts = []
    for file in files:
        name = file.path.rsplit("/", 1)[-1]
        if name in LOCKS:
            texts.append((LOCKS[name], file.text()))
        elif PINNED.search(file.path) or IN_FOLDER.search(file.path):
            texts.append((PIN, file.text()))
    return texts


def normal(name: str) -> str:
    """Return a distribution's name as indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()
