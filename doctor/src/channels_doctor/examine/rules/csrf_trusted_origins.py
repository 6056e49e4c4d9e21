"""An entry of `CSRF_TRUSTED_ORIGINS` matches no origin."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator

from ..asgi.visitor_accounts import has_no_sessions
from ..diffs import file_line, line_diff, listed
from ..finding import Finding
from ..python.expressions import constant_value, is_variable
from ..python.source_text import replacement_diff, source_text
from ..settings.default_lists import default_list
from ..settings.deployed_settings import served_settings
from ..settings.environment_lists import environment_lists
from ..settings.item_location import item_location, module_of
from ..settings.listed_origins import other_pages
from ..settings.origins import is_accepted, is_internal, is_of_site, is_own_address, right_origin
from ..settings.text_ends import constant_end, made_texts

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module
    from ..settings.project_settings import Setting

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = (
    "Forbidden (Origin checking failed - https://example.com does not match any trusted origins.)"
)

NAME = "CSRF_TRUSTED_ORIGINS"
E001 = (
    "(4_0.E001) As of Django 4.0, the values in the CSRF_TRUSTED_ORIGINS setting must start with a"
    " scheme (usually http:// or https://)"
)
SLASH = re.compile(r"(^|[^/])/$")
SCHEMES_SINCE = (4,)  # the Django whose origins have a scheme
PLAIN_HOST = re.compile(r"\w[^:*/]*$")


def check(project: Project) -> Iterator[Finding]:
    """Find a string instead of a list, and entries without which a page's origin is refused."""
    if (project.version("django") or SCHEMES_SINCE) < SCHEMES_SINCE or not project.uses_websockets:
        return
    for settings in served_settings(project):
        origins = settings[NAME]
        if isinstance(origins.value, str) and origins.value:
            message = f"`{NAME}` is a string, of which Django reads each character. Write a list."
            fix = listed(project, origins.location, origins.value)
            yield Finding(message, origins.location, fix, "error", symptom=E001)
        with_slash = list(_with_slash(project, origins))
        own, has_forms = settings["ALLOWED_HOSTS"], not has_no_sessions(project)
        hosts = ["*"] if has_forms or not own.is_complete else own.items
        others = set() if has_forms else other_pages(project)
        yield from with_slash or _entries(project, origins, hosts, others)
        default = default_list(project, settings, NAME)
        for given in (*environment_lists(project, settings, NAME), *filter(None, [default])):
            yield from _entries(project, given, hosts, others)


def _with_slash(project: Project, origins: Setting) -> Iterator[Finding]:
    """Find a slash behind each of the texts that an expression makes of hosts."""
    module = module_of(project, origins)
    made = list(made_texts(origins.node)) if module else []
    ends = [constant_end(each) for each in made]
    has_wildcard = any("*" in str(each) for each in origins.items)
    if module and made and all(map(SLASH.search, ends)) and not has_wildcard:
        message = f"`{NAME}` has a slash at the end, so no origin equals it. Delete the slash."
        known = [right_origin(each) for each in origins.items if isinstance(each, str)]
        fix, symptom = _without_slash(module, made[0]), _symptom(*known[:1])
        yield Finding(message, module.location(made[0]), fix, symptom=symptom)


def _symptom(origin: str = "…") -> str:
    return SYMPTOM.replace("https://example.com", origin)


def _without_slash(module: Module, made: ast.AST) -> str:
    text = source_text(module, made)
    if isinstance(made, ast.BinOp) and constant_value(made.right) == "/":
        return replacement_diff(module, made, source_text(module, made.left))
    is_last = text[-2:-1] == "/" and text[-1] in "\"'"
    return replacement_diff(module, made, text[:-2] + text[-1]) if is_last else "Delete the slash."


def _entries(
    project: Project, origins: Setting, hosts: list[Any], others: set[str]
) -> Iterator[Finding]:
    """Find the entries that no origin equals, or that Django refuses.

    `hosts` are those whose pages send forms: without sessions, the admin's alone. `others` are the
    origins of pages that send none.
    """
    with_scheme = _of_hosts(project, origins)
    for index, entry in enumerate(origins.items):
        right = right_origin(entry) if isinstance(entry, str) else entry
        is_fine = right == entry or is_internal(right) or is_own_address(right)
        is_fine = is_fine or is_accepted(entry, right, origins.items)
        if is_fine or ("://" in entry and right in others):
            continue
        if "://" not in entry or is_of_site(right, hosts):
            message = f'`{NAME}` has "{entry}", which no origin equals. Write "{right}".'
            location = item_location(project, origins, index) or origins.location
            is_refused = "://" not in entry
            yield Finding(
                message,
                location,
                with_scheme or _fix(project, origins, location, entry, right),
                "error" if is_refused else None,
                symptom=E001 if is_refused else _symptom(right),
                cause=(NAME, location.path, str(is_refused)) if location else (),
            )


def _of_hosts(project: Project, origins: Setting) -> str:
    """Return the diff that puts a scheme before each host of ALLOWED_HOSTS, "" for other lists."""
    module, node = module_of(project, origins), origins.node
    is_plain = all(PLAIN_HOST.match(str(each)) for each in origins.items)
    is_spread = isinstance(node, ast.List) and [*map(type, node.elts)] == [ast.Starred]
    hosts: Any = node.elts[0].value if is_spread else node  # type: ignore[union-attr]
    named = hosts.value if isinstance(hosts, ast.Subscript) else hosts
    if not (module and node and is_plain and is_variable(named, "ALLOWED_HOSTS")):
        return ""
    new = f'[f"https://{{host}}" for host in {source_text(module, hosts)}]'
    return replacement_diff(module, node, new)


def _fix(project: Project, origins: Setting, place: Location | None, entry: str, right: str) -> str:
    """Return the change of the line that has an entry, else a sentence."""
    if origins.node is None:
        return line_diff(project, place, entry, right)
    is_written = entry in file_line(project, place)
    return f'-"{entry}"\n+"{right}"' if is_written else f'Put "{right}" into the list.'
