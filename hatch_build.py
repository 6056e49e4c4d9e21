"""Ship the template, which lies at the repository's root, inside the wheel."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PARTS = ("cookiecutter.json", "hooks", "{{cookiecutter.project_slug}}")


class TemplateHook(BuildHookInterface[Any]):
    """Put the template beside the package's modules; an editable install reads the checkout itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the template's parts to the files of a wheel."""
        if version != "editable":
            for part in PARTS:
                build_data["force_include"][part] = f"chanscaffold/_template/{part}"
