"""`connect()` neither accepts nor refuses the socket."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..asgi.example_paths import usual_path
from ..asgi.route_table import route_table
from ..channels.consumers import is_fully_resolved
from ..channels.deferred_answers import answers_later
from ..channels.handlers import Handler, socket_paths
from ..channels.missing_answers import answers_at_ends
from ..channels.refusal_reasons import lacks_user_alone, wants_user
from ..channels.socket_uses import NEW
from ..finding import Finding
from ..python.expressions import own_method
from ..python.source_text import source_text
from ..readme_status import is_demo_or_deprecated

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.paths import Exit

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "WebSocket connection to 'ws://localhost:8000/ws/' failed"

PLACE = "Where the method neither accepts nor closes the socket, write"


class Choice(NamedTuple):
    """A statement that accepts the socket under a condition, and does nothing else."""

    statement: ast.stmt
    test: ast.expr
    answer: ast.expr


class Unanswered(NamedTuple):
    """A `connect()` and its exits without an answer; `is_always` says that none has one."""

    handler: Handler
    places: list[Exit]
    is_always: bool


def check(project: Project) -> Iterator[Finding]:
    """Find `connect()` methods with a path that certainly returns without an answer."""
    found: dict[str, list[Unanswered]] = {}
    for each in _unanswered(project):
        found.setdefault(_cause(each.handler, each.places[0]), []).append(each)
    for first, *others in found.values():
        finding = _finding(*first, [each.handler for each in others])
        path = usual_path(route_table(project).routes_to(first.handler.consumer))
        yield finding._replace(symptom=SYMPTOM.replace("/ws/", path))


def _unanswered(project: Project) -> Iterator[Unanswered]:
    for handler, paths in socket_paths(project):
        is_checked = handler.name == "connect" and _is_alone(project, handler.consumer)
        exits = [each for each in paths.exits if is_checked and _is_unanswered(handler, each)]
        if exits:
            is_always = all(map(_is_only_new, paths.exits))
            if is_always or not is_demo_or_deprecated(project):
                yield Unanswered(handler, exits, is_always)


def _cause(handler: Handler, place: Exit) -> str:
    """Return the line above the `return`, such as a condition that consumers repeat."""
    lines = handler.method.module.lines
    return lines[place.node.lineno - 2].strip() if place.node else handler.method.full_name


def _is_alone(project: Project, consumer: Definition) -> bool:
    """Return whether Channels calls the connect() of a consumer, and no other code answers."""
    if project.resolver.member(consumer, "websocket_connect"):
        return False
    return is_fully_resolved(project.resolver, consumer) and not answers_later(project, consumer)


def _is_unanswered(handler: Handler, place: Exit) -> bool:
    is_new = any(state.name == NEW for state in place.states)
    if place.node is None and lacks_user_alone(handler.method):
        return False
    return is_new and not (place.node and wants_user(handler.method, place.node))


def _is_only_new(place: Exit) -> bool:
    return all(state.name == NEW for state in place.states)


def _finding(
    handler: Handler, places: list[Exit], is_always: bool, others: list[Handler]
) -> Finding:
    connect, place = handler.method.node, places[0]
    cls = handler.method.module.parents.get(connect)
    where = " and ".join(dict.fromkeys(map(_where, places)))
    problem = "neither accepts nor refuses the socket" if is_always else f"{where} unanswered"
    names = ", ".join(f"`{each.consumer.name}`" for each in others)
    also = f" (so does that of {names})" if others else ""
    message = (
        f"`{getattr(cls, 'name', '')}.connect()` {problem}{also}, so the"
        " handshake times out. Call `self.accept()` or `self.close()`."
    )
    severity = None if is_always else "warning"
    choice = None if place.node else _conditional_accept(handler)
    chosen = places[:1] if is_always else places
    fixes = [_fix(handler, each, is_always) for each in chosen]
    fix = _fix_of_choice(handler, choice) if choice else "\n …\n".join(dict.fromkeys(fixes))
    where_to_look = choice.statement if choice else connect
    return Finding(message, handler.method.module.location(where_to_look), fix, severity)


def _where(place: Exit) -> str:
    how = "stops" if isinstance(place.node, ast.Raise) else "returns"
    return f"{how} in line {place.node.lineno}" if place.node else "reaches its end"


def _conditional_accept(handler: Handler) -> Choice | None:
    """Return the last statement where it is `accept() if … else None` or `… and accept()`."""
    last = handler.method.node.body[-1]
    value = last.value if isinstance(last, ast.Expr) else None
    if isinstance(value, ast.IfExp) and isinstance(value.orelse, ast.Constant):
        choice = Choice(last, value.test, value.body)
    elif isinstance(value, ast.BoolOp) and isinstance(value.op, ast.And) and not value.values[2:]:
        choice = Choice(last, *value.values)
    else:
        return None
    answer = choice.answer
    call = answer.value if isinstance(answer, ast.Await) else answer
    return choice if own_method(call) == "accept" else None


def _fix_of_choice(handler: Handler, choice: Choice) -> str:
    """Return the statement as an `if` whose `else` closes the socket."""
    module = handler.method.module
    wait = "await " if isinstance(choice.answer, ast.Await) else ""
    lines = [
        f"if {source_text(module, choice.test)}:",
        f"    {source_text(module, choice.answer)}",
        "else:",
        f"    {wait}self.close()",
    ]
    return "\n".join([f"-{module.source_line(choice.statement)}", *(f"+{each}" for each in lines)])


def _fix(handler: Handler, place: Exit, is_always: bool) -> str:
    """Return the answer before the `return`, or in an `else` at the end; else the answer alone."""
    module, connect = handler.method.module, handler.method.node
    wait = "await " if isinstance(connect, ast.AsyncFunctionDef) else ""
    accepts = is_always and not isinstance(place.node, ast.Raise)
    answer = f"{wait}self.{'accept' if accepts else 'close'}()"
    if place.node:
        above, line = module.lines[place.node.lineno - 2 : place.node.lineno]
        margin = line[: len(line) - len(line.lstrip())]
        head, last = line[: place.node.col_offset].strip(), line[place.node.col_offset :]
        if head:  # `if full: return`
            lines = (head, f"    {answer}", f"    {last}")
            return "\n".join([f"-{line}", *(f"+{margin}{each}" for each in lines)])
        return "\n".join([f" {above}", f"+{margin}{answer}", f" {line}"])
    end = getattr(connect.body[-1], "end_lineno", 0)
    margin = module.lines[connect.body[-1].lineno - 1][: connect.body[-1].col_offset]
    if is_always:
        return f" {module.lines[end - 1]}\n+{margin}{answer}"
    return answers_at_ends(module, connect.body, answer) or f"{PLACE} `{answer}`."
