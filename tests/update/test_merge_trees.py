"""The merge of trees, for any trees: whose changes survive, and which arrive."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chanscaffold.update.merge_text import is_mergeable, merge_text
from chanscaffold.update.merge_trees import merge_trees
from chanscaffold.update.tree import EXECUTABLE, PLAIN, Entry

NAMES = st.sampled_from(["a.py", "b.txt", "d/a.py", "d/b.py", "d/e/a.py", "f/a.txt"])
LINES = [b"one\n", b"two\n", b"three\n", b"four\n"]
CONTENTS = st.one_of(
    st.lists(st.sampled_from(LINES), max_size=6).map(b"".join),
    st.binary(max_size=8),
)
MODES = st.sampled_from([PLAIN, EXECUTABLE])
ENTRIES = st.tuples(CONTENTS, MODES).map(lambda pair: Entry(*pair))
TREES = st.dictionaries(NAMES, ENTRIES, max_size=6)


def merge(base, mine, theirs):
    return merge_trees(base, mine, theirs, lambda _, *texts: merge_text(*texts))


@settings(max_examples=50, deadline=None)
@given(TREES, TREES)
def test_what_only_the_owner_has_changed_survives_byte_for_byte(base, mine):
    assert merge(base, mine, base) == (mine, [])


@settings(max_examples=50, deadline=None)
@given(TREES, TREES)
def test_what_only_the_template_has_changed_arrives_byte_for_byte(base, theirs):
    assert merge(base, base, theirs).tree == theirs


@settings(max_examples=50, deadline=None)
@given(TREES, TREES, TREES)
def test_an_update_in_two_steps_is_one_in_one_step_if_nobody_edited(one, two, three):
    first = merge(one, one, two).tree
    assert merge(two, first, three).tree == merge(one, one, three).tree


@settings(max_examples=50, deadline=None)
@given(TREES, TREES, TREES)
def test_a_second_update_changes_nothing(base, mine, theirs):
    merged = merge(base, mine, theirs).tree
    assert merge(theirs, merged, theirs) == (merged, [])


@settings(max_examples=50, deadline=None)
@given(TREES, TREES, TREES)
def test_every_file_is_the_owners_the_templates_or_named_in_the_report(base, mine, theirs):
    merged, changes = merge(base, mine, theirs)
    reported = {change.path for change in changes}
    for name in {*base, *mine, *theirs}:
        if name not in reported:
            assert merged.get(name) == mine.get(name)
        elif merged.get(name) not in (mine.get(name), theirs.get(name)):
            kinds = [change.kind for change in changes if change.path == name]
            assert kinds[0] in ("merged", "conflict", "replaced"), kinds


@settings(max_examples=50, deadline=None)
@given(TREES, TREES, TREES)
def test_what_the_owner_has_deleted_stays_deleted(base, mine, theirs):
    merged = merge(base, mine, theirs).tree
    assert not [name for name in base if name not in mine and name in merged]


def change(base, mine, theirs):
    """Merge one file, and return its content, the report, and what is beside it."""
    trees = [{} if each is None else {"file": Entry(each)} for each in (base, mine, theirs)]
    merged, changes = merge(*trees)
    beside = merged.get("file.new")
    return merged["file"].content, [each.kind for each in changes], beside and beside.content


def test_a_binary_file_of_both_sides_is_left_with_the_new_version_beside_it():
    assert change(b"\0one", b"\0mine", b"\0new") == (b"\0mine", ["conflict"], b"\0new")


def test_mixed_line_ends_of_both_sides_are_left_with_the_new_version_beside_them():
    mine = b"one\r\ntwo\nmine\n"
    assert change(b"one\ntwo\n", mine, b"one\nnew\n") == (mine, ["conflict"], b"one\nnew\n")


def test_windows_line_ends_stay_in_a_merged_file():
    base, mine, theirs = b"1\n2\n3\n4\n5\n", b"1\r\n2\r\n3\r\n4\r\nmine\r\n", b"new\n2\n3\n4\n5\n"
    merged = b"new\r\n2\r\n3\r\n4\r\nmine\r\n"
    assert change(base, mine, theirs) == (merged, ["merged"], None)


def test_windows_line_ends_of_a_checkout_are_no_change_of_the_owner():
    assert change(b"1\n2\n", b"1\r\n2\r\n", b"1\nnew\n") == (b"1\r\nnew\r\n", ["replaced"], None)


def test_a_large_file_is_compared_by_its_hash(tmp_path):
    import hashlib

    base = {"large": Entry(b"", digest=hashlib.sha256(b"old").hexdigest())}
    new = {"large": Entry(b"new")}
    assert merge(base, {"large": Entry(b"old")}, new).tree == new
    kept = merge(base, {"large": Entry(b"mine")}, new)
    assert kept.tree == {"large": Entry(b"mine"), "large.new": Entry(b"new")}


def test_an_obstacle_is_neither_written_nor_removed():
    link = Entry(b"", obstacle="it is a link")
    for theirs in ({"file": Entry(b"new")}, {}):
        merged, [found] = merge({"file": Entry(b"old")}, {"file": link}, theirs)
        assert merged == {"file": link}
        assert found == ("left", "file", "it is a link")


def test_a_text_is_mergeable_if_its_line_ends_are_alike():
    assert all(map(is_mergeable, (b"", b"a", b"a\nb\n", b"a\r\nb\r\n", "ä\n".encode("latin-1"))))
    assert not any(map(is_mergeable, (b"a\0", b"a\r\nb\n", b"a\rb\n", b"a\r\r\n")))
