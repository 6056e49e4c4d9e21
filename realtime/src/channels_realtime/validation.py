"""The names that people give to things, such as rooms: one rule for pages, sockets and models."""

import unicodedata

from django.core.exceptions import ValidationError

# Persian, Indic scripts and emoji join or separate the characters of a word with these two, the
# zero-width joiner and non-joiner. Both are invisible.
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
# Letters, marks, numbers and symbols, by the first letter of their Unicode category.
WORD_CATEGORIES = "LMNS"
# Servers put it in the place of bytes of a path that are not UTF-8.
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean_name(name: str, max_length: int = 100) -> str:
    """Return a name in the Unicode form NFC, in which it is stored and compared.

    Raise ValidationError for an empty name, for one of more than `max_length` characters, and for
    one with characters that are invisible, such as control characters. Joiners inside a word are
    accepted.
    """
    name = unicodedata.normalize("NFC", name)
    if not 0 < len(name) <= max_length:
        raise ValidationError(f"A name has 1 to {max_length} characters.")
    for index, character in enumerate(name):
        if not (is_joined(name, index) if character in JOINERS else is_visible(character)):
            raise ValidationError(f"A name must not contain U+{ord(character):04X}.")
    return name


def is_visible(character: str) -> bool:
    """Return whether a name may contain the character anywhere."""
    return character.isprintable() and character != REPLACEMENT


def is_joined(name: str, index: int) -> bool:
    """Return whether the character at `index` is between two characters of a word."""
    neighbours = name[max(index - 1, 0) : index] + name[index + 1 : index + 2]
    return len(neighbours) == 2 and all(map(is_word_character, neighbours))


def is_word_character(character: str) -> bool:
    """Return whether the character may stand beside a joiner."""
    return unicodedata.category(character)[0] in WORD_CATEGORIES and character != REPLACEMENT
