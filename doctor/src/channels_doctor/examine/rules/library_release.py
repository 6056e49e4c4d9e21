"""The vendored library or the template is another release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..channels.api import PACKAGE
from ..finding import Finding, Location
from ..packages.version_numbers import parse_version

if TYPE_CHECKING:
    from ..packages.library import Library
    from ..packages.vendored_library import CurrentLibrary
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "A fault that a newer release of channels-realtime fixes still occurs."

RECORD = ".chanscaffold.toml"
UPDATE = "chanscaffold update"
CHECK = "chanscaffold update --check"
UPGRADE = "pip install --upgrade git+https://github.com/OWNER/chanscaffold"


def check(project: Project) -> Iterator[Finding]:
    """Compare the library of the base, or else of the project, with the known release.

    If it is the same, say whether an update would change other files.
    """
    library, current = project.vendored_library.generated, project.vendored_library.current
    if library and current and library.digest != current.digest:
        message, fix = _comparison(library, current)
        yield Finding(message, Location(f"{PACKAGE}/__init__.py"), fix)
    elif current and current.changed_files:
        files = "1 file" if current.changed_files == 1 else f"{current.changed_files} files"
        message = f"The template has changed: an update would bring {files} of this project."
        yield Finding(message, Location(RECORD), CHECK)


def _comparison(library: Library, current: CurrentLibrary) -> tuple[str, str]:
    own, other = parse_version(library.release), parse_version(current.release)
    if own and own < other:
        relation = "older than"
        action, fix = "Update it to get the fixes", UPDATE
    elif own > other:
        relation = "newer than"
        action, fix = "Upgrade the linter", UPGRADE
    else:
        relation = "with other files than"
        action, fix = "One of the two is outdated", UPDATE
    own_release = library.release or "without a number"
    message = (
        f"{PACKAGE}/ is a release ({own_release}) {relation} the one that this linter knows"
        f" ({current.release}). {action}."
    )
    return message, fix
