"""A page for each rule of the linter, from the pages that the linter itself prints."""

import re
from pathlib import Path

from channels_doctor.examine.registry import Rule, load_rules
from generated_reference.pages import table, toctree

FENCE = re.compile(r'^```(\w+) title="([^"]+)"$', re.MULTILINE)
HEAD = """# Rules of the linter

Each rule has a page with the symptom, the reason, and the fix. The diff of a page is also a test:
its `-` lines make a project in which the rule must find the mistake, and its `+` lines one that
every rule must accept.

"""


def rule_pages() -> dict[str, str]:
    """Return the pages of all rules, and their index."""
    rules = load_rules()
    return {**{rule.id: rule_page(rule) for rule in rules}, "index": index_page(rules)}


def rule_page(rule: Rule) -> str:
    """Return the page of a rule, with its id, severity and depth below the title."""
    text = Path(rule.page).read_text(encoding="utf-8")
    title, _, body = text.partition("\n")
    facts = f"Rule `{rule.id}`: {rule.severity}, found at the depth {rule.depth}."
    return f"{title}\n\n{facts}\n{FENCE.sub(captioned_fence, body)}"


def captioned_fence(found: re.Match[str]) -> str:
    """Return the head of a code block whose caption names the file."""
    return f"```{{code-block}} {found[1]}\n:caption: {found[2]}"


def index_page(rules: list[Rule]) -> str:
    """Return the table of all rules."""
    rows = [(f"[{rule.id}]({rule.id}.md)", rule.severity, rule.depth, rule.title) for rule in rules]
    names = (rule.id for rule in rules)
    return HEAD + table(("rule", "severity", "depth", "finds"), rows) + "\n" + toctree(names)
