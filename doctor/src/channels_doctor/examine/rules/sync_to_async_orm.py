"""Queries run in a thread whose database connection nobody closes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..channels.known_names import TIDY
from ..finding import Finding
from ..orm.orm_types import EVALUATES, Kinds, around
from ..orm.queries import READERS, ROW, Orm
from ..python.call_graph import Reach
from ..python.expressions import changed, spell
from ..python.modules import FUNCTIONS
from ..python.names import Definition

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "FATAL:  sorry, too many clients already"

SYNC_TO_ASYNC = ("asgiref.sync.sync_to_async", "asgiref.sync.SyncToAsync")
CLOSERS = {"close_old_connections", "close_all", "close_if_unusable_or_obsolete"}
TO_THREAD = "asyncio.to_thread"
# Since then a consumer closes old connections before each message, in the thread that sync_to_async shares.
TIDIES = (4, 2)


class Handed(NamedTuple):
    """What is run in a thread: by which function, the node of that name, the target, its arguments, and which thread.

    `is_shared` says that it is the thread in which Channels itself closes old connections.
    """

    module: Module
    by: str
    name: ast.AST
    target: Any
    rest: list[ast.expr]
    is_shared: bool = False


def check(project: Project) -> Iterator[Finding]:
    """Find sync_to_async, to_thread and run_in_executor around code that asks the database."""
    orm = Orm(project)
    reach = Reach(project, orm.accesses)
    for handed in [*_calls(project), *_decorated(project)]:
        query = _query(project, orm, reach, handed)
        if query:
            tidied = handed.is_shared and (project.version("channels") or TIDIES) >= TIDIES
            yield _finding(handed, query, tidied)


def _finding(handed: Handed, query: str, tidied: bool) -> Finding:
    effect = "broken ones stay, and many use up the database's."
    if tidied:
        effect = "it stays open until Channels looks at it before another message."
    message = f"{handed.by} runs {query} in a thread and leaves the thread's database connection as it is: {effect}"
    fix = changed(handed.module, handed.name, "database_sync_to_async")
    if not handed.by.startswith("sync_to_async"):
        fix = f"await database_sync_to_async({spell(handed.target)})(…)"
    return Finding(message, handed.module.place(handed.name), fix, "info" if tidied else None)


def _calls(project: Project) -> Iterator[Handed]:
    for module, call in project.all(ast.Call):
        name = module.qualified(call.func)
        if (
            name in SYNC_TO_ASYNC
            and call.args
            and (_serves_sockets(project, module, call) or _is_apart(call))
        ):
            parent: Any = module.parents.get(call)
            rest = parent.args if isinstance(parent, ast.Call) and parent.func is call else []
            yield Handed(
                module, "sync_to_async", call.func, call.args[0], rest, not _is_apart(call)
            )
        elif name == TO_THREAD and call.args:
            yield Handed(module, TO_THREAD, call.func, call.args[0], call.args[1:])
        elif getattr(call.func, "attr", "") == "run_in_executor" and len(call.args) > 1:
            yield Handed(module, "run_in_executor", call.func, call.args[1], call.args[2:])


def _decorated(project: Project) -> Iterator[Handed]:
    for module, function in project.all(ast.FunctionDef):
        for each in function.decorator_list:
            named: ast.AST = each.func if isinstance(each, ast.Call) else each
            apart = isinstance(each, ast.Call) and _is_apart(each)
            if module.qualified(named) in SYNC_TO_ASYNC and (
                apart or _serves_sockets(project, module, function)
            ):
                yield Handed(module, "sync_to_async", named, function, [], not apart)


def _is_apart(call: ast.Call) -> bool:
    """Return whether a call asks for a thread of its own, whose connection no request closes."""
    return any(
        word.arg == "thread_sensitive" and getattr(word.value, "value", True) is False
        for word in call.keywords
    )


def _serves_sockets(project: Project, module: Module, node: ast.AST) -> bool:
    """Return whether code belongs to sockets whose consumer leaves connections open.

    Django closes those of HTTP requests alone, the library's consumers those of their own.
    """
    found = project.names.around(module, node)
    if found and any(each.qualified == found.qualified for each in project.consumers):
        return not any(base.startswith(TIDY) for base in project.names.outside(found))
    return not found and any(name.startswith("channels.") for name in module.imports.values())


def _query(project: Project, orm: Orm, reach: Reach, handed: Handed) -> str:
    """Return the text of the query that the target runs, "" when it runs none."""
    module, target = handed.module, handed.target
    if isinstance(target, FUNCTIONS):
        return _of_function(orm, reach, module, target)
    function = around(module, handed.name)
    if function is None:
        return ""
    kinds = Kinds(project, module, function)
    if isinstance(target, ast.Lambda):
        return _first(orm.within(module, [target.body], kinds))
    if isinstance(target, ast.Attribute) and _asks(kinds, target):
        return spell(target) + "()"
    if isinstance(target, ast.Name) and target.id in READERS:
        first = kinds.of(handed.rest[0]) if handed.rest else None
        return f"{target.id}({spell(handed.rest[0])})" if first and first.name == "queryset" else ""
    return _first([_named(project, reach, module, target)])


def _of_function(orm: Orm, reach: Reach, module: Module, function: Any) -> str:
    if _closes(function):
        return ""
    return _first(orm.accesses(module, function)) or _first(
        [reach.inside(Definition(module, _bare(function)))]
    )


def _bare(function: Any) -> Any:
    """Return a copy of a function without its decorators."""
    copy = type(function)(**{name: getattr(function, name, None) for name in function._fields})
    copy.decorator_list = []
    return ast.copy_location(copy, function)


def _asks(kinds: Kinds, target: ast.Attribute) -> bool:
    kind = kinds.of(target.value)
    wanted = {"queryset": EVALUATES, "row": ROW, "user": ROW}
    return kind is not None and target.attr in wanted[kind.name]


def _named(project: Project, reach: Reach, module: Module, target: Any) -> Any:
    """Return the query in a function that is handed over by name: `load`, or `self.load`."""
    nested = [
        each for each in module.all(ast.FunctionDef) if each.name == getattr(target, "id", "")
    ]
    if len(nested) == 1:
        return None if _closes(nested[0]) else reach.inside(Definition(module, nested[0]))
    call = ast.Call(func=target, args=[], keywords=[])
    module.parents[call] = module.parents[target]
    found = project.names.callee(module, call)
    del module.parents[call]
    return reach.inside(found) if found and not _closes(found.node) else None


def _closes(function: ast.AST) -> bool:
    """Return whether a function closes its connection itself, as database_sync_to_async would."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(
        spell(each).split(".")[-1] in CLOSERS or "connection.close" in spell(each) for each in calls
    )


def _first(accesses: list[Any]) -> str:
    return next((each.text for each in accesses if each), "")
