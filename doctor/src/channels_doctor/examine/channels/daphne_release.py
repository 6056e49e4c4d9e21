"""The release of Daphne that a project uses, where its vulnerabilities matter."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from ..packages.version_numbers import parse_version
from ..python.expressions import names_in, string_value

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project

FIXED = (4, 2, 2)  # the release without known vulnerabilities


class DaphneRelease(NamedTuple):
    """A version of Daphne, the place of its pin if it has one, and how it was found."""

    version: tuple[int, ...]
    location: Location | None
    depth: str


def vulnerable_daphne(project: Project) -> DaphneRelease | None:
    """Return the pinned or else the installed Daphne if it is older than FIXED and may serve."""
    if _starts_other_servers(project) or _is_for_debug(project):
        return None
    pin, version = project.pins.get("daphne"), project.version("daphne")
    if pin and parse_version(pin.version) < FIXED:
        return DaphneRelease(parse_version(pin.version), pin.location, "source")
    if version and version < FIXED:
        return DaphneRelease(version, None, project.version_depth("daphne"))
    return None


def _starts_other_servers(project: Project) -> bool:
    """Return whether the deployment starts servers, and none of them is Daphne."""
    servers = {each.program for each in project.commands if each.is_server}
    return bool(servers) and "daphne" not in servers


def _is_for_debug(project: Project) -> bool:
    """Return whether the settings name Daphne under a condition on DEBUG alone, for `runserver`."""
    if any(each.program == "daphne" for each in project.commands):
        return False
    named = [
        any(_is_debug_block(each, node) for each in module.enclosing_nodes(node))
        for module in project.settings.modules
        for node in module.find_all(ast.Constant)
        if string_value(node) == "daphne"
    ]
    return bool(named) and all(named)


def _is_debug_block(block: ast.AST, node: ast.expr) -> bool:
    """Return whether a node is in the body of an `if` that asks for DEBUG, and not for its lack."""
    if not isinstance(block, ast.If) or "DEBUG" not in names_in(block.test):
        return False
    is_negated = any(isinstance(each, ast.Not) for each in ast.walk(block.test))
    return not is_negated and node.lineno <= (block.body[-1].end_lineno or 0)
