"""Each rule has a page, a title and messages of one format, in plain English."""

import ast
import re
from pathlib import Path

import pytest
from support.sample_projects import RULES, blocks

NAMES = sorted(RULES)
REQUIRED = ["## Symptom", "## Cause", "## Fix"]
OPTIONAL = ["## When it does not apply", "## Severity", "## Sources"]
LANGUAGES = {"text", "diff", "python", "sh"}
COLUMNS = 100
FENCE = re.compile(r"^```([^\n]*)\n.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"^- \[[^\]]+\]\(https://[^ )]+\)$")
# Words of an older style: images, and persons instead of a subject.
FORBIDDEN = re.compile(
    r"\b(mend(s|ed|ing)?|advice|nobody|somebody|anybody|everybody|whoever|told|heard|asks? for"
    r"|speaks?|stands?|believes?|patience|surroundings|whatever it likes|no more than)\b",
    re.IGNORECASE,
)


def page(name):
    return Path(RULES[name].page).read_text(encoding="utf-8")


def prose(name):
    """Return a page without its fenced blocks."""
    return FENCE.sub("", page(name))


def module(name):
    return Path(RULES[name].page).with_suffix(".py").read_text(encoding="utf-8")


def messages(name):
    """Return the strings of a module that contain a space, with `…` for each inserted value."""
    strings = []
    for node in ast.walk(ast.parse(module(name))):
        if isinstance(node, ast.JoinedStr):
            strings.append(
                "".join(
                    getattr(part, "value", "…") if isinstance(part, ast.Constant) else "…"
                    for part in node.values
                )
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            strings.append(node.value)
    return [text for text in strings if " " in text]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_one_title_and_its_sections_in_order(name):
    headings = [line for line in prose(name).splitlines() if line.startswith("#")]
    title, *sections = headings
    assert page(name).startswith(f"{title}\n")
    assert title.startswith("# ")
    assert sections[:3] == REQUIRED
    assert sections[3:] == [each for each in OPTIONAL if each in sections]


@pytest.mark.parametrize("name", NAMES)
def test_the_title_of_a_page_is_the_docstring_of_its_module(name):
    assert page(name).splitlines()[0] == f"# {RULES[name].title.removesuffix('.')}"
    assert RULES[name].title.endswith(".")
    assert "\n" not in RULES[name].title


@pytest.mark.parametrize("name", NAMES)
def test_the_symptom_section_contains_the_symptom_of_the_rule(name):
    section = page(name).partition("## Symptom")[2].partition("\n## ")[0]
    assert " ".join(RULES[name].symptom.split()) in " ".join(section.split())


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_its_fix_as_a_diff(name):
    assert any(line.startswith(("+", "-")) for _, lines in blocks(RULES[name]) for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_each_fenced_block_has_a_known_language(name):
    languages = {info.split(" ")[0] for info in FENCE.findall(page(name))}
    assert languages <= LANGUAGES
    assert page(name).count("\n```") % 2 == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_prose_of_a_page_has_at_most_100_columns(name):
    lines = [line for line in prose(name).splitlines() if not LINK.match(line)]
    assert [line for line in lines if len(line) > COLUMNS] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_source_is_a_titled_link(name):
    section = prose(name).partition("## Sources\n")[2]
    assert [line for line in section.splitlines() if line and not LINK.match(line)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_and_its_module_are_in_plain_english(name):
    texts = [prose(name), *messages(name)]
    assert [found.group() for text in texts for found in FORBIDDEN.finditer(text)] == []
