"""`doctor --explain ID`: the page of a rule."""

from __future__ import annotations

from difflib import get_close_matches

from channels_doctor.examine.registry import load_rules
from channels_doctor.support.errors import Refused

MAX_SUGGESTIONS = 3


def explain(rule_id: str) -> str:
    """Return the page of a rule below its id, severity and depth. Raises Refused for other ids."""
    rules = {rule.id: rule for rule in load_rules()}
    rule = rules.get(rule_id.strip().lower().replace("_", "-"))
    if rule is None:
        raise Refused(_unknown(rule_id, list(rules)))
    with open(rule.page, encoding="utf-8") as page:
        return f"{rule.id} ({rule.severity}, depth: {rule.depth})\n\n{page.read().rstrip()}"


def _unknown(rule_id: str, known: list[str]) -> str:
    similar = [name for name in known if rule_id and rule_id.lower() in name]
    similar = similar or get_close_matches(rule_id.lower(), known, n=MAX_SUGGESTIONS, cutoff=0.5)
    if similar:
        return f"No rule has the id {rule_id!r:.80}: the nearest are {', '.join(similar)}."
    return f"No rule has the id {rule_id!r:.80}: the rules are {', '.join(known)}."
