"""Patches of starters: what they change, what they refuse, and where hunks apply."""

from __future__ import annotations

import contextlib
import subprocess

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from channels_doctor.support.errors import Refused
from chanscaffold.starters.patch import BadPatch, apply_hunks, apply_patch, make_patch

NAMES = "--- a/settings.py\n+++ b/settings.py\n"
LETTERS = "a\nb\nc\nd\ne\nf\ng\nh\n"
CHANGED = LETTERS.replace("d", "D")
CHANGE = NAMES + "@@ -3,3 +3,3 @@\n c\n-d\n+D\n e\n"

# Few different lines, so that they repeat, and some that are special in patches or other programs.
LINES = st.sampled_from(
    ["", "a", "b", "c\r", "\x0c", "\u2028", "--- a", "+++ b", "@@ -1 +1 @@", "\\ No newline", "-- "]
)
TEXTS = st.lists(LINES, max_size=30).map(lambda lines: "".join(f"{line}\n" for line in lines))
fewer_examples = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("patched")


def edit(data: st.DataObject, text: str) -> str:
    """Return a text with a few changed lines, for a patch of several hunks."""
    lines = [f"{line}\n" for line in text.split("\n")[:-1]]
    for _ in range(data.draw(st.integers(0, 4))):
        start = data.draw(st.integers(0, len(lines)))
        new = [f"{line}\n" for line in data.draw(st.lists(LINES, max_size=2))]
        lines[start : start + data.draw(st.integers(0, 2))] = new
    return "".join(lines)


@fewer_examples
@given(TEXTS, TEXTS)
@example("", "a\n")
@example("a\nb\n", "")
@example("a\n" * 10, "a\n" * 11)
def test_a_patch_applies_to_the_text_it_was_made_for(old, new):
    patch = make_patch(old, new, "x")
    assert apply_patch(old, patch) == new if old != new else patch == ""


@fewer_examples
@given(st.data(), TEXTS)
def test_a_patch_of_several_hunks_applies_to_the_text_it_was_made_for(data, old):
    new = edit(data, old)
    assert not (patch := make_patch(old, new, "x")) or apply_patch(old, patch) == new


@pytest.mark.parametrize("context", ["1", "3"])
@fewer_examples
@given(data=st.data(), old=TEXTS)
def test_what_git_diff_makes_applies(folder, context, data, old):
    new = edit(data, old)
    (folder / "old").write_bytes(old.encode())
    (folder / "new").write_bytes(new.encode())
    command = ["git", "diff", "--no-index", "--text", f"-U{context}", "old", "new"]
    patch = subprocess.run(command, cwd=folder, check=False, capture_output=True).stdout.decode()
    assert not patch or not old or not new or apply_patch(old, patch) == new


def test_a_patch_names_the_file_and_has_three_lines_of_context():
    assert make_patch(LETTERS, CHANGED, "config/settings.py") == (
        "--- a/config/settings.py\n+++ b/config/settings.py\n"
        "@@ -1,7 +1,7 @@\n a\n b\n c\n-d\n+D\n e\n f\n g\n"
    )


# Where hunks apply


@pytest.mark.parametrize("added", [0, 1, 64, 1000])
def test_a_hunk_is_found_however_far_it_moved_down(added):
    assert apply_patch("x\n" * added + LETTERS, CHANGE) == "x\n" * added + CHANGED


@pytest.mark.parametrize("line", [5, 64, 1000])
def test_a_hunk_is_found_however_far_it_moved_up(line):
    assert apply_patch(LETTERS, CHANGE.replace("@@ -3,3 +3", f"@@ -{line},3 +{line}")) == CHANGED


@pytest.mark.parametrize("patch", [make_patch("a\n", "x\na\n", "x"), make_patch("a\n", "b\n", "x")])
def test_a_hunk_of_the_first_and_last_line_applies_elsewhere_too(patch):
    assert apply_patch("0\na\n1\n", patch) == f"0\n{apply_patch('a' + chr(10), patch)}1\n"


@pytest.mark.parametrize(("line", "changed"), [(1, 0), (2, 0), (3, 1), (6, 2), (500, 2)])
def test_a_hunk_applies_to_the_nearest_of_equal_lines(line, changed):
    expected = ["c\nd\ne\n"] * 3
    expected[changed] = "c\nD\ne\n"
    patch = CHANGE.replace("@@ -3,3 +3", f"@@ -{line},3 +{line}")
    assert apply_patch("c\nd\ne\n" * 3, patch) == "".join(expected)


def test_lines_without_context_apply_at_their_number():
    assert apply_patch("a\nb\n", NAMES + "@@ -1,0 +2 @@\n+x\n") == "a\nx\nb\n"
    assert apply_patch("", NAMES + "@@ -0,0 +1 @@\n+x\n") == "x\n"


