"""Patches of starters: what they change, what they refuse, and that git agrees."""

from __future__ import annotations

import contextlib
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chanscaffold.starters.patch import BadPatch, apply_patch, make_patch

NAMES = "--- a/settings.py\n+++ b/settings.py\n"
LETTERS = "a\nb\nc\nd\ne\nf\ng\nh\n"
CHANGE = NAMES + "@@ -3,3 +3,3 @@\n c\n-d\n+D\n e\n"

# Few different lines, so that they repeat; ends that other programs take for line breaks.
LINES = st.sampled_from(
    ["", "a", "b", "c\r", "\x0c", "\u2028", "--- a", "+++ b", "@@ -1 +1 @@", "\\ No newline", "-- "]
)
TEXTS = st.builds(
    lambda lines, end: "\n".join(lines) + end,
    st.lists(LINES, max_size=30),
    st.sampled_from(["", "\n"]),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("patched")


def refusal(text: str, patch: str) -> str:
    with pytest.raises(BadPatch) as caught:
        apply_patch(text, patch)
    return str(caught.value)


def edited(data: st.DataObject, text: str) -> str:
    """Return a text with a few lines changed, so that a patch has several hunks."""
    lines = text.split("\n")
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(lines)))
        lines[at : at + data.draw(st.integers(0, 2))] = data.draw(st.lists(LINES, max_size=2))
    return "\n".join(lines)


def applied_by(command: list[str], folder, old: str, patch: str) -> str:
    # Without a header of git's own, git takes the removal of all lines for the removal of the file.
    file = folder / "settings.py"
    file.write_bytes(old.encode())
    subprocess.run(command, cwd=folder, input=patch.encode(), check=True, capture_output=True)
    return file.read_bytes().decode() if file.exists() else ""


@settings(deadline=None)
@given(TEXTS, TEXTS)
@example("", "a")
@example("a", "a\n")
@example("a\n", "a")
@example("a\nb", "")
@example("a\n" * 10, "a\n" * 11)
def test_what_is_made_applies_to_the_text_it_was_made_for(old, new):
    assert apply_patch(old, make_patch(old, new, "x")) == new if old != new else make_patch(old, new, "x") == ""


@settings(deadline=None)
@given(st.data(), TEXTS)
def test_a_patch_of_several_hunks_applies_to_the_text_it_was_made_for(data, old):
    new = edited(data, old)
    assert not (patch := make_patch(old, new, "x")) or apply_patch(old, patch) == new


@settings(deadline=None)
@given(st.data(), TEXTS)
def test_a_patch_applies_below_lines_that_were_added_on_top(data, old):
    new = edited(data, old)
    top = "".join(f"{number}\n" for number in range(data.draw(st.integers(1, 300))))
    assert not (patch := make_patch(old, new, "x")) or not old or apply_patch(top + old, patch) == top + new


@pytest.mark.parametrize(
    "command",
    [["git", "apply", "--whitespace=nowarn"], ["patch", "--binary", "-p1", "-s"]],
    ids=" ".join,
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), old=TEXTS)
def test_git_and_patch_make_the_same_of_what_is_made(folder, command, data, old):
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not here")
    if patch := make_patch(old, new := edited(data, old), "settings.py"):
        assert applied_by(command, folder, old, patch) == new


@pytest.mark.parametrize("context", ["0", "1", "3"])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), old=TEXTS)
def test_what_git_diff_makes_applies(folder, context, data, old):
    if not shutil.which("git"):
        pytest.skip("git is not here")
    new = edited(data, old)
    (folder / "old").write_bytes(old.encode())
    (folder / "new").write_bytes(new.encode())
    command = ["git", "diff", "--no-index", "--text", f"-U{context}", "old", "new"]
    patch = subprocess.run(command, cwd=folder, check=False, capture_output=True).stdout.decode()
    assert not patch or apply_patch(old, patch) == new


def test_a_patch_names_the_file_and_has_three_lines_of_context():
    assert make_patch(LETTERS, LETTERS.replace("d", "D"), "config/settings.py") == (
        "--- a/config/settings.py\n+++ b/config/settings.py\n@@ -1,7 +1,7 @@\n a\n b\n c\n-d\n+D\n e\n f\n g\n"
    )


def test_a_missing_line_break_at_the_end_is_marked_on_both_sides():
    assert make_patch("a", "b", "x").endswith(
        "-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
    )


# Where a hunk goes.


