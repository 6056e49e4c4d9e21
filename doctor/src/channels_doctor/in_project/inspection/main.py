"""The entry point, and the stages of an inspection in their order."""

from __future__ import annotations

from typing import Callable, Dict

from . import (
    asgi_application,
    default_layer,
    loaded_settings,
    python_environment,
    runserver,
    settings_module,
)
from .facts_file import FactsFile
from .failure import describe_failure
from .inspected_project import InspectedProject

Stage = Callable[[InspectedProject], Dict[str, object]]
# Name, function, and whether the later stages need it.
STAGES: list[tuple[str, Stage, bool]] = [
    ("versions", python_environment.read, True),
    ("manage", settings_module.read, False),
    ("settings", loaded_settings.read, True),
    ("setup", loaded_settings.setup, False),
    ("runserver", runserver.read, False),
    ("layer", default_layer.read, False),
    ("application", asgi_application.read, True),
    ("routes", asgi_application.read_routes, True),
]
AFTER_SETUP = {"runserver", "application"}


def main(facts_path: str, root: str, manage_py: str, settings_name: str) -> None:
    """Inspect the project, and end the process even if the project has started threads."""
    facts = FactsFile(facts_path)
    try:
        run_stages(facts, InspectedProject(root, manage_py, settings_name))
    finally:
        facts.exit_process()


def run_stages(facts: FactsFile, project: InspectedProject) -> None:
    """Write the facts of each stage, or the failure of a stage that raises."""
    failed = set()
    for name, stage, is_needed in STAGES:
        if name in AFTER_SETUP and "setup" in failed:
            continue
        facts.write({"stage": name})
        try:
            facts.write(stage(project))
        except BaseException as error:
            failed.add(name)
            facts.write({"failure": describe_failure(name, error, project)})
            if is_needed:
                break
    facts.write({"stage": "done"})
