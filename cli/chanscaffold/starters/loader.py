"""Load a starter with the starters that it extends."""

from __future__ import annotations

import os

from packaging.requirements import Requirement

from channels_doctor.support.errors import Refused
from chanscaffold.starters.file_rules import MANIFEST, OVERLAY
from chanscaffold.starters.git.address import parse_address
from chanscaffold.starters.git.fetch import fetch
from chanscaffold.starters.git.folder_commit import find_commit
from chanscaffold.starters.manifest import read_manifest
from chanscaffold.starters.overlay import read_manifest_file, read_overlay
from chanscaffold.starters.resolve_name import resolve_name
from chanscaffold.starters.starter import UNVERSIONED, Origin, Starter

MAX_STARTERS = 8  # that extend each other
LIST_HINT = "`chanscaffold starter list` shows the names that you have added"


def load_starters(request: str, version: str) -> list[Starter]:
    """Return a starter and those that it extends, the base first.

    `request` is a name that the user has added, a folder, or a git address. `version` is that of
    the template. Raise Refused if a starter is invalid or does not fit the version, and
    CommandError if one cannot be fetched.
    """
    starters = [_load_first(request)]
    while starters[0].manifest.extends:
        starters.insert(0, _load_base(starters[0]))
        _check_chain(starters)
    for starter in starters:
        _check_requirement(starter, version)
    return starters


def as_path(source: str) -> str:
    """Return a git address as it is, and a folder as its absolute path, which is not a name."""
    return source if parse_address(source) else os.path.abspath(source)


def _load_first(request: str) -> Starter:
    source, hint = resolve_name(request) or request, LIST_HINT
    if source != request:
        name = request.partition("@")[0]
        hint = f"`chanscaffold starter remove {name}` removes the name"
    return _load(source, f"There is no starter {request!r:.200}", hint)


def _load_base(starter: Starter) -> Starter:
    """Load the starter that another extends; a path is relative to the other's folder."""
    extends, origin = starter.manifest.extends, starter.origin
    problem = f"{starter.file}: there is no starter for extends = {extends!r:.200}"
    if parse_address(extends):
        return _load(extends, problem, "")
    if origin.is_fetched:
        raise Refused(
            f"{starter.file}: extends {extends!r:.200} leads out of the repository: "
            "give a git address."
        )
    return _load(os.path.join(origin.source, extends), problem, "give a folder or a git address")


def _load(source: str, problem: str, hint: str) -> Starter:
    """Load the starter at a git address or in a folder; `problem` and `hint` are for messages."""
    address = parse_address(source)
    if address is None:
        return _load_folder(_check_folder(source, problem, hint))
    fetched = fetch(address)
    origin = Origin(address.text, fetched.commit, True, address.ref, fetched.note)
    files = dict(fetched.files)
    manifest = read_manifest(files.pop(MANIFEST).content, origin.path_of(MANIFEST))
    overlay = {name.removeprefix(f"{OVERLAY}/"): file for name, file in files.items()}
    return Starter(manifest, origin, overlay)


def _load_folder(folder: str) -> Starter:
    file = read_manifest_file(folder)
    manifest = read_manifest(file.content, os.path.join(folder, MANIFEST))
    overlay = read_overlay(os.path.join(folder, OVERLAY))
    commit = find_commit(folder, file, overlay) or UNVERSIONED
    return Starter(manifest, Origin(folder, commit), overlay)


def _check_folder(path: str, problem: str, hint: str) -> str:
    """Return the real path of a starter's folder; Refused if it is none."""
    folder = os.path.realpath(path)
    if os.path.isfile(folder):
        raise Refused(f"{problem}: {folder} is a file; give the starter's folder.")
    if not os.path.isdir(folder):
        raise Refused(f"{problem}: there is no folder {folder}; {hint}.")
    if not os.path.lexists(os.path.join(folder, MANIFEST)):
        raise Refused(f"{problem}: {folder} has no {MANIFEST}; {hint}.")
    return folder


def _check_chain(starters: list[Starter]) -> None:
    """Refuse a circle, too many starters, and two of the same name; the base is the first."""
    base, *others = starters
    chain = " -> ".join(starter.file for starter in reversed(starters))
    if any(starter.origin.address == base.origin.address for starter in others):
        raise Refused(f"These starters extend each other in a circle: {chain}.")
    if len(starters) > MAX_STARTERS:
        raise Refused(
            f"{len(starters)} starters extend each other, and the limit is {MAX_STARTERS}: {chain}."
        )
    for starter in others:
        if starter.manifest.name == base.manifest.name:
            raise Refused(
                f"{starter.file} and {base.file}, which it extends, have the same name: rename one."
            )


def _check_requirement(starter: Starter, version: str) -> None:
    """Refuse a starter for another version of the template."""
    text = starter.manifest.requires
    if text and not Requirement(text).specifier.contains(version, prereleases=True):
        raise Refused(
            f"{starter.file} requires {text}, and this is chanscaffold {version}: "
            "upgrade one of the two."
        )