@pytest.mark.parametrize("top", [0, 1, 63, 64, 65, 1000])
def test_a_hunk_is_found_however_far_it_moved_down(top):
    assert apply_patch("x\n" * top + LETTERS, CHANGE) == "x\n" * top + LETTERS.replace("d", "D")


@pytest.mark.parametrize("line", [5, 64, 70, 1000, 99_999_999])
def test_a_hunk_is_found_however_far_it_moved_up(line):
    assert apply_patch(LETTERS, CHANGE.replace("-3,", f"-{line},")) == LETTERS.replace("d", "D")


@pytest.mark.parametrize(("line", "changed"), [(1, 0), (2, 0), (3, 1), (5, 1), (6, 2), (500, 2)])
def test_of_places_that_fit_the_nearest_is_taken(line, changed):
    three = ["c\nd\ne\n"] * 3
    three[changed] = "c\nD\ne\n"
    expected = "".join(three)
    assert apply_patch("c\nd\ne\n" * 3, CHANGE.replace("-3,", f"-{line},")) == expected


def test_what_was_added_at_a_files_end_goes_there_though_nearer_lines_look_the_same():
    patch = make_patch("a\nb\n", "a\nb\nc\n", "x")
    assert apply_patch("a\nb\n0\na\nb\n", patch) == "a\nb\n0\na\nb\nc\n"
    assert apply_patch("a\nb\n0\n", patch) == "a\nb\nc\n0\n"


def test_a_hunk_moves_with_the_hunks_above_it():
    patch = NAMES + "@@ -1 +1 @@\n-a\n+A\n@@ -3 +3 @@\n-c\n+C\n"
    assert apply_patch("c\n0\nc\n0\n0\na\nc\nc\nc\n", patch) == "c\n0\nc\n0\n0\nA\nc\nC\nc\n"


def test_a_hunk_is_looked_for_below_the_hunk_above_it_only():
    patch = NAMES + "@@ -1 +1 @@\n-b\n+B\n@@ -2 +2 @@\n-a\n+A\n"
    assert "hunk 2 of 2 (at line 2) no longer applies: there is no line 'a' near it" in refusal(
        "a\nb\n", patch
    )


def test_lines_without_context_go_where_their_number_says():
    assert apply_patch("a\nb\n", NAMES + "@@ -1,0 +2 @@\n+x\n") == "a\nx\nb\n"
    assert apply_patch("", NAMES + "@@ -0,0 +1 @@\n+x\n") == "x\n"


@pytest.mark.parametrize(
    ("text", "hunks", "part"),
    [
        (
            "a\n",
            "@@ -2,0 +3 @@\n+x\n",
            "hunk 1 of 1 (at line 2) no longer applies: the file has 1 lines",
        ),
        ("a", "@@ -1,0 +2 @@\n+x\n", "line 1 is 'a' without a line break"),
        (
            "a\nb\n",
            "@@ -1,0 +2 @@\n+x\n\\ No newline at end of file\n",
            "it is for the file's end, after line 2",
        ),
        (
            "0\na\nb\n",
            "@@ -1 +1 @@\n-a\n+A\n@@ -2,0 +3 @@\n+x\n",
            "hunk 2 of 2 (at line 2) no longer applies",
        ),
    ],
)
def test_lines_without_context_go_nowhere_else(text, hunks, part):
    assert part in refusal(text, NAMES + hunks)


@pytest.mark.parametrize("end", ["\r", "\x0c", "\x0b", "\x1c", "\x85", "\u2028"])
def test_only_a_line_feed_ends_a_line(end):
    assert (
        apply_patch(f"a\nb{end}c\nd\n", NAMES + f"@@ -2 +2 @@\n-b{end}c\n+x{end}y\n")
        == f"a\nx{end}y\nd\n"
    )


@pytest.mark.parametrize(
    ("text", "other"), [("a\r\n", "a\n"), ("a\n", "a\r\n"), ("a ", "a"), ("a", "a\n"), ("a\n", "a")]
)
def test_lines_that_look_alike_are_not_taken_for_each_other(text, other):
    assert "no longer applies" in refusal(text, make_patch(other, "b\n", "x"))


def test_lines_that_end_the_file_without_a_line_break_go_to_its_end_only():
    assert "no longer applies" in refusal("a\nb\n", make_patch("a\n", "a", "x"))
    assert apply_patch("b\na\n", make_patch("a\n", "a", "x")) == "b\na"


