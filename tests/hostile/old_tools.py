"""Releases of Cookiecutter below the supported one: each is refused by name."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import tempfile

from case import ROOT, Case

KIND = "old tools"
RELEASES = ("1.7.3", "2.1.1", "2.5.0", "2.6.0")
NEW = ("--no-input", str(ROOT), "project_slug=site", "setup=false")
SCRIPT = """
import sys, os, runpy
sys.argv[0] = "cookiecutter"
from cookiecutter.__main__ import main
main(prog_name="cookiecutter")
"""


@functools.cache
def install(release: str) -> str:
    """Install a release of Cookiecutter once, and return the folder of its packages."""
    folder = os.path.join(tempfile.gettempdir(), f"cookiecutter-{release}")
    if not os.path.isdir(folder):
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", folder]
        subprocess.run([*command, f"cookiecutter=={release}", "setuptools<81"], check=True)
    return folder


def prepare(release: str):
    return lambda folder: os.symlink(install(release), folder.parent / "packages")


CASES = [
    Case(
        KIND,
        f"Cookiecutter {release}, {name}",
        (*NEW, *extra),
        (1, 255),
        r"2\.7\.1",
        prepare=prepare(release),
        program=(sys.executable, "-c", SCRIPT),
        shell='PYTHONPATH="$PWD/../packages" exec "$@"',
        disk="nothing",
    )
    for release in RELEASES
    for name, extra in (("defaults", ()), ("Redis", ("layer=redis",)), ("Docker", ("docker=true",)))
]
