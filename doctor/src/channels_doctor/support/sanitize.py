"""Make untrusted text harmless for terminals and logs."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text with its control characters spelled out, except line breaks."""
    return "".join(each if each.isprintable() or each == "\n" else _spell(each) for each in text)


def _spell(character: str) -> str:
    return "    " if character == "\t" else character.encode("unicode_escape").decode("ascii")
