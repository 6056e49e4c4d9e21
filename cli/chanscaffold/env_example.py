"""The variables of a project, which .env.example lists with a value for each."""

from __future__ import annotations

import re

ENV_EXAMPLE = ".env.example"
_VARIABLE = re.compile(r"(?m)^(?:# )?([A-Z][A-Z0-9_]*)=.*$")


def find_variables(text: str) -> dict[str, str]:
    """Return the line of each variable of a .env.example by its name.

    A line has the form `NAME=value`, with `# ` before a variable that is optional.
    """
    return {found[1]: found[0] for found in _VARIABLE.finditer(text)}
