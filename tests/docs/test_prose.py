"""Prose: links lead somewhere, lines are short, and the README has the command of the tests."""

import re

import pytest
from support.paths import ROOT

LONGEST_LINE = 100
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
TESTS = (
    "python -m pip install uv && python -m uv run pytest"
    " && python -m uv run --directory realtime pytest"
    " && python -m uv run --directory doctor pytest"
)
# The template, what the documentation builds, and what tools install.
OTHERS = re.compile(r"\{\{|_build/|reference/(commands|rules)/|(^|/)\.")
OURS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/**/*.md", "*/README.md")


def pages(*patterns):
    """Return the names of Markdown files, except generated ones and those of the template."""
    names = {
        path.relative_to(ROOT).as_posix() for pattern in patterns for path in ROOT.glob(pattern)
    }
    return sorted(name for name in names if not OTHERS.search(name))


def prose(name):
    """Return the lines of a page, with empty lines for those in blocks of code."""
    text = (ROOT / name).read_text(encoding="utf-8")
    without = re.sub(r"(?ms)^ *```.*?^ *```$", lambda found: "\n" * found[0].count("\n"), text)
    return without.splitlines()


@pytest.mark.parametrize("name", pages(*OURS))
def test_every_link_leads_to_a_file(name):
    links = [link for line in prose(name) for link in LINK.findall(line) if "://" not in link]
    generated = re.compile(r"(^|/)(commands|rules)/[\w-]+\.md$")
    folder = (ROOT / name).parent
    assert [
        link for link in links if not generated.search(link) and not (folder / link).exists()
    ] == []


@pytest.mark.parametrize("name", pages(*OURS))
def test_no_line_of_prose_is_long(name):
    # Neither a table nor a block of code can be broken.
    lines = [line for line in prose(name) if not line.startswith(("|", "    "))]
    assert [line for line in lines if len(line) > LONGEST_LINE] == []


def test_the_readme_has_the_command_that_runs_all_fast_tests_on_a_line_of_its_own():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "uv run pytest" in line and "&&" in line] == [f"    {TESTS}"]


def test_nothing_claims_to_be_on_a_package_index():
    for name in pages("*.md", "docs/**/*.md", "*/*.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"pipx? install (chanscaffold|channels-)", text), name
