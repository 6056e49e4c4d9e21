"""Variables, homes and programs that lead a set-up elsewhere or stop it."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from case import Case

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KIND = "environment"
SET_UP = ("new", "site", "--no-smoke")
FAST = ("new", "site", "--no-setup")

# Variables that made uv, pip, Python, git or Django do something else. The set-up must not use
# them, and must say so.
MISLEADING = {
    "UV_WORKING_DIR": "other", "UV_WORKING_DIRECTORY": "other", "UV_PROJECT": "other",
    "UV_PROJECT_ENVIRONMENT": "other/.venv", "UV_FROZEN": "1", "UV_LOCKED": "1",
    "UV_NO_DEV": "1", "UV_NO_SYNC": "1", "UV_NO_BINARY": "1", "UV_SYSTEM_PYTHON": "1",
    "UV_PYTHON": "3.8", "UV_EXCLUDE_NEWER": "2001-01-01", "UV_NO_EDITABLE": "1",
    "UV_RESOLUTION": "lowest", "UV_CONSTRAINT": "none.txt", "UV_OVERRIDE": "none.txt",
    "UV_CONFIG_FILE": "none.toml", "UV_ENV_FILE": "none.env", "UV_DEV": "0",
    "UV_NO_DEFAULT_GROUPS": "1", "UV_ISOLATED": "1", "UV_REQUIRE_HASHES": "1",
    "PIP_PYTHON": "/usr/bin/python3", "PIP_ROOT": "other", "PIP_TARGET": "other",
    "PIP_PREFIX": "other", "PIP_USER": "1", "PIP_DRY_RUN": "1", "PIP_NO_DEPS": "1",
    "PIP_REQUIRE_VIRTUALENV": "1", "PIP_CONSTRAINT": "none.txt", "PIP_REQUIREMENT": "none.txt",
    "PYTHONSAFEPATH": "1", "PYTHONOPTIMIZE": "2", "PYTHONPATH_": "other",
    "PYTHONSTARTUP": "none.py", "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "error",
    "PYTHONNOUSERSITE": "1",
    "VIRTUAL_ENV": "/no/such/environment", "CONDA_PREFIX": "/no/such/conda",
    "DJANGO_SETTINGS_MODULE": "other.settings", "DATABASE_URL": "postgres://x:secret@none/x",
    "SECRET_KEY": "other", "DEBUG": "false", "ALLOWED_HOSTS": "other.example",
    "CHANNEL_LAYER_URL": "redis://none:1/0", "REDIS_URL": "redis://none:1/0",
    "GIT_DIR": "other/.git", "GIT_WORK_TREE": "other", "GIT_INDEX_FILE": "other/index",
    "GIT_CEILING_DIRECTORIES": "/", "GIT_TEMPLATE_DIR": "/no/such/folder",
    "GIT_AUTHOR_DATE": "nonsense", "GIT_COMMITTER_DATE": "1970-01-01T00:00:00",
    "GIT_TRACE": "1", "GIT_CONFIG_COUNT": "nonsense", "GIT_EXEC_PATH": "/no/such/folder",
}  # fmt: skip
# Those for which a step must fail: with the user's own configuration, git or uv does not run.
FAILING = ("UV_CONFIG_FILE", "GIT_AUTHOR_DATE", "GIT_CONFIG_COUNT")
# Those that only change how git runs, for which a project without a set-up is enough.
WITHOUT_SET_UP = tuple(name for name in MISLEADING if name.startswith("GIT_"))
INVISIBLE = {
    "LANG": "C", "LC_ALL": "POSIX", "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "1",
    "PYTHONUTF8": "0", "TZ": "Nowhere/None", "PAGER": "false", "EDITOR": "false",
    "CHANSCAFFOLD_STEPS": "nothing", "CHANSCAFFOLD_PYTHON": "/bin/false",
    "CHANSCAFFOLD_VERBOSITY": "x", "CHANSCAFFOLD_MISSING_EXIT": "x", "CLICOLOR_FORCE": "1",
    "COOKIECUTTER_CONFIG": "/no/such/file", "TMPDIR": "/no/such/folder", "LINES": "0",
}  # fmt: skip


def other(folder: Path) -> None:
    """Make another project, in which nothing may change."""
    (folder / "other").mkdir()
    (folder / "other" / "pyproject.toml").write_text(
        '[project]\nname = "other"\nversion = "1"\nrequires-python = ">=3.8"\n'
    )


def program(name: str, text: str) -> Callable[[Path], object]:
    """Return a preparation that puts a program of its own first on PATH."""

    def prepare(folder: Path) -> None:
        path = folder / "bin" / name
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return prepare


WITH_BIN = 'PATH="$PWD/bin:$PATH" exec "$@"'
GIT = {
    "that fails": ("exit 1", (3,)),
    "that is killed": ("kill -9 $$", (3,)),
    "that prints control characters": (r"printf '\033[2J' >&2; exit 1", (3,)),
    "that prints much": ("yes | head -c 3000000; exit 1", (3,)),
    "that prints nothing": ("exit 0", (0, 3)),
}
CASES = [
    *(
        Case(
            KIND,
            f"{name}={value}",
            FAST if name in WITHOUT_SET_UP else SET_UP,
            (3,) if name in FAILING else (0,),
            prepare=other,
            env={name: value},
        )
        for name, value in MISLEADING.items()
    ),
    *(Case(KIND, f"{name}={value}", FAST, env={name: value}) for name, value in INVISIBLE.items()),
    *(
        Case(
            KIND,
            f"PYTHONIOENCODING={encoding}, {name}",
            arguments,
            (code,),
            disk=disk,
            env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"},
        )
        for encoding in ("ascii", "latin-1", "utf-16", "cp1252")
        for name, arguments, code, disk in (
            ("help", ("new", "--help"), 0, "nothing"),
            ("refused", ("new", "Café"), 2, "nothing"),
            ("made", FAST, 0, "project"),
            ("set up", SET_UP, 0, "project"),
        )
    ),
    *(
        Case(KIND, f"a git {name}", FAST, codes, prepare=program("git", text), shell=WITH_BIN)
        for name, (text, codes) in GIT.items()
    ),
    Case(KIND, "no git", FAST, (0,), "git", env={"PATH": "/no/such/folder"}),
    Case(KIND, "an empty PATH", FAST, (0,), env={"PATH": ""}),
    Case(KIND, "no PATH", FAST, (0,), env={"PATH": None}),
    Case(KIND, "no HOME", FAST, env={"HOME": None}),
    Case(KIND, "a HOME that is not there", FAST, env={"HOME": "/no/such/home"}),
    Case(KIND, "no variable at all", FAST, shell='exec env -i PYTHONPATH="$PYTHONPATH" "$@"'),
    Case(
        KIND,
        "a password that is not UTF-8",
        SET_UP,
        (2,),
        "DJANGO_SUPERUSER_PASSWORD",
        shell=r'''DJANGO_SUPERUSER_PASSWORD=$(printf 'ab\377cd') exec "$@"''',
    ),
    Case(KIND, "an empty password", FAST, env={"DJANGO_SUPERUSER_PASSWORD": ""}),
    Case(
        KIND,
        "a home that nothing can write",
        SET_UP,
        (3,),
        "UV_CACHE_DIR",
        env={"HOME": "/proc", "UV_CACHE_DIR": None},
    ),
    Case(
        KIND,
        "Django 6.1 on Python 3.11",
        ("new", "site", "--django", "6.1", "--no-setup"),
        (0,),
        "python3.12 bootstrap.py",
    ),
    Case(KIND, "a clock of 1970", FAST, env={"SOURCE_DATE_EPOCH": "0"}),
]
