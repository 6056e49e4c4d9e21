"""Load a starter with the starters that it extends."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from channels_doctor.support.errors import Refused
from chanscaffold.starters.git.address import parse
from chanscaffold.starters.git.fetch import fetch
from chanscaffold.starters.git.folder import commit_of
from chanscaffold.starters.limits import CHAIN, MANIFEST_BYTES
from chanscaffold.starters.manifest import read_manifest
from chanscaffold.starters.option_merge import extend
from chanscaffold.starters.overlay import read_overlay
from chanscaffold.starters.registry import Registry
from chanscaffold.starters.starter import MANIFEST, OVERLAY, Origin, Starter

if TYPE_CHECKING:
    from chanscaffold.template import Template

LIST = "`chanscaffold starter list` shows the names that are kept here"


def start_with(request: str, template: Template) -> Template:
    """Return the template with a starter and all that it extends laid over it.

    `request` is a name that `starter add` keeps, a folder, or a git address. Raise Refused if one of them breaks a
    rule, and ChanscaffoldError if one cannot be fetched.
    """
    for starter in load(request, template.schema["_version"]):
        template = extend(template, starter)
    return template


def as_folder(source: str) -> str:
    """Return a request that never means a kept name: a git address as it is, and anything else as a folder's path."""
    return source if parse(source) else os.path.abspath(source)


def load(request: str, version: str) -> list[Starter]:
    """Return a starter and those it extends, the base first; `version` is that of the template they must fit."""
    starters = [_read(find(request))]
    while starters[0].manifest.extends:
        starters.insert(0, _read(_find_base(starters[0])))
        _check_chain(starters)
    for starter in starters:
        _check_requirement(starter, version)
    return starters


def find(request: str) -> Origin:
    """Return where a starter is; Refused if there is none."""
    source = Registry.read().names.get(request, request)
    fetched = _fetch(source)
    if fetched:
        return fetched
    hint = (
        f"`chanscaffold starter remove {request}` forgets the name" if source != request else LIST
    )
    return _folder(source, f"There is no starter {request!r:.200}", hint)


def _find_base(starter: Starter) -> Origin:
    """Return where the starter is that another extends: a path is relative to the other's folder."""
    extends, origin = starter.manifest.extends, starter.origin
    fetched = _fetch(extends)
    if fetched:
        return fetched
    if origin.is_fetched:
        raise Refused(
            f"{starter.file}: extends {extends!r:.200} leads out of the repository: give a git address."
        )
    trouble = f"{starter.file}: extends {extends!r:.200}, and there is none"
    return _folder(os.path.join(origin.folder, extends), trouble, "give a folder, or a git address")


def _fetch(source: str) -> Origin | None:
    address = parse(source)
    if address is None:
        return None
    checkout = fetch(address)
    return Origin(address.text, checkout.folder, checkout.commit, address.ref, checkout.note)


def _folder(path: str, trouble: str, hint: str) -> Origin:
    folder = os.path.realpath(path)
    if os.path.isfile(folder):
        raise Refused(f"{trouble}: {folder} is a file; give the starter's folder.")
    if not os.path.isfile(os.path.join(folder, MANIFEST)):
        reason = (
            f"{folder} has no {MANIFEST}"
            if os.path.isdir(folder)
            else f"there is no folder {folder}"
        )
        raise Refused(f"{trouble}: {reason}; {hint}.")
    return Origin(folder, folder, commit_of(folder))


def _read(origin: Origin) -> Starter:
    """Read a starter's files; Refused if they break a rule."""
    file = origin.name_of(MANIFEST)
    if os.path.lexists(os.path.join(origin.folder, "hooks")):
        raise Refused(
            f"{origin.name_of('hooks')}: a starter adds no hooks: put what is to be done into the project."
        )
    path = os.path.join(origin.folder, MANIFEST)
    if os.path.islink(path):
        raise Refused(
            f"{file} is a link, and a starter's links are refused: put the file itself there."
        )
    try:
        with open(path, "rb") as content:
            manifest = read_manifest(content.read(MANIFEST_BYTES + 1), file)
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error
    return Starter(manifest, origin, read_overlay(os.path.join(origin.folder, OVERLAY)))


def _check_chain(starters: list[Starter]) -> None:
    """Refuse a chain that comes back to itself, is too long, or has one name twice."""
    first, *rest = starters
    chain = " -> ".join(starter.file for starter in reversed(starters))
    if any(starter.origin.folder == first.origin.folder for starter in rest):
        raise Refused(
            f"These starters extend each other in a circle: {chain}: take one `extends` out."
        )
    if len(starters) > CHAIN:
        raise Refused(
            f"{len(starters)} starters extend each other, and {CHAIN} are the most: {chain}."
        )
    for starter in rest:
        if starter.manifest.name == first.manifest.name:
            raise Refused(
                f"{starter.file} and {first.file}, which it extends, have the same name: rename one."
            )


def _check_requirement(starter: Starter, version: str) -> None:
    """Refuse a starter that was made for another version of the template."""
    text = starter.manifest.requires
    if text and not Requirement(text).specifier.contains(version, prereleases=True):
        raise Refused(
            f"{starter.file} requires {text}, and this is chanscaffold {version}: upgrade one of the two."
        )
