"""The code uses names of an older Channels release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..channels.api import FIRST_WITH_ASGI_LAYERS, GET_DEFAULT_APPLICATION
from ..channels.channels_2_middleware import channels_2_middleware
from ..channels.daphne_release import vulnerable_daphne
from ..channels.release import OLDEST_MAINTAINED, major_version, required_major
from ..channels.removed_names import REMOVED, one_cause, uses_of_removed_names
from ..diffs import joined_diffs
from ..finding import Finding
from ..packages.installs import may_have_channels_2
from ..packages.requirements import is_older, requirement_location
from ..packages.upgrades import PORT
from ..packages.version_numbers import version_text
from ..readme_status import is_demo_or_deprecated

if TYPE_CHECKING:
    from ..channels.channels_2_middleware import Channels2Code
    from ..channels.removed_names import Removed
    from ..finding import Location
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ModuleNotFoundError: No module named 'channels.http'"
KEPT_MODULES = {"channels.routing", "channels.sessions", "channels.auth"}
UNMAINTAINED = "Fixes of security reach later releases only."

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
        yield from map(_of_middleware, channels_2_middleware(project))
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


def _of_middleware(old: Channels2Code) -> Finding:
    place = old.module.location(old.node)
    return Finding(old.message, place, joined_diffs(old.fixes), symptom=old.symptom)


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
