"""The command starts about as fast as click, because it imports almost nothing else."""

import ast
import subprocess
import sys

import pytest
from support.paths import ROOT

PACKAGE = ROOT / "cli" / "chanscaffold"

# The modules that help pages may import, apart from those of a bare click program.
ALLOWED = {"json", "signal"}

BARE = """
import click
cli = click.Group("bare", commands=[click.Command("new", params=[click.Option(["--x"], help="y")])])
"""
OURS = "from chanscaffold.__main__ import main as cli"


def imported(source, arguments, environment):
    """Return the top-level modules that a program imports."""
    code = f"""
import sys
{source}
sys.argv = {["chanscaffold", *arguments]!r}
try:
    cli()
except SystemExit:
    modules = (name for name in sys.modules if "." not in name or name.startswith("importlib."))
    print("\\n", *sorted(modules))
"""
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return set(result.stdout.splitlines()[-1].split())


HELP = [
    ["--help"],
    ["new", "--help"],
    ["doctor", "--help"],
    ["starter", "--help"],
    ["starter", "check", "--help"],
]


@pytest.mark.parametrize("arguments", HELP, ids=" ".join)
def test_help_imports_only_click(arguments, environment):
    extra = imported(OURS, arguments, environment) - imported(BARE, arguments, environment)
    assert {name for name in extra if not name.startswith("_")} <= {
        *ALLOWED,
        "channels_doctor",
        "chanscaffold",
    }


def test_one_module_imports_cookiecutter_and_only_in_functions():
    importers = set()
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(imports_cookiecutter(node) for node in ast.walk(tree)):
            importers.add(path.name)
            assert not any(imports_cookiecutter(node) for node in tree.body)
    assert importers == {"render.py"}


def imports_cookiecutter(node):
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    return any(name.split(".")[0] in {"cookiecutter", "jinja2"} for name in names)
