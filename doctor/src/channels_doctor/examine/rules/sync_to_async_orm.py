"""A query in a thread leaves its database connection open."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, Sequence

from ..diffs import is_diff, joined_diffs
from ..finding import Finding, listed_places
from ..orm.iterations import READERS
from ..orm.queries import query_finder
from ..orm.query_methods import METHODS_THAT_QUERY, QUERYSET
from ..orm.thread_calls import ThreadCall, thread_calls
from ..python.call_graph import CallGraph
from ..python.definitions import Definition
from ..python.expressions import variable_name
from ..python.private_loops import PrivateLoops
from ..python.source_text import replacement_diff, short_text
from ..reachability.reached_modules import served_paths
from ..settings.databases import uses_only_sqlite

if TYPE_CHECKING:
    from ..orm.queries import Query
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "FATAL:  sorry, too many clients already"

CLOSE = "Close the connection of the thread at the end of the function: `connection.close()`."
CONNECTION_CLOSERS = {"close_old_connections", "close_all", "close_if_unusable_or_obsolete"}


def check(project: Project) -> Iterator[Finding]:
    """Find sync_to_async, to_thread and run_in_executor around code that runs a query."""
    if uses_only_sqlite(project):
        return
    search, served = ThreadQueries(project), served_paths(project)
    loops = PrivateLoops(project, served)
    queries = []
    for call in thread_calls(project):
        is_served = served is None or call.module.path in served
        query = search.query(call) if is_served and not _runs_alone(loops, call) else ""
        if query:
            queries.append((call, query))
    if queries:
        yield _finding(queries)


def _runs_alone(loops: PrivateLoops, call: ThreadCall) -> bool:
    """Return whether an event loop that ends soon, such as that of a task, starts the thread."""
    function = call.module.nearest_function(call.node)
    return function is not None and loops.run_alone(call.module, function)


def _finding(queries: list[tuple[ThreadCall, str]]) -> Finding:
    """Return one finding for all queries."""
    (call, query), *others = queries
    places = [each.module.location(each.node) for each, _ in others]
    more = f" So does the code in {listed_places(places)}." if others else ""
    message = (
        f"`{call.wrapper}` runs `{query}` in a thread whose database connection stays open."
        f"{more} Use `database_sync_to_async`, or close the connection there."
    )
    own = [each for each, _ in queries if each.module is call.module]
    fixes = [(each.module.location(each.node).line or 0, _fix(each)) for each in own]
    texts = [each for _, each in fixes if each != CLOSE] or [CLOSE]
    fix = joined_diffs(fixes) if all(is_diff(each) for _, each in fixes) else texts[0]
    return Finding(message, call.module.location(call.node), fix)


def _fix(call: ThreadCall) -> str:
    if call.wrapper == "sync_to_async":
        return replacement_diff(call.module, call.node, "database_sync_to_async")
    if not isinstance(call.module.parents.get(call.module.parents[call.node]), ast.Await):
        return CLOSE
    if isinstance(call.target, ast.Lambda):
        return "await database_sync_to_async(lambda: …)()"
    return f"await database_sync_to_async({short_text(call.target)})(…)"


class ThreadQueries:
    """Finds the queries that thread calls run."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._finder = query_finder(project)
        self._call_graph = CallGraph(project, self._finder.in_function)

    def query(self, call: ThreadCall) -> str:
        """Return the source of the first query that the target runs, "" if it runs none."""
        module, target = call.module, call.target
        function = module.nearest_function(call.node)
        if function is None:
            return ""
        types = self._finder.types(module, function)
        if isinstance(target, ast.Lambda):
            return _first_text(self._finder.in_nodes(module, [target.body], types))
        holder = types.type_of(target.value) if isinstance(target, ast.Attribute) else None
        if holder and target.attr in METHODS_THAT_QUERY[holder.name]:  # type: ignore[attr-defined]
            return short_text(target) + "()"
        if variable_name(target) in READERS:
            first = call.arguments[0] if call.arguments else None
            found = types.type_of(first) if first else None
            is_queryset = found is not None and found.name == QUERYSET
            return f"{variable_name(target)}({short_text(first)})" if first and is_queryset else ""
        return _first_text([self._in_named(module, target)])

    def _in_named(self, module: Module, target: ast.expr) -> Query | None:
        """Return the query in a function that is passed by name: `load`, or `self.load`."""
        name = variable_name(target)
        named = [each for each in module.find_all(ast.FunctionDef) if each.name == name]
        function = Definition(module, named[0]) if len(named) == 1 else None
        function = function or self._project.resolver.function(module, target)
        if function is None or _closes_connection(function.node):
            return None
        return self._call_graph.first_match(function)  # type: ignore[no-any-return]


def _closes_connection(function: ast.AST) -> bool:
    """Return whether a function closes its connection itself, as database_sync_to_async does."""
    calls = [short_text(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(
        each.split(".")[-1] in CONNECTION_CLOSERS or "connection.close" in each for each in calls
    )


def _first_text(queries: Sequence[Query | None]) -> str:
    return next((each.text for each in queries if each), "")
