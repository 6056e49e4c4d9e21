"""The sample project without faults, and the examples on the rules' pages."""

import ast
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from channels_doctor.examine.channels.api import PACKAGE
from channels_doctor.examine.main import find_faults, sort_key
from channels_doctor.examine.packages.base_archive import BASE
from channels_doctor.examine.packages.library import Library, fingerprint, release
from channels_doctor.examine.project import Project
from channels_doctor.examine.registry import load_rules
from channels_doctor.examine.repeats import without_repeats
from support.paths import PACKAGE as PACKAGE_FOLDER

SAMPLE_PROJECT = Path(__file__).parent / "sample_project"
RULES = {rule.id: rule for rule in load_rules()}
EXAMINE = (
    f"import sys; sys.path.insert(0, {str(PACKAGE_FOLDER)!r});"
    " from examine.main import main; main()"
)
BLOCK = re.compile(r'^```diff title="([^"]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
BROKEN, SOUND = " -", " +"
WITH_BASE = {"library-modified"}  # the examples of these rules need the project's base


def blocks(rule):
    """Return the titled diffs of a rule's page: (path, lines)."""
    text = Path(rule.page).read_text(encoding="utf-8")
    return [(path, body.splitlines()) for path, body in BLOCK.findall(text)]


def make_project(folder, rule=None, side=SOUND):
    """Make the sample project in a folder, with one side of the diffs on a rule's page."""
    shutil.copytree(
        SAMPLE_PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
    )
    for path, lines in blocks(rule) if rule else []:
        text = side_of(lines, side)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path == "config/settings.py":
            text = (
                without(
                    target.read_text(),
                    {name for each in (BROKEN, SOUND) for name in set_in(lines, each)},
                )
                + text
            )
        if text:
            target.write_text(text)
        else:
            target.unlink(missing_ok=True)
    if rule and rule.id in WITH_BASE:
        write_base(folder, {path: side_of(lines, SOUND).encode() for path, lines in blocks(rule)})
    return folder


def side_of(lines, side):
    return "".join(line[1:] + "\n" for line in lines if line[:1] in side or not line)


def write_base(folder, files):
    """Write a project's base: names relative to the root -> contents."""
    with zipfile.ZipFile(folder / BASE, "w", zipfile.ZIP_DEFLATED) as base:
        for path, content in files.items():
            base.writestr(path, content)


def library_of(files):
    """Return the release and the digest of the library in some files of a project."""
    inside = {
        path.removeprefix(f"{PACKAGE}/"): data
        for path, data in files.items()
        if path.startswith(f"{PACKAGE}/")
    }
    library = Library(
        {name: fingerprint(data) for name, data in inside.items()},
        release(inside.get("__init__.py", b"")),
    )
    return {"release": library.release, "digest": library.digest} if inside else None


def known_library(rule):
    """Return the library of the sound side of a rule's page; None when the page has none."""
    return library_of({path: side_of(lines, SOUND).encode() for path, lines in blocks(rule)})


def set_in(lines, side):
    return [
        name for statement in ast.parse(side_of(lines, side)).body for name in targets(statement)
    ]


def without(text, names):
    """Return a settings file without the statements that set some names."""
    kept = text.splitlines(keepends=True)
    for statement in reversed(ast.parse(text).body):
        if set(targets(statement)) & names:
            del kept[statement.lineno - 1 : statement.end_lineno]
    return "".join(kept)


def targets(statement):
    nodes = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    return [node.id for node in nodes if isinstance(node, ast.Name)]


def examine(folder, root=True, facts=None, live=None, settings_module=None, library=None):
    """Return what the rules find in a folder; `root=None` is a project without files."""
    project = Project(str(folder) if root else None, settings_module, facts, live, library)
    found = without_repeats(find_faults(project, list(RULES.values())))
    return sorted(found, key=sort_key)


def examine_apart(folder, python=sys.executable, **request):
    """Return the findings of a separate, isolated process, as the command runs it."""
    command = [python, "-I", "-S", "-c", EXAMINE]
    given = json.dumps({"root": str(folder), **request})
    result = subprocess.run(
        command, input=given, capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stderr == ""
    return json.loads(result.stdout)["findings"]
