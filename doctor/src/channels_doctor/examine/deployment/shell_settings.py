"""The settings modules that the commands of a shell script are given."""

from __future__ import annotations

import re
from typing import Iterator

from ..settings.settings_names import VARIABLE
from .commands import MANAGEMENT
from .shell import logical_lines, split_commands

NAME = re.compile(rf"(?:{VARIABLE}|--settings\b)[\"']?\s*[=:, ]?\s*[\"']?([A-Za-z_][\w.]*)?")
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
# The words before an assignment that leave it one: `export X=1`, `if ! env -i X=1 program`.
BEFORE_ASSIGNMENT = {
    *("export", "env", "declare", "typeset", "readonly", "local", "sudo", "exec", "time", "nohup"),
    *("if", "elif", "while", "until", "then", "else", "do", "!", "{", "("),
}
# Programs whose `-e X=1` is a text to find or to change; `docker run -e X=1` sets a variable.
TEXT_PROGRAMS = {"grep", "egrep", "fgrep", "rg", "ag", "sed", "awk", "perl", "echo", "printf"}


def settings_in_script(text: str) -> Iterator[tuple[str, int]]:
    """Yield the settings of a script's commands, each with its line, "" for those of a variable.

    A name that a command prints, looks for or compares is not given to a program.
    """
    for number, line in logical_lines(text):
        names = [found[1] or "" for found in NAME.finditer(line)]
        given = {*_given(line), ""} if names else set()
        yield from ((name, number) for name in names if name in given)


def _given(line: str) -> Iterator[str]:
    for words in split_commands(line):
        for index, word in enumerate(words):
            is_option = word == "--settings"
            found = NAME.match(" ".join(words[index : index + 2]) if is_option else word)
            if found and found[1] and _is_given(words[:index], word):
                yield found[1]


def _is_given(before: list[str], word: str) -> bool:
    """Return whether a word is an assignment, or an option of manage.py."""
    if not word.startswith(VARIABLE):
        return any(map(MANAGEMENT.search, before))
    if before and before[-1] in {"-e", "--env"}:
        return not TEXT_PROGRAMS & set(before)
    others = {each for each in before if not (ASSIGNMENT.match(each) or each.startswith("-"))}
    return others <= BEFORE_ASSIGNMENT
