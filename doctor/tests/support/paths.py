"""Folders of the repository and of the linter."""

from pathlib import Path

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "doctor" / "src"
PACKAGE = SOURCE / "channels_doctor"
REALTIME_SOURCE = ROOT / "realtime" / "src"
