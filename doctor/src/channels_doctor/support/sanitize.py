"""Text of other people's projects and servers, made harmless for terminals and for machines that read logs."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text with every control character but the line break spelled out: none can move a cursor or a title."""
    return "".join(each if each.isprintable() or each == "\n" else _spelled(each) for each in text)


def _spelled(character: str) -> str:
    return "    " if character == "\t" else character.encode("unicode_escape").decode("ascii")
