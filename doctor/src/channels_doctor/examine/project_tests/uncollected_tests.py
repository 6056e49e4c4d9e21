"""The tests that neither pytest nor Django's test runner collects."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..python.definitions import HARMLESS_BASES, Definition

if TYPE_CHECKING:
    from ..project import Project

# The files that configure pytest, and their tables; the first one that is there decides.
CONFIGURATIONS = (
    (("pytest.ini", ".pytest.ini"), ""),
    (("pyproject.toml",), "[tool.pytest"),
    (("tox.ini",), "[pytest]"),
    (("setup.cfg",), "[tool:pytest]"),
)
OTHER_CLASSES = re.compile(r"\bpython_classes\b")


@lru_cache(maxsize=1)
def uncollected_tests(project: Project) -> list[Definition]:
    """Return the tests in classes that have neither the name nor the base class of tests.

    The methods of a class from which others inherit run as theirs.
    """
    if _collects_other_names(project):
        return []
    classes = [
        Definition(module, node)
        for module in project.test_modules
        for node in module.find_all(ast.ClassDef)
    ]
    inherited = {base for each in classes for base in _base_names(each)}
    return [
        each._replace(node=method)
        for each in classes
        if not each.name.startswith("Test") and each.name not in inherited
        if HARMLESS_BASES.issuperset(project.resolver.outside_bases(each))
        for method in each.methods()
        if method.name.startswith("test")
    ]


def _base_names(cls: Definition) -> set[str]:
    return {cls.module.full_name(base).rpartition(".")[2] for base in cls.bases}


def _collects_other_names(project: Project) -> bool:
    """Return whether the configuration of pytest says which classes have tests."""
    for names, table in CONFIGURATIONS:
        texts = [
            file.text()
            for file in project.deployment_files
            if file.path.rpartition("/")[2] in names
        ]
        found = [each for each in texts if table in each]
        if found:
            return any(map(OTHER_CLASSES.search, found))
    return False
