"""The templates and static scripts that reached code or other pages name."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Iterable, Iterator

from ..browser.pages import PAGES
from ..browser.script_text import without_comments
from .imported_names import strings

if TYPE_CHECKING:
    from ..files import File
    from ..python.modules import Module

TEMPLATE = re.compile(r"/(templates|jinja2)/.*\.(html?|jinja2?|j2)$", re.IGNORECASE)
# A script or a page beside manage.py, or of a tool, which nothing serves or loads but by its name.
PLAIN = re.compile(
    r"/static/.*\.m?js$|^/[^/]*\.html?$"
    r"|^(?!.*/(templates|static\w*|public|src)/).*/(tools|te?mp([_-][^/]*)?)/.*\.(html?|m?js)$",
    re.IGNORECASE,
)
SERVED = re.compile(
    r"/(templates|jinja2|static\w*|public|assets|frontend|client|web|www)/", re.IGNORECASE
)
# Django, Wagtail and usual packages name these templates themselves.
FOREIGN_TEMPLATE = re.compile(
    r"/(registration|admin|account|socialaccount|mfa|allauth|rest_framework|flatpages|widgets"
    r"|oauth2_provider|cotton|components|forms?)/|/(400|403|403_csrf|404|500)\.html$"
    r"|_(list|detail|form|confirm_delete|archive\w*|page)\.html$"
)
HTML = (".html", ".htm")
SOURCES = (".jsx", ".tsx", ".ts", ".vue", ".svelte")  # a bundler makes scripts of them
TAG = "{%"  # a template of Django, in whatever folder
VALUE = re.compile(r"%(\(\w+\))?s")  # in a text that is formatted
# The lookbehind keeps the search linear in a long run of letters, such as minified code. What a
# parenthesis follows is a method, such as `.html()` of jQuery.
FILE_NAME = re.compile(r"(?<![\w.*-])[\w.-]*\.(?:html?|jinja2?|j2|m?js)\b(?!\()", re.IGNORECASE)


def unreached_pages(files: list[File], modules: list[Module]) -> set[str]:
    """Return the paths of the templates and static scripts that neither code nor a page names.

    A name counts wherever it is: in a string of Python, in a tag, in a script. The end of a name,
    as of one that is put together, counts for every file that ends so.
    """
    files = [each for each in files if each.path.lower().endswith(PAGES)]
    packages = {os.path.dirname(each.path) for each in modules}
    waiting = {each for each in files if _is_named(each) or _is_in_package(each, packages)}
    names = {name for module in modules for name in _names_in(strings(module))}
    reached = [each for each in files if each not in waiting or _is_in(each, names)]
    while reached:
        waiting.difference_update(reached)
        names.update(name for each in reached for name in _names_in_page(each))
        reached = [each for each in waiting if _is_in(each, names)]
    return {each.path for each in waiting}


def _is_named(file: File) -> bool:
    """Return whether a page is used by its name alone."""
    path = f"/{file.path}"
    if TEMPLATE.search(path) or (path.lower().endswith(HTML) and TAG in file.text()):
        return not FOREIGN_TEMPLATE.search(path)
    return bool(PLAIN.search(path)) and not _is_bundled(file)


def _is_in_package(file: File, packages: set[str]) -> bool:
    """Return whether a page is beside Python files, or in a folder there that no loader knows."""
    folder = os.path.dirname(file.path)
    is_source = file.path.endswith(SOURCES) and not _is_bundled(file)
    is_page = is_source or file.path.endswith(HTML)
    is_plain = is_page and not SERVED.search(f"/{file.path}")
    return is_plain and bool({folder, os.path.dirname(folder)} & (packages - {""}))


def _is_bundled(file: File) -> bool:
    """Return whether a `package.json` is in a folder around a file: a bundler loads it."""
    folder = os.path.dirname(file.full)
    for _ in range(file.path.count("/") + 1):
        if os.path.exists(os.path.join(folder, "package.json")):
            return True
        folder = os.path.dirname(folder)
    return False


def _names_in_page(file: File) -> Iterator[str]:
    """Yield the names in a page without its comments, and the whole names in a script."""
    if not file.path.lower().endswith("js"):
        yield from _names_in([without_comments(file.text())])
    else:
        yield from (each for each in _names_in([file.text()]) if not each.startswith("."))


def _names_in(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from FILE_NAME.findall(VALUE.sub("}", text))


def _is_in(file: File, names: set[str]) -> bool:
    name = file.path.rpartition("/")[2]
    ends = (name[index:] for index, each in enumerate(name) if each in "._-")
    return name in names or any(end in names for end in ends)
