"""The consumer classes of a project, known by what they inherit."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from .known_names import CONSUMERS

if TYPE_CHECKING:
    from ..python.modules import Module


class Consumer:
    """A class that inherits, perhaps through classes of the project, from a consumer of Channels or of the library."""

    def __init__(self, module: Module, node: ast.ClassDef) -> None:
        self.module = module
        self.node = node
        self.name = node.name
        self.bases = [module.qualified(base) for base in node.bases]
        self.parents: list[Consumer] = []

    @property
    def qualified(self) -> str:
        """Return the full name, as seen from the root."""
        return f"{self.module.name}.{self.name}"

    def lineage(self, seen: set[str] | None = None) -> Iterator[Consumer]:
        """Yield the class and its ancestors in the project, each once."""
        seen = set() if seen is None else seen
        if self.qualified not in seen:
            seen.add(self.qualified)
            yield self
            for parent in self.parents:
                yield from parent.lineage(seen)

    @property
    def origins(self) -> set[str]:
        """Return the full names of the bases that are not classes of the project's consumers."""
        known = {parent.name for parent in self.parents}
        return {
            base
            for each in self.lineage()
            for base in each.bases
            if base.split(".")[-1] not in known
        }


def find_consumers(modules: list[Module]) -> list[Consumer]:
    """Return the consumers of some modules; a class whose base has a consumer's name counts as its child."""
    classes = [Consumer(module, node) for module in modules for node in module.all(ast.ClassDef)]
    found = [each for each in classes if any(base.startswith(CONSUMERS) for base in each.bases)]
    waiting = [each for each in classes if each not in found]
    grown = True
    while grown:
        names = {each.name: each for each in found}
        grown = False
        for each in [
            one for one in waiting if any(base.split(".")[-1] in names for base in one.bases)
        ]:
            waiting.remove(each)
            found.append(each)
            grown = True
    _link(found)
    return found


def _link(consumers: list[Consumer]) -> None:
    """Tell each consumer which of its bases are consumers of the project: by full name, else by an only namesake."""
    named: dict[str, list[Consumer]] = {}
    for each in consumers:
        named.setdefault(each.name, []).append(each)
    for each in consumers:
        for base in each.bases:
            same = [other for other in named.get(base.split(".")[-1], []) if other is not each]
            exact = [
                other
                for other in same
                if base in {other.qualified, other.name} and _near(each, other, base)
            ]
            each.parents.extend((exact or same)[:1])


def _near(child: Consumer, parent: Consumer, base: str) -> bool:
    return base == parent.qualified or (base == parent.name and child.module is parent.module)
