"""The oldest releases of other distributions, and of Python, that a distribution installs with."""

from __future__ import annotations

import re

from .version_numbers import parse_version

DAPHNE = {"asgiref": "3.5.2", "twisted": "22.4", "autobahn": "22.4.2"}
# From a release on: the oldest releases of others, as the metadata of each release says.
NEEDED = {
    "channels": {
        "4.0": {"django": "3.2", "asgiref": "3.5.0", "python": "3.7"},
        "4.1": {"django": "4.2", "asgiref": "3.6.0", "python": "3.8"},
        "4.3": {"django": "4.2", "asgiref": "3.9.0", "python": "3.9"},
    },
    "channels-redis": {
        "4.0": {"redis": "4.2.0", "python": "3.7"},
        "4.1": {"redis": "4.5.3", "python": "3.7"},
        "4.2": {"redis": "4.6", "python": "3.8"},
        "4.3": {"redis": "4.6", "asgiref": "3.9.1", "channels": "4.2.2", "python": "3.9"},
    },
    "daphne": {
        "4.0": {**DAPHNE, "python": "3.7"},
        "4.1": {**DAPHNE, "python": "3.8"},
        "4.2": {**DAPHNE, "python": "3.9"},
    },
    "django": {
        "4.0": {"asgiref": "3.4.1", "python": "3.8"},
        "4.1": {"asgiref": "3.5.2", "python": "3.8"},
        "4.2": {"asgiref": "3.6.0", "sqlparse": "0.3.1", "python": "3.8"},
        "5.0": {"asgiref": "3.7.0", "sqlparse": "0.3.1", "python": "3.10"},
        "5.1": {"asgiref": "3.8.1", "sqlparse": "0.3.1", "python": "3.10"},
        "6.0": {"asgiref": "3.9.1", "sqlparse": "0.5.0", "python": "3.12"},
    },
}
LOWER = re.compile(r"(?:===?|>=|~=)\s*v?(\d[\d.]*)")
UPPER = re.compile(r"(===?|~=|<=?)\s*v?(\d[\d.]*)(\*?)")
LENGTH = 4  # numbers in a version


def needed_by(name: str, versions: str) -> dict[str, str]:
    """Return what the oldest release that a requirement allows needs at least."""
    oldest = max(map(_padded, LOWER.findall(versions)), default=())
    known = [each for each in NEEDED.get(name, {}) if _padded(each) <= oldest]
    return NEEDED[name][known[-1]] if known else {}


def excludes(versions: str, needed: str) -> bool:
    """Return whether a requirement allows no release from the needed one on."""
    floor = _padded(needed)
    return any(_is_below(floor, *bound) for bound in UPPER.findall(versions))


def _is_below(floor: tuple[int, ...], operator: str, version: str, star: str) -> bool:
    """Return whether all releases that one bound allows are older."""
    if star or operator == "~=":
        numbers = parse_version(version)
        prefix = numbers if star else numbers[:-1]
        return prefix < floor[: len(prefix)]
    given = _padded(version)
    return given < floor or (operator == "<" and given == floor)


def _padded(version: str) -> tuple[int, ...]:
    return (*parse_version(version), *[0] * LENGTH)[:LENGTH]
