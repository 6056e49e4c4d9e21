"""A line of shell as the commands in it."""

from __future__ import annotations

import os
import shlex

SHELLS = {"sh", "bash", "ash", "dash", "zsh"}
DEEPEST = 3  # shells in shells
LONGEST = 20_000  # characters


def sentences(text: str, depth: int = 0) -> list[list[str]]:
    """Return the commands of a line, each as its words: parted at `&&`, `||`, `;`, `|` and `&`, `sh -c "…"` entered."""
    found: list[list[str]] = [[]]
    for word in _words(text):
        if set(word) <= set(";|&"):
            found.append([])
        else:
            found[-1].append(word)
    return [each for words in found if words for each in _entered(words, depth)]


def _words(text: str) -> list[str]:
    reader = shlex.shlex(text[:LONGEST].replace("\n", " "), posix=True, punctuation_chars=";|&")
    reader.whitespace_split = True
    try:
        return list(reader)
    except ValueError:  # a quote that does not end
        return text[:LONGEST].split()


def _entered(words: list[str], depth: int) -> list[list[str]]:
    """Return the commands that a shell in the command runs, else the command itself."""
    for index, word in enumerate(words[:-1]):
        following = words[index + 1]
        if (
            os.path.basename(word) in SHELLS
            and following.startswith("-")
            and following.endswith("c")
        ):
            inner = " ".join(words[index + 2 : index + 3])
            return sentences(inner, depth + 1) if depth < DEEPEST else []
    return [words]


def logical_lines(text: str) -> list[tuple[int, str]]:
    """Return the lines of a text with their numbers, those that end in a backslash joined with the next."""
    found: list[tuple[int, str]] = []
    waiting = ""
    start = 1
    for number, line in enumerate(text.splitlines(), 1):
        start = start if waiting else number
        if line.rstrip().endswith("\\"):
            waiting += line.rstrip()[:-1] + " "
        elif not (
            waiting and line.lstrip().startswith("#")
        ):  # a comment between joined lines is left out
            found.append((start, waiting + line))
            waiting = ""
    return [*found, (start, waiting)] if waiting else found
