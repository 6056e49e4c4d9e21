"""The diff that moves imports of an entry point below the call that sets Django up."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..diffs import joined_diffs
from ..python.source_text import replacement_diff, source_text
from .first_modules import SET_UP

if TYPE_CHECKING:
    from ..python.modules import Module

NAME = "django_asgi_app"


def moved_imports(module: Module, early: list[ast.stmt]) -> str:
    """Return the move of imports below the call, "" when another module makes it."""
    calls = (call for call in module.calls(*SET_UP) if module.enclosing_function(call) is None)
    call = min(calls, key=lambda each: each.lineno, default=None)
    if call is None:
        return ""
    if not module.is_inside(call, ast.Dict):
        return joined_diffs(_moves(module, early, call.lineno, []))
    added = f"+{NAME} = {source_text(module, call)}"
    changed = (call.lineno, replacement_diff(module, call, NAME))
    needed = _needed_line(module, call)
    first = early[0].lineno
    if needed > first:
        return joined_diffs([*_moves(module, early, needed, [added]), changed])
    return joined_diffs([(first, f"{added}\n {module.lines[first - 1]}"), changed])


def _moves(
    module: Module, early: list[ast.stmt], below: int, added: list[str]
) -> list[tuple[int, str]]:
    """Return the diffs that remove the imports, and add them with other lines below a line."""
    texts = [module.lines[each.lineno - 1 : each.end_lineno] for each in early]
    removed = [
        (each.lineno, "\n".join(f"-{line}" for line in text)) for each, text in zip(early, texts)
    ]
    lines = [f"+{line}{_noqa(line) if line == text[0] else ''}" for text in texts for line in text]
    return [*removed, (below, "\n".join([f" {module.lines[below - 1]}", *added, *lines]))]


def _needed_line(module: Module, call: ast.Call) -> int:
    """Return the last line of what the call needs: its import, and the name of the settings."""
    needed = (each for each in module.tree.body if _is_needed(each))
    ends = (each.end_lineno or each.lineno for each in needed if each.lineno < call.lineno)
    return max(ends, default=0)


def _is_needed(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        last_names = {each.name.rpartition(".")[2] for each in statement.names}
        return bool(last_names & {each.rpartition(".")[2] for each in SET_UP})
    return "DJANGO_SETTINGS_MODULE" in ast.dump(statement)


def _noqa(line: str) -> str:
    return "" if "# noqa" in line else "  # noqa: E402"
