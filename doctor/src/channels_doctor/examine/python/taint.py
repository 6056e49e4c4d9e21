"""Where what a consumer is told by its clients goes: through names, attributes of `self`, and its own methods."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple

from .expressions import own
from .modules import FUNCTIONS
from .names import Definition, parameters

if TYPE_CHECKING:
    from ..project import Project
    from .modules import Function, Module

ENTRANCES = {"receive": "what a client sends", "receive_json": "what a client sends"}
FUNCTIONS_THAT_PASS = {
    "str",
    "dict",
    "loads",
    "parse_qs",
    "parse_qsl",
    "QueryDict",
    "unquote",
    "list",
}
METHODS_THAT_PASS = {"decode", "get", "pop", "strip", "lower", "upper", "copy", "split", "getlist"}
ROUNDS = 3


class Origin(NamedTuple):
    """What a value was made of, in words, and how bad it may be."""

    text: str
    severity: str = "warning"


Source = Callable[["Module", ast.AST], "Origin | None"]


def nothing(_module: Module, _node: ast.AST) -> Origin | None:
    """Know no source but what clients send."""
    return None


class Flow:
    """The origins of the expressions in one class's methods. A name has one when everything bound to it has."""

    def __init__(self, project: Project, found: Definition, source: Source = nothing) -> None:
        self._project, self._found, self._source = project, found, source
        self.methods = list(_methods(project, found))
        self._given: dict[tuple[str, str], Origin] = {}
        self._attributes: dict[str, Origin] = {}
        self._names: dict[Function, dict[str, Origin]] = {}
        for _ in range(ROUNDS):
            self._round()

    def _round(self) -> None:
        attributes: dict[str, list[Origin | None]] = {}
        for module, function in self.methods:
            self._names[function] = self._start(function)
            bound: dict[str, list[Origin | None]] = {}
            for node in own(function.body):
                self._step(module, function, node, bound, attributes)
        self._attributes = _settled(attributes)

    def _start(self, function: Function) -> dict[str, Origin]:
        names = [each.arg for each in parameters(function)][1:]
        if function.name in ENTRANCES:
            return {name: Origin(ENTRANCES[function.name]) for name in names}
        return {
            name: self._given[function.name, name]
            for name in names
            if (function.name, name) in self._given
        }

    def _step(
        self, module: Module, function: Function, node: Any, bound: Any, attributes: Any
    ) -> None:
        if isinstance(node, ast.Assign):
            origin = self.origin(module, function, node.value)
            for target in node.targets:
                if isinstance(target, ast.Name):
                    bound.setdefault(target.id, []).append(origin)
                    self._bind(function, target.id, bound[target.id])
                elif isinstance(target, ast.Attribute) and not isinstance(node.value, ast.Constant):
                    attributes.setdefault(target.attr, []).append(origin)
        elif isinstance(node, ast.Call):
            self._hand_on(module, function, node)

    def _bind(self, function: Function, name: str, origins: list[Origin | None]) -> None:
        self._names[function].pop(name, None)
        if all(origins):
            self._names[function][name] = next(filter(None, origins))

    def _hand_on(self, module: Module, function: Function, call: ast.Call) -> None:
        """Give the origins of arguments to the parameters of an own method."""
        name = getattr(call.func, "attr", "")
        if getattr(getattr(call.func, "value", None), "id", "") != "self":
            return
        method = next((each for _, each in self.methods if each.name == name), None)
        names = [each.arg for each in parameters(method)][1:] if method else []
        given = [*zip(names, call.args), *((word.arg or "", word.value) for word in call.keywords)]
        for parameter, value in given:
            origin = self.origin(module, function, value)
            if origin:
                self._given[name, parameter] = origin

    def origin(self, module: Module, function: Function, node: Any) -> Origin | None:
        """Return the origin of an expression in a method, None when it has none or went through a function."""
        found = self._source(module, node)
        if found:
            return found
        if isinstance(node, ast.Name):
            return self._names.get(function, {}).get(node.id)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self":
            return self._attributes.get(node.attr)
        origins = (self.origin(module, function, each) for each in _parts(node))
        return next(filter(None, origins), None)


def _parts(node: Any) -> list[ast.AST]:
    """Return the expressions whose content an expression keeps."""
    if isinstance(node, ast.JoinedStr):
        return [each.value for each in node.values if isinstance(each, ast.FormattedValue)]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, (ast.BoolOp, ast.Tuple)):
        return [*getattr(node, "values", []), *getattr(node, "elts", [])]
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.Subscript):
        return [node.value]
    return _called(node) if isinstance(node, ast.Call) else []


def _called(call: ast.Call) -> list[ast.AST]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if (
        name == "format"
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Constant)
    ):
        return [*call.args, *(word.value for word in call.keywords)]
    if name in METHODS_THAT_PASS and isinstance(call.func, ast.Attribute):
        return [call.func.value]
    return list(call.args[:1]) if name in FUNCTIONS_THAT_PASS else []


def _settled(attributes: dict[str, list[Origin | None]]) -> dict[str, Origin]:
    return {
        name: next(filter(None, origins)) for name, origins in attributes.items() if all(origins)
    }


def _methods(project: Project, found: Definition) -> Iterator[tuple[Module, Function]]:
    seen: set[str] = set()
    for each in project.names.lineage(found):
        for node in each.node.body:
            if isinstance(node, FUNCTIONS) and node.name not in seen:
                seen.add(node.name)
                yield each.module, node
