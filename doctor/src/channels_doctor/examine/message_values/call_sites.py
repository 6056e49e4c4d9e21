"""The calls that give a function its arguments, in the whole project."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..orm.models import find_model
from ..python.definitions import parameters
from ..python.expressions import keyword, last_name

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

RECEIVER = "django.dispatch.receiver"
# Wrappers whose call has the arguments of the function that they get.
WRAPPERS = {
    "asgiref.sync.async_to_sync", "asgiref.sync.sync_to_async",
    "channels.db.database_sync_to_async",
}  # fmt: skip
PARTIAL = "functools.partial"


@lru_cache(maxsize=1)
def call_sites(project: Project) -> CallSites:
    """Return the calls of a project's functions."""
    return CallSites(project)


class Site(NamedTuple):
    """A call of a function: the node that names it, and its arguments."""

    module: Module
    function: ast.expr
    args: list[ast.expr]
    keywords: list[ast.keyword]


class CallSites:
    """Finds the calls of the project's functions by their last names."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._sites: dict[str, list[Site]] = {}
        for module, call in project.find_all(ast.Call):
            site = _site(module, call)
            self._sites.setdefault(last_name(site.function), []).append(site)

    def arguments(self, called: Definition, name: str) -> list[tuple[Module, ast.expr | None]]:
        """Return what the calls of a function give to a parameter, None where that is invisible."""
        names = [each.arg for each in parameters(called.node)]
        is_method = names[:1] in (["self"], ["cls"])
        position = names.index(name) - is_method
        return [
            (site.module, _argument(site, position, name))
            for site in self._sites.get(called.name, [])
            if self._project.resolver.function(site.module, site.function) == called
        ]

    def sender(self, called: Definition) -> Definition | None:
        """Return the model whose signals a function receives."""
        for each in called.node.decorator_list:
            is_call = isinstance(each, ast.Call)
            if is_call and called.module.full_name(each.func) == RECEIVER:
                model = keyword(each, "sender")
                return find_model(self._project.resolver, called.module, model) if model else None
        return None


def _site(module: Module, call: ast.Call) -> Site:
    if module.full_name(call.func) == PARTIAL and call.args:
        return Site(module, call.args[0], call.args[1:], call.keywords)
    wrapper = call.func
    is_wrapped = isinstance(wrapper, ast.Call) and module.full_name(wrapper.func) in WRAPPERS
    if is_wrapped and wrapper.args:  # type: ignore[attr-defined]
        return Site(module, wrapper.args[0], call.args, call.keywords)  # type: ignore[attr-defined]
    return Site(module, call.func, call.args, call.keywords)


def _argument(site: Site, position: int, name: str) -> ast.expr | None:
    if any(isinstance(each, ast.Starred) for each in site.args):
        return None
    if 0 <= position < len(site.args):
        return site.args[position]
    given: Iterator[ast.expr] = (each.value for each in site.keywords if each.arg == name)
    return next(given, None)