# What a reader is told.


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\nb\nx\nd\ne\n", "there is no line 'c' near it: line 3 is 'x'"),
        ("a\nb\nc\nd\r\ne\n", "there is no line 'd' near it: line 4 is 'd\\r'"),
        ("a\nb\nc\nd\n", "there is no line 'e' near it: the file ends after line 4"),
        ("a\nb\nc\nd\nx\ne\n", "line 5 is 'x', and 'e' is expected there"),
        ("", "there is no line 'c' near it: the file ends after line 0"),
    ],
)
def test_a_hunk_that_does_not_apply_says_which_line_is_missing(text, message):
    assert refusal(text, CHANGE) == f"hunk 1 of 1 (at line 3) no longer applies: {message}"


def test_lines_in_messages_are_cut_and_harmless_for_terminals():
    message = refusal("\x1b[2J" + "x" * 1000 + "\n", make_patch("a\n", "b\n", "x"))
    assert len(message) < 250
    assert message.isprintable()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LETTERS, LETTERS.replace("d", "D")),
        (LETTERS, LETTERS.replace("d\n", "")),
        (LETTERS, LETTERS.replace("d\n", "d\nx\n")),
        (LETTERS, LETTERS + "x\n"),
        (LETTERS, LETTERS + "x"),
        (LETTERS, "x\n" + LETTERS),
    ],
    ids=[
        "changed",
        "removed",
        "added",
        "added at the end",
        "added without a line break",
        "added at the start",
    ],
)
def test_a_hunk_whose_lines_are_there_already_is_to_be_removed(old, new):
    for top in ("", "0\n"):
        assert refusal(top + new, make_patch(old, new, "x")).endswith(
            "is in the template already: remove it from the patch"
        )


def test_a_hunk_is_not_there_already_because_its_context_is():
    assert "no longer applies" in refusal("\nx\n", NAMES + "@@ -1,2 +1 @@\n \n-a\n")
    assert apply_patch("a\n" * 10, make_patch("a\n" * 10, "a\n" * 11, "x")) == "a\n" * 11


# What a patch may look like.


@pytest.mark.parametrize(
    "patch",
    [
        "diff --git a/x b/x\nindex 1..2 100644\n" + CHANGE,
        "From 1 Mon Sep 17\nSubject: [PATCH] Shout\n\n---\n x | 2 +-\n\n"
        + CHANGE
        + "-- \n2.39.5 (Apple Git-154)\n\n",
        CHANGE.replace("--- a/settings.py", "--- settings.py.orig\t2026-01-01 00:00:00"),
        CHANGE.replace("@@\n", "@@ def shout():\n"),
        CHANGE.removesuffix("\n"),
        CHANGE + "\n",
    ],
    ids=["git", "mail", "times", "section", "no end", "empty line"],
)
def test_what_tools_and_editors_write_around_hunks_does_not_matter(patch):
    assert apply_patch(LETTERS, patch) == LETTERS.replace("d", "D")


def test_an_editor_may_have_stripped_the_space_of_an_empty_line():
    assert apply_patch("a\n\nb\n", NAMES + "@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n") == "a\n\nc\n"


def test_the_mark_of_a_missing_line_break_may_be_in_any_language():
    assert apply_patch("a\n", NAMES + "@@ -1 +1 @@\n-a\n+b\n\\ Pas de fin de ligne\n") == "b"


