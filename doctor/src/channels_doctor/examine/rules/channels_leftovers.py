"""The code uses names of an older Channels release."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.api import FIRST_WITH_ASGI_LAYERS, GET_DEFAULT_APPLICATION
from ..channels.daphne_release import vulnerable_daphne
from ..channels.release import OLDEST_MAINTAINED, major_version, required_major
from ..channels.removed_names import REMOVED, one_cause, uses_of_removed_names
from ..diffs import changed_line, joined_diffs
from ..finding import Finding
from ..packages.installs import may_have_channels_2
from ..packages.requirements import is_older, requirement_location
from ..packages.upgrades import PORT
from ..packages.version_numbers import version_text
from ..python.definitions import outer_parameters, parameters
from ..python.expressions import (
    all_arguments,
    called_name,
    method_name,
    own_method,
)
from ..python.source_text import replacement_diff, source_text
from ..readme_status import is_demo_or_deprecated

if TYPE_CHECKING:
    from ..channels.removed_names import Removed
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ModuleNotFoundError: No module named 'channels.http'"
KEPT_MODULES = {"channels.routing", "channels.sessions", "channels.auth"}
UNMAINTAINED = "Fixes of security reach later releases only."
OLD_MIDDLEWARE = "TypeError: TokenAuthMiddleware.__call__() takes 2 positional arguments but 4 were"
MISSING_ARGUMENTS = "TypeError: missing 2 required positional arguments: 'receive' and 'send'"

OLDEST_SUPPORTED_DJANGO = (4, 2)
ASYNC_SINCE = 3  # the version whose middleware gets the scope, receive and send


def check(project: Project) -> Iterator[Finding]:
    """Find names that the project's Channels lacks, a circular application, an old release."""
    yield from _circle(project)
    version = major_version(project)
    if version is None and may_have_channels_2(project):
        return
    removed: Removed = {}
    for use in uses_of_removed_names(project):
        if version is None or version >= REMOVED[use.name][0]:
            removed.setdefault(use.location, []).append(use.name)
    yield from _removed(project, removed, version)
    if version is None or version >= ASYNC_SINCE:
        yield from _old_middleware(project)
        yield from _half_old_middleware(project)
    is_named = project.version("channels") or required_major(project)
    is_old = version and is_named and FIRST_WITH_ASGI_LAYERS <= version < OLDEST_MAINTAINED
    # The upgrade of a vulnerable Daphne includes that of Channels, and new code comes before it.
    is_reported = bool(removed) or vulnerable_daphne(project) is not None
    if is_old and not is_reported and _is_maintained(project):
        number = version_text(project.version("channels") or (version or 0,))
        message = (
            f"Channels {number} is no longer maintained, and is not tested with a supported"
            " Django. Port the code to Channels 4."
        )
        location = requirement_location(project, "channels") or project.settings.location
        yield Finding(message, location, PORT, "info", symptom=UNMAINTAINED)


def _is_maintained(project: Project) -> bool:
    """Return whether a project is in use, and not old as a whole, as one with an old Django is."""
    is_used = project.uses_websockets and not is_demo_or_deprecated(project)
    return is_used and not is_older(project, "django", OLDEST_SUPPORTED_DJANGO)


def _removed(project: Project, removed: Removed, version: int | None) -> Iterator[Finding]:
    """Find the names at each place; code for Channels 1 has one cause, and is one finding."""
    for location, also in one_cause(project, removed).items():
        finding = _finding(list(dict.fromkeys(removed[location])), location, version)
        yield finding._replace(message=finding.message + also)


def _finding(names: list[str], location: Location | None, version: int | None) -> Finding:
    """Return one finding for all names of an import statement."""
    instead = list(dict.fromkeys(REMOVED[each][1] for each in names))
    since = min(REMOVED[each][0] for each in names)
    subject = f"Channels {version}" if version else f"Since version {since}, Channels"
    old = " and no ".join(f"`{each}`" for each in names)
    message = f"{subject} has no {old}, so the import fails. Use {', and '.join(instead)}."
    severity = None if version else "warning"
    return Finding(message, location, "\n".join(instead), severity, symptom=_symptom(names[0]))


