"""The vendored library was modified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..channels.api import PACKAGE
from ..finding import Finding, Location
from ..packages.base_archive import BASE

if TYPE_CHECKING:
    from ..packages.library import Library
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = f"A change in {PACKAGE}/ is gone after an update."

MAX_FILES_SHOWN = 3  # in the message
MAX_NAME_LENGTH = 80  # characters
FIX = f"""\
python -m zipfile -e {BASE} /tmp/base
diff -ru -x __pycache__ /tmp/base/{PACKAGE} {PACKAGE}  # shows the differences
rm -r {PACKAGE} && cp -R /tmp/base/{PACKAGE} .  # restores the folder"""


def check(project: Project) -> Iterator[Finding]:
    """Compare the files of the library's folder with the base, if the project has a base."""
    own, base = project.vendored_library.own, project.vendored_library.base
    if project.vendored_library.base_error:
        message = (
            f"{BASE} cannot be read ({project.vendored_library.base_error}), so changes in"
            f" {PACKAGE}/ are unknown and updates fail. Restore it from git."
        )
        yield Finding(
            message,
            Location(BASE),
            f"git log --oneline -- {BASE}  # restore it from a commit that has it",
        )
    differences = list(_differences(own, base)) if own and base else []
    if differences:
        yield Finding(_message(differences), Location(f"{PACKAGE}/{differences[0][1]}"), FIX)


def _differences(own: Library, base: Library) -> Iterator[tuple[str, str]]:
    """Yield the change and the name of each file that differs."""
    for name in sorted({*own.files, *base.files}):
        if name not in base.files:
            yield "added", name
        elif name not in own.files:
            yield "missing", name
        elif own.files[name] != base.files[name]:
            yield "modified", name


def _message(differences: list[tuple[str, str]]) -> str:
    shown = [f"{name[:MAX_NAME_LENGTH]} is {what}" for what, name in differences[:MAX_FILES_SHOWN]]
    if len(differences) > MAX_FILES_SHOWN:
        shown.append(f"and {len(differences) - MAX_FILES_SHOWN} more")
    return (
        f"{PACKAGE}/ has local changes: {', '.join(shown)}. An update replaces this folder. Move"
        " the changes into your own files."
    )
