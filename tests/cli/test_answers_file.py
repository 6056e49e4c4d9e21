"""Answers files: what is read as one, and what is refused."""

import os

import pytest


@pytest.fixture
def answers(hook_runs, here):
    """Return a function that gives the answers of a project."""
    return lambda name="mysite": hook_runs(here / name)[0]["answers"]


def write(here, content):
    (here / "answers.toml").write_bytes(content)
    return "--answers-file=answers.toml"


def test_a_byte_order_mark_is_not_part_of_the_text(new, here, answers):
    result = new("mysite", write(here, b'\xef\xbb\xbflayer = "redis"\n'))
    assert result.exit_code == 0
    assert answers()["layer"] == "redis"


def test_the_record_of_a_project_is_an_answers_file(new, here, answers):
    record = b'version = "0.1.0"\nchange = 0\n\n[answers]\nproject_slug = "shop"\nlayer = "redis"\n'
    assert new("mysite", write(here, record)).exit_code == 0
    assert (answers()["layer"], answers()["project_slug"]) == ("redis", "mysite")


@pytest.mark.parametrize(
    "content",
    [
        b"layer = " + b"[" * 20_000,
        b"layer = " + b"{a=" * 20_000,
        b"layer = " + b"[" * 900 + b"]" * 900,
    ],
    ids=["brackets", "braces", "pairs"],
)
def test_a_deeply_nested_file_is_refused(new, here, content):
    result = new("mysite", write(here, content))
    assert result.exit_code == 2
    assert "answers.toml" in result.stderr
    assert not (here / "mysite").exists()


def test_a_file_of_more_than_a_megabyte_is_refused(new, here):
    result = new("mysite", write(here, b"#" * 1_000_001))
    assert result.exit_code == 2
    assert "has more than 1,000,000 bytes" in result.stderr


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_a_file_without_an_end_is_refused(new, here, kind):
    path = "/dev/zero"
    if kind == "pipe":
        path = str(here / "pipe")
        os.mkfifo(path)
    result = new("mysite", f"--answers-file={path}")
    assert result.exit_code == 2
    assert f"{path} is not a regular file" in result.stderr


@pytest.mark.parametrize("name", ["alice\\r", "alice\\n", "alice\\u000b"])
def test_white_space_in_a_username_is_refused(new, here, name):
    result = new("mysite", write(here, f'superusers = "{name}"\n'.encode()))
    assert result.exit_code == 2
    assert "is not a valid username" in result.stderr
