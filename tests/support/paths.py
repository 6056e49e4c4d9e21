"""Folders of the repository."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT / "cli", ROOT / "doctor" / "src")  # what a child process imports
