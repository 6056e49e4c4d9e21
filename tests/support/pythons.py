"""The Python interpreters of this machine."""

import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

UV = find_uv_bin()


def find_python(version):
    """Return the path of a Python version, such as "3.12", or None if it is not installed."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    candidates = [
        *(Path(folder, f"python{version}") for folder in folders),
        *pyenv.glob(f"{version}.*/bin/python"),
    ]
    for candidate in [Path(sys.executable), *candidates, *find_uv_pythons(version)]:
        if read_version(str(candidate)) == version:
            return str(candidate)
    return None


def find_uv_pythons(version):
    """Return the interpreter of this version that uv manages, in a list of at most one."""
    command = [UV, "python", "find", "--no-project", "--no-config", "--managed-python", version]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return [Path(result.stdout.strip())] if result.returncode == 0 else []


@functools.cache
def read_version(python):
    """Return the version of an interpreter, or None if it cannot create environments."""
    code = "import sys, ssl, sqlite3, venv; print(*sys.version_info[:2], sep='.')"
    try:
        return subprocess.run(
            [python, "-I", "-c", code], capture_output=True, text=True, check=False, timeout=30
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


def python_or_skip(version):
    """Return the path of a Python version, or skip the test."""
    return find_python(version) or pytest.skip(f"Python {version} is not installed.")
