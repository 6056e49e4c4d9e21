"""A blocking call stops the event loop."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, Iterator

from ..diffs import is_diff, joined_diffs
from ..finding import Finding, listed_places
from ..packages.python_release import newest_python
from ..packages.requirements import is_older
from ..python.awaited_calls import needs_no_await
from ..python.blocking_calls import SLEEP, BlockingCalls, has_slow_cache
from ..python.call_graph import CallGraph, LoopMatch
from ..python.expressions import all_arguments, constant_value, keyword, method_name
from ..python.new_loops import LOOP_STARTERS
from ..python.private_loops import PrivateLoops
from ..python.source_text import awaited_text, replacement_diff, source_text
from ..reachability.reached_modules import served_paths
from ..reachability.standalone_programs import is_standalone_program

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "took too long to shut down and was killed."
WAITS = "While the server of the cache does not answer, no socket of the process gets a message."

CACHE = "cache"  # whose calls are one habit of a project
STREAM = "Read the answer with `httpx.AsyncClient().stream()` and `async for`."
IN_ONE_STEP = (
    "Read and write the item of the cache in one synchronous function, and call it with"
    " `await sync_to_async(…)()`: other messages run at each `await`."
)
THREAD_SENSITIVE_SINCE = (3,)  # the asgiref that added the option; before, no call shares a thread
TO_THREAD_SINCE = (3, 9)  # the Python that added asyncio.to_thread()
ASYNC_CACHE_SINCE = (4,)  # the Django whose caches have `aget()` and its like


def check(project: Project) -> Iterator[Finding]:
    """Find blocking calls in `async def`, and in plain functions that it calls directly."""
    served = served_paths(project)
    loops = PrivateLoops(project, served)
    calls: dict[ast.AST, list[LoopMatch]] = defaultdict(list)
    for found in CallGraph(project, BlockingCalls(project).in_function).loop_matches():
        is_served = project.uses_websockets and not _has_own_loop(found.module)
        is_reached = _may_be_served(project, found.module, served)
        if is_served and is_reached and not loops.run_alone(found.module, found.function):
            calls[found.match.node if found.helper else found.function].append(found)
    yield from (_finding(project, each) for each in calls.values())


def _may_be_served(project: Project, module: Module, served: set[str] | None) -> bool:
    """Return whether the server may import a module: where that is unknown, no other program."""
    return not is_standalone_program(project, module) if served is None else module.path in served


def _finding(project: Project, calls: list[LoopMatch]) -> Finding:
    """Return one finding for the calls of a function, or for all that lead to the same call."""
    found = calls[0]
    places = list(dict.fromkeys(each.module.location(each.node) for each in calls))
    more = _others(places) if len(places) > 1 else ""
    message = (
        f"`{found.function.name}()` runs in an event loop and calls"
        f" `{found.match.name}()`{found.via}, which blocks every socket of the process.{more}"
    )
    fix = STREAM if any(map(_streams, calls)) else _joined_fix(project, calls)
    if any(map(_is_changed_in_steps, calls)):
        fix = IN_ONE_STEP
    kind = found.match.name.split(".")[0]
    if kind == CACHE:
        is_quick = not has_slow_cache(project)
        severity, symptom = ("info", WAITS) if is_quick else (None, None)
        return Finding(message, places[0], fix, severity, symptom=symptom, cause=(kind,))
    return Finding(message, places[0], fix, cause=(places[0].path, kind))


def _joined_fix(project: Project, calls: list[LoopMatch]) -> str:
    """Return the diffs of the calls in the first file, or what to do with the first call."""
    own = [each for each in calls if each.module is calls[0].module]
    fixes = [(each.module.location(each.node).line or 0, _fix(project, each)) for each in own]
    return joined_diffs(fixes) if all(is_diff(each) for _, each in fixes) else fixes[0][1]


def _others(places: list[Location]) -> str:
    (path, _), *others = places
    if all(each.path == path for each in others):
        return f" It also blocks them in line {', '.join(str(each.line) for each in others)}."
    return f" So does the call in {listed_places(others)}."


def _streams(found: LoopMatch) -> bool:
    """Return whether a call reads an answer in parts, so that the loop over it blocks, too."""
    call = found.node
    return isinstance(call, ast.Call) and constant_value(keyword(call, "stream")) is True


def _is_changed_in_steps(found: LoopMatch) -> bool:
    """Return whether a class, or a module, adds to the item of a cache that a call uses.

    `get()` has a default for a value to add to. Without one, it looks for a result to store.
    """
    if not found.match.name.startswith(f"{CACHE}."):
        return False
    module, node = found.module, found.match.node
    classes = (each for each in module.enclosing_nodes(node) if isinstance(each, ast.ClassDef))
    same = [each for each in ast.walk(next(classes, module.tree)) if _key(each) == _key(node)]
    is_read = any(method_name(each) == "get" and len(all_arguments(each)) > 1 for each in same)
    return is_read and any(method_name(each) == "set" for each in same)


def _key(call: ast.AST) -> str:
    """Return the text of the first argument of a call, "" without one."""
    return next(map(ast.dump, all_arguments(call)), "")


def _fix(project: Project, found: LoopMatch) -> str:
    call, module = found.node, found.module
    if not isinstance(call, ast.Call):
        return ""
    new = _awaitable(project, found, call)
    if not needs_no_await(module, call):
        new = awaited_text(module, call, new)
    return replacement_diff(module, call, new)


def _awaitable(project: Project, found: LoopMatch, call: ast.Call) -> str:
    """Return what replaces a blocking call behind `await`."""
    name = found.match.name if found.helper is None else ""
    function = source_text(found.module, call.func)
    arguments = source_text(found.module, call)[len(function) + 1 :]
    if name == "Future.result":
        return f"asyncio.wrap_future({function[: -len('.result')]})"
    if name == SLEEP:
        return f"asyncio.sleep({arguments}"
    if name.startswith(f"{CACHE}.") and not is_older(project, "django", ASYNC_CACHE_SINCE):
        method = name.partition(".")[2]
        return f"{function[: -len(method)]}a{method}({arguments}"
    if () < newest_python(project) < TO_THREAD_SINCE:
        is_old = is_older(project, "asgiref", THREAD_SENSITIVE_SINCE)
        option = "" if is_old else ", thread_sensitive=False"
        return f"sync_to_async({function}{option})({arguments}"
    comma = ", " if call.args or call.keywords else ""
    return f"asyncio.to_thread({function}{comma}{arguments}"


def _has_own_loop(module: Module) -> bool:
    """Return whether a module starts its own event loop, so that it serves no sockets."""
    return "management/commands/" in module.path or any(module.calls(*LOOP_STARTERS))
