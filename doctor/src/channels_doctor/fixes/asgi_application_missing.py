"""Adds `ASGI_APPLICATION` behind `WSGI_APPLICATION` or `ROOT_URLCONF`, when there is one asgi.py to name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import libcst as cst

from channels_doctor.fixes.own_files import python_files
from channels_doctor.fixes.setting_nodes import Assignment, assignments, text
from channels_doctor.fixes.source import Leave, Source, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

ANCHORS = ("WSGI_APPLICATION", "ROOT_URLCONF")


def mend(source: Source, _line: int) -> cst.Module:
    """Return the file with the setting."""
    found = assignments(source.module)
    _refuse_if_unsafe(source, found)
    own = {each.name: each for each in found if each.name in ANCHORS and not each.inside}
    path = _asgi_file(source.root)
    dotted = _dotted(
        source.root, path, text(own["ROOT_URLCONF"].value) if "ROOT_URLCONF" in own else None
    )
    anchor = next((own[name] for name in ANCHORS if name in own), None)
    quote = "'" if anchor and source.code(anchor.value).startswith("'") else '"'
    return _insert(source, anchor, f"ASGI_APPLICATION = {quote}{dotted}.application{quote}")


def _refuse_if_unsafe(source: Source, found: Sequence[Assignment]) -> None:
    if any(each.name == "ASGI_APPLICATION" for each in found):
        raise Leave(f"{source.path} sets ASGI_APPLICATION already.")
    if any(
        "ClassDef" in each.inside and each.name in {*ANCHORS, "INSTALLED_APPS"} for each in found
    ):
        raise Leave(f"{source.path} has its settings in a class.")


def _asgi_file(root: str) -> str:
    found = [
        path
        for path, data in python_files(root)
        if path.split("/")[-1] == "asgi.py" and _serves(root, path, data)
    ]
    if len(found) != 1:
        some = f"{len(found)} files" if found else "no file"
        raise Leave(
            f"{some} in the project could be the one to name: an asgi.py with an application."
        )
    return found[0]


def _serves(root: str, path: str, data: bytes) -> bool:
    """Return whether `application` is a name of the module."""
    try:
        module = parse(root, path, data).module
    except Leave:
        return False
    return any(
        each.name == "application" and not each.inside and not each.keys
        for each in assignments(module)
    )


def _dotted(root: str, path: str, urls: str | None) -> str:
    """Return the module's name, as it is imported from where the URLs are, or from beside manage.py."""
    folders = path.split("/")[:-1]
    homes = [folders[:number] for number in range(len(folders) + 1)]
    bases = [home for home in homes if _holds(root, home, urls)] if urls else []
    bases = bases or [
        home for home in homes if os.path.isfile(os.path.join(root, *home, "manage.py"))
    ]
    if len(bases) != 1:
        raise Leave(f"it is not clear by which name {path} is imported.")
    names = [*folders[len(bases[0]) :], "asgi"]
    if not all(name.isidentifier() for name in names):
        raise Leave(f"{path} has no name that can be imported.")
    return ".".join(names)


def _holds(root: str, home: list[str], module: str) -> bool:
    place = os.path.join(root, *home, *module.split("."))
    return os.path.isfile(f"{place}.py") or os.path.isfile(os.path.join(place, "__init__.py"))


def _insert(source: Source, anchor: Assignment | None, code: str) -> cst.Module:
    line = cst.parse_statement(code, config=source.module.config_for_parsing)
    body = list(source.module.body)
    index = next(
        (number for number, each in enumerate(body) if anchor and _has(each, anchor)), len(body) - 1
    )
    body.insert(index + 1, line)
    return source.module.with_changes(body=body)


def _has(statement: cst.CSTNode, anchor: Assignment) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and any(
        getattr(small, "value", None) is anchor.value for small in statement.body
    )
