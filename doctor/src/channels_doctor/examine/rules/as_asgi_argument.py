"""An argument of `as_asgi()` does not become an attribute of the consumer."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.api import RAW_WEBSOCKET_CONSUMERS
from ..channels.consumers import is_fully_resolved
from ..finding import Finding
from ..python.definitions import assignment_targets
from ..python.expressions import attribute_name, called_name, own_attribute, strings_in
from ..python.nodes import walk

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "AttributeError: 'BoardConsumer' object has no attribute 'game'"

OWN_CODE = ("__init__", "__new__", "__call__", "__getattr__", "as_asgi")  # may use the argument
BY_NAME = {"getattr", "setattr", "hasattr"}
LOST = "The consumer has the value of its class, and not that of the route."


def check(project: Project) -> Iterator[Finding]:
    """Find keyword arguments that no `__init__()` takes, and that the consumer reads."""
    found: dict[ast.AST, tuple[Definition, dict[str, str]]] = {}
    for module, call in project.find_all(ast.Call):
        consumer = _consumer(project, module, call)
        for name in [each.arg for each in call.keywords if each.arg] if consumer else ():
            if consumer and _reading(project, consumer, name):
                names = found.setdefault(consumer.node, (consumer, {}))[1]
                names.setdefault(name, str(module.location(call)))
    for consumer, places in found.values():
        yield _finding(project, consumer, places)


def _consumer(project: Project, module: Module, call: ast.Call) -> Definition | None:
    """Return the consumer of `Consumer.as_asgi(…)` whose own code cannot use an argument."""
    if attribute_name(call.func) != "as_asgi":
        return None
    cls = project.resolver.definition(module, call.func.value)  # type: ignore[attr-defined]
    if cls is None or not cls.is_class or not is_fully_resolved(project.resolver, cls):
        return None
    bases = project.resolver.outside_bases(cls)
    is_own = any(project.resolver.member(cls, each) for each in OWN_CODE)
    return (
        cls
        if any(each.startswith(RAW_WEBSOCKET_CONSUMERS) for each in bases) and not is_own
        else None
    )


def _reading(project: Project, cls: Definition, name: str) -> tuple[Module, ast.AST] | None:
    """Return where the code of a consumer reads an attribute that it never sets itself."""
    member = project.resolver.member(cls, name)
    nodes = [(each.module, node) for each in project.resolver.mro(cls) for node in walk(each.node)]
    if (member and not assignment_targets(member.node)) or any(
        _may_set(node, name) for _, node in nodes
    ):
        return None
    return next((each for each in nodes if own_attribute(each[1]) == name), None)


def _may_set(node: ast.AST, name: str) -> bool:
    """Return whether code sets `self.NAME`, or uses the name as a text."""
    is_stored = own_attribute(node) == name and not isinstance(node.ctx, ast.Load)  # type: ignore[attr-defined]
    return is_stored or (called_name(node) in BY_NAME and name in strings_in(node))


def _finding(project: Project, cls: Definition, places: dict[str, str]) -> Finding:
    first = next(iter(places))
    module, node = _reading(project, cls, first) or (cls.module, cls.node)
    names = " and ".join(f"`{each}`" for each in places)
    message = (
        f"`{cls.name}` reads {names}, which `as_asgi()` ({places[first]}) passes to `__init__()`:"
        " that of Channels drops it. Set it in an `__init__()`."
    )
    has_default = _default(project, cls, first) != "None"
    symptom = f"AttributeError: '{cls.name}' object has no attribute '{first}'"
    fix = _fix(project, cls, list(places))
    return Finding(message, module.location(node), fix, symptom=LOST if has_default else symptom)


def _default(project: Project, cls: Definition, name: str) -> str:
    member = project.resolver.member(cls, name)
    return f"self.{name}" if member and member.value else "None"


def _fix(project: Project, cls: Definition, names: list[str]) -> str:
    """Return a diff that adds an `__init__()` before the first method of a class."""
    first = next(cls.methods(), None)
    code = ["def __init__(self, *args, **kwargs):", "    super().__init__(*args, **kwargs)"]
    sets = [
        f'    self.{each} = kwargs.pop("{each}", {_default(project, cls, each)})' for each in names
    ]
    if first is None:
        return "\n".join([code[0], *sets, code[1]])
    number = min(each.lineno for each in [first, *first.decorator_list])
    line, margin = cls.module.lines[number - 1], " " * first.col_offset
    added = "\n".join(f"+{margin}{each}" for each in [code[0], *sets, code[1]])
    return f" {cls.module.lines[cls.node.lineno - 1]}\n …\n-{line}\n{added}\n+\n+{line}"
