"""How fast `chanscaffold --help` starts, beside a bare click program and Cookiecutter.

It measures whole processes, from start to end. Run it as `python benchmarks/startup.py [ROUNDS] [--quick]`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from compare import compare, count_rounds

HELLO = """
import click

@click.command()
@click.argument("name")
def hello(name):
    click.echo(name)

hello()
"""


def run(*command: str) -> None:
    """Run a command to its end without its output."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Compare the four."""
    rounds = count_rounds(__doc__, 20)
    scripts = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder, "hello.py")
        hello.write_text(HELLO)
        candidates = {
            "a bare click program, --help": partial(run, sys.executable, str(hello), "--help"),
            "chanscaffold --help": partial(run, str(scripts / "chanscaffold"), "--help"),
            "chanscaffold new --help": partial(run, str(scripts / "chanscaffold"), "new", "--help"),
            "cookiecutter --help": partial(run, str(scripts / "cookiecutter"), "--help"),
        }
        compare(candidates, rounds)


if __name__ == "__main__":
    main()
