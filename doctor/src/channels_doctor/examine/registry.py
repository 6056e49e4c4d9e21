"""The rules: each a module of `rules`, whose file name is its id, and whose page lies beside it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Callable, Iterator, NamedTuple

if TYPE_CHECKING:
    from .finding import Finding
    from .project import Project

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rules")


class Rule(NamedTuple):
    """One rule: its id, how bad what it finds is, at which depth it speaks, what its user has seen, and its check."""

    id: str
    title: str
    severity: str
    depth: str
    symptom: str
    page: str
    check: Callable[[Project], Iterator[Finding]]


def load() -> list[Rule]:
    """Return every rule, in the order of its id."""
    names = sorted(
        name[:-3]
        for name in os.listdir(FOLDER)
        if name.endswith(".py") and not name.startswith("_")
    )
    return [_load(name) for name in names]


def _load(name: str) -> Rule:
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
