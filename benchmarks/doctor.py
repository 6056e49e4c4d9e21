"""Compare `chanscaffold doctor` with `manage.py check` in a project of 200 files.

Run `python benchmarks/doctor.py`. With `--quick`, it runs once with fewer files and without
`--live`, to test the benchmark. The project is a new one with copies of its modules. The count
excludes the vendored library, which the linter does not examine. This interpreter needs the
packages of the project.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from compare import compare

FILES, QUICK_FILES = 200, 60
ROUNDS = 5
LIBRARY = "channels_realtime"
ENV = {
    "SECRET_KEY": "x" * 50,
    "DEBUG": "true",
    "DATABASE_URL": "sqlite:///db.sqlite3",
    "CHANNEL_LAYER_URL": "memory://",
}


def run(folder: Path, *command: str) -> None:
    """Run a command in the project."""
    env = {**os.environ, **ENV}
    subprocess.run(
        [sys.executable, *command], cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL
    )


def make_project(folder: str, files: int) -> Path:
    """Return a project with a number of Python files, not counting the library."""
    options = ["--no-setup", "--no-git", "-q"]
    command = [sys.executable, "-m", "chanscaffold", "new", f"{folder}/site", *options]
    subprocess.run(command, check=True)
    site = Path(folder, "site")
    files_before = [path for path in site.rglob("*.py") if LIBRARY not in path.parts]
    sources = [path for app in ("accounts", "chat") for path in sorted((site / app).glob("*.py"))]
    for number in range(files - len(files_before)):
        copy = site / "copies" / f"module{number}.py"
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(sources[number % len(sources)].read_bytes())
    return site


def main() -> None:
    """Compare the commands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="run once, on fewer files and without --live"
    )
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        site = make_project(folder, QUICK_FILES if quick else FILES)
        doctor = ("-m", "chanscaffold", "doctor", "--python", sys.executable)
        candidates = {
            "manage.py check": partial(run, site, "manage.py", "check"),
            "chanscaffold doctor": partial(run, site, *doctor),
        }
        if not quick:
            candidates["chanscaffold doctor --live"] = partial(run, site, *doctor, "--live")
        compare(candidates, rounds=1 if quick else ROUNDS, warm=0 if quick else 1)


if __name__ == "__main__":
    main()
