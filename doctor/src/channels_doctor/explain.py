"""`doctor --explain ID`: the page of a rule."""

from __future__ import annotations

from difflib import get_close_matches

from channels_doctor.examine.registry import load
from channels_doctor.support.errors import Refused


def explain(rule_id: str) -> str:
    """Return the page of a rule below a line with its id, severity and depth; refuse an id that no rule has."""
    rules = {rule.id: rule for rule in load()}
    rule = rules.get(rule_id.strip().lower().replace("_", "-"))
    if rule is None:
        raise Refused(_unknown(rule_id, list(rules)))
    with open(rule.page, encoding="utf-8") as page:
        return f"{rule.id} ({rule.severity}, seen at depth: {rule.depth})\n\n{page.read().rstrip()}"


def _unknown(rule_id: str, known: list[str]) -> str:
    alike = [name for name in known if rule_id and rule_id.lower() in name]
    near = alike or get_close_matches(rule_id.lower(), known, n=3, cutoff=0.5) or known
    return f"No rule has the id {rule_id!r:.80}; there are {', '.join(near)}."
