"""Copy the library channels_realtime into the template, before Cookiecutter asks questions.

Cookiecutter 2.7.1 or newer runs this file in a temporary copy of the template, without rendering
it. An exported template already contains the library, and has no realtime/ folder.
"""

from __future__ import annotations

import shutil
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parent.parent
LIBRARY = TEMPLATE / "realtime" / "src" / "channels_realtime"
DESTINATION = TEMPLATE / "{{cookiecutter.project_slug}}" / "channels_realtime"

# Files of tools, which do not belong in a project.
IGNORED = (
    "__pycache__",
    "*.pyc",
    "*.pyo",
    ".DS_Store",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
)


def main() -> None:
    """Replace the library in the template, unless the template was exported."""
    if LIBRARY.is_dir():
        if DESTINATION.is_dir():
            shutil.rmtree(DESTINATION)
        shutil.copytree(LIBRARY, DESTINATION, ignore=shutil.ignore_patterns(*IGNORED))


if __name__ == "__main__":
    main()
