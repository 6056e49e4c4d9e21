"""An entry of `OriginValidator` matches no origin."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator

from ..asgi.example_paths import usual_path
from ..asgi.route_table import route_table
from ..diffs import line_diff, listed
from ..finding import Finding
from ..python.expressions import argument
from ..python.literal_values import evaluate, is_complete
from ..settings.deployed_settings import all_settings
from ..settings.item_location import item_location

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "WebSocket REJECT /ws/chat/lobby/"

VALIDATOR = "channels.security.websocket.OriginValidator"
SETTINGS = "django.conf.settings."
HOSTS = "ALLOWED_HOSTS"  # whose entries are a rule of their own
OF_OTHERS = ("CORS_", "CSRF_")  # settings in which an entry means something else
SUBDOMAINS = re.compile(r"(https?://)?\*(\.[\w.-]+(:\d+)?)$")
ANY_PORT = re.compile(r"(?:https?://)?([\w.-]+):\*$")
IN_WORDS = "Write each origin, such as `https://example.com`, or `.example.com` for all subdomains."


def check(project: Project) -> Iterator[Finding]:
    """Find entries with an asterisk beside other characters, and a text in place of a list."""
    for module, call in project.calls(VALIDATOR):
        given = argument(call, 1, "allowed_origins")
        _, is_setting, name = module.full_name(given).partition(SETTINGS) if given else ("", "", "")
        if is_setting:
            yield from _in_settings(project, name)
        elif given:
            yield from _in_code(project, module, given)


def _in_settings(project: Project, name: str) -> Iterator[Finding]:
    for settings in all_settings(project) if name != HOSTS else ():
        setting = settings[name]
        yield from _in_text(project, setting.value, setting.location)
        for index, entry in _wrong(setting.items):
            place = item_location(project, setting, index) or setting.location
            found = _finding(project, entry, place, setting.items)
            if name.startswith(OF_OTHERS):
                right = _right(entry)
                own = f', with "{right}"' if right else ""
                found = found._replace(fix=f"Give `OriginValidator` a list of its own{own}.")
            yield found


def _in_code(project: Project, module: Module, given: ast.expr) -> Iterator[Finding]:
    owner, node = project.resolver.value(module, given)
    yield from _in_text(project, project.resolver.text(owner, node), owner.location(node))
    if isinstance(node, (ast.List, ast.Tuple)):
        items = [evaluate(each, {}) for each in node.elts]
        for index, entry in _wrong(items):
            yield _finding(project, entry, owner.location(node.elts[index]), items)


def _in_text(project: Project, value: Any, place: Location | None) -> Iterator[Finding]:
    """Find a text of which each character is an entry; one with an asterisk admits every site."""
    if isinstance(value, str) and value and "*" not in value:
        message = (
            f'`OriginValidator` gets the text "{value}" and no list, so that each character is an'
            " entry, which no origin matches. Write a list."
        )
        fix = listed(project, place, value)
        yield Finding(message, place, fix, symptom=_symptom(project))


def _wrong(items: list[Any]) -> list[tuple[int, str]]:
    """Return the entries that no origin matches, none beside "*" and unknown ones."""
    if "*" in items or not is_complete(items):
        return []
    texts = [(index, each) for index, each in enumerate(items) if isinstance(each, str)]
    return [(index, each) for index, each in texts if "*" in each and _right(each) not in items]


def _right(entry: str) -> str:
    """Return the entry that one with an asterisk means, "" when that is unclear."""
    subdomains, port = SUBDOMAINS.match(entry), ANY_PORT.match(entry)
    if subdomains:
        return (subdomains[1] or "") + subdomains[2]
    return port[1] if port else ""


def _finding(project: Project, entry: str, location: Location | None, items: list[Any]) -> Finding:
    right = _right(entry)
    advice = f'Write "{right}"' if right else "List the origins"
    message = f'`OriginValidator` has "{entry}", which no origin matches. {advice}.'
    fix = line_diff(project, location, entry, right) if right else IN_WORDS
    severity = "warning" if len(items) > 1 else None
    return Finding(message, location, fix, severity, symptom=_symptom(project))


def _symptom(project: Project) -> str:
    return f"WebSocket REJECT {usual_path(route_table(project).routes)}"
