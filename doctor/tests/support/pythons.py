"""Other Python versions of this machine."""

import functools
import os
import subprocess
from pathlib import Path

import pytest


def python_or_skip(version):
    """Return the path of a Python such as "3.8", or skip the test where there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    folders = os.environ.get("PATH", "").split(os.pathsep)
    candidates = [Path(folder, f"python{version}") for folder in folders]
    for candidate in [*candidates, *pyenv.glob(f"{version}.*/bin/python")]:
        if version_of(str(candidate)) == version:
            return str(candidate)
    pytest.skip(f"there is no Python {version} here")


@functools.cache
def version_of(python):
    """Return the version of an interpreter, like "3.8"; None if it does not work."""
    code = "import sys, ssl, sqlite3; print(*sys.version_info[:2], sep='.')"
    command = [python, "-I", "-c", code]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return None
    return ended.stdout.strip()
