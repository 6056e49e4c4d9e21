"""The settings modules that the deployment files name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..file_selection import IMAGE_FILES, PLATFORM_FILES
from ..finding import Location
from .shell_settings import NAME, settings_in_script

if TYPE_CHECKING:
    from ..files import File

BEGINNINGS = (
    *("Procfile", ".env", "supervisor", "fly."),
    *PLATFORM_FILES,
)
# The files of services for continuous integration, most of which run tests.
WORKFLOWS = re.compile(
    r"(^|/)(\.github/|\.circleci/|\.(gitlab-ci|travis|drone|woodpecker|appveyor|cirrus)\b"
    r"|(azure|bitbucket)-pipelines|appveyor\.|cloudbuild\.)"
)
SCRIPT_ENDINGS = (".sh", "entrypoint", "/start")
ELASTIC_BEANSTALK = re.compile(r"(^|/)\.ebextensions/[^/]+\.config$")
ENDINGS = (".env", ".yml", ".yaml", ".service", *SCRIPT_ENDINGS)


def settings_names(files: list[File]) -> Iterator[tuple[str, Location]]:
    """Yield the settings that deployment files name, each with its place.

    The name is "" where the environment gives it.
    """
    for file in files:
        if _may_set_environment(file.path):
            yield from names_in_file(file)


def names_in_file(file: File) -> Iterator[tuple[str, Location]]:
    """Yield the settings that one deployment file names, each with its place."""
    text = file.text()
    if file.path.endswith(SCRIPT_ENDINGS):
        yield from ((name, Location(file.path, line)) for name, line in settings_in_script(text))
        return
    for number, line in enumerate(text.splitlines(), 1):
        for found in NAME.finditer(line.partition("#")[0]):
            yield found[1] or "", Location(file.path, number)


def _may_set_environment(path: str) -> bool:
    """Return whether a file may set the environment of a server, as container files do."""
    name = path.rsplit("/", 1)[-1]
    if ELASTIC_BEANSTALK.search(path) or IMAGE_FILES.search(path):
        return True
    return not WORKFLOWS.search(path) and (name.startswith(BEGINNINGS) or name.endswith(ENDINGS))
