"""The stages of an inspection, in order."""

from __future__ import annotations

from typing import Callable, Dict

from . import asgi_application, default_layer, loaded_settings, runserver, settings_module, versions
from .failure import describe
from .record import Record
from .request import Request

Stage = Callable[[Request], Dict[str, object]]
# The name, the work, and whether nothing that follows can be known without it.
STAGES: list[tuple[str, Stage, bool]] = [
    ("versions", versions.read, True),
    ("manage", settings_module.read, False),
    ("settings", loaded_settings.read, True),
    ("setup", loaded_settings.setup, False),
    ("runserver", runserver.read, False),
    ("layer", default_layer.read, False),
    ("application", asgi_application.read, True),
    ("routes", asgi_application.read_routes, True),
]
AFTER_SETUP = {"runserver", "application"}


def main(facts: str, root: str, manage_file: str, settings_module: str) -> None:
    """Inspect the project and end the process, whatever threads it has started."""
    record, request = Record(facts), Request(root, manage_file, settings_module)
    try:
        run(record, request)
    finally:
        record.leave()


def run(record: Record, request: Request) -> None:
    """Write the facts of each stage; a stage that fails leaves its failure instead."""
    failed = set()
    for name, stage, is_needed in STAGES:
        if name in AFTER_SETUP and "setup" in failed:
            continue
        record.write({"stage": name})
        try:
            record.write(stage(request))
        except BaseException as error:
            failed.add(name)
            record.write({"failure": describe(name, error, request)})
            if is_needed:
                break
    record.write({"stage": "done"})
