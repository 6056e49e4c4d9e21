"""How long `chanscaffold doctor` takes on a project of 200 files, beside that project's own `manage.py check`.

Run it as `python benchmarks/doctor.py`. The project is a new one of ours, with as many copies of its consumers, models
and views beside it as make 200 Python files; this interpreter has its packages.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from compare import compare

FILES = 200
ENV = {
    "SECRET_KEY": "x" * 50,
    "DEBUG": "true",
    "DATABASE_URL": "sqlite:///db.sqlite3",
    "CHANNEL_LAYER_URL": "memory://",
}


def run(folder: Path, *command: str) -> None:
    """Run a command in the project, to its end."""
    env = {**os.environ, **ENV}
    subprocess.run([sys.executable, *command], cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)


def make(folder: str) -> Path:
    """Return a project of 200 Python files."""
    subprocess.run(
        [sys.executable, "-m", "chanscaffold", "new", f"{folder}/site", "--no-setup", "--no-git", "-q"], check=True
    )
    site = Path(folder, "site")
    sources = sorted((site / "chat").glob("*.py")) + sorted((site / "realtime").glob("*.py"))
    for number in range(FILES - len(list(site.rglob("*.py")))):
        copy = site / "copies" / f"module{number}.py"
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(sources[number % len(sources)].read_bytes())
    return site


def main() -> None:
    """Compare the three."""
    with tempfile.TemporaryDirectory() as folder:
        site = make(folder)
        doctor = ("-m", "chanscaffold", "doctor", "--python", sys.executable)
        candidates = {
            "manage.py check": partial(run, site, "manage.py", "check"),
            "chanscaffold doctor": partial(run, site, *doctor),
            "chanscaffold doctor --live": partial(run, site, *doctor, "--live"),
        }
        compare(candidates, rounds=5)


if __name__ == "__main__":
    main()
