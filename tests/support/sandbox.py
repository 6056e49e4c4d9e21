"""A home directory and a PATH for the tests, and the commands that create projects."""

import functools
import os
import re
import shutil
import subprocess
import sys

import pytest

from support.paths import SOURCES
from support.pythons import UV
from support.renders import copy_template

# The console script, also where this environment does not have it installed.
CHANSCAFFOLD = (
    f"import sys; sys.path[:0] = {[str(each) for each in SOURCES]!r}; "
    "sys.argv[0] = 'chanscaffold'; from chanscaffold.__main__ import main; main()"
)

# Variables that commands in the sandbox do not inherit. This machine's settings of uv and pip
# are inherited: they may name its package index.
REMOVED_VARIABLES = re.compile(
    r"CHANSCAFFOLD_.*|DJANGO_.*|PYTHON.*|GIT_.*|XDG_.*|VIRTUAL_ENV|DATABASE_URL|CHANNEL_LAYER_.*"
    r"|SECRET_KEY|DEBUG|ALLOWED_HOSTS|UV_(?:OFFLINE|NO_CACHE|PROJECT.*|CACHE_DIR)|LC_.*|LANG"
    r"|PATH|HOME"
)


class Sandbox:
    """A home directory, a PATH, and the command lines that create projects."""

    def __init__(self, folder):
        self.folder, self.home = folder, folder / "home"
        self.home.mkdir()
        command = [UV, "cache", "dir"]
        cache = subprocess.run(command, capture_output=True, text=True, check=True)
        pip_cache = os.environ.get("PIP_CACHE_DIR") or os.path.expanduser("~/.cache/pip")
        self.caches = {"UV_CACHE_DIR": cache.stdout.strip(), "PIP_CACHE_DIR": pip_cache}

    def link_tools(self, *names):
        """Return a folder that contains only these programs."""
        folder = self.folder / "-".join(["tools", *map(str.lower, names)])
        if not folder.exists():
            folder.mkdir()
            for name in names:
                (folder / name).symlink_to(UV if name == "uv" else shutil.which(name))
        return folder

    def environment(self, *, tools=("git", "sh", "uv"), before=(), **variables):
        """Return environment variables with the sandbox's home and PATH.

        PATH contains the folders of `before`, then the programs of `tools`.
        """
        names = [name for name in os.environ if not REMOVED_VARIABLES.fullmatch(name)]
        path = os.pathsep.join(map(str, (*before, self.link_tools(*tools))))
        return {
            **{name: os.environ[name] for name in names},
            **self.caches,
            "HOME": str(self.home),
            "PATH": path,
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            **{name: str(value) for name, value in variables.items()},
        }

    def new_command(self, *arguments):
        """Return the command line of `chanscaffold new`."""
        return [sys.executable, "-P", "-c", CHANSCAFFOLD, "new", *map(str, arguments)]

    @functools.cached_property
    def template(self):
        """The folder of a clean copy of the template."""
        return copy_template(self.folder / "template" / "chanscaffold")

    def cookiecutter_command(self, **answers):
        """Return the command line of plain Cookiecutter."""
        texts = [
            f"{key}={str(value).lower() if value in (True, False) else value}"
            for key, value in answers.items()
        ]
        return [sys.executable, "-m", "cookiecutter", str(self.template), "--no-input", *texts]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    """A home directory and a PATH that all tests of the session share."""
    return Sandbox(tmp_path_factory.mktemp("sandbox"))
