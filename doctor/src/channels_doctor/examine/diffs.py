"""Fixes as diffs whose old lines are the text of a file, so that they apply as they are printed.

A diff begins with the imports that its new lines need. `@@ path @@` above it names another file
than that of the finding, and ` …` stands for lines between the others. Without a minus or a plus
in each line, a fix is code or a sentence to follow, and no diff.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Iterable, Iterator

from .files import File

if TYPE_CHECKING:
    from .finding import Finding, Location
    from .project import Project
    from .python.modules import Module

GAP = " …"


def in_file(path: str, diff: str) -> str:
    """Return a diff of another file than that of its finding."""
    return f"@@ {path} @@\n{diff}"


def diff_path(fix: str) -> str:
    """Return the file that a diff names, "" when it is that of its finding."""
    first = fix.partition("\n")[0]
    return first[3:-3] if first.startswith("@@ ") else ""


def file_line(project: Project, location: Location | None) -> str:
    """Return the text of a line of any file, "" when there is none."""
    if location is None or location.line is None:
        return ""
    lines = File(location.path, os.path.join(project.root or "", location.path)).text().splitlines()
    return lines[location.line - 1].strip() if 0 < location.line <= len(lines) else ""


def line_diff(project: Project, location: Location | None, old: str, new: str) -> str:
    """Return a diff of one line with a text replaced, `new` alone when the line lacks the text.

    A text that begins or ends with a letter is replaced as a whole word.
    """
    line = file_line(project, location)
    start, end = (r"(?<![\w.-])" * _is_word(old[:1]), r"(?![\w-])" * _is_word(old[-1:]))
    changed = re.sub(start + re.escape(old) + end, lambda _: new, line, count=1)
    return changed_line(line, changed) if changed != line else new


def listed(project: Project, location: Location | None, value: str) -> str:
    """Return the change of a string with commas to a list."""
    quote = "'" if f"'{value}'" in file_line(project, location) else '"'
    items = ", ".join(f"{quote}{each.strip()}{quote}" for each in value.split(","))
    return line_diff(project, location, f"{quote}{value}{quote}", f"[{items}]")


def changed_line(old: str, new: str) -> str:
    """Return a diff of one line; it is removed when nothing is left of it."""
    return f"-{old.strip()}" + (f"\n+{new.strip()}" if new.strip() else "")


def in_quotes_of(line: str, fix: str) -> str:
    """Return a diff of a part of a line with single quotes, if the line has them there."""
    old = fix.partition("\n")[0][1:]
    is_single = is_diff(fix) and old not in line and old.replace('"', "'") in line
    return fix.replace('"', "'") if is_single else fix


def _is_word(text: str) -> bool:
    return bool(re.match(r"\w", text))


def wrapped_diff(module: Module, node: Any, before: str, after: str) -> str:
    """Return a diff that puts text before and after an expression of one or several lines."""
    first, last = node.lineno, node.end_lineno
    lines = {number: module.lines[number - 1].encode() for number in (first, last)}
    end = node.end_col_offset
    new = {**lines, last: lines[last][:end] + after.encode() + lines[last][end:]}
    start = node.col_offset
    new[first] = new[first][:start] + before.encode() + new[first][start:]
    return joined_diffs(
        (number, changed_line(lines[number].decode(), new[number].decode()))
        for number in lines
        if new[number] != lines[number]
    )


def item_diff(module: Module, key: Any, value: Any, before: str, after: str) -> str:
    """Return a diff of an item of a dictionary, whose value stays between two texts."""
    if key.lineno != value.lineno:
        return f"{before}…{after}"
    line = module.lines[key.lineno - 1].encode()
    head, tail = line[: key.col_offset].decode() + before, line[value.col_offset :].decode()
    if value.end_lineno == key.lineno:
        end = value.end_col_offset
        tail = (line[value.col_offset : end] + after.encode() + line[end:]).decode()
    changes = [(key.lineno, changed_line(line.decode(), head + tail))]
    if after and value.end_lineno != key.lineno:
        last = module.lines[value.end_lineno - 1]
        closed = last[: value.end_col_offset] + after + last[value.end_col_offset :]
        changes.append((value.end_lineno, changed_line(last, closed)))
    return joined_diffs(changes)


def joined_diffs(changes: Iterable[tuple[int, str]]) -> str:
    """Return the diffs of some lines as one, with a gap where there are lines between them.

    Each diff has the number of its line. Of two diffs of one line, the first is kept.
    """
    parts: list[str] = []
    last = 0
    for number, diff in sorted(dict(reversed(list(changes))).items()):
        parts += [GAP] if parts and number > last + 1 else []
        parts.append(diff)
        last = number + sum(line[:1] in "- " for line in diff.splitlines()) - 1
    return "\n".join(parts)


def once_a_file(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings of one fault once for each file, with the lines and changes of all."""
    by_file: dict[str, list[tuple[int, Finding]]] = {}
    for each in findings:
        if each.location:
            by_file.setdefault(each.location.path, []).append((each.location.line or 0, each))
    for found in by_file.values():
        first, lines = found[0][1], ", ".join(str(line) for line, _ in found[1:])
        more = f" So in line {lines}." if lines else ""
        changes = [(line, each.fix) for line, each in found]
        fix = joined_diffs(changes) if all(is_diff(each) for _, each in changes) else first.fix
        yield first._replace(message=first.message + more, fix=fix)


def is_diff(fix: str) -> bool:
    """Return whether each line of a fix is that of a diff."""
    return bool(fix) and all(line.startswith(("+", "-", " ", "@@ ")) for line in fix.splitlines())
