"""Fixtures of all tests: a small template, and functions that run the command."""

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

# In import order, so that pytest can rewrite the assertions of each module before its import.
pytest_plugins = [
    "support.option_matrix",
    "support.renders",
    "support.tools",
    "support.processes",
    "support.snapshots",
    "support.pythons",
    "support.sandbox",
    "support.projects",
    "support.servers",
    "support.postgres",
    "support.redis",
    "support.browsers",
    "support.cookiecutters",
    "support.starter_folders",
    "support.git_repositories",
    "support.update_fixtures",
]

# A post_gen hook that only records how it was run, and fails if a test asks for it.
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
    """Let child processes have none of the signals and variables of whoever runs the tests."""
    for name in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT"):
        os.environ.pop(name, None)  # `uv add` in a project would change the tests' environment
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)  # nohup sets SIG_IGN, which children inherit


@pytest.fixture(scope="session")
def schema():
    return json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))


@pytest.fixture
def standin(tmp_path_factory):
    """A template with the real options and rules, a few files, and a stub of post_gen."""
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
    """Write {name: text} below a folder."""
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
    """The environment of a child process that can import the package.

    Its output is buffered, as users have it: what cannot be written fails at the end, too.
    """
    inherited = {key: each for key, each in os.environ.items() if key != "PYTHONUNBUFFERED"}
    return {**inherited, "PYTHONPATH": os.pathsep.join(map(str, SOURCES))}


class Child(subprocess.Popen):
    """A process that a failed test kills instead of waiting for it."""

    def __exit__(self, kind, *details):
        if kind:
            self.kill()
        super().__exit__(kind, *details)


@pytest.fixture
def start(here, environment):
    """Start `python -m chanscaffold` as a child process."""

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
    """Run `python -m chanscaffold` as a child process, and return its result."""

    def finish(*arguments, **settings):
        with start(*arguments, **settings) as process:
            stdout, stderr = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    return finish


@pytest.fixture
def hook_runs():
    """Return a function that returns the records of the stub hook in a project."""

    def read(project):
        return [
            json.loads(line) for line in (Path(project) / "hook.jsonl").read_text().splitlines()
        ]

    return read
