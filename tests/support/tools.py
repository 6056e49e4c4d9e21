"""Programs that check a render: compilers, linters, type checkers."""

import os
import re
import subprocess
import sys


def run_module(*arguments, folder, python=sys.executable, **variables):
    """Run a Python module, and return its output; fail if its exit code is not 0."""
    return run_program([python, "-m", *arguments], folder, **variables)


def run_program(command, folder, **variables):
    """Run a command in the same way, without variables of another Django project."""
    removed = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    env = {name: value for name, value in os.environ.items() if name not in removed}
    env |= {name: str(value) for name, value in variables.items()}
    result = subprocess.run(
        list(map(str, command)), cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def read_env_example(folder):
    """Return the variables that a render's .env.example sets, with a secret key and a port."""
    example = (folder / ".env.example").read_text(encoding="utf-8")
    variables = dict(re.findall(r"(?m)^([A-Z_]+)=(.*)", example))
    filled = {name: value.replace("<port>", "1") for name, value in variables.items()}
    return {**filled, "SECRET_KEY": "x"}
