"""Lay starters over a template's files: what one removes goes, then its files come, then its patches change."""

from __future__ import annotations

import os
import shlex
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from channels_doctor.support.errors import Refused
from chanscaffold.files import Source
from chanscaffold.starters.overlay import check_name
from chanscaffold.starters.patch import BadPatch, apply
from chanscaffold.starters.starter import OVERLAY
from chanscaffold.suggestions import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chanscaffold.files import Tree
    from chanscaffold.starters.starter import Starter


def lay_over(tree: Tree, starters: Iterable[Starter]) -> Tree:
    """Return the files of a template with those of starters, the base first; Refused if one does not fit."""
    for starter in starters:
        tree = _lay(tree, starter)
    return tree


def _lay(tree: Tree, starter: Starter) -> Tree:
    tree = _without(tree, starter)
    for name in starter.files:
        _check_place(tree, name, starter)
        tree[name] = starter.overlay[name]
    _check_case(tree, starter)
    _check_patterns(tree, starter)
    for name, patch in starter.patches.items():
        tree[name] = _patched(tree, name, patch, starter)
    return tree


def _check_patterns(tree: Tree, starter: Starter) -> None:
    """Refuse a pattern of files not to render that matches no file of the starter, or one of somebody else."""
    for pattern in starter.manifest.copy_without_render:
        place = f"{starter.file}: [files] copy_without_render: {pattern!r:.80}"
        matched = {name for name in tree if matches(name, pattern)}
        if matched.isdisjoint(starter.files):
            raise Refused(f"{place} matches nothing in overlay/.")
        for name in sorted(matched.difference(starter.files)):
            raise Refused(
                f"{place} also matches {name}, which is not in overlay/: name your own files alone."
            )


def matches(name: str, pattern: str) -> bool:
    """Return whether Cookiecutter copies a file of this name as it is, or a folder above it, because of a pattern."""
    return any(fnmatch(each, pattern) for each in (name, *_folders(name)))


def _folders(name: str) -> list[str]:
    """Return the folders that a file's name goes through, the topmost first."""
    parts = name.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]


def _without(tree: Tree, starter: Starter) -> Tree:
    """Return the files that the starter does not remove."""
    rest = dict(tree)
    for name in starter.manifest.remove:
        check_name(name, f"{starter.file}: [files] remove")
        named = [each for each in tree if each == name or each.startswith(f"{name}/")]
        if not named:
            hint = suggest(
                name, {*tree, *(above for each in tree for above in _folders(each))}, "files"
            )
            raise Refused(
                f"{starter.file}: [files] remove: there is no file or folder {name!r}; {hint}"
            )
        for each in named:
            rest.pop(each, None)
    return rest


def _check_place(tree: Tree, name: str, starter: Starter) -> None:
    """Refuse a file where there is a folder, and a file below what is a file."""
    where = starter.origin.name_of(f"overlay/{name}")
    if any(each.startswith(f"{name}/") for each in tree):
        raise Refused(
            f"{where} is a file, and {name} is a folder: name it in [files] remove of starter.toml, too."
        )
    for above in _folders(name):
        if above in tree:
            raise Refused(
                f"{where} needs a folder {above}, which is a file: name it in [files] remove of starter.toml."
            )


def _check_case(tree: Tree, starter: Starter) -> None:
    """Refuse files or folders whose names differ in case alone; the starter's own are the last of the tree."""
    spellings: dict[str, str] = {}
    for name in tree:
        for each in (*_folders(name), name):
            other = spellings.setdefault(each.casefold(), each)
            if other != each:
                where = starter.origin.name_of(f"overlay/{each}")
                raise Refused(
                    f"{where} and {other} are one on macOS and Windows: name {other} as it is, or remove it."
                )


def _patched(tree: Tree, name: str, patch: str, starter: Starter) -> Source:
    """Return a file with a patch applied."""
    where = starter.origin.name_of(f"overlay/{patch}")
    if name in starter.overlay:
        raise Refused(
            f"{where} and {name} beside it contradict each other: "
            f"`{_diff(starter, name)}` makes one patch of both, or keep the file alone."
        )
    if any(f"{name}/".startswith(f"{removed}/") for removed in starter.manifest.remove):
        raise Refused(
            f"{where} changes what [files] remove of {starter.file} takes away: keep one of the two."
        )
    if name not in tree:
        raise Refused(f"{where}: there is no file {name} to change; {suggest(name, tree, 'files')}")
    try:
        text = apply(tree[name].content.decode(), starter.overlay[patch].content.decode())
    except UnicodeDecodeError as error:
        raise Refused(f"{where}: the patch and {name} must both be text in UTF-8.") from error
    except BadPatch as error:
        raise Refused(
            f"{where}: {error}; `{_diff(starter, name)}` gives the file to make a new one."
        ) from error
    return Source(text.encode(), tree[name].mode)


def _diff(starter: Starter, name: str) -> str:
    """Return the command with which a starter's author makes a patch: what was fetched is edited in its repository."""
    folder = "" if starter.origin.is_fetched else starter.origin.folder
    return shlex.join(["chanscaffold", "starter", "diff", os.path.join(folder, OVERLAY, name)])