def _symptom(name: str) -> str:
    """Return the error text of an import of a removed module, or of a name in another one."""
    owner, _, last = name.rpartition(".")
    if owner in KEPT_MODULES or last[0].isupper():
        return f"ImportError: cannot import name '{last}' from '{owner}'"
    return f"ModuleNotFoundError: No module named '{name}'"


def _circle(project: Project) -> Iterator[Finding]:
    """Find an application that comes from the setting that names it."""
    target = project.settings["ASGI_APPLICATION"].value
    path, _, name = target.rpartition(".") if isinstance(target, str) else ("", "", "")
    module = project.resolver.find_module(path)
    for call in module.calls(GET_DEFAULT_APPLICATION) if module else []:
        if module and module.enclosing_function(call) is None:
            message = (
                f"{module.path} gets its application from `ASGI_APPLICATION`, which names"
                f" `{target}`: a circular definition."
            )
            fix = f"{name} = ProtocolTypeRouter({{…}})"
            symptom = f"Cannot find '{name}' in ASGI_APPLICATION module {path}"
            yield Finding(message, module.location(call), fix, symptom=symptom)


def _old_middleware(project: Project) -> Iterator[Finding]:
    """Find middleware that gets the scope alone, and calls the inner application with it."""
    for module, function in project.find_all(ast.FunctionDef):
        names = [each.arg for each in parameters(function)]
        is_method = function.name == "__call__" and names[1:] == ["scope"]
        inner = method_name if is_method else called_name
        wrapped = {"inner", "app"} if is_method else outer_parameters(module, function)
        calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
        if (is_method or names == ["scope"]) and any(inner(each) in wrapped for each in calls):
            message = (
                f"`{function.name}` gets the scope alone, as in Channels 2, so every socket fails."
                " Write it as a coroutine with `scope, receive, send`."
            )
            old = [each for each in ast.walk(function) if inner(each) in wrapped]
            fix = _as_coroutine(module, function, old)
            yield Finding(message, module.location(function), fix, symptom=OLD_MIDDLEWARE)


def _as_coroutine(module: Module, function: ast.FunctionDef, calls: list[ast.AST]) -> str:
    """Return the change of a function and of its calls of the inner application."""
    line = module.source_line(function)
    new = "async " + re.sub(r"(scope[^,()]*)\)", r"\1, receive, send)", line)
    changed = [(each.lineno, _inner_call(module, each)) for each in calls]  # type: ignore[attr-defined]
    return joined_diffs([(function.lineno, changed_line(line, new)), *changed])


def _inner_call(module: Module, call: Any) -> str:
    """Return the change of a call with the scope to one with all three arguments."""
    function, scope = source_text(module, call.func), source_text(module, all_arguments(call)[0])
    wait = "" if isinstance(module.parents.get(call), ast.Await) else "await "
    return replacement_diff(module, call, f"{wait}{function}({scope}, receive, send)")


def _half_old_middleware(project: Project) -> Iterator[Finding]:
    """Find middleware that gets all three arguments, and calls the inner one with the scope."""
    for module, function in project.find_all(ast.AsyncFunctionDef):
        if [each.arg for each in parameters(function)][1:] != ["scope", "receive", "send"]:
            continue
        for call in ast.walk(function):
            if own_method(call) in {"inner", "app"} and len(all_arguments(call)) == 1:
                text = source_text(module, call)
                message = (
                    f"`{text}` gets the scope alone, as in Channels 2, so every socket fails. Call"
                    " it with `scope, receive, send`."
                )
                fix = _inner_call(module, call)
                yield Finding(message, module.location(call), fix, symptom=MISSING_ARGUMENTS)
