"""An asynchronous test has no mark that runs it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..project_tests.database_access import decorators_of
from ..project_tests.pytest_files import is_pytest_file, is_pytest_function
from ..project_tests.test_sockets import find_test_sockets
from ..python.expressions import names_in

if TYPE_CHECKING:
    from ..project import Project
    from ..project_tests.communicators import Communicator

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "async def functions are not natively supported."

USES_PLUGIN = re.compile(r"pytest[-_]asyncio")
CHOOSES_MODE = re.compile(r"asyncio[-_]mode")
MARKS = {"asyncio", "anyio", "trio", "usefixtures"}


def check(project: Project) -> Iterator[Finding]:
    """Find the first test of each file in projects that do not choose the automatic mode."""
    texts = [file.text() for file in project.deployment_files if is_pytest_file(file.path)]
    is_used = any(map(USES_PLUGIN.search, texts))
    if not is_used or any(map(CHOOSES_MODE.search, texts)) or _marks_every_test(project):
        return
    reported = set()
    for socket in find_test_sockets(project):
        made = socket.communicator
        if made.module.path not in reported and _is_unmarked(made):
            reported.add(made.module.path)
            message = (
                f"`{made.function.name}` is asynchronous and has no mark, so pytest does not run"
                ' it. Set `asyncio_mode = "auto"`, or add the mark.'
            )
            fix = f"+@pytest.mark.asyncio\n {made.module.source_line(made.function)}"
            yield Finding(message, made.module.location(made.function), fix)


def _is_unmarked(made: Communicator) -> bool:
    is_async = isinstance(made.function, ast.AsyncFunctionDef)
    marks = [name for each in decorators_of(made) for name in (names_in(each) or {"usefixtures"})]
    is_foreign = any("pytest" not in names_in(each) for each in decorators_of(made))
    return is_async and is_pytest_function(made) and not MARKS & set(marks) and not is_foreign


def _marks_every_test(project: Project) -> bool:
    """Return whether a conftest.py mentions a plugin, and so may mark every test."""
    conftests = [each for each in project.test_modules if each.path.endswith("conftest.py")]
    return any(
        "asyncio" in line or "anyio" in line or "pytest_collection_modifyitems" in line
        for each in conftests
        for line in each.lines
    )
