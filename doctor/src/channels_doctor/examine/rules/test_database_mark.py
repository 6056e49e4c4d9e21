"""A test of a socket lacks the `django_db` mark."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..packages.requirements import is_older
from ..project_tests.communicators import Communicator, communicators
from ..project_tests.database_access import MARK, Fixtures, has_mark, opens_connections
from ..project_tests.pytest_files import is_pytest_file, is_pytest_function

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = (
    'RuntimeError: Database access not allowed, use the "django_db" mark, '
    'or the "db" or "transactional_db" fixtures to enable it.'
)

CLOSES_CONNECTIONS_SINCE = (4, 2)  # the first Channels whose consumers do it for each event
USED = re.compile(r"pytest[-_]django|^[ \t]*DJANGO_SETTINGS_MODULE", re.MULTILINE)


def check(project: Project) -> Iterator[Finding]:
    """Find pytest tests that connect to consumers and may not use the database."""
    if not _may_fail(project) or _marks_every_test(project):
        return
    fixtures = Fixtures(project)
    if any(
        fixtures.may_use_database(each) or _is_marked(each.decorator_list)
        for each in fixtures.automatic
    ):
        return
    if not opens_connections(project, fixtures):
        return
    by_file: dict[str, list[Communicator]] = {}
    for each in communicators(project):
        if (
            is_pytest_function(each)
            and not has_mark(each)
            and not fixtures.may_use_database(each.function)
        ):
            by_file.setdefault(each.module.path, []).append(each)
    yield from map(_finding, by_file.values())


def _finding(unmarked: list[Communicator]) -> Finding:
    first = unmarked[0]
    more = len({each.function for each in unmarked}) - 1
    others = f" (and {more} more in this file)" if more else ""
    message = (
        f"`{first.function.name}`{others} has no `{MARK}` mark, so it fails after a test that"
        " opened a database connection. Add the mark."
    )
    return Finding(
        message, first.module.location(first.function), f"+@pytest.mark.{MARK}\n {_head(first)}"
    )


def _head(each: Communicator) -> str:
    line = each.module.source_line(each.function)
    return line if each.function.name in line else "async def …"


def _may_fail(project: Project) -> bool:
    """Return whether consumers close connections, in tests that may not use them by default."""
    closes_connections = not is_older(project, "channels", CLOSES_CONNECTIONS_SINCE)
    return closes_connections and _uses_pytest_django(project)


def _uses_pytest_django(project: Project) -> bool:
    if project.version("pytest-django"):
        return True
    return any(
        USED.search(file.text()) for file in project.deployment_files if is_pytest_file(file.path)
    )


def _marks_every_test(project: Project) -> bool:
    """Return whether a conftest.py mentions the mark and so may add it to every test."""
    return any(
        MARK in line
        for each in project.test_modules
        if each.path.endswith("conftest.py")
        for line in each.lines
    )


def _is_marked(decorators: list[ast.expr]) -> bool:
    return any(MARK in ast.dump(decorator) for decorator in decorators)
