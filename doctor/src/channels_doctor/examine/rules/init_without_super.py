"""A consumer's `__init__()` does not call that of its base class."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import is_fully_resolved, is_raw_websocket_consumer
from ..channels.release import FIRST_WITHOUT_SCOPE_IN_INIT, major_version
from ..finding import Finding
from ..python.expressions import attribute_name, own_attribute
from ..python.nodes import walk

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "TypeError: 'NoneType' object is not iterable"

INIT = "__init__"
# What a project defines where it joins the groups of a consumer itself.
OWN_GROUPS = ("groups", "websocket_connect")


def check(project: Project) -> Iterator[Finding]:
    """Find the consumers whose groups nothing sets, because `__init__()` is replaced."""
    version = major_version(project)
    if version is not None and version < FIRST_WITHOUT_SCOPE_IN_INIT:
        return
    for consumer in _websocket_consumers(project):
        init = project.resolver.member(consumer, INIT)
        if init and init.is_function and not _sets_groups(project, consumer):
            yield _finding(init)


def _websocket_consumers(project: Project) -> list[Definition]:
    """Return the consumers whose groups Channels joins, and with no unknown ancestor."""
    return [
        each
        for each in project.production_consumers
        if is_raw_websocket_consumer(project.resolver, each)
        and is_fully_resolved(project.resolver, each)
    ]


def _sets_groups(project: Project, consumer: Definition) -> bool:
    """Return whether any code of a consumer calls an `__init__()`, or has groups of its own."""
    if any(project.resolver.member(consumer, name) for name in OWN_GROUPS):
        return True
    nodes = (node for cls in project.resolver.mro(consumer) for node in walk(cls.node))
    return any(attribute_name(each) == INIT or own_attribute(each) == "groups" for each in nodes)


def _finding(init: Definition) -> Finding:
    module, function = init.module, init.node
    message = (
        "`__init__()` does not call `super().__init__()`, so `self.groups` stays None and each"
        " handshake fails. Call it first."
    )
    first = function.body[1 if ast.get_docstring(function) and function.body[1:] else 0]
    line = module.lines[first.lineno - 1]
    call = f"super().__init__({_arguments(function)})"
    fix = f"+{' ' * first.col_offset}{call}\n {line}"
    return Finding(message, module.location(function), fix)


def _arguments(function: Function) -> str:
    """Return the arguments that a method may pass on: `*args` and `**kwargs`."""
    given = function.args
    arguments = [f"*{given.vararg.arg}"] if given.vararg else []
    arguments += [f"**{given.kwarg.arg}"] if given.kwarg else []
    return ", ".join(arguments)
