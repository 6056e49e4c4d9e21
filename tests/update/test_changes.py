"""The numbered changes: renames, modifications of code, and what the owner has to do."""

import json

import pytest
from support.cookiecutters import commit_all
from support.paths import ROOT
from support.update_fixtures import (
    FIXTURES,
    Section,
    make_template,
    read_sections,
    read_tree,
    write_sections,
)

from channels_doctor.support.errors import Refused
from chanscaffold.update.changes import apply_changes, list_pending
from chanscaffold.update.code_changes import consumer_permissions
from chanscaffold.update.modify_code import modify_code
from chanscaffold.update.record import parse_record
from chanscaffold.update.tree import Entry

CHANGES = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))["_changes"]
OLD = """\
from channels_realtime.consumers import MessageConsumer


class RoomConsumer(MessageConsumer):  # my room
    async def can_join(self) -> bool:
        return  await super().can_join() and self.can_join is not None


class Other:
    def can_join(self):
        return self.can_join
"""
NEW = """\
from channels_realtime.consumers import MessageConsumer


class RoomConsumer(MessageConsumer):  # my room
    async def has_permission(self) -> bool:
        return  await super().has_permission() and self.has_permission is not None


class Other:
    def can_join(self):
        return self.can_join
"""


def test_every_entry_of_the_template_is_usable():
    pending = list_pending({"_changes": CHANGES}, 0)
    assert [change.number for change in pending] == list(range(1, len(CHANGES) + 1))
    assert all(set(each) <= {"summary", "renames", "code", "breaking"} for each in CHANGES)
    assert apply_changes(pending, {}, {}) == ({}, {}, {}, {})


def test_a_project_has_only_the_later_changes_pending():
    schema = {"_changes": [{"summary": str(number)} for number in range(1, 4)]}
    assert [change.number for change in list_pending(schema, 1)] == [2, 3]
    assert list_pending(schema, 3) == []


def test_the_permissions_of_consumers_are_renamed():
    assert consumer_permissions.change(OLD) == NEW
    assert consumer_permissions.change(NEW) == NEW


def test_only_the_owners_code_is_modified():
    names = ("a/b.py", "a.txt", "channels_realtime/a.py", "a/migrations/0001_a.py")
    tree, failed = modify_code("consumer_permissions", dict.fromkeys(names, Entry(OLD.encode())))
    changed = {name for name, entry in tree.items() if entry.content == NEW.encode()}
    assert (changed, failed) == ({"a/b.py"}, {})


@pytest.mark.parametrize("content", [b"can_join(", b"can_join = '\xff'", b"can_join\0"], ids=repr)
def test_code_that_cannot_be_read_stays_and_is_reported(content):
    tree = {"a.py": Entry(content)}
    modified, failed = modify_code("consumer_permissions", tree)
    assert modified == tree
    assert failed["a.py"]


@pytest.mark.parametrize("name", ["unknown", "../x", "os", ""])
def test_an_unknown_modification_is_refused(name):
    with pytest.raises(Refused, match="upgrade chanscaffold"):
        modify_code(name, {})


def test_a_new_project_has_all_changes(make_site, versions):
    record = (make_site(template=versions[1]) / ".chanscaffold.toml").read_bytes()
    assert parse_record(record, "").change == 2


@pytest.fixture
def with_code(tmp_path):
    """The later version with a modification of code as its third change."""
    changes = json.loads((FIXTURES / "changes.json").read_text(encoding="utf-8"))
    changes.append({"summary": "New names", "code": "consumer_permissions"})
    sections = read_sections(FIXTURES / "template_after.txt")
    return make_template(tmp_path / "template", sections, changes)


def test_a_modification_is_made_once_in_the_owners_own_files(make_site, update, with_code):
    site = make_site()
    write_sections(site, {"blog/consumers.py": Section(OLD.encode(), None)})
    commit_all(site, "Edit")
    result = update(site, template=with_code)
    assert result.exit_code == 0
    assert "  modified      blog/consumers.py\n" in result.output
    assert (site / "blog" / "consumers.py").read_text() == NEW
    write_sections(site, {"blog/consumers.py": Section(OLD.encode(), None)})
    commit_all(site, "Use the old name again")
    before = read_tree(site)
    assert update(site, template=with_code).exit_code == 0
    assert read_tree(site) == before


def test_renames_follow_each_other():
    schema = {
        "_changes": [
            {"summary": "1", "renames": {"a.py": "b.py", "old": "new"}},
            {"summary": "2", "renames": {"b.py": "c.py"}},
        ]
    }
    tree = {"a.py": Entry(b"1"), "old/x.py": Entry(b"2")}
    changed = apply_changes(list_pending(schema, 0), tree, {**tree, "old/own.py": Entry(b"3")})
    assert changed.base == {"c.py": Entry(b"1"), "new/x.py": Entry(b"2")}
    assert changed.mine == {**changed.base, "old/own.py": Entry(b"3")}
    assert changed.renamed == {"a.py": "c.py", "old/x.py": "new/x.py"}


def test_a_file_of_the_owner_is_not_overwritten_by_a_rename():
    schema = {"_changes": [{"summary": "1", "renames": {"a.py": "b.py"}}]}
    base, mine = {"a.py": Entry(b"1")}, {"a.py": Entry(b"1"), "b.py": Entry(b"own")}
    changed = apply_changes(list_pending(schema, 0), base, mine)
    assert (changed.base, changed.mine) == (base, mine)
