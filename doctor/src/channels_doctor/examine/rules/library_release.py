"""The vendored library is of another release than this doctor knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..channels.known_names import PACKAGE
from ..finding import Finding, Place
from ..project import numbers

if TYPE_CHECKING:
    from ..packages.library import Library
    from ..packages.vendored_library import Known
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "What a newer release of channels-realtime has mended still happens here."

UPDATE = f"""\
chanscaffold new /tmp/fresh --no-setup --no-git
diff -ru -x __pycache__ {PACKAGE} /tmp/fresh/{PACKAGE}  # what an update changes
rm -r {PACKAGE} && cp -R /tmp/fresh/{PACKAGE} ."""
UPGRADE = "pip install --upgrade git+https://github.com/OWNER/chanscaffold"


def check(project: Project) -> Iterator[Finding]:
    """Compare the library that the project was generated with, or has without a base, with the one that is known."""
    library, known = project.vendored.origin, project.vendored.known
    if library and known and library.digest != known.digest:
        message, fix = _said(library, known)
        yield Finding(message, Place(f"{PACKAGE}/__init__.py"), fix)


def _said(library: Library, known: Known) -> tuple[str, str]:
    own, other = numbers(library.release), numbers(known.release)
    if own and own < other:
        what = "older than the one that this doctor knows"
        effect, fix = "an update brings what was fixed since", UPDATE
    elif own > other:
        what = "newer than the one that this doctor knows"
        effect, fix = "a newer doctor may have more to say of it", UPGRADE
    else:
        what = "with other files than the one that this doctor knows"
        effect, fix = "one of the two is older", UPDATE
    own_release = library.release or "without a number"
    return f"{PACKAGE}/ is a release ({own_release}) {what} ({known.release}): {effect}.", fix
