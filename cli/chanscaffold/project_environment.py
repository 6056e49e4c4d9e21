"""The environment in which programs of a project run."""

from __future__ import annotations

import os

from chanscaffold.env_example import ENV_EXAMPLE, find_variables

# A project's own Python, below its folder.
PYTHON = os.path.join(
    ".venv", *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python"))
)
# Variables for another project, which bootstrap.py ignores too.
OTHER_PROJECTS = (
    "DJANGO_SETTINGS_MODULE",
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
    "UV_PROJECT",
    "UV_PROJECT_ENVIRONMENT",
)


def project_environment(project: str) -> dict[str, str]:
    """Return the environment without settings of other projects: a project's own are in .env."""
    removed = {*_own_variables(project), *OTHER_PROJECTS}
    return {name: value for name, value in os.environ.items() if name not in removed}


def _own_variables(project: str) -> dict[str, str]:
    """Return the variables of a project; none if it has no .env.example that can be read."""
    try:
        with open(os.path.join(project, ENV_EXAMPLE), encoding="utf-8", errors="replace") as file:
            return find_variables(file.read())
    except OSError:
        return {}
