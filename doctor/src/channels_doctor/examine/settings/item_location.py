"""Where an item of a setting is in its file."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..python.expressions import subscript_index, variable_name

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module
    from .assignments import Assignment
    from .project_settings import Setting


def item_location(project: Project, setting: Setting, *path: Any) -> Location | None:
    """Return the location of `NAME[key][key]`, as near to it as the files show.

    A part of the path is a key of a dictionary, or an index or a text of a list. The location is
    that of the key, or of the item of a list.
    """
    location = setting.location
    for module, place, _ in _walk(project, setting, path):
        location = module.location(place)
    return location


def item_pair(
    project: Project, setting: Setting, *path: Any
) -> tuple[Module, ast.AST, ast.AST] | None:
    """Return the module, the key and the value of an item of a dictionary."""
    steps = list(_walk(project, setting, path))
    return steps[-1] if len(steps) == len(path) else None


def item_value(project: Project, setting: Setting, *path: Any) -> tuple[Module, ast.AST] | None:
    """Return the expression of `NAME[key][key]` with its module, both behind names."""
    steps = list(_walk(project, setting, path))
    if len(steps) != len(path):
        return None
    module, _, node = steps[-1]
    return project.resolver.value(module, node)


def _walk(
    project: Project, setting: Setting, path: tuple[Any, ...]
) -> Iterator[tuple[Module, ast.AST, ast.AST]]:
    """Yield the module, the place and the value of each part of the path that is found."""
    module, node = module_of(project, setting), setting.node
    if module is None or node is None:
        return
    known = _keys_in_target(node, path)
    yield from ((module, node, node) for _ in path[:known])
    for part in path[known:]:
        module, node = project.resolver.value(module, _assigned(module, node))
        found = next(_items(node, part), None)
        if found is None:
            return
        place, node = found
        yield module, place, node


def module_of(project: Project, setting: Setting | Assignment) -> Module | None:
    """Return the module that sets a setting, None when it is unknown."""
    path = setting.location.path if setting.location else ""
    return next((each for each in project.modules if each.path == path), None)


def _keys_in_target(node: ast.AST, path: tuple[Any, ...]) -> int:
    """Return how many parts of the path `NAME[key] = …` names itself, when they are the same."""
    keys: list[Any] = []
    while isinstance(node, ast.Subscript):
        keys.insert(0, getattr(subscript_index(node), "value", None))
        node = node.value
    return len(keys) if keys == list(path[: len(keys)]) else 0


def _assigned(module: Module, node: ast.AST) -> ast.AST:
    """Return the value that an assignment gives to `NAME[key]`."""
    parent = module.parents.get(node)
    is_target = isinstance(parent, ast.Assign) and node in parent.targets
    return parent.value if is_target else node  # type: ignore[union-attr]


def _items(node: ast.AST, part: Any) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Yield the key and the value of an item; the value is both for an item of a list."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values)
        yield from ((key, value) for key, value in pairs if key and _is_constant(key, part))
    elif isinstance(node, ast.Call) and variable_name(node.func) == "dict":
        yield from ((each.value, each.value) for each in node.keywords if each.arg == part)
    elif isinstance(node, (ast.List, ast.Tuple)):
        found = [each for each in node.elts if _is_constant(each, part)]
        found = node.elts[part : part + 1] if isinstance(part, int) else found
        yield from ((each, each) for each in found)


def _is_constant(node: ast.AST, value: Any) -> bool:
    return isinstance(node, ast.Constant) and bool(node.value == value)
