"""Live-server tests use an in-memory database."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ImproperlyConfigured: ChannelLiveServerTestCase can not be used with in memory databases"

CASE = "ChannelsLiveServerTestCase"
TEST_CONFIGURATION = {"pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"}
FIX = '+"TEST": {"NAME": BASE_DIR / "test.sqlite3"},'


def check(project: Project) -> Iterator[Finding]:
    """Find live-server test cases when the default database is SQLite without a test file."""
    databases = project.settings["DATABASES"]
    if not _is_in_memory(databases.mapping.get("default")) or _has_test_settings(project):
        return
    for module in project.modules:
        for node in module.find_all(ast.ClassDef):
            if any(_is_case(module, base) for base in node.bases):
                message = (
                    f"`{node.name}` starts a server process, which cannot read SQLite's in-memory"
                    ' test database. Set `["TEST"]["NAME"]` to a file.'
                )
                yield Finding(message, module.location(node), FIX, depth=databases.depth)


def _is_case(module: Module, base: ast.expr) -> bool:
    name = module.full_name(base)
    return name.startswith("channels.testing.") and name.endswith("." + CASE)


def _is_in_memory(database: Any) -> bool:
    """Return whether tests certainly use SQLite in memory; unknown keys may change that."""
    if not isinstance(database, dict) or not all(isinstance(key, str) for key in database):
        return False
    engine, test = database.get("ENGINE"), database.get("TEST") or {}
    if not isinstance(engine, str) or not engine.endswith("sqlite3") or not isinstance(test, dict):
        return False
    return all(isinstance(key, str) for key in test) and test.get("NAME") in (None, ":memory:")


def _has_test_settings(project: Project) -> bool:
    """Return whether the test configuration names another settings module."""
    name = project.settings.name or ""
    configured = [
        file.text()
        for file in project.deployment_files
        if file.path.split("/")[-1] in TEST_CONFIGURATION
    ]
    other = any("DJANGO_SETTINGS_MODULE" in text and name not in text for text in configured)
    return other or any("--settings" in text or "--ds" in text for text in configured)
