"""A Celery task receives an object that JSON cannot represent."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..message_values.kinds import INSTANCE, QUERYSET, USER
from ..message_values.project_values import value_kinds
from ..message_values.scope import scope_of
from ..python.celery_tasks import has_own_tasks, task_decorator
from ..python.expressions import argument, is_variable, method_name
from ..python.source_text import source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "kombu.exceptions.EncodeError: Object of type User is not JSON serializable"

OBJECTS = {INSTANCE, USER, QUERYSET}
# Functions of kombu that teach it more kinds of objects.
REGISTRATIONS = ("kombu.serialization.register", "kombu.utils.json.register_type")
EAGER = ("CELERY_TASK_ALWAYS_EAGER", "CELERY_ALWAYS_EAGER")  # no message is made
FOR_ROWS = "Pass the primary keys of the rows as a list, and query the rows in the task."
ONE_ROW = "Pass its primary key, and query the row in the task."
SEVERAL_ROWS = "Pass the primary keys as a list, and query the rows in the task."


def check(project: Project) -> Iterator[Finding]:
    """Find model instances and query sets among the arguments of `task.delay()`."""
    if _has_other_serializer(project) or has_own_tasks(project):
        return
    for module, call in project.find_all(ast.Call):
        if method_name(call) in {"delay", "apply_async"} and _is_of_task(project, module, call):
            for value in _given(call):
                kind = _kind(project, module, value)
                if kind in OBJECTS:
                    yield _finding(project, module, value, kind)


def _has_other_serializer(project: Project) -> bool:
    """Return whether messages carry other objects, as those in pickle do, or none is made."""
    if any(project.calls(*REGISTRATIONS)) or any(project.settings[each].is_set for each in EAGER):
        return True
    return any(
        isinstance(each.value, str) and "pickle" in each.value
        for _, each in project.find_all(ast.Constant)
    )


def _is_of_task(project: Project, module: Module, call: ast.Call) -> bool:
    task = project.resolver.function(module, call.func.value)  # type: ignore[attr-defined]
    return task is not None and task_decorator(project, task.module, task.node) is not None


def _given(call: ast.Call) -> list[ast.expr]:
    """Return the expressions that become the arguments of the task."""
    if method_name(call) == "delay":
        return [*call.args, *(each.value for each in call.keywords if each.arg)]
    items, names = argument(call, 0, "args"), argument(call, 1, "kwargs")
    values = items.elts if isinstance(items, (ast.List, ast.Tuple)) else []
    return [*values, *(names.values if isinstance(names, ast.Dict) else [])]


def _kind(project: Project, module: Module, value: ast.expr) -> str:
    is_request = isinstance(value, ast.Attribute) and is_variable(value.value, "request")
    if is_request and value.attr == "user":  # type: ignore[attr-defined]
        return USER
    kind = value_kinds(project).kind(scope_of(module, value), value)
    has_json = kind and kind.model and project.resolver.member(kind.model, "__json__")
    return kind.name if kind and not has_json else ""


def _class_name(project: Project, module: Module, value: ast.expr, kind: str) -> str:
    """Return the name of the class in the exception: of the user, that of the settings."""
    if kind == QUERYSET:
        return "QuerySet"
    if kind == USER:
        return str(project.settings["AUTH_USER_MODEL"].value or "User").split(".")[-1]
    found = value_kinds(project).kind(scope_of(module, value), value)
    return found.model.name if found and found.model else "…"


def _finding(project: Project, module: Module, value: ast.expr, kind: str) -> Finding:
    text = source_text(module, value)
    symptom = SYMPTOM.replace("User", _class_name(project, module, value, kind))
    message = (
        f"`{text}` is {kind}, which a Celery message cannot carry as JSON."
        f" {SEVERAL_ROWS if kind == QUERYSET else ONE_ROW}"
    )
    fix = FOR_ROWS if kind == QUERYSET else f"Pass `{text}.pk`, and query the row in the task."
    return Finding(message, module.location(value), fix, symptom=symptom)
