"""The real template: owners edit projects with every pair of options, and update them.

The fast tests have the edits of one project, and the slow ones prove two updated projects. All of
it: `pytest -m "matrix or slow or not slow" tests/update/test_matrix.py`.
"""

import json
import subprocess
import sys

import pytest
from support.cookiecutters import commit_all, git
from support.option_matrix import SCHEMA, cover_pairs, describe, list_choices, to_flags
from support.owner_edits import (
    EDITS,
    TOGETHER,
    change_template,
    delete_the_example,
    rename_the_example,
)
from support.pythons import python_or_skip
from support.sandbox import CHANSCAFFOLD
from support.update_fixtures import read_tree

MATRIX = cover_pairs(list_choices(SCHEMA))
PROVEN = 2  # rows in the slow tests
NAMES = list(map(describe, MATRIX))
ROWS = [
    pytest.param(answers, id=name, marks=[pytest.mark.matrix] if number else [])
    for number, (answers, name) in enumerate(zip(MATRIX, NAMES, strict=True))
]
PROOFS = [
    pytest.param(number, id=name, marks=pytest.mark.slow if number < PROVEN else pytest.mark.matrix)
    for number, name in enumerate(NAMES)
]


@pytest.fixture(scope="session")
def real_versions(clean_template, tmp_path_factory):
    """The template as it is, and a later version of it."""
    later = tmp_path_factory.mktemp("later") / "chanscaffold"
    return clean_template, change_template(clean_template, later)


@pytest.fixture
def make_real_site(make_site, new_site, real_versions, tmp_path):
    """Return a function that makes a project with answers, in which the owner makes edits."""

    def make(answers, edits):
        template, flags = real_versions[0], to_flags(answers)
        site = make_site(*flags, template=template)
        without = new_site(template, *to_flags({**answers, "example": False}))
        conflicts = [name for edit in edits for name in edit(site, without)]
        commit_all(site, "Edit")
        return site, conflicts

    return make


def own_lines(before, after):
    """Return the lines that the owner has added to each file."""
    return {
        name: set(content.splitlines()) - set(before.get(name, (b"",))[0].splitlines())
        for name, (content, _) in after.items()
    }


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("answers", ROWS)
def test_an_edit_survives_and_only_true_conflicts_occur(
    make_real_site, new_site, update, real_versions, answers, edit
):
    made = read_tree(new_site(real_versions[0], *to_flags(answers)))
    site, conflicts = make_real_site(answers, [edit])
    edited = read_tree(site)
    result = update(site, "--format", "json", template=real_versions[1])
    report = json.loads(result.stdout)
    found = [each["path"] for each in report["changes"] if each["kind"] == "conflict"]
    assert found == conflicts, report["changes"]
    assert result.exit_code == (1 if conflicts else 0)
    updated = read_tree(site)
    deleted = made.keys() - edited.keys()
    assert deleted.isdisjoint(updated)
    for name, lines in own_lines(made, edited).items():
        assert lines <= set(updated[name][0].splitlines()), name
    later = read_tree(new_site(real_versions[1], *to_flags(answers)))
    for name in made.keys() & edited.keys() & later.keys():
        if edited[name] == made[name]:
            assert updated[name] == later[name], name
    assert update(site, "--abort").exit_code == 0
    assert read_tree(site) == edited


@pytest.mark.parametrize("number", PROOFS)
def test_an_edited_project_is_updated_and_proven(make_real_site, real_versions, sandbox, number):
    answers = MATRIX[number]
    python = python_or_skip(SCHEMA["_python"][answers["django"]])
    example = rename_the_example if number % 2 else delete_the_example
    site, _ = make_real_site(answers, [*TOGETHER, example])
    env = sandbox.environment()
    superusers = ["--superuser", ""] if example is delete_the_example else []
    set_up = [python, "bootstrap.py", "--quiet", *superusers]
    subprocess.run(set_up, cwd=site, env=env, check=True)
    git(site, "add", "--all")
    git(site, "commit", "--quiet", "--message", "Lock")
    command = [sys.executable, "-P", "-c", CHANSCAFFOLD, "update", "--template", real_versions[1]]
    done = subprocess.run(
        list(map(str, command)), cwd=site, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("  ok ") == 4, done.stdout
    assert "Test the running site" in done.stdout
    assert "You have changed channels_realtime/, so you maintain it." in done.stdout
