"""Find the variables that a new .env.example has, for the owner's .env, which is never touched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chanscaffold.update.tree import Tree

ENV_EXAMPLE = ".env.example"
_VARIABLE = re.compile(r"(?m)^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$")


def find_new_variables(base: Tree, theirs: Tree) -> list[str]:
    """Return a line for each variable of the new example that the base has not, or otherwise.

    A line has the form `NAME=value`, with `# ` before a variable that is optional.
    """
    before, after = _read(base), _read(theirs)
    return [line for name, line in after.items() if before.get(name) != line]


def _read(tree: Tree) -> dict[str, str]:
    """Return the lines of the variables by their names."""
    content = tree[ENV_EXAMPLE].content if ENV_EXAMPLE in tree else b""
    text = content.decode(errors="replace").replace("\r\n", "\n")
    return {found[1]: found[0] for found in _VARIABLE.finditer(text)}
