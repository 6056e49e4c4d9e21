"""Scripts that a bundler has written from sources that are there as well."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..files import File

SCRIPTS = (".js", ".mjs", ".cjs")
SOURCES = (".jsx", ".tsx", ".ts", ".vue", ".svelte")
COMPILED = re.compile(r"__webpack_require__|\bwebpackJsonp|\bsourceMappingURL=")


def compiled_pages(files: list[File]) -> set[str]:
    """Return the paths of compiled scripts where a source opens a socket, else none.

    A finding in the compiled script repeats that in its source.
    """
    sources = (each.text() for each in files if each.path.endswith(SOURCES))
    if not any("WebSocket" in text for text in sources):
        return set()
    scripts = (each for each in files if each.path.endswith(SCRIPTS))
    return {each.path for each in scripts if COMPILED.search(each.text())}