@pytest.mark.parametrize(
    ("patch", "part"),
    [
        ("", "it has no hunk"),
        ("hello\nworld\n", "it has no hunk"),
        (NAMES, "it has no hunk"),
        ("@@ -1 +1 @@\n-a\n+b\n", "it has no hunk"),
        (NAMES + "@@ -1 +one @@\n-a\n+b\n", "it has no hunk"),
        (NAMES + f"@@ -{'9' * 5000} +1 @@\n-a\n+b\n", "it has no hunk"),
        (
            CHANGE + f"@@ -{'9' * 9} +1 @@\n-a\n+b\n",
            "hunk 1 of 1 (at line 3) goes on with '@@ -999999999 +1 @@'",
        ),
        (CHANGE + CHANGE, "it changes more than one file: another follows hunk 1 of 2 (at line 3)"),
        (
            CHANGE + "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n",
            "it changes more than one file",
        ),
        ("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n", "it creates or deletes a file"),
        ("--- a/x\n+++ /dev/null\t2026\n@@ -1 +0,0 @@\n-a\n", "it creates or deletes a file"),
        (
            "diff --git a/x b/x\nnew file mode 100644\n",
            "'new file mode 100644' is more than a patch may do",
        ),
        ("diff --git a/x b/y\nrename from x\nrename to y\n" + CHANGE, "'rename from x' is more"),
        (
            "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n" + CHANGE,
            "'old mode 100644' is more",
        ),
        (
            "diff --git a/x b/x\nindex 1..2\nBinary files a/x and b/x differ\n",
            "'Binary files a/x and b/x differ' is more",
        ),
        (
            "diff --git a/x b/x\nindex 1..2\nGIT binary patch\nliteral 1\nIc\n",
            "'GIT binary patch' is more",
        ),
        (
            NAMES + "@@ -1 +1 @@\n-a\n+b\n+c\n",
            "goes on with '+c' after the 1 old and 1 new lines of its header",
        ),
        (
            NAMES + "@@ -1 +1 @@\n-a\n+b\n\n@@ -2 +2 @@\n-a\n+b\n",
            "hunk 1 of 2 (at line 1) goes on with ''",
        ),
        (
            NAMES + "@@ -1,3 +1,2 @@\n a\n-b\n",
            "does not have the 3 old and 2 new lines that its header announces",
        ),
        (
            NAMES + "@@ -1 +1 @@\n-a\n-b\n+c\n",
            "does not have the 1 old and 1 new lines that its header announces",
        ),
        (NAMES + "@@ -1,2 +1 @@\n a\n?b\n", "has a line '?b'"),
        (
            NAMES + "@@ -1 +1 @@\n\\ No newline at end of file\n-a\n+b\n",
            "has a line '\\\\ No newline",
        ),
        (NAMES + "@@ -1 +1 @@\n a\n", "hunk 1 of 1 (at line 1) changes nothing"),
        (NAMES + "@@ -1,0 +1,0 @@\n", "hunk 1 of 1 (at line 1) changes nothing"),
        (NAMES + "@@ -0 +1 @@\n-a\n+b\n", "hunk 1 of 1 (at line 0) starts before line 1"),
        (
            NAMES + "@@ -5 +5 @@\n-e\n+E\n@@ -1 +1 @@\n-a\n+A\n",
            "hunk 2 of 2 (at line 1) starts before line 6",
        ),
        (NAMES + "@@ -1,2 +1 @@\n-a\n\\ No newline\n-b\n+c\n", "and more lines come after that"),
        (
            NAMES + "@@ -1 +1 @@\n-a\n+b\n\\ No newline\n@@ -1,0 +2 @@\n+c\n",
            "hunk 1 of 2 (at line 1) says that the file ends",
        ),
    ],
)
def test_what_is_not_a_patch_of_one_file_in_place_is_refused(patch, part):
    message = refusal(LETTERS, patch)
    assert part in message
    assert "\n" not in message
    assert len(message) < 250


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*CHANGE.splitlines(), "@@ -1,0 +1 @@", "\\ No", "", "diff --git a b", "-- "]
        )
    ),
    TEXTS,
)
def test_garbage_is_refused_or_applied_but_nothing_else(lines, text):
    try:
        apply_patch(text, "\n".join(lines))
    except BadPatch as error:
        message = str(error)
    else:
        message = ""
    assert message.isprintable()


# None takes a second, and what is quadratic takes minutes.
MANY = 100_000


@pytest.mark.parametrize(
    ("text", "patch"),
    [
        (
            "a\n" * MANY,
            NAMES
            + f"@@ -1,{MANY // 2} +1,{MANY // 2} @@\n"
            + " a\n" * (MANY // 2 - 1)
            + "-b\n+c\n",
        ),
        (
            "a\n" * MANY,
            NAMES + f"@@ -1,{MANY // 2} +1,{MANY // 2} @@\n-b\n+c\n" + " a\n" * (MANY // 2 - 1),
        ),
        (
            "".join(f"{n}\n" for n in range(MANY // 4)) + "a\n" * MANY,
            NAMES + "".join(f"@@ -{4000 * n + 1} +1 @@\n-{n}\n+a\n" for n in range(MANY // 4)),
        ),
        (
            "a\n" * MANY + "a\na\nb\n" * 9,
            NAMES + "".join(f"@@ -{n},3 +1,3 @@\n a\n a\n-b\n+c\n" for n in range(1, MANY // 4, 3)),
        ),
    ],
    ids=[
        "the last line is missing",
        "the first line is missing",
        "each hunk has moved up",
        "a hunk has moved down",
    ],
)
def test_many_equal_lines_are_read_a_few_times_only(text, patch):
    with contextlib.suppress(BadPatch):
        apply_patch(text, patch)
