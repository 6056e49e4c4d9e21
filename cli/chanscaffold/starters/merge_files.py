"""Merge a starter's files into those of a template: remove files, add files, then apply patches."""

from __future__ import annotations

import os
import shlex
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from channels_doctor.support.errors import Refused
from chanscaffold.files import File
from chanscaffold.starters.file_rules import OVERLAY, check_name
from chanscaffold.starters.patch import BadPatch, apply_patch
from chanscaffold.suggestions import suggest

if TYPE_CHECKING:
    from chanscaffold.files import Files
    from chanscaffold.starters.starter import Starter


def merge_files(files: Files, starter: Starter) -> Files:
    """Return a template's files with those of a starter; Refused if the starter does not fit."""
    merged = _remove(files, starter)
    for name in starter.files:
        _check_folders(merged, name, starter)
        merged[name] = starter.overlay[name]._replace(origin=starter.overlay_path(name))
    _check_case(merged, starter)
    _check_patterns(merged, starter)
    for name, patch in starter.patches.items():
        merged[name] = _apply_patch(merged, name, patch, starter)
    return merged


def _remove(files: Files, starter: Starter) -> Files:
    """Return the files that the starter does not remove."""
    rest = dict(files)
    for name in starter.manifest.remove:
        check_name(name, f"{starter.file}: [files] remove")
        removed = [file for file in files if f"{file}/".startswith(f"{name}/")]
        if not removed:
            known = {*files, *(folder for file in files for folder in folders_of(file))}
            raise Refused(
                f"{starter.file}: [files] remove: there is no file or folder {name!r}; "
                f"{suggest(name, known, 'files')}"
            )
        for file in removed:
            rest.pop(file, None)
    return rest


def folders_of(name: str) -> list[str]:
    """Return the folders in a file's name, the topmost first."""
    parts = name.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]


def _check_folders(files: Files, name: str, starter: Starter) -> None:
    """Refuse a file that takes the place of a folder, and the other way round."""
    path = starter.overlay_path(name)
    if any(file.startswith(f"{name}/") for file in files):
        raise Refused(
            f"{path} is a file, and the template has a folder {name}: "
            "add it to [files] remove in starter.toml."
        )
    for folder in folders_of(name):
        if folder in files:
            raise Refused(
                f"{path} needs a folder {folder}, and the template has a file of that name: "
                "add it to [files] remove in starter.toml."
            )


def _check_case(files: Files, starter: Starter) -> None:
    """Refuse names that differ only in case; the starter's own names are the last in `files`."""
    spellings: dict[str, str] = {}
    for file in files:
        for name in (*folders_of(file), file):
            other = spellings.setdefault(name.casefold(), name)
            if other != name:
                raise Refused(
                    f"{starter.overlay_path(name)} and {other} are the same file on macOS and "
                    f"Windows: use the spelling {other}, or remove {other}."
                )


def _check_patterns(files: Files, starter: Starter) -> None:
    """Refuse a pattern that matches no file of the starter, or a file of the template."""
    for pattern in starter.manifest.copy_without_render:
        place = f"{starter.file}: [files] copy_without_render: {pattern!r:.80}"
        matched = {name for name in files if matches(name, pattern)}
        if matched.isdisjoint(starter.files):
            raise Refused(f"{place} matches no file in overlay/.")
        others = sorted(matched.difference(starter.files))
        if others:
            raise Refused(f"{place} also matches {others[0]}, which is not in overlay/.")


def matches(name: str, pattern: str) -> bool:
    """Return whether a pattern lets Cookiecutter copy a file without rendering it."""
    return any(fnmatch(path, pattern) for path in (name, *folders_of(name)))


def _apply_patch(files: Files, name: str, patch: str, starter: Starter) -> File:
    """Return a file with a patch applied."""
    path = starter.overlay_path(patch)
    if name in starter.overlay:
        raise Refused(f"{path} and {name} beside it contradict each other: keep one of them.")
    if any(f"{name}/".startswith(f"{removed}/") for removed in starter.manifest.remove):
        raise Refused(
            f"{path} changes a file that [files] remove of {starter.file} removes: "
            "keep one of the two."
        )
    if name not in files:
        raise Refused(f"{path}: there is no file {name}; {suggest(name, files, 'files')}")
    try:
        text = apply_patch(files[name].content.decode(), starter.overlay[patch].content.decode())
    except UnicodeDecodeError as error:
        raise Refused(f"{path}: the patch and {name} must be text in UTF-8.") from error
    except BadPatch as error:
        folder = "" if starter.origin.is_fetched else starter.origin.source
        copy = os.path.join(folder, OVERLAY, name)
        command = shlex.join(["chanscaffold", "starter", "diff", copy])
        raise Refused(f"{path}: {error}; to make a new patch, run `{command}`.") from error
    return File(text.encode(), files[name].mode, path)
