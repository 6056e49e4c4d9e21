"""The names that people give to things."""

import pytest
from django.core.exceptions import ValidationError

from channels_realtime.validation import clean_name


@pytest.mark.parametrize(
    "name",
    [
        *("lobby", "a b", "..", "x" * 100, "café", "नमस्ते", "💬"),
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian: a non-joiner between letters
        "ක්\u200dෂ",  # Sinhala: a joiner between a mark and a letter
        "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥",
    ],
)
def test_a_name_in_any_script_is_kept(name):
    assert clean_name(name) == name


def test_a_name_is_composed():
    assert clean_name("cafe\u0301") == "caf\u00e9"


def test_the_length_is_that_of_the_composed_name():
    assert clean_name("e\u0301" * 100) == "\u00e9" * 100
    with pytest.raises(ValidationError, match="A name has 1 to 3 characters"):
        clean_name("\u0958\u0958", 3)  # NFC decomposes this letter


@pytest.mark.parametrize(
    "character", [*map(chr, (0, 0x0A, 0x7F, 0x85, 0x202E, 0x2028, 0xFEFF, 0xD800, 0xFFFD))]
)
def test_an_invisible_character_is_refused_and_named(character):
    with pytest.raises(ValidationError, match=f"U\\+{ord(character):04X}"):
        clean_name(f"a{character}b")


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
@pytest.mark.parametrize("name", ["{}", "{}a", "a{}", "a{} b", "a {}b", "a{}{}b", "-{}b"])
def test_a_joiner_outside_of_a_word_is_refused(name, joiner):
    with pytest.raises(ValidationError, match="U\\+200"):
        clean_name(name.replace("{}", joiner))


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_an_empty_and_a_long_name_are_refused(name):
    with pytest.raises(ValidationError, match="A name has 1 to 100 characters"):
        clean_name(name)
