"""The channels-redis in use leaves connections to a closed event loop, or a loop is made by hand around the layer."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..specifiers import asked

if TYPE_CHECKING:
    from ..modules import Module
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "RuntimeError: Event loop is closed"

MENDED = (4, 1)
SPEAKS = {"group_send", "group_add", "group_discard"}


def check(project: Project) -> Iterator[Finding]:
    """Find a version below 4.1, and coroutines of the layer that are run in a loop made for them."""
    version = project.version("channels-redis")
    if version and version < MENDED:
        yield _outdated(project, ".".join(map(str, version)), version < (4,))
    for module, call in project.all(ast.Call):
        runner = _runner(module, call)
        if runner and any(_speaks(module, argument) for argument in call.args):
            message = (
                f"{runner} runs the layer in an event loop of its own, and the layer's connections belong to one loop: "
                "the next call may meet a closed one."
            )
            mend = 'async_to_sync(get_channel_layer().group_send)("chat", {"type": "chat.message"})'
            yield Finding(message, module.place(call), mend, "advice")


def _outdated(project: Project, version: str, is_ancient: bool) -> Finding:
    place = next((each.place for each in asked(project, "channels-redis")), None)
    effect = "stands on aioredis, which nobody maintains" if is_ancient else "leaves its connections to a closed loop"
    message = f"channels-redis {version} {effect}: async_to_sync around the layer, as in views and tasks, may fail."
    installed = "channels-redis" in (project.facts.get("versions") or {})
    return Finding(message, place, "channels-redis>=4.3,<5", depth="settings" if installed else "source")


def _runner(module: Module, call: ast.Call) -> str:
    """Return what runs a coroutine to its end: `asyncio.run`, `loop.run_until_complete`; "" for any other call."""
    if module.qualified(call.func) == "asyncio.run":
        return "asyncio.run()"
    return "run_until_complete()" if getattr(call.func, "attr", "") == "run_until_complete" else ""


def _speaks(module: Module, node: ast.AST) -> bool:
    """Return whether a coroutine is the layer's, or a function of the module that calls the layer."""
    called = getattr(node, "func", None)
    if getattr(called, "attr", "") in SPEAKS:
        return True
    functions = [each for each in module.all(ast.AsyncFunctionDef) if each.name == getattr(called, "id", None)]
    return any(getattr(inner, "attr", "") in SPEAKS for each in functions for inner in ast.walk(each))
