"""Applies a fix as it is printed: the text of the report, at the place of the finding."""

from __future__ import annotations

import ast
import re
from itertools import groupby
from pathlib import Path

GAP = "…"
HEADER = re.compile(r"@@ (.+) @@\n")
REQUIREMENT = re.compile(r"[\w-]+(\[\w+\])?[<>=]=?[\w.,<>=]+")
IMPORT = re.compile(r"(from \S+ )?import ")
OPENS_BLOCK = re.compile(r"[:{(\[]\s*(#.*)?$")


class CannotApply(AssertionError):
    """A printed fix does not fit the file at its place."""


def is_diff(fix):
    """Return whether a fix is printed as changed lines, and not as text that explains it."""
    return bool(fix) and all(each[:1] in set("+- @") for each in fix.splitlines())


def has_hole(fix):
    """Return whether a diff leaves something to its reader: an ellipsis within a line."""
    return GAP in re.sub(r"^ *…$", "", fix, flags=re.MULTILINE)


def is_requirement(fix):
    """Return whether a fix is one or several lines of a requirement file."""
    return bool(fix) and all(REQUIREMENT.fullmatch(each) for each in fix.splitlines())


def is_applicable(fix):
    """Return whether a fix can be applied as it is printed."""
    return is_requirement(fix) or (is_diff(fix) and not has_hole(fix))


def apply_to(folder, finding):
    """Change the project in a folder by the printed fix of a finding."""
    path = folder / path_of(finding)
    path.write_text(apply(path.read_text(), finding["line"], finding["fix"]))


def assert_fits(root, finding):
    """Check that a fix that is a diff can be applied to its file."""
    path = path_of({"fix": finding.fix, "path": finding.location.path if finding.location else ""})
    if is_diff(finding.fix):
        assert path, f"no place for {finding.fix}"
        assert not has_hole(finding.fix), finding.fix
        apply(
            Path(root, path).read_text("utf-8-sig", "replace"), finding.location.line, finding.fix
        )


def path_of(finding):
    """Return the path of the file that a fix changes."""
    header = HEADER.match(finding["fix"])
    return header[1] if header else finding["path"]


def apply(text, line, fix):
    """Return a file's text after a fix printed for one of its lines; None is no line."""
    if is_requirement(fix):
        fix = _requirement_diff(text, line, fix)
    if HEADER.match(fix):
        line, fix = None, HEADER.sub("", fix)
    changes = [(each[0], each[1:]) for each in fix.splitlines()]
    imports = []
    while len(changes) > 1 and changes[0][0] == "+" and IMPORT.match(changes[0][1]):
        imports.append(changes.pop(0)[1])
    lines = text.splitlines()
    if all(sign == "+" for sign, _ in changes):
        new = _inserted(lines, line, [each for _, each in changes])
    else:
        new = _part_replaced(lines, line, changes) or _replaced(lines, line, changes)
    return "\n".join(_with_imports(new, imports)) + "\n"


def _requirement_diff(text, line, fix):
    """Return the change of the line that names a distribution to its new requirement."""
    old = text.splitlines()[line - 1]
    quote = re.search(r"""(["'])[\w-]+[\[=<>~!]""", old)
    name = re.match(r"[\w-]+", fix)[0]
    found = re.search(rf"""{name}[^"'\s,\]]*(?:,[<>=!~][^"'\s,]*)*""", old, re.IGNORECASE)
    if not found:
        raise CannotApply(f"line {line} has no requirement of {name}")
    separator = f"{quote[1]}, {quote[1]}" if quote else "\n+"
    return f"-{old}\n+{old.replace(found[0], separator.join(fix.splitlines()), 1)}"


def _with_imports(lines, imports):
    """Return the lines with imports below the last one at the top of the file."""
    if not imports:
        return lines
    statements = ast.parse("\n".join(lines)).body
    ends = [
        each.end_lineno for each in statements if isinstance(each, (ast.Import, ast.ImportFrom))
    ]
    return lines[: max(ends)] + imports + lines[max(ends) :]


def _inserted(lines, line, new):
    """Return the lines with others after the named one, or at the end."""
    if line is None:
        return lines + new
    named = lines[line - 1]
    margin = _margin(named) + ("    " if OPENS_BLOCK.search(named) else "")
    return lines[:line] + [margin + each for each in new] + lines[line:]


def _part_replaced(lines, line, changes):
    """Return the lines with a part of one replaced: the nearest that contains the old text."""
    if [sign for sign, _ in changes] != ["-", "+"]:
        return None
    old, new = (text.strip() for _, text in changes)
    places = [at for at, each in enumerate(lines) if old in each]
    if not places:
        return None
    at = min(places, key=lambda place: abs(place + 1 - (line or 1)))
    return [*lines[:at], lines[at].replace(old, new), *lines[at + 1 :]]


def _replaced(lines, line, changes):
    """Return the lines with whole lines replaced, beginning at the nearest place that fits."""
    starts = sorted(range(len(lines)), key=lambda at: abs(at + 1 - (line or 1)))
    for start in starts:
        new = _fitted(lines, start, changes)
        if new is not None:
            return lines[:start] + new
    raise CannotApply(f"line {line}: no lines fit\n" + "\n".join(map("".join, changes)))


def _fitted(lines, at, changes):
    """Return the changed lines from a place on to the end; None if the changes do not fit."""
    first = next(text for sign, text in changes if sign != "+")
    new, is_gap, shift = [], False, len(_margin(lines[at])) - len(_margin(first))
    for sign, group in groupby(changes, key=lambda each: each[0]):
        for _, text in group:
            if sign == "+":
                new.append(" " * (len(_margin(text)) + shift) + text.strip())
            elif text.strip() == GAP:
                is_gap = True
            else:
                found = _find(lines, at, text, is_gap)
                if found is None:
                    return None
                new += lines[at : found + (sign == " ")]
                shift = len(_margin(lines[found])) - len(_margin(text))
                at, is_gap = found + 1, False
    return new + lines[at:]


def _find(lines, at, text, is_gap):
    """Return the index of the line with a text: the first, or one after a gap."""
    last = len(lines) if is_gap else min(at + 1, len(lines))
    return next((i for i in range(at, last) if lines[i].strip() == text.strip()), None)


def _margin(line):
    return line[: len(line) - len(line.lstrip())]
