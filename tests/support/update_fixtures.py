"""The fixtures of the update's tests: small templates and the changes of owners, as texts.

A text has sections with the heading `-- NAME --`, where a name may be followed by `(deleted)`,
`(executable)` or `(plain)`.
"""

import json
import re
import shutil
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from support.cookiecutters import commit_all
from support.paths import ROOT
from support.renders import TEMPLATE

FIXTURES = ROOT / "tests" / "update" / "fixtures"
HEADING = re.compile(r"(?m)^-- (.*) --\n")
NOTE = re.compile(r"(.*) \((deleted|executable|plain)\)")
MODES = {"executable": 0o755, "plain": 0o644}
LIBRARY = "channels_realtime"


class Section(NamedTuple):
    """A file: its content, None if it is deleted, and its mode, None if that does not change."""

    content: bytes | None
    mode: int | None


def read_sections(path):
    """Return the sections of a text by their names."""
    _, *parts = HEADING.split(path.read_text(encoding="utf-8"))
    return dict(map(parse_section, parts[::2], parts[1::2]))


def parse_section(heading, text):
    found = NOTE.fullmatch(heading)
    name, note = found.groups() if found else (heading, "")
    return name, Section(None if note == "deleted" else text.encode(), MODES.get(note))


def write_sections(folder, sections):
    """Write, change and delete files below a folder."""
    for name, section in sections.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if section.content is None:
            path.unlink()
            continue
        path.write_bytes(section.content)
        if section.mode:
            path.chmod(section.mode)


def make_template(folder, sections, changes=(), **schema):
    """Make a template of these files, with the options and the hooks of the real one."""
    project = folder / TEMPLATE.name
    library = folder / "realtime" / "src" / LIBRARY
    record = (TEMPLATE / ".chanscaffold.toml").read_bytes()
    write_sections(project, {".chanscaffold.toml": Section(record, None)})
    for name, section in sections.items():
        inside = name.removeprefix(f"{LIBRARY}/")
        write_sections(project if inside == name else library, {inside: section})
    options = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    options |= {"_changes": list(changes), "_copy_without_render": [], **schema}
    (folder / "cookiecutter.json").write_text(json.dumps(options), encoding="utf-8")
    shutil.copytree(ROOT / "hooks", folder / "hooks", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run_cli(*arguments):
    """Run the command in this process."""
    from chanscaffold.cli import cli

    return CliRunner().invoke(cli, list(map(str, arguments)))


@pytest.fixture(scope="session")
def versions(tmp_path_factory):
    """The earlier and the later version of the small template."""
    folder = tmp_path_factory.mktemp("versions")
    before = read_sections(FIXTURES / "template_before.txt")
    after = read_sections(FIXTURES / "template_after.txt")
    changes = json.loads((FIXTURES / "changes.json").read_text(encoding="utf-8"))
    return make_template(folder / "before", before), make_template(folder / "after", after, changes)


@pytest.fixture(scope="session")
def new_site(tmp_path_factory):
    """Return a function that makes the project `site` once for each template and its flags."""
    sites = {}

    def make(template, *flags):
        if (template, flags) not in sites:
            folder = tmp_path_factory.mktemp("made") / "site"
            options = ["--template", template, "--no-setup", "--no-git", *flags]
            result = run_cli("new", folder, *options)
            assert result.exit_code == 0, result.output
            commit_all(folder)
            sites[template, flags] = folder
        return sites[template, flags]

    return make


@pytest.fixture
def make_site(versions, new_site, tmp_path):
    """Return a function that copies such a project, by default of the earlier version."""

    def make(*flags, template=versions[0], folder=tmp_path / "site"):
        return shutil.copytree(new_site(template, *flags), folder)

    return make


@pytest.fixture
def update(versions):
    """Return a function that runs `chanscaffold update` without proof, to the later version."""

    def run(project, *flags, template=versions[1]):
        return run_cli("update", project, "--template", template, "--no-proof", *flags)

    return run


def read_tree(folder):
    """Return {name: (content, is executable)} of a project's files, without its git folder."""
    paths = (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), bool(path.stat().st_mode & 0o100))
        for path in paths
        if ".git" not in path.relative_to(folder).parts
    }
