"""A line of shell, split into its commands."""

from __future__ import annotations

import os
import shlex

SHELLS = {"sh", "bash", "ash", "dash", "zsh"}
MAX_SHELL_DEPTH = 3  # shells in shells
MAX_LINE = 20_000  # characters


def split_commands(text: str, depth: int = 0) -> list[list[str]]:
    """Return the commands of a line, each as its words.

    `&&`, `||`, `;`, `|` and `&` separate commands. `sh -c "…"` is replaced by its commands.
    """
    commands: list[list[str]] = [[]]
    for word in _split_words(text):
        if set(word) <= set(";|&"):
            commands.append([])
        else:
            commands[-1].append(word)
    return [each for words in commands if words for each in _inner_commands(words, depth)]


def _split_words(text: str) -> list[str]:
    line = text[:MAX_LINE].replace("\n", " ")
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";|&")
    lexer.whitespace_split = True
    try:
        return list(lexer)
    except ValueError:  # a quote without its end
        return text[:MAX_LINE].split()


def _inner_commands(words: list[str], depth: int) -> list[list[str]]:
    """Return the commands that a shell in the command runs, else the command itself."""
    for index, (word, option) in enumerate(zip(words, words[1:])):
        is_shell = os.path.basename(word) in SHELLS
        if is_shell and option.startswith("-") and option.endswith("c"):
            script = " ".join(words[index + 2 : index + 3])
            return split_commands(script, depth + 1) if depth < MAX_SHELL_DEPTH else []
    return [words]


def logical_lines(text: str) -> list[tuple[int, str]]:
    """Return the lines of a text with their numbers; a final backslash joins the next line."""
    lines: list[tuple[int, str]] = []
    pending = ""
    start = 1
    for number, line in enumerate(text.splitlines(), 1):
        start = start if pending else number
        if line.rstrip().endswith("\\"):
            pending += line.rstrip()[:-1] + " "
        elif not (pending and line.lstrip().startswith("#")):  # no comment between joined lines
            lines.append((start, pending + line))
            pending = ""
    return [*lines, (start, pending)] if pending else lines
