"""Expressions that read a list from a variable of the environment."""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

from ..python.expressions import (
    called_name,
    is_variable,
    keyword,
    last_name,
    method_name,
    string_value,
)
from .environment_reads import environment_read

COPIES = {"list", "tuple", "filter"}


class ListRead(NamedTuple):
    """An expression that reads a variable, its name, and what stands between the items."""

    node: ast.AST
    name: str
    separator: str


def list_read(node: Any) -> ListRead | None:
    """Return what a list is split from, None for another list.

    As in `os.environ["HOSTS"].split(",")`, `env.list("HOSTS")` and `config("HOSTS", cast=Csv())`.
    """
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)) and _keeps_items(node):
        return list_read(node.generators[0].iter)
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Name) and node.func.id in COPIES and node.args:
        return list_read(node.args[-1])
    if method_name(node) == "split":
        return _read(node.func.value, _separator(node))  # type: ignore[attr-defined]
    if method_name(node) == "list" and node.args:
        name = string_value(node.args[0]) or ""
        return ListRead(node, name, ",") if name.isupper() else None
    return _read(node, _separator_of_cast(keyword(node, "cast")))


def _read(node: ast.AST, separator: str | None) -> ListRead | None:
    read = environment_read(node)
    return ListRead(node, read.name, separator) if read and read.name and separator else None


def _separator(split: ast.Call) -> str | None:
    return string_value(split.args[0]) if split.args else " "


def _separator_of_cast(cast: Any) -> str | None:
    """Return what separates the items for `Csv()`, and for `lambda v: v.split(",")`."""
    if called_name(cast) == "Csv":
        return None if cast.args or keyword(cast, "delimiter") else ","
    split = cast.body if isinstance(cast, ast.Lambda) else None
    if isinstance(split, ast.ListComp) and _keeps_items(split):
        split = split.generators[0].iter
    return _separator(split) if method_name(split) == "split" else None  # type: ignore[arg-type]


def _keeps_items(node: Any) -> bool:
    """Return whether a comprehension has the items of its list, as they are or stripped."""
    target, item = node.generators[0].target, node.elt
    owner = item.func.value if method_name(item) == "strip" else item
    return len(node.generators) == 1 and is_variable(owner, last_name(target))
