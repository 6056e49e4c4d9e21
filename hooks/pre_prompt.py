"""Copy the library channels_realtime into the template, before Cookiecutter asks anything.

Cookiecutter (2.7.1 or newer) runs this file as it is, in a temporary copy of the template. It replaces
the library's folder in the template, and changes nothing else. A template that was exported has no
realtime/ folder, and the library is in its place already.
"""

from __future__ import annotations

import shutil
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parent.parent
LIBRARY = TEMPLATE / "realtime" / "src" / "channels_realtime"
PLACE = TEMPLATE / "{{cookiecutter.project_slug}}" / "channels_realtime"

# What tools leave in a folder; nobody wants it in a new project.
LEFTOVERS = (
    "__pycache__",
    "*.pyc",
    "*.pyo",
    ".DS_Store",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
)


def main() -> None:
    """Replace the template's copy of the library, if the library is here."""
    if LIBRARY.is_dir():
        if PLACE.is_dir():
            shutil.rmtree(PLACE)
        shutil.copytree(LIBRARY, PLACE, ignore=shutil.ignore_patterns(*LEFTOVERS))


if __name__ == "__main__":
    main()
