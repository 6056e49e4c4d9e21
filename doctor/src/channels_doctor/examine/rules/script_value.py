"""A script of a template has a text of the server without quotes."""

from __future__ import annotations

import ast
import re
from itertools import islice
from typing import TYPE_CHECKING, Iterator

from ..asgi.path_converters import CONVERTER
from ..browser.pages import OPENS, pages
from ..browser.script_text import without_comments
from ..diffs import changed_line
from ..finding import Finding, Location
from ..message_values.scope import bindings, only_value, scope_of
from ..orm.rendered_querysets import RENDERERS
from ..python.expressions import argument, dict_items, string_value, variable_name

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Uncaught ReferenceError: … is not defined"

ASSIGNED = re.compile(
    r"^[ \t]*(?:const|let|var)\s+[\w$]+\s*=\s*"
    r"(\{\{\s*([\w.]+)\s*(?:\|\s*(?:escapejs|escape|safe)\s*)?\}\})\s*;?[ \t]*$",
    re.MULTILINE,
)
MAX_VARIABLES = 100  # of one page
SCRIPT = re.compile(r"<script\b([^>]*)>")
OF_USERS = re.compile(r"(request\.)?user\.(username|email)$")
PATH = "django.urls.path"
# Parameters of a path that are no numbers; `<str:room_id>` may always be one.
TEXT_NAME = re.compile(r"(name|slug|title|label|topic)$")


def check(project: Project) -> Iterator[Finding]:
    """Find variables of scripts with sockets that get a text without quotes."""
    for file, text in pages(project):
        if file.path.endswith(".html") and "verbatim" not in text:
            script = without_comments(text)
            for found in islice(ASSIGNED.finditer(script), MAX_VARIABLES):
                opens = OPENS.search(_script_around(script, found.start()))
                if opens and _is_text(project, file.path, found[2]):
                    line = text.count("\n", 0, found.start(1)) + 1
                    yield _finding(Location(file.path, line), found)


def _finding(place: Location, found: re.Match[str]) -> Finding:
    message = (
        f"The script gets the text `{found[2]}` without quotes, so the browser takes it for code"
        " and the page opens no socket. Write quotes and `escapejs`."
    )
    right = f'"{{{{ {found[2]}|escapejs }}}}"'
    return Finding(message, place, changed_line(found[0], found[0].replace(found[1], right)))


def _script_around(text: str, index: int) -> str:
    """Return the script of a page around an index, "" for data and for a text in backticks."""
    start, end = text.rfind("<script", 0, index), text.find("</script", index)
    tag = SCRIPT.match(text, start) if start > text.rfind("</script", 0, index) else None
    if tag is None or ("type" in tag[1] and not re.search("javascript|module", tag[1])):
        return ""
    is_quoted = text.count("`", tag.end(), index) % 2
    return "" if is_quoted else text[start : end if end > 0 else len(text)]


def _is_text(project: Project, path: str, name: str) -> bool:
    """Return whether a variable of a template is a text, in each view that renders it."""
    if OF_USERS.match(name):
        return True
    calls = [each for each in project.calls(*RENDERERS) if _renders(*each, path)]
    names = {_template(*each) for each in calls}
    mentions = [node for _, node in project.find_all(ast.Constant) if node.value in names]
    is_included = any(each in text for _, text in pages(project) for each in names)
    is_known = bool(calls) and len(mentions) == len(calls) and not is_included
    return is_known and all(_gives_text(project, *each, name) for each in calls)


def _template(module: Module, call: ast.Call) -> str:
    position = RENDERERS[module.full_name(call.func)]
    return string_value(argument(call, position, "template_name")) or ""


def _renders(module: Module, call: ast.Call, path: str) -> bool:
    name = _template(module, call)
    return bool(name) and path.endswith(f"templates/{name}")


def _gives_text(project: Project, module: Module, call: ast.Call, name: str) -> bool:
    """Return whether a view gives a parameter of its path to a template, which is a text."""
    position = RENDERERS[module.full_name(call.func)] + 1
    scope = scope_of(module, call)
    context = only_value(scope, argument(call, position, "context"))
    items = dict(dict_items(context)) if isinstance(context, ast.Dict) else {}
    given = variable_name(items.get(name))
    if not given or not scope.has_parameter(given) or bindings(scope, given):
        return False
    routes = [
        (owner, argument(each, 0, "route"))
        for owner, each in project.calls(PATH)
        if getattr(_view(project, owner, each), "node", None) is scope.function
    ]
    texts = [project.resolver.text(*each) or "" for each in routes]
    return bool(texts) and all(_has_text(each, given) for each in texts)


def _view(project: Project, module: Module, call: ast.Call) -> object:
    view = argument(call, 1, "view")
    return project.resolver.function(module, view) if view else None


def _has_text(route: str, name: str) -> bool:
    """Return whether a path has a parameter with a name of texts, or one for a UUID."""
    kinds = {parameter: kind for kind, parameter in CONVERTER.findall(route)}
    is_name = kinds.get(name, "int") in {"", "str", "slug"} and bool(TEXT_NAME.search(name))
    return is_name or kinds.get(name) == "uuid"
