"""What the tests share: a small template of our shape, and ways to run the command."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.paths import ROOT, SOURCES

# In the order of their imports: pytest rewrites the assertions of what is not imported yet.
pytest_plugins = [
    "support.renders",
    "support.projects",
    "support.browsers",
    "support.cookiecutters",
    "support.starter_folders",
    "support.git_repositories",
]


# A post_gen hook that only writes down how it was run, and fails when a test says so.
STUB_HOOK = """
import json, os, sys
answers = json.loads(r'{{ cookiecutter | tojson }}')
names = ("STEPS", "MISSING_EXIT", "PYTHON", "VERBOSITY")
run = {name.lower(): os.environ.get("CHANSCAFFOLD_" + name) for name in names}
run.update(cwd=os.getcwd(), path=os.environ["PATH"], answers=answers)
with open("hook.jsonl", "a") as file:
    file.write(json.dumps(run) + "\\n")
if run["steps"] != "prune":
    sys.exit(int(os.environ.get("STUB_EXIT", "0")))
"""

FILES = {
    "README.md": "# {{ cookiecutter.project_name }}\n#% if cookiecutter.docker\ndocker\n#% endif\n",
    "manage.py": "#!/usr/bin/env python\n",
    ".env.example": "LAYER={{ cookiecutter.layer }}\n",
    ".gitignore": ".env\n",
    "chat/views.py": "TEMPLATE = '{{ left alone }}'\n",
}
LIBRARY = {
    "__init__.py": '__version__ = "0.1.0"\n',
    "layers/groups.py": "NAME = '{{ left alone }}'\n",
}


def pytest_configure():
    """Let the children of tests hear signals also where nohup, or a shell's background, has this run ignore them."""
    for each in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(each) is signal.SIG_IGN:
            signal.signal(
                each, lambda *_: None
            )  # ignored here still, but a child inherits only what is SIG_IGN


@pytest.fixture(scope="session")
def schema():
    return json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))


@pytest.fixture
def standin(tmp_path_factory):
    """A complete template in a folder of its own: our options and rules, few files, a stub for the hook."""
    folder = tmp_path_factory.mktemp("template")
    project = folder / "{{cookiecutter.project_slug}}"
    write_files(project, FILES)
    write_files(folder / "realtime" / "src" / "channels_realtime", LIBRARY)
    (project / "manage.py").chmod(0o755)
    shutil.copy(ROOT / "cookiecutter.json", folder)
    (folder / "hooks").mkdir()
    for name in ("pre_prompt.py", "pre_gen_project.py"):
        shutil.copy(ROOT / "hooks" / name, folder / "hooks")
    (folder / "hooks" / "post_gen_project.py").write_text(STUB_HOOK, encoding="utf-8")
    return folder


def write_files(folder, files):
    """Write texts into files below a folder, by their names."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working directory."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def new(standin, here):
    """Run `chanscaffold new` in this process, with the small template."""

    def run(*arguments, template=standin, **settings):
        from chanscaffold.cli import cli

        return CliRunner().invoke(
            cli, ["new", "--template", str(template), *map(str, arguments)], **settings
        )

    return run


@pytest.fixture(scope="session")
def environment():
    """The environment of a child process that can import the package."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, SOURCES))}


class Child(subprocess.Popen):
    """A process that a failed test does not wait for."""

    def __exit__(self, kind, *details):
        if kind:
            self.kill()
        super().__exit__(kind, *details)


@pytest.fixture
def start(here, environment):
    """Start `python -m chanscaffold` as a process of its own."""

    def popen(*arguments, before=(), env=(), **settings):
        command = [*before, sys.executable, "-m", "chanscaffold", *map(str, arguments)]
        pipes = {
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "stdin": subprocess.DEVNULL,
            "text": True,
        }
        return Child(command, env={**environment, **dict(env)}, cwd=here, **{**pipes, **settings})

    return popen


@pytest.fixture
def run(start):
    """Run `python -m chanscaffold` as a process of its own, to its end."""

    def finish(*arguments, **settings):
        with start(*arguments, **settings) as process:
            stdout, stderr = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    return finish


@pytest.fixture
def snapshot():
    """Return a function that lists a folder: every path with its kind, mode and content."""
    return take_snapshot


def take_snapshot(folder):
    return {
        str(path.relative_to(folder)): describe(path) for path in sorted(Path(folder).rglob("*"))
    }


def describe(path):
    if path.is_symlink():
        return "link", os.readlink(path)
    mode = path.stat().st_mode
    return (mode, path.read_bytes()) if path.is_file() else (mode,)


@pytest.fixture
def hook_runs():
    """Return a function that reads how the stub hook was run in a project."""

    def read(project):
        return [
            json.loads(line) for line in (Path(project) / "hook.jsonl").read_text().splitlines()
        ]

    return read
