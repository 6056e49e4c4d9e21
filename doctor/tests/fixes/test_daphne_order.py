"""Daphne moves to the front of INSTALLED_APPS."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fixes import FORMS, NOWHERE, STEADY, fixed, forms, line_of, noise, run, skipped, spaces

from channels_doctor.fixes.fix_file import fix_file

BUILT_IN = ["django.contrib.admin", "django.contrib.staticfiles"]


@st.composite
def files(draw, statement):
    """Return a file with a statement between other text."""
    form = FORMS[draw(forms)]
    return form(draw(noise) + draw(statement) + "\n" + draw(noise))


@st.composite
def app_lists(draw):
    names = draw(
        st.lists(st.sampled_from(["chat", "channels", "rest", *BUILT_IN]), min_size=1, unique=True)
    )
    names.insert(draw(st.integers(1, len(names))), "daphne")
    opening, closing = draw(st.sampled_from(["[]", "()"]))
    parts = [f'"{name}"{draw(spaces)},{draw(spaces)}' for name in names]
    if draw(st.booleans()):
        parts[-1] = re.sub(",", "", parts[-1], count=1)
    return f"INSTALLED_APPS = {opening}{draw(spaces)}{''.join(parts)}{closing}"


@pytest.mark.slow
@STEADY
@given(files(app_lists()))
def test_daphne_moves_to_the_front_of_a_list_or_the_list_stays_unchanged(before):
    answer = fix_file(
        NOWHERE, "settings.py", before, [("daphne-order", line_of(before, b"INSTALLED"))]
    )
    old, new = run(before)["INSTALLED_APPS"], run(answer.after)["INSTALLED_APPS"]
    if answer.skipped:
        assert answer.after == before
        return
    assert list(new) == ["daphne", *(name for name in old if name != "daphne")]
    assert type(old) is type(new)
    comments = [sorted(re.findall(rb"#.*", each)) for each in (before, answer.after)]
    assert comments[0] == comments[1]
    assert outside(before) == outside(answer.after)
    again = fix_file(
        NOWHERE, "settings.py", answer.after, [("daphne-order", line_of(before, b"INSTALLED"))]
    )
    assert again.after == answer.after


def outside(data):
    """Return the text before and after the list of apps."""
    start = data.index(b"INSTALLED_APPS")
    rest = data[start:]
    end = re.search(
        rb"[\])][ \t]*\r?(\n|$)", re.sub(rb"#.*", lambda found: b"." * len(found[0]), rest)
    )
    return data[:start], rest[end.start() :]


LAID_OUT = """INSTALLED_APPS = [
    # Django
    "django.contrib.staticfiles",  # the files

    # Realtime
    "daphne",  # runserver
    "chat",
]
"""


def test_comments_about_daphne_move_with_it_and_group_headings_stay():
    assert fixed("daphne-order", LAID_OUT) == LAID_OUT.replace(
        '    "daphne",  # runserver\n', ""
    ).replace("[\n", '[\n    "daphne",  # runserver\n')
    own = LAID_OUT.replace("# Realtime", "# Has to be first")
    assert fixed("daphne-order", own).startswith(
        'INSTALLED_APPS = [\n    # Has to be first\n    "daphne",  # runs'
    )
    assert '"django.contrib.staticfiles",  # the files\n\n    "chat",\n]' in fixed(
        "daphne-order", own
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["a", "daphne"]', '["daphne", "a"]'),
        ('("a", "daphne", )', '("daphne", "a", )'),
        ('"a", "daphne"', '"daphne", "a"'),
        ('[*BASE, "daphne.apps.DaphneConfig"]', '["daphne.apps.DaphneConfig", *BASE]'),
        ('[\n    "a",\n    "daphne"  # d\n]', '[\n    "daphne",  # d\n    "a"\n]'),
        ('["a",  # a\n "daphne",\n "b"]', '["daphne",\n "a",  # a\n "b"]'),
    ],
)
def test_the_layout_of_a_list_is_kept(before, after):
    assert fixed("daphne-order", f"INSTALLED_APPS = {before}\n") == f"INSTALLED_APPS = {after}\n"


def test_mixed_line_ends_are_kept():
    before = 'A = 1\nINSTALLED_APPS = [\r\n  "a",\r\n  "daphne",  # d\r\n]\nB = 2\r\n'
    after = 'A = 1\nINSTALLED_APPS = [\r\n  "daphne",  # d\r\n  "a",\r\n]\nB = 2\r\n'
    assert fixed("daphne-order", before, 2) == after
    assert fixed("daphne-order", f"\f{before}", 2) == f"\f{after}"


@pytest.mark.parametrize(
    "value",
    [
        '["a"] + ["daphne"]',
        "apps()",
        '["daphne", "a"]',
        '["a"]',
        '["a", "daphne", "daphne"]',
        '["a",  # a\n "daphne"]',
    ],
)
def test_apps_outside_of_a_single_literal_are_not_fixed(value):
    assert skipped("daphne-order", f"INSTALLED_APPS = {value}\n").endswith(".")
