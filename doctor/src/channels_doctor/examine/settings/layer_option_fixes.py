"""Diffs that move options of a channel layer to where it reads them, and add others."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Sequence

from ..diffs import changed_line, joined_diffs
from ..python.expressions import string_value, variable_name
from ..python.source_text import source_text
from .item_location import item_pair, item_value
from .layer_schema import CONFIG_SYNONYMS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from .layer_schema import KeyFault
    from .project_settings import Setting

HOST_AND_PORT = 2  # the parts of a pair
TIMEOUT = '"socket_timeout": None'


def is_alone(module: Module, key: Any, value: ast.AST) -> bool:
    """Return whether an item of a dictionary has a line of its own."""
    return module.source_line(key) == f"{_item(module, key, value)},"


def _item(module: Module, key: ast.AST, value: ast.AST) -> str:
    return f"{source_text(module, key)}: {source_text(module, value)}"


def moved_diff(project: Project, setting: Setting, fault: KeyFault) -> str:
    """Return the diff that moves the options of a fault to their place, "" without one."""
    if fault.host:
        return _one_host(project, setting, fault.path[:-1], fault.host)
    if len(fault.path) > len(("alias", "key")) or fault.path[-1].upper() in CONFIG_SYNONYMS:
        return ""
    name = "hosts" if fault.loses_hosts else fault.path[-1].lower()
    return _into_config(project, setting, fault.path, name)


def _one_host(
    project: Project, setting: Setting, path: tuple[Any, ...], names: Sequence[str]
) -> str:
    """Return the diff that makes one host of options that stand beside each other, else ""."""
    found = [item_pair(project, setting, *path, each) for each in names]
    pairs = [each for each in found if each and isinstance(each[1], ast.Constant)]
    if not pairs or len(pairs) < len(names) or "password" in names:  # no secret is shown
        return ""
    module, first, _ = pairs[0]
    texts = [_item(*each) for each in pairs]
    host, line = f'"hosts": [{{{", ".join(texts)}}}]', module.source_line(first)
    if ", ".join(texts) in line:
        return changed_line(line, line.replace(", ".join(texts), host))
    if not all(is_alone(*each) for each in pairs):
        return ""
    new = [f"{host},", *[""] * (len(pairs) - 1)]
    keys: list[Any] = [key for _, key, _ in pairs]
    return joined_diffs(
        (key.lineno, changed_line(module.source_line(key), text)) for key, text in zip(keys, new)
    )


def _into_config(project: Project, setting: Setting, path: tuple[Any, ...], name: str) -> str:
    """Return the diff that moves a key of a layer into its `CONFIG`, else ""."""
    pair = item_pair(project, setting, *path)
    config = item_value(project, setting, path[0], "CONFIG")
    if not pair or not config or config[0] is not pair[0] or not isinstance(config[1], ast.Dict):
        return ""
    module, value, node = pair[0], pair[2], config[1]
    key: Any = pair[1]
    text = source_text(module, value)
    text = f"[{text}]" if name == "hosts" and not isinstance(value, ast.List) else text
    added = added_item(module, node, f'"{name}": {text}')
    removed = (key.lineno, changed_line(module.source_line(key), ""))
    return joined_diffs([removed, added]) if is_alone(module, key, value) else ""


def added_item(module: Module, node: ast.Dict, item: str) -> tuple[int, str]:
    """Return the line where a dictionary begins, and the diff that puts an item first in it."""
    line, end = module.lines[node.lineno - 1].encode(), node.col_offset + 1
    head, rest = line[:end].decode(), line[end:].decode()
    if not rest.strip():
        return node.lineno, f" {head.strip()}\n+    {item},"
    return node.lineno, changed_line(head + rest, head + item + ", " * bool(node.keys) + rest)


def _is_dict_of_keywords(host: Any) -> bool:
    """Return whether a host is `dict(…)` with nothing but named arguments."""
    is_dict = isinstance(host, ast.Call) and variable_name(host.func) == "dict" and not host.args
    return is_dict and all(each.arg for each in host.keywords)


def with_timeout(module: Module, host: Any) -> str:
    """Return a host as a dictionary of options without a time limit."""
    text = source_text(module, host)
    if _is_dict_of_keywords(host):
        kept = [f"{each.arg}={source_text(module, each.value)}" for each in host.keywords]
        others = [each for each in kept if not each.startswith("socket_timeout=")]
        return f"dict({', '.join([*others, 'socket_timeout=None'])})"
    if isinstance(host, ast.Dict):
        kept = [
            f"{source_text(module, key) if key else '**'}{': ' if key else ''}"
            f"{source_text(module, value)}"
            for key, value in zip(host.keys, host.values)
            if string_value(key) != "socket_timeout"
        ]
        return f"{{{', '.join([*kept, TIMEOUT])}}}"
    if isinstance(host, (ast.List, ast.Tuple)) and len(host.elts) == HOST_AND_PORT:
        name, port = (source_text(module, each) for each in host.elts)
        return f'{{"host": {name}, "port": {port}, {TIMEOUT}}}'
    return f'{{"address": {text}, {TIMEOUT}}}'
