"""Find the variables that a new .env.example has, for the owner's .env, which is never touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chanscaffold.env_example import ENV_EXAMPLE, find_variables
from chanscaffold.update.tree import normalize

if TYPE_CHECKING:
    from chanscaffold.update.tree import Tree


def find_new_variables(base: Tree, theirs: Tree) -> list[str]:
    """Return the line of each variable of the new example that the base has not, or otherwise."""
    before, after = _read(base), _read(theirs)
    return [line for name, line in after.items() if before.get(name) != line]


def _read(tree: Tree) -> dict[str, str]:
    """Return the lines of the variables by their names."""
    content = tree[ENV_EXAMPLE].content if ENV_EXAMPLE in tree else b""
    return find_variables(normalize(content).decode(errors="replace"))
