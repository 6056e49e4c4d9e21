"""Version numbers."""

from __future__ import annotations

import re


def parse_version(text: str) -> tuple[int, ...]:
    """Return a version's leading numbers: (4, 2, 2) for `4.2.2rc1`."""
    numbers = re.match(r"\d{1,9}(\.\d{1,9})*", text)
    return tuple(map(int, numbers.group().split("."))) if numbers else ()


def version_text(version: tuple[int, ...]) -> str:
    """Return numbers as a version: `4.2.2` for (4, 2, 2)."""
    return ".".join(map(str, version))
