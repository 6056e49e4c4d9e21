"""A group name contains a character that is not allowed."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..channels.layer_calls import layer_calls
from ..finding import Finding
from ..python.modules import FUNCTIONS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "TypeError: Group name must be a valid unicode string with length < 100"
    " containing only ASCII alphanumerics, hyphens, underscores, or periods."
)

FORBIDDEN_CHARACTERS = re.compile(r"[^A-Za-z0-9_.-]+")


def check(project: Project) -> Iterator[Finding]:
    """Find group names whose literal parts contain a forbidden character."""
    # The PubSub layer accepts any name, so the fault appears only with another layer.
    severity = "info" if "pubsub" in project.default_backend else None
    for call in layer_calls(project, "group_add", "group_send"):
        for node in _names(call.module, call.group):
            wrong = FORBIDDEN_CHARACTERS.search(_literal_text(node))
            if wrong:
                message = (
                    f"The group name contains {wrong.group()[:20]!r}, which the channel layer"
                    " refuses. Use ASCII letters, digits, `-`, `_` and `.`."
                )
                valid = FORBIDDEN_CHARACTERS.sub("_", _literal_text(node))
                fix = f'Write "{valid}", or name the group after a primary key.'
                yield Finding(message, call.module.location(node), fix, severity)


def _names(module: Module, group: ast.AST | None) -> Iterator[ast.AST]:
    """Yield the strings of a group name, from the call or from assignments in its scope."""
    if isinstance(group, (ast.Constant, ast.JoinedStr)):
        yield group
    elif isinstance(group, (ast.Name, ast.Attribute)):
        name, scope = ast.dump(group), _scope(module, group)
        for assignment in module.find_all(ast.Assign):
            target = assignment.targets[0]
            if _scope(module, target) is scope and _dump_as_read(target) == name:
                yield assignment.value


def _scope(module: Module, node: ast.AST) -> ast.AST | None:
    """Return the class around an attribute of `self`, the function around a name."""
    types = (ast.ClassDef,) if isinstance(node, ast.Attribute) else FUNCTIONS
    return next((each for each in module.enclosing_nodes(node) if isinstance(each, types)), None)


def _dump_as_read(target: ast.AST) -> str:
    """Return the dump of an assigned name as it is when the name is read."""
    return ast.dump(target).replace("Store()", "Load()")


def _literal_text(node: ast.AST) -> str:
    """Return a string with `x` for each part that is not literal."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [part.value if isinstance(part, ast.Constant) else "x" for part in parts]
    return "".join(each for each in texts if isinstance(each, str))
