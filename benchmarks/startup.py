"""Compare the start of `chanscaffold --help` with a minimal click program and Cookiecutter.

Run `python benchmarks/startup.py [ROUNDS] [--quick]`. It measures whole processes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from compare import compare, parse_rounds

HELLO = """
import click

@click.command()
@click.argument("name")
def hello(name):
    click.echo(name)

hello()
"""


def run(*command: str) -> None:
    """Run a command without its output."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Compare the four commands."""
    rounds = parse_rounds(__doc__, 20)
    scripts = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder, "hello.py")
        hello.write_text(HELLO)
        candidates = {
            "a minimal click program, --help": partial(run, sys.executable, str(hello), "--help"),
            "chanscaffold --help": partial(run, str(scripts / "chanscaffold"), "--help"),
            "chanscaffold new --help": partial(run, str(scripts / "chanscaffold"), "new", "--help"),
            "cookiecutter --help": partial(run, str(scripts / "cookiecutter"), "--help"),
        }
        compare(candidates, rounds)


if __name__ == "__main__":
    main()
