"""A consumer reads its scope as if it were a request."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.consumers import is_fully_resolved
from ..channels.header_lookups import WrongLookup, lookups_by_header, symptom_of
from ..channels.login_calls import DJANGO, LoginCall, login_calls
from ..channels.query_lookups import BytesQuery, bytes_queries
from ..diffs import joined_diffs
from ..finding import Finding
from ..python.expressions import (
    attribute_name,
    item_key,
    last_name,
    own_attribute,
    string_value,
    subscript_index,
)
from ..python.nodes import walk
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "AttributeError: 'dict' object has no attribute 'user'"

DECODED = "Decode the query string before it is parsed, and do not decode its values again."
KEYS = {"user", "session", "path", "headers", "query_string", "cookies", "url_route", "client"}
TEXT_METHODS = {"split", "startswith", "endswith", "partition", "replace", "strip"}


class Fault(NamedTuple):
    """A wrong expression, what it should be, what is wrong, and the error."""

    node: ast.AST
    right: str
    reason: str
    symptom: str


def check(project: Project) -> Iterator[Finding]:
    """Find attributes of the scope, requests, and headers and queries that are taken for text."""
    for consumer in project.production_consumers:
        if is_fully_resolved(project.resolver, consumer):
            yield from (_finding(consumer, each) for each in _faults(project, consumer))
            yield from map(_of_login, login_calls(consumer))
    yield from map(_of_header, lookups_by_header(project))
    for query in bytes_queries(project):
        yield _of_query(query)


def _of_login(login: LoginCall) -> Finding:
    message = (
        f"`{DJANGO}{login.name}()` fails: it takes a request, and the scope is a dictionary. Call"
        f" `{login.counterpart}()`."
    )
    return Finding(message, login.module.location(login.call), login.fix, symptom=NO_SESSION)


def _of_query(query: BytesQuery) -> Finding:
    module, node, lookup = query.module, query.query, query.lookups[0]
    text, source = source_text(module, lookup), source_text(module, node)
    message = (
        f"`{text}` finds nothing: `parse_qs()` of bytes has bytes for its keys."
        f" Give it `{source}.decode()`."
    )
    is_decoded = any(_is_decoded(module, each) for each in query.lookups)
    fix = DECODED if is_decoded else replacement_diff(module, node, f"{source}.decode()")
    symptom = f"KeyError: {item_key(lookup)!r}" if isinstance(lookup, ast.Subscript) else None
    return Finding(message, module.location(node), fix, symptom=symptom)


def _is_decoded(module: Module, lookup: ast.AST) -> bool:
    """Return whether the statement around a lookup decodes a value."""
    around = [lookup, *module.enclosing_nodes(lookup)]
    statement = next(each for each in around if isinstance(each, ast.stmt))
    names = map(attribute_name, ast.walk(statement))
    return "decode" in names


def _of_header(lookups: list[WrongLookup]) -> Finding:
    """Return the finding of the lookups of one header in a file."""
    module, node, key, right, is_read = lookups[0]
    effect = "finds no header" if is_read else "is the name of no header"
    kind = "bytes" if isinstance(key, str) else "in lower case"
    lines = [module.location(each.node).line or 0 for each in lookups]
    more = f" So in line {', '.join(map(str, lines[1:]))}." if lines[1:] else ""
    fault = f"`{source_text(module, node)}` {effect}: the names of the headers are {kind}."
    message = f"{fault} Write `{right}`.{more}"
    fixes = [replacement_diff(module, each.node, each.right) for each in lookups]
    fix, symptom = joined_diffs(zip(lines, fixes)), symptom_of(lookups[0])
    return Finding(message, module.location(node), fix, symptom=symptom)


def _finding(consumer: Definition, fault: Fault) -> Finding:
    module = consumer.module
    message = f"`{source_text(module, fault.node)}` fails: {fault.reason}. Write `{fault.right}`."
    fix = replacement_diff(module, fault.node, fault.right)
    symptom = fault.symptom.replace("ChatConsumer", consumer.name)
    return Finding(message, module.location(fault.node), fix, symptom=symptom)


def _faults(project: Project, consumer: Definition) -> Iterator[Fault]:
    has_request = any("request" in _set_names(each) for each in project.resolver.mro(consumer))
    found: set[ast.AST] = set()
    for node in walk(consumer.node):
        if isinstance(node, ast.Attribute) and node not in found:
            faults = list(_attribute(node, has_request))
            found |= {node.value} if faults else set()
            yield from faults
        elif isinstance(node, ast.Call):
            yield from _text_of_query(node)
        elif isinstance(node, ast.Subscript) and _is_item(node.value, "headers"):
            name = string_value(subscript_index(node))
            if name is not None:
                right = f'dict({HEADERS})[b"{name.lower()}"].decode("latin-1")'
                yield Fault(node, right, "the headers are a list of pairs of bytes", NO_INDEX)


def _attribute(node: ast.Attribute, has_request: bool) -> Iterator[Fault]:
    is_own_request = own_attribute(node.value) == "request" and not has_request
    if is_own_request and node.attr in KEYS:
        yield Fault(node, f'self.scope["{node.attr}"]', REQUEST, NO_REQUEST)
    elif _is_scope(node.value) and node.attr in KEYS:
        error, right = SYMPTOM.replace("user", node.attr), f'self.scope["{node.attr}"]'
        yield Fault(node, right, "the scope is a dictionary", error)
    elif own_attribute(node) == "request" and not has_request:
        yield Fault(node, "self.scope", REQUEST, NO_REQUEST)


REQUEST = "a consumer has a scope and no request"
NO_REQUEST = "AttributeError: 'ChatConsumer' object has no attribute 'request'"
NO_SESSION = "AttributeError: 'dict' object has no attribute 'session'"
NO_INDEX = "TypeError: list indices must be integers or slices, not str"
NO_TEXT = "TypeError: a bytes-like object is required, not 'str'"
HEADERS = 'self.scope["headers"]'


def _text_of_query(call: ast.Call) -> Iterator[Fault]:
    """Yield a method of the query string, which is bytes, that gets text."""
    holder = call.func.value if isinstance(call.func, ast.Attribute) else None
    gets_text = any(string_value(each) is not None for each in call.args)
    is_method = attribute_name(call.func) in TEXT_METHODS
    if holder is not None and is_method and gets_text and _is_item(holder, "query_string"):
        reason = "the query string is bytes"
        yield Fault(holder, 'self.scope["query_string"].decode()', reason, NO_TEXT)


def _is_scope(node: ast.AST) -> bool:
    return own_attribute(node) == "scope"


def _is_item(node: ast.AST, key: str) -> bool:
    """Return whether a node is `self.scope[key]`."""
    is_item = isinstance(node, ast.Subscript) and _is_scope(node.value)
    return is_item and string_value(subscript_index(node)) == key  # type: ignore[arg-type]


def _set_names(cls: Definition) -> set[str]:
    """Return the names that a class or its methods set."""
    nodes = list(walk(cls.node))
    stored = (each for each in nodes if isinstance(getattr(each, "ctx", None), ast.Store))
    return {*map(last_name, stored), *(getattr(each, "name", "") for each in nodes)}
