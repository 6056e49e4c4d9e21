"""The exact versions in a project's requirement and lock files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Pattern, Tuple

from ..file_selection import IMAGE_FILES
from ..finding import Location

if TYPE_CHECKING:
    from ..files import File

PIN = re.compile(
    r"""^[ \t]*(?:-[ \t]*)?["']?([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]\n]*\])?"""
    r"""[ \t]*={2,3}[ \t]*([0-9][^\s;"',#]*)""",
    re.MULTILINE,
)
NAME = re.compile(r"^[ \t]*([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)
# `channels=3.0.4` of Conda, and `pip install channels==3.0.4` of a container.
CONDA = re.compile(r"^[ \t]*-[ \t]*([A-Za-z0-9][\w.-]*)={1,2}([0-9][^\s=;,#]*)", re.MULTILINE)
INSTALLED = re.compile(
    r"""(?<=[\s"'])([A-Za-z0-9][\w.-]*)(?:\[[^\]\n]*\])?==([0-9][^\s;"',&\\]*)(?=[\s"';&\\]|$)"""
)
# `channels = "3.0.4"` of Poetry, and `channels = {version = "==3.0.4", …}` of Pipenv.
TABLE = re.compile(
    r"""^[ \t]*["']?([A-Za-z0-9][\w.-]*)["']?[ \t]*=[ \t]*"""
    r"""(?:\{[^}\n]*?version[ \t]*=[ \t]*)?["']={0,2}([0-9][\w.]*)["']""",
    re.MULTILINE,
)
LOCKED = re.compile(r"""\[\[package\]\]\s*\nname = "([^"]+)"\s*\nversion = "([^"]+)\"""")
PIPENV = re.compile(r'"([A-Za-z0-9._-]+)": \{[^{}]*?"version": "==([^"]+)"')
REQUIREMENT_FILES = re.compile(
    r"(^|/)(requ\w*ments?[^/]*|constraints[^/]*|pyproject|environment[^/]*)"
    r"\.(txt|in|pip|toml|ya?ml)$"
    r"|(^|/)(requirements?|reqs)/[^/]+\.(txt|in|pip)$|(^|/)[^/]*(requirements|reqs?)\.(txt|in|pip)$"
    r"|(^|/)[^/]+\.pip$|(^|/)requirements?[^/]*\.lock$",
    re.IGNORECASE,
)
CONDA_FILES = re.compile(r"(^|/)environment[^/]*\.ya?ml$", re.IGNORECASE)
TABLE_FILES = ("pyproject.toml", "Pipfile")
SETUP_FILES = {"setup.py", "setup.cfg"}
LOCK_FILES = {
    "poetry.lock": LOCKED,
    "uv.lock": LOCKED,
    "pdm.lock": LOCKED,
    "Pipfile.lock": PIPENV,
}


Text = Tuple[str, Pattern[str], str]  # a path, the pattern of a pin, and the content
# Commands in the file of an image that install what a lock file pins, and what requirements name.
LOCKING = re.compile(r"\b(?:uv|poetry|pipenv|pdm)\s+(?:sync|install|export|run|requirements)\b")
FROM_FILE = re.compile(r"\binstall\b[^\n]{0,200}\s(?:-r|--requirement)[ =]?\S")


class Pin(NamedTuple):
    """The exact version of a distribution, and the line that pins it."""

    version: str
    location: Location


def pinned_versions(files: list[File]) -> dict[str, Pin]:
    """Return the pins by normalized distribution name.

    A lock file wins over a requirement file, and `requirements.txt` over files of other names.
    """
    found: dict[str, Pin] = {}
    for path, pattern, text in sorted(_texts(files), key=_precedence):
        if path == "requirements.txt":
            found = _without_pins_above(found, {*map(normalized_name, NAME.findall(text))})
        for match in pattern.finditer(text):
            if match[2].endswith(".*"):  # the newest release with these numbers
                continue
            line = text.count("\n", 0, match.start(1)) + 1
            found[normalized_name(match[1])] = Pin(match[2], Location(path, line))
    return found


def _without_pins_above(found: dict[str, Pin], names: set[str]) -> dict[str, Pin]:
    """Return the pins but those above the project of names that its own list has."""
    above = {each for each, pin in found.items() if pin.location.path.startswith("../")}
    return {each: pin for each, pin in found.items() if each not in names & above}


def _precedence(each: Text) -> tuple[bool, bool, int]:
    """Return the place of a text among those that may pin a version: the last one decides."""
    path, pattern, _ = each
    is_usual = path.rpartition("/")[2] == "requirements.txt"
    return pattern in LOCK_FILES.values(), is_usual, -path.count("/")


def _texts(files: list[File]) -> list[Text]:
    """Return the texts that may pin versions, each with its path and the pattern of a pin."""
    has_locks = _installs_locked(files)
    return [
        (each.path, pattern, each.text())
        for each in files
        for pattern in _patterns(each.path)
        if has_locks or pattern not in LOCK_FILES.values()
    ]


def _installs_locked(files: list[File]) -> bool:
    """Return whether lock files decide: not where the images install a requirement file alone."""
    texts = [each.text() for each in files if IMAGE_FILES.search(each.path)]
    return any(map(LOCKING.search, texts)) or not any(map(FROM_FILE.search, texts))


def _patterns(path: str) -> list[re.Pattern[str]]:
    """Return the patterns of the pins in a file, none for a file that pins nothing."""
    name = path.rsplit("/", 1)[-1]
    if name in LOCK_FILES:
        return [LOCK_FILES[name]]
    if name in TABLE_FILES:
        return [INSTALLED, TABLE, PIN]
    if is_requirement_file(path):
        return [CONDA, PIN] if CONDA_FILES.search(path) else [PIN]
    return [INSTALLED] if IMAGE_FILES.search(path) or name in SETUP_FILES else []


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
