"""Add `ASGI_APPLICATION` after `WSGI_APPLICATION` or `ROOT_URLCONF`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import libcst as cst

from channels_doctor.examine.file_selection import find_files
from channels_doctor.fixes.setting_statements import (
    SettingStatement,
    find_statements,
    string_value,
)
from channels_doctor.fixes.source_file import CannotFix, SourceFile, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from channels_doctor.examine.files import File

ANCHORS = ("WSGI_APPLICATION", "ROOT_URLCONF")


def fix(source: SourceFile, _line: int) -> cst.Module:
    """Return the file with the setting. Raises CannotFix unless there is one asgi.py to name."""
    statements = find_statements(source.module)
    _refuse_if_unsafe(source, statements)
    anchors = {each.name: each for each in statements if each.name in ANCHORS and not each.blocks}
    urlconf = string_value(anchors["ROOT_URLCONF"].value) if "ROOT_URLCONF" in anchors else None
    module = _module_name(source.root, _asgi_file(source.root), urlconf)
    anchor = next((anchors[name] for name in ANCHORS if name in anchors), None)
    quote = "'" if anchor and source.code(anchor.value).startswith("'") else '"'
    return _insert(source, anchor, f"ASGI_APPLICATION = {quote}{module}.application{quote}")


def _refuse_if_unsafe(source: SourceFile, statements: Sequence[SettingStatement]) -> None:
    if any(each.name == "ASGI_APPLICATION" for each in statements):
        raise CannotFix(f"{source.path} sets ASGI_APPLICATION already.")
    settings = {*ANCHORS, "INSTALLED_APPS"}
    if any("ClassDef" in each.blocks and each.name in settings for each in statements):
        raise CannotFix(f"{source.path} has its settings in a class.")


def _asgi_file(root: str) -> str:
    paths = [
        file.path
        for file in find_files(root, ".py")
        if os.path.basename(file.path) == "asgi.py" and _has_application(root, file)
    ]
    if not paths:
        raise CannotFix("the project has no asgi.py with an application.")
    if len(paths) > 1:
        raise CannotFix(f"the project has {len(paths)} files asgi.py with an application.")
    return paths[0]


def _has_application(root: str, file: File) -> bool:
    """Return whether `application` is assigned at the module's top level."""
    try:
        module = parse(root, file.path, file.read() or b"").module
    except CannotFix:
        return False
    return any(
        each.name == "application" and not each.blocks and not each.keys
        for each in find_statements(module)
    )


def _module_name(root: str, path: str, urlconf: str | None) -> str:
    """Return the dotted name of a file, seen from the folder that is on the import path.

    That folder contains the module of ROOT_URLCONF, or else manage.py.
    """
    parts = path.split("/")[:-1]
    folders = [parts[:number] for number in range(len(parts) + 1)]
    bases = [folder for folder in folders if _has_module(root, folder, urlconf)] if urlconf else []
    bases = bases or [
        folder for folder in folders if os.path.isfile(os.path.join(root, *folder, "manage.py"))
    ]
    if len(bases) != 1:
        raise CannotFix(f"the module name of {path} is not clear.")
    names = [*parts[len(bases[0]) :], "asgi"]
    if not all(name.isidentifier() for name in names):
        raise CannotFix(f"{path} cannot be imported under its name.")
    return ".".join(names)


def _has_module(root: str, folder: list[str], module: str) -> bool:
    path = os.path.join(root, *folder, *module.split("."))
    return os.path.isfile(f"{path}.py") or os.path.isfile(os.path.join(path, "__init__.py"))


def _insert(source: SourceFile, anchor: SettingStatement | None, code: str) -> cst.Module:
    """Return the tree with a statement after the anchor, or at the end without one."""
    statement = cst.parse_statement(code, config=source.module.config_for_parsing)
    body = list(source.module.body)
    indexes = (number for number, each in enumerate(body) if anchor and _contains(each, anchor))
    body.insert(next(indexes, len(body) - 1) + 1, statement)
    return source.module.with_changes(body=body)


def _contains(node: cst.CSTNode, anchor: SettingStatement) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and any(
        getattr(small, "value", None) is anchor.value for small in node.body
    )
