"""Run the linter on a case of an evaluation set."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from channels_doctor.examination import ISOLATED, START

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT = 120  # seconds
PINNED = re.compile(r"^channels==(\d+)", re.MULTILINE)


def examine(project: Path) -> list[dict[str, object]]:
    """Return the findings of the linter."""
    if _has_other_channels(project):
        return _examine_sources(project)
    command = [sys.executable, "-m", "channels_doctor", str(project), "--format", "json"]
    report = _run([*command, "--python", sys.executable])
    findings: list[dict[str, object]] = report["findings"]
    for finding in findings:
        if finding["path"]:
            finding["path"] = _path_from_top(project, report["root"], str(finding["path"]))
    return findings


def _has_other_channels(project: Path) -> bool:
    """Return whether a project pins another major version of Channels than the installed one."""
    requirements = project / "requirements.txt"
    pinned = PINNED.search(requirements.read_text("utf-8")) if requirements.exists() else None
    return pinned is not None and pinned[1] != version("channels").split(".")[0]


def _examine_sources(project: Path) -> list[dict[str, object]]:
    """Return the findings in the sources alone."""
    report = _run([sys.executable, *ISOLATED, "-c", START], json.dumps({"root": str(project)}))
    findings: list[dict[str, object]] = report["findings"]
    return findings


def _run(command: list[str], request: str | None = None) -> Any:
    """Return the answer of a command, which is JSON."""
    ended = subprocess.run(
        command, input=request, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    if not ended.stdout:
        raise RuntimeError(f"{command}: {ended.stderr}")
    return json.loads(ended.stdout)


def _path_from_top(project: Path, root: str, path: str) -> str:
    """Return the path of a finding as the cases write it, from the top of the case's files."""
    return os.path.relpath(os.path.join(root, path), project.resolve())
