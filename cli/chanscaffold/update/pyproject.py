"""Merge pyproject.toml: requirements as data, everything else as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from chanscaffold.update.merge_text import MergedText, merge_text
from chanscaffold.update.requirements import Requirement, merge_requirements, requirement_key

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

PYPROJECT = "pyproject.toml"
Path = tuple[str, ...]  # the keys that lead to a list of requirements


class _Documents(NamedTuple):
    """The three versions as TOML."""

    base: TOMLDocument
    mine: TOMLDocument
    theirs: TOMLDocument


def merge_pyproject(base: bytes, mine: bytes, theirs: bytes) -> MergedText:
    """Merge three versions: a package that the owner has added or removed is no conflict.

    Lists of requirements become the same in all three versions, except for those requirements that
    both sides have changed. Then git merges the texts. If a version is not valid TOML, git merges
    the texts as they are.
    """
    as_text = merge_text(base, mine, theirs)
    parsed = _parse(base, mine, theirs)
    if parsed is None:
        return as_text
    documents = _Documents(*parsed)
    if not as_text.has_conflict and _is_merged(as_text.content, documents):
        return as_text
    for path in _list_paths(documents):
        _unify(documents, path)
    return merge_text(*(each.as_string().encode() for each in documents))


def _parse(*versions: bytes) -> list[TOMLDocument] | None:
    """Return texts as TOML, and None if one of them is invalid."""
    import tomlkit

    try:
        return [tomlkit.parse(each.decode()) for each in versions]
    except (ValueError, RecursionError):  # tomlkit's errors are ValueErrors
        return None


def _list_paths(documents: _Documents) -> list[Path]:
    """Return the keys of the lists of requirements that all three versions have."""
    paths = [("project", "dependencies")]
    for table in (("project", "optional-dependencies"), ("dependency-groups",)):
        groups = _get(documents.base, table)
        paths += [(*table, name) for name in groups] if isinstance(groups, dict) else []
    return [path for path in paths if all(_is_list(each, path) for each in documents)]


def _is_list(document: Any, path: Path) -> bool:
    """Return whether there is a list without two requirements of one package."""
    items = _strings(document, path)
    return items is not None and len(set(map(requirement_key, items))) == len(items)


def _get(document: Any, path: Path) -> Any:
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _strings(document: Any, path: Path) -> list[str] | None:
    """Return a list of requirements, without the tables in it that include other groups."""
    items = _get(document, path)
    if not isinstance(items, list):
        return None
    return [str(each) for each in items if isinstance(each, str)]


def _is_merged(content: bytes, documents: _Documents) -> bool:
    """Return whether a text has exactly the requirements that a merge as data has."""
    parsed = _parse(content)
    return parsed is not None and all(
        sorted(_strings(parsed[0], path) or []) == sorted(_side(_merge(documents, path), "mine"))
        for path in _list_paths(documents)
    )


def _merge(documents: _Documents, path: Path) -> dict[str, Requirement]:
    return merge_requirements(*(_strings(each, path) or [] for each in documents))


def _side(merged: dict[str, Requirement], side: str) -> list[str]:
    """Return the requirements of one side."""
    return [text for text in (getattr(each, side) for each in merged.values()) if text is not None]


def _unify(documents: _Documents, path: Path) -> None:
    """Give a list the merged requirements in all three versions, in the format of the owner's."""
    import tomlkit

    merged = _merge(documents, path)
    array = _get(documents.mine, path)
    _set(array, _side(merged, "mine"))
    text = array.as_string()
    for side, document in documents._asdict().items():
        copy = tomlkit.parse(f"x = {text}\n")["x"]
        _set(copy, _side(merged, side))
        _get(document, path[:-1])[path[-1]] = copy


def _set(array: Any, requirements: list[str]) -> None:
    """Let an array have these requirements; insert a new one before the next in order."""
    wanted = {requirement_key(each): each for each in requirements}
    for index in reversed(range(len(array))):
        if isinstance(array[index], str) and requirement_key(array[index]) not in wanted:
            del array[index]
    for key, requirement in wanted.items():
        keys = [requirement_key(each) if isinstance(each, str) else "" for each in array]
        if key not in keys:
            later = [index for index, other in enumerate(keys) if other > key]
            array.insert(later[0] if later else len(array), requirement)
        elif array[keys.index(key)] != requirement:
            array[keys.index(key)] = requirement
