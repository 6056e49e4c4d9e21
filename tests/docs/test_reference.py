"""The reference is complete: options, commands, rules, settings, close codes, keys of starters."""

import json
import re
import sys

import pytest
from support.paths import ROOT

REFERENCE = ROOT / "docs" / "reference"


@pytest.fixture(autouse=True)
def sources(monkeypatch):
    """Make the extension and the library importable."""
    for folder in ("docs/_ext", "realtime/src"):
        monkeypatch.syspath_prepend(str(ROOT / folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)


def read(name):
    return (REFERENCE / name).read_text(encoding="utf-8")


def first_cells(text):
    """Return the first cell of every row of the tables."""
    return [row.strip() for row in re.findall(r"(?m)^\|([^|]*)\|", text)]


def test_every_option_of_the_template_has_a_section_with_every_choice():
    from generated_reference.options import options_page

    page = options_page()
    schema = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    keys = {key for key in schema if not key.startswith("_")} - {"project_slug"}
    assert set(re.findall(r"(?m)^## `(\w+)`$", page)) == keys
    choices = {value for key in keys if isinstance(schema[key], list) for value in schema[key]}
    assert choices <= {cell.strip("`") for cell in first_cells(page)}


def test_every_command_has_a_page_with_its_options_and_the_index_names_it():
    from generated_reference.commands import command_pages

    pages = command_pages()
    assert {"new", "doctor", "channels-doctor", "starter-new", "starter-check"} <= set(pages)
    assert all(f"({name}.md)" in pages["index"] for name in pages if name != "index")
    assert "`--layer [memory\\|redis]`" in pages["new"]
    assert "$ chanscaffold new mysite\n" in pages["new"]


def test_every_rule_has_a_page_with_its_symptom_and_its_fix():
    from generated_reference.rules import rule_pages

    from channels_doctor.examine.registry import load_rules

    pages = rule_pages()
    assert set(pages) == {rule.id for rule in load_rules()} | {"index"}
    for name, page in pages.items():
        if name != "index":
            assert "\n## Symptom\n" in page
            assert "\n## Fix\n" in page
            assert f"({name}.md)" in pages["index"]


def test_a_page_is_written_only_when_it_differs_and_an_old_one_is_removed(tmp_path):
    from generated_reference.pages import write_pages

    write_pages(tmp_path, {"one": "1\n", "two": "2\n"})
    before = (tmp_path / "one.md").stat().st_mtime_ns
    write_pages(tmp_path, {"one": "1\n"})
    assert [path.name for path in tmp_path.iterdir()] == ["one.md"]
    assert (tmp_path / "one.md").stat().st_mtime_ns == before


def test_the_settings_have_the_library_s_names_and_defaults():
    from channels_realtime.conf import RealtimeSettings, Setting

    rows = {
        name: default.strip().strip("`").replace(",", "")
        for name, default in re.findall(r"(?m)^\| `(\w+)` \|([^|]*)\|", read("settings.md"))
    }
    settings = [each for each in vars(RealtimeSettings).values() if isinstance(each, Setting)]
    for setting in settings:
        is_whole = isinstance(setting.default, float) and setting.default.is_integer()
        shown = str(int(setting.default) if is_whole else setting.default) or '""'
        assert rows[setting.name] == shown


def test_the_close_codes_are_those_of_the_library():
    from channels_realtime.messages import CloseCode

    rows = re.findall(r"(?m)^\| (\d{4}) \| `(\w+)` \|", read("close-codes.md"))
    assert rows == [(str(code.value), code.name) for code in CloseCode]


def test_the_keys_of_a_starter_are_complete():
    from chanscaffold.starters.manifest import FILES_KEYS, KEYS, QUESTION_KEYS

    rows = " ".join(first_cells(read("starters.md")))
    keys = {*KEYS, *FILES_KEYS, *QUESTION_KEYS}
    assert {key for key in keys if not re.search(rf"`\[?{key}\b", rows)} == set()


def test_the_limits_of_a_starter_are_those_of_the_program():
    from chanscaffold.starters import file_rules as limits
    from chanscaffold.starters.git.run_git import MAX_FETCH_BYTES

    refused = " ".join(read("starters.md").partition("\n## What is refused\n")[2].split())
    assert (
        f"over {limits.MAX_MANIFEST_BYTES >> 10} KiB, more than {limits.MAX_FILES:,} files"
        in refused
    )
    assert (
        f"over {limits.MAX_NAME_BYTES} bytes, a file over {limits.MAX_FILE_BYTES >> 20} MiB"
        in refused
    )
    assert f"more than {limits.MAX_TOTAL_BYTES >> 20} MiB in all" in refused
    assert f"a repository over {MAX_FETCH_BYTES >> 20} MiB" in refused
