"""The files that configure pytest, and the functions that it runs."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from ..python.modules import FUNCTIONS

if TYPE_CHECKING:
    from .communicators import Communicator

CONFIGURES = re.compile(
    r"(^|/)(requirements?[^/]*\.(txt|in)|requirements/[^/]+|pyproject\.toml|pytest\.ini|setup\.cfg|tox\.ini|Pipfile)$"
)


def is_pytest_file(path: str) -> bool:
    """Return whether a file may configure pytest, or require its plugins."""
    return bool(CONFIGURES.search(path))


def is_pytest_function(each: Communicator) -> bool:
    """Return whether the function is a pytest test, not a helper or a method of a TestCase."""
    around = list(each.module.enclosing_nodes(each.function))
    is_nested = any(isinstance(node, FUNCTIONS) for node in around)
    has_base = any(isinstance(node, ast.ClassDef) and node.bases for node in around)
    return each.function.name.startswith("test") and not (is_nested or has_base)
