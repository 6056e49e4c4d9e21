"""What works in a starter, and was hardly meant so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chanscaffold.starters.layers import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chanscaffold.starters.starter import Starter
    from chanscaffold.template import Template

ANSWER = b"{{ cookiecutter."


def advise(template: Template) -> Iterator[str]:
    """Yield a line for each file of an overlay that changes nothing, or holds answers that are never put in."""
    for number, starter in enumerate(template.starters):
        before = template._replace(starters=template.starters[:number]).files()
        for name in starter.files:
            file = f"{starter.manifest.name}: overlay/{name}"
            if name in before and before[name].content == starter.overlay[name].content:
                yield f"{file} is the template's own file: delete it, or edit it and run `chanscaffold starter diff`"
            if _is_waiting(starter, name, template):
                yield f"{file} holds {{{{ cookiecutter... }}}}, and files of that name are copied without rendering"


def _is_waiting(starter: Starter, name: str, template: Template) -> bool:
    """Return whether a file holds answers that nobody puts in."""
    is_copied = any(matches(name, pattern) for pattern in template.schema["_copy_without_render"])
    return is_copied and ANSWER in starter.overlay[name].content
