"""What works in a starter, and was hardly meant so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chanscaffold.starters.merge import matches
from chanscaffold.starters.starter import PATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chanscaffold.template import Template

ANSWER = re.compile(rb"(\{\{|\{%|#%)[^}\n]*\bcookiecutter\.")


def advise(template: Template) -> Iterator[str]:
    """Yield a line for each file of an overlay that changes nothing, or holds answers that are never put in."""
    for number, starter in enumerate(template.starters):
        before = template._replace(starters=template.starters[:number]).files()
        for name, source in starter.overlay.items():
            file = f"{starter.manifest.name}: overlay/{name}"
            if name in before and before[name].content == source.content:
                yield f"{file} is the template's own file: delete it, or edit it and run `chanscaffold starter diff`"
            if ANSWER.search(source.content) and _is_copied(name.removesuffix(PATCH), template):
                yield f"{file} asks for answers (cookiecutter...), but files of that name are copied without rendering"


def _is_copied(name: str, template: Template) -> bool:
    return any(matches(name, pattern) for pattern in template.schema["_copy_without_render"])
