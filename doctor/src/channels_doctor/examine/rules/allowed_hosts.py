"""An entry of `ALLOWED_HOSTS` matches no host."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.middleware import websocket_stack
from ..deployment.socket_locations import passes_on_a_host
from ..diffs import file_line, line_diff, listed
from ..finding import Finding
from ..python.expressions import argument
from ..python.literal_values import UNKNOWN, is_complete
from ..python.source_text import replacement_diff, source_text
from ..settings.default_lists import default_list
from ..settings.deployed_settings import all_settings
from ..settings.environment_lists import environment_lists, services_without
from ..settings.environment_reads import is_always_true, is_text
from ..settings.host_entries import NETWORK, SCHEME, is_served, other_form, right_hosts
from ..settings.item_location import item_location, module_of
from ..settings.unseen_settings import deploys_unseen_settings, may_be_replaced

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..settings.project_settings import Setting, Settings

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "Invalid HTTP_HOST header: 'example.com'. You may need to add 'example.com' to ALLOWED_HOSTS."
)

NAME = "ALLOWED_HOSTS"
NO_LIST = (
    "django.core.exceptions.ImproperlyConfigured: The ALLOWED_HOSTS setting must be a list or a"
    " tuple."
)
NO_HOSTS = "CommandError: You must set settings.ALLOWED_HOSTS if DEBUG is False."
OF_NETWORK = (
    "Django knows no networks. Write the address that the browsers use for the server, and another"
    " entry for each further address."
)


def check(project: Project) -> Iterator[Finding]:
    """Find a value that is no list, no hosts at all, and entries that no host equals."""
    for settings in all_settings(project) if project.uses_websockets else []:
        hosts = settings[NAME]
        if isinstance(hosts.value, str):
            message = f"`{NAME}` is a string, so Django does not start. Write a list."
            fix = listed(project, hosts.location, hosts.value)
            yield Finding(message, hosts.location, fix, symptom=NO_LIST)
        elif hosts.value is UNKNOWN and hosts.node:
            yield from _text(project, hosts, hosts.node)
            yield from _from_environment(project, settings)
        elif hosts.is_set and hosts.value in ([], ()):
            yield from _empty(project, settings, hosts)
        elif is_complete(hosts.items) and "*" not in hosts.items:
            yield from _entries(project, hosts)


def _text(project: Project, hosts: Setting, node: ast.AST) -> Iterator[Finding]:
    """Find a value that is the text of an environment variable."""
    module = module_of(project, hosts)
    if module and is_text(module, node):
        message = (
            f"`{NAME}` is the text of an environment variable, so Django does not start. Split it."
        )
        text = source_text(module, node)
        if isinstance(node, ast.Call) and argument(node, 1, "default") is None:
            text = f'{text[:-1]}, "")'
        fix = replacement_diff(module, node, f'{text}.split(",")')
        yield Finding(message, hosts.location, fix, None, "source", NO_LIST)


def _from_environment(project: Project, settings: Settings) -> Iterator[Finding]:
    """Find what the services of compose give to a list, and what its default is."""
    for given in environment_lists(project, settings, NAME):
        if "*" not in given.items:
            yield from _entries(project, given)
    default = default_list(project, settings, NAME)
    if default and "*" not in default.items:
        found = _entries(project, default)
        yield from (each._replace(severity="warning") for each in found)
    is_off = settings["DEBUG"].value is False
    for service, variable in services_without(project, settings, NAME) if is_off else ():
        message = (
            f"`{NAME}` is empty in the service `{service.name}`, to which nothing gives"
            f" `{variable}`, so every request gets 400. Set the variable."
        )
        fix = f"Set `{variable}: example.com` in the `environment` of `{service.name}`."
        yield Finding(message, settings[NAME].location, fix, symptom=_symptom([]))


def _empty(project: Project, settings: Settings, hosts: Setting) -> Iterator[Finding]:
    debug = settings["DEBUG"]
    is_off = debug.value is False
    if not debug.is_set or debug.value is True or _may_be_set(project, settings, hosts):
        return
    if is_off or _is_deployed(project):
        when, severity = ("", None) if is_off else (" without DEBUG", "warning")
        message = f"`{NAME}` is empty, so every request{when} gets 400. List the host names."
        fix = line_diff(project, hosts.location, "[]", '["example.com"]')
        symptom = _symptom([]) if _is_deployed(project) else NO_HOSTS
        yield Finding(message, hosts.location, fix, severity, symptom=symptom)


def _may_be_set(project: Project, settings: Settings, hosts: Setting) -> bool:
    """Return whether a file that is not here may set the hosts, or `DEBUG` is always true."""
    debug = settings["DEBUG"]
    module = module_of(project, debug)
    is_debug = module is not None and is_always_true(module, debug.node)
    is_replaced = may_be_replaced(project, settings.modules, hosts.location)
    return is_debug or is_replaced or deploys_unseen_settings(project)


def _is_deployed(project: Project) -> bool:
    """Return whether a deployment file starts a server that is not for developers."""
    return any(each.is_server and not each.is_development for each in project.commands)


def _entries(project: Project, hosts: Setting) -> Iterator[Finding]:
    texts = {index: each for index, each in enumerate(hosts.items) if isinstance(each, str)}
    meant = {index: right_hosts(each) for index, each in texts.items()}
    wrong = {index: right for index, right in meant.items() if right != [texts[index]]}
    others = {each for index, each in texts.items() if index not in wrong}
    # The validator of Channels takes an entry with a scheme for an origin.
    serves_origins = bool(others) and websocket_stack(project).checks_origin
    for index, right in wrong.items():
        entry = hosts.items[index]
        if (
            all(is_served(each, others) for each in right)
            or others & set(map(other_form, right))
            or (serves_origins and SCHEME.match(entry) and not passes_on_a_host(project, right))
        ):
            continue
        location = item_location(project, hosts, index) or hosts.location
        text = ", ".join(f'"{each}"' for each in right) or "a host name"
        fix = _fix(project, hosts, location, entry, right)
        if NETWORK.search(entry):
            text, fix = "the address of the server", OF_NETWORK
        message = f'`{NAME}` has "{entry}", which no host equals. Write {text}.'
        severity = "warning" if others else None
        yield Finding(message, location, fix, severity, symptom=_symptom(right))


def _symptom(hosts: list[str]) -> str:
    """Return the log of a request for the first host, or for any."""
    return SYMPTOM.replace("example.com", hosts[0].lstrip(".") if hosts else "…")


def _fix(
    project: Project, hosts: Setting, location: Location | None, entry: str, right: list[str]
) -> str:
    if hosts.node is None:
        return line_diff(project, location, entry, ",".join(right))
    text = ", ".join(f'"{each}"' for each in right)
    is_several = f"{text}  # with a comma between them" if right[1:] else text
    is_written = entry in file_line(project, location)
    return f'-"{entry}"\n+{text}' if is_written else is_several
