"""Whether a consumer checks a value before it uses the value in the name of a group."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.expressions import called_name

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.taint import Taint, TaintAnalysis

# A class that uses one of these names checks the value.
VALIDATORS = (
    "match", "fullmatch", "isalnum", "isidentifier", "isdigit", "isascii", "isdecimal",
    "require_valid_group_name", "valid_group_name", "slugify", "UUID",
)  # fmt: skip
# Queries that find nothing for a value that is not stored.
LOOKUPS = {"get", "aget", "exists", "aexists", "filter", "get_object_or_404", "aget_object_or_404"}


def is_checked(
    project: Project, consumer: Definition, analysis: TaintAnalysis, taint: Taint
) -> bool:
    """Return whether a consumer checks a tainted value, or looks a record up by it."""
    classes = list(project.resolver.mro(consumer))
    if any(each.uses_name(*VALIDATORS) or _calls_validator(project, each) for each in classes):
        return True
    is_queried = any(map(_queries_by_key, classes)) or _is_looked_up(analysis)
    return is_queried and not taint.is_stored


def _calls_validator(project: Project, cls: Definition) -> bool:
    """Return whether a class calls a function or a bound method of the project that checks."""
    calls = (node for node in ast.walk(cls.node) if isinstance(node, ast.Call))
    found = (project.resolver.definition(cls.module, each.func) for each in calls)
    return any(each and not each.is_class and each.uses_name(*VALIDATORS) for each in found)


def _is_looked_up(analysis: TaintAnalysis) -> bool:
    """Return whether a query looks a tainted value up, so that only stored values go on."""
    return any(
        called_name(node) in LOOKUPS
        and any(each.arg and analysis.taint(module, function, each.value) for each in node.keywords)
        for module, function in analysis.methods.values()
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
    )


def _queries_by_key(cls: Definition) -> bool:
    calls = [node for node in ast.walk(cls.node) if isinstance(node, ast.Call)]
    keywords = {each.arg for call in calls for each in call.keywords}
    return bool(keywords & {"pk", "id", "slug", "uuid", "code"})
