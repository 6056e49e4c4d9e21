"""Files of options that were not chosen: the command and the hook leave out the same ones."""

import itertools

import pytest
from support.option_matrix import SCHEMA, combine, list_choices
from support.renders import list_files, load_hook, template_context, template_files

from chanscaffold.optional_files import find_unused, remove_unused

CHOICES = list_choices(SCHEMA)
ALL = {"docker": True, "ci": "github", "example": True}
# Names that a starter may add, and names that start like one of the table.
MORE = (
    "chat/extra.py",
    ".github/CODEOWNERS",
    "chatter/a.py",
    "chat.md",
    "Dockerfile.md",
    "tests/test_chat.py.txt",
)


def table_keys():
    return sorted({key for entry in SCHEMA["_optional_files"] for key in entry["when"]})


@pytest.mark.parametrize("answers", combine({key: CHOICES[key] for key in table_keys()}), ids=str)
def test_the_command_and_the_hook_leave_out_the_same_files(answers):
    names, hook = [*template_files(), *MORE], load_hook(**answers)
    found = find_unused(names, SCHEMA, template_context(answers)["cookiecutter"])
    assert found == [name for name in names if hook.is_unused(name)]


def unused(answers, names):
    return find_unused(names, SCHEMA, {**ALL, **answers})


def test_a_file_stays_while_its_answer_is_given():
    assert unused({}, MORE) == []


def test_a_folder_in_the_table_means_all_files_below_it():
    assert unused({"example": False, "ci": "none"}, MORE) == ["chat/extra.py", ".github/CODEOWNERS"]


def test_a_file_needs_every_answer_of_its_entry():
    schema = {"_optional_files": [{"when": {"a": 1, "b": 1}, "files": ["x"]}]}
    for a, b in itertools.product((0, 1), (0, 1)):
        expected = [] if a and b else ["x"]
        assert find_unused(["x"], schema, {"a": a, "b": b}) == expected


def test_only_folders_that_become_empty_are_removed(tmp_path):
    for name in ("chat/static/chat/page.js", "docs/a.md", ".github/workflows/ci.yml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    remove_unused(str(tmp_path), SCHEMA, {**ALL, "example": False, "ci": "none"})
    assert list_files(tmp_path) == {"docs/a.md"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs", "empty"]