@pytest.mark.parametrize("end", ["\r", "\x0c", "\x0b", "\x1c", "\x85", "\u2028"])
def test_only_a_line_feed_ends_a_line(end):
    patch = NAMES + f"@@ -2 +2 @@\n-b{end}c\n+x{end}y\n"
    assert apply_patch(f"a\nb{end}c\nd\n", patch) == f"a\nx{end}y\nd\n"


@pytest.mark.parametrize("text", ["a\nb\nc\nd\r\ne\n", "a\nb\nc\nd \ne\n", "a\nb\nx\nd\ne\n", ""])
def test_a_hunk_with_other_old_lines_does_not_apply(text):
    with pytest.raises(BadPatch, match="^hunk 1 no longer applies$"):
        apply_patch(text, CHANGE)


def test_the_hunks_that_apply_are_separate_from_the_others():
    patch = CHANGE + "@@ -7,2 +7,1 @@\n g\n-gone\n@@ -8 +7 @@\n-h\n+H\n"
    assert apply_hunks(LETTERS, patch) == (CHANGED.replace("h", "H"), [2])
    with pytest.raises(BadPatch, match="^hunks 1 and 2 no longer apply$"):
        apply_patch("h\n", patch)


# The form of a patch


@pytest.mark.parametrize(
    "patch",
    [
        "diff --git a/x b/x\nindex 1..2 100644\n" + CHANGE,
        "From 1 Mon Sep 17\nSubject: [PATCH] Shout\n\n---\n x | 2 +-\n\n"
        + CHANGE
        + "-- \n2.39.5 (Apple Git-154)\n\n",
        CHANGE.replace("--- a/settings.py", "--- settings.py.orig\t2026-01-01 00:00:00"),
        CHANGE.replace("@@\n", "@@ def shout():\n"),
        CHANGE.replace("a/settings.py", "../../etc/passwd"),
        CHANGE.removesuffix("\n"),
        CHANGE + "\n",
        CHANGE.replace("-3,3 +3,3", "-3,1 +3,9"),
    ],
    ids=["git", "mail", "times", "section", "names", "no end", "empty line", "wrong counts"],
)
def test_other_text_around_the_hunks_is_ignored(patch):
    assert apply_patch(LETTERS, patch) == CHANGED


def test_an_editor_may_have_removed_the_space_of_an_empty_line():
    patch = NAMES + "@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n"
    assert apply_patch("a\n\nb\n", patch) == "a\n\nc\n"


@pytest.mark.parametrize(
    ("patch", "part"),
    [
        ("", "it has no hunk"),
        ("hello\nworld\n", "it has no hunk"),
        (NAMES, "it has no hunk"),
        ("@@ -1 +1 @@\n-a\n+b\n", "it has no hunk"),
        (NAMES + "@@ -1 +one @@\n-a\n+b\n", "it is not a valid patch"),
        (NAMES + "@@ -1,2 +1 @@\n a\n?b\n", "it is not a valid patch"),
        (CHANGE + "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n", "more than one file"),
        (CHANGE + "diff --git a/../x b/../x\n" + CHANGE.replace("a/", "a/../"), "more than one"),
        ("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n", "more than change the lines"),
        ("--- a/x\n+++ /dev/null\t2026\n@@ -1 +0,0 @@\n-a\n", "more than change the lines"),
        ("diff --git a/x b/y\nrename from x\nrename to y\n" + CHANGE, "more than change the lines"),
        ("old mode 100644\nnew mode 120000\n" + CHANGE, "more than change the lines"),
        (NAMES + "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n", "without a line break"),
    ],
)
def test_a_patch_that_does_more_than_change_lines_of_one_file_is_refused(patch, part):
    with pytest.raises(BadPatch, match=part) as caught:
        apply_patch(LETTERS, patch)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 250


def test_a_file_without_a_line_break_at_the_end_is_not_patched():
    with pytest.raises(BadPatch, match="without a line break"):
        apply_patch("a", NAMES + "@@ -1,0 +2 @@\n+x\n")


@fewer_examples
@given(
    st.lists(
        st.sampled_from(
            [*CHANGE.splitlines(), "@@ -1,0 +1 @@", "\\ No", "", "diff --git a b", "-- "]
        )
    ),
    TEXTS,
)
def test_garbage_raises_no_other_error(lines, text):
    with contextlib.suppress(BadPatch):
        apply_patch(text, "\n".join(lines))


def test_patches_need_git(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="There is no git on your PATH, and patches need it"):
        apply_patch(LETTERS, CHANGE)


def test_the_users_configuration_and_the_repository_around_do_not_change_a_patch(
    monkeypatch, tmp_path
):
    (tmp_path / "gitconfig").write_text("[core]\n\tautocrlf = true\n[apply]\n\twhitespace = fix\n")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "config", "core.autocrlf", "true"], check=True)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / ".git"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    patch = CHANGE.replace("+D", "+D  ")
    assert apply_patch(LETTERS, patch) == LETTERS.replace("d", "D  ")
