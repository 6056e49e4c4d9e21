"""The rules: each is a module of `rules`, named by its id, with its page beside it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Callable, Iterator, NamedTuple

if TYPE_CHECKING:
    from .finding import Finding
    from .project import Project

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rules")


class Rule(NamedTuple):
    """One rule.

    `severity`, `depth` and `symptom`, an error text or a sentence, are those of most of its
    findings. `page` is the path of its documentation.
    """

    id: str
    title: str
    severity: str
    depth: str
    symptom: str
    page: str
    check: Callable[[Project], Iterator[Finding]]


def load_rules() -> list[Rule]:
    """Return the rules in the order of their ids."""
    files = sorted(os.listdir(FOLDER))
    return [
        _load_rule(name[:-3]) for name in files if name.endswith(".py") and not name.startswith("_")
    ]


def _load_rule(name: str) -> Rule:
    module = import_module(f".rules.{name}", __package__)
    return Rule(
        name.replace("_", "-"),
        (module.__doc__ or "").strip(),
        module.SEVERITY,
        module.DEPTH,
        module.SYMPTOM,
        os.path.join(FOLDER, f"{name}.md"),
        module.check,
    )
