"""A live server test has its database in memory."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..diffs import file_line, in_file
from ..finding import Finding
from ..python.definitions import Definition
from ..settings.item_location import item_location

if TYPE_CHECKING:
    from ..project import Project
    from ..settings.project_settings import Setting

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "ChannelLiveServerTestCase can not be used with in memory databases"

TEST = '"TEST": {"NAME": "test.sqlite3"}'
TEST_CASE = "ChannelsLiveServerTestCase"


def check(project: Project) -> Iterator[Finding]:
    """Find the test case in projects with SQLite and without a name for its test database."""
    setting = project.settings["DATABASES"]
    default = setting.mapping.get("default")
    if not isinstance(default, dict) or _has_file(default) or _has_other_settings(project):
        return
    for module in project.modules:
        for node in module.find_all(ast.ClassDef):
            bases = project.resolver.outside_bases(Definition(module, node))
            if any(f"channels.testing.{TEST_CASE}" == each for each in bases):
                message = (
                    f"`{node.name}` starts a server in another process, which cannot use the"
                    " in-memory test database of SQLite. Name a file in the settings."
                )
                fix = _fix(project, setting)
                yield Finding(message, module.location(node), fix, depth=setting.depth)


def _fix(project: Project, setting: Setting) -> str:
    """Return the new item below the engine of the database."""
    place = item_location(project, setting, "default", "ENGINE")
    line = file_line(project, place)
    if place is None or not line.startswith(('"ENGINE"', "'ENGINE'")):
        return TEST
    return in_file(place.path, f" {line}\n+{TEST},")


def _has_file(database: dict[object, object]) -> bool:
    """Return whether the test database is no SQLite in memory, or the text does not tell."""
    engine, test = database.get("ENGINE"), database.get("TEST", {})
    is_sqlite = isinstance(engine, str) and engine.endswith(".sqlite3")
    return not is_sqlite or not isinstance(test, dict) or bool(test)


def _has_other_settings(project: Project) -> bool:
    """Return whether tests may run with settings of their own."""
    own = project.settings.name or ""
    return any(
        "DJANGO_SETTINGS_MODULE" in line and own not in line
        for file in project.deployment_files
        if file.path.endswith((".toml", ".ini", ".cfg"))
        for line in file.text().splitlines()
    )
