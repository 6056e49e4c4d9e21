"""Places where a project cannot be made, or must be made as anywhere else."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from case import COMMAND, Case

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KIND = "places"
NEW = ("new", "site", "--no-setup")


def touch(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).touch()


def make(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).mkdir(parents=True)


def link(name: str, target: str) -> Callable[[Path], object]:
    return lambda folder: os.symlink(target, folder / name)


def text(name: str, content: str) -> Callable[[Path], object]:
    """Return a preparation that writes a file, with its folders."""

    def prepare(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)

    return prepare


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=x", "-c", "user.email=x@localhost")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def repository(folder: Path) -> None:
    """Make the folder a git repository with a commit."""
    git(folder, "init", "--quiet")
    (folder / "README").touch()
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Begin")


def foreign_repository(folder: Path) -> None:
    """Make the folder a repository of another user, which git refuses to read."""
    repository(folder)
    os.chown(folder, 65_534, 65_534)
    os.chown(folder / ".git", 65_534, 65_534)


def broken_repository(folder: Path) -> None:
    """Make the folder a repository without a HEAD."""
    repository(folder)
    (folder / ".git" / "HEAD").write_text("nonsense\n")


def read_only(folder: Path) -> None:
    """Let every user enter the folder, and only root write into it."""
    os.chmod(folder.parent, 0o755)
    os.chmod(folder, 0o555)


def workspace(*excluded: str) -> Callable[[Path], object]:
    """Return a preparation that makes the folder the root of a uv workspace."""
    table = '[project]\nname = "root"\nversion = "1"\n[tool.uv.workspace]\nmembers = ["*"]\n'
    return text("pyproject.toml", table + f"exclude = {list(excluded)}\n".replace("'", '"'))


def full_disk(*, kibibytes: int) -> str:
    """Return a line of sh that runs "$@" in a small file system of its own."""
    mount = f'mount -t tmpfs -o size={kibibytes}k tmpfs . && cd "$PWD"'
    return f'exec unshare --mount sh -c \'{mount} && exec "$@"\' sh "$@"'


# Folders whose names a shell, a template or a terminal would take for something else.
ODD = (
    *(
        "with space",
        "it's",
        'a"b',
        "a$b",
        "a`b",
        "$(id)",
        "`id`",
        "a;b",
        "a&b",
        "a|b",
        "a*b",
        "a?b",
    ),
    *("a[b]", "a{b}", "a\\b", "~", "-rf", "--help", "#x", "%PATH%", "a%20b", "a:b", "a,b", "a=b"),
    *(
        "café",
        "网站",
        "\u202ea",
        "a\u200bb",
        "a" * 200,
        "a.b",
        "...",
        "@a",
        "+a",
        "!a",
        "^a",
        "(a)",
    ),
)
CODE = ("{{ a }}", "{% a %}", "{# a #}", "a\nb", "a\tb", "a\x1b[2J", "a\x07")
TAKEN = {
    "a file": touch("site"),
    "a folder": make("site"),
    "a full folder": text("site/file", "x"),
    "a link to a folder": lambda folder: (make("other")(folder), link("site", "other")(folder)),
    "a dangling link": link("site", "none"),
    "a link to itself": link("site", "site"),
    "a named pipe": lambda folder: os.mkfifo(folder / "site"),
}
INSIDE = {
    "a Django project": touch("manage.py"),
    "a generated project": touch(".chanscaffold.toml"),
}

CASES = [
    *(
        Case(KIND, f"taken by {name}", NEW, (2,), "site", prepare=prepare, disk="nothing")
        for name, prepare in TAKEN.items()
    ),
    *(
        Case(KIND, f"inside {name}", NEW, (2,), "project", prepare=prepare)
        for name, prepare in INSIDE.items()
    ),
    *(
        Case(
            KIND,
            f"in a folder {name!r:.30}",
            ("new", f"./{name}/site", "--no-setup"),
            prepare=make(name),
            project=f"{name}/site",
        )
        for name in ODD
    ),
    *(
        Case(
            KIND,
            f"in a folder {name!r:.30}",
            ("new", f"./{name}/site", "--no-setup"),
            (2,),
            "Error: ",
            prepare=make(name),
        )
        for name in CODE
    ),
    *(
        Case(
            KIND,
            f"PostgreSQL in a folder {name!r}",
            ("new", f"./{name}/site", "--no-setup", "--database", "postgres"),
            (2,),
            "Error: ",
            prepare=make(name),
        )
        for name in ('a"b', "a$b", "a`b", "$(id)", "`id`", "a\\b")
    ),
    Case(KIND, "without a parent", ("new", "none/site", "--no-setup"), (2,), "none"),
    Case(
        KIND,
        "below a file",
        ("new", "file/site", "--no-setup"),
        (2,),
        "file",
        prepare=touch("file"),
    ),
    Case(
        KIND,
        "below a dangling link",
        ("new", "link/site", "--no-setup"),
        (2,),
        "link",
        prepare=link("link", "none"),
    ),
    Case(KIND, "with a slash at the end", ("new", "site/", "--no-setup")),
    Case(KIND, "with many slashes", ("new", ".//.///site//", "--no-setup")),
    Case(KIND, "with dots", ("new", "../work/./site", "--no-setup")),
    Case(
        KIND,
        "in a deleted folder",
        NEW,
        (1, 2),
        "current folder does not exist",
        shell='cd "$PWD" && rmdir "$PWD" && exec "$@"',
    ),
    Case(
        KIND,
        "in a folder without permission to write",
        NEW,
        (1,),
        "Permission denied",
        program=("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *COMMAND),
        prepare=read_only,
    ),
    Case(
        KIND, "in a read-only file system", ("new", "/proc/site", "--no-setup"), (1, 2), "Error: "
    ),
    Case(KIND, "in /dev/null", ("new", "/dev/null/site", "--no-setup"), (2,), "Error: "),
    *(
        Case(
            KIND,
            f"in a file system of {size} KiB",
            NEW,
            (1,),
            "[Nn]o space|full",
            shell=full_disk(kibibytes=size),
            disk="nothing",
        )
        for size in (4, 16, 64, 128, 256, 384, 512)
    ),
    Case(KIND, "in a git repository", NEW, prepare=repository),
    Case(
        KIND,
        "in another user's git repository",
        NEW,
        (0, 3),
        "repository",
        prepare=foreign_repository,
    ),
    Case(KIND, "in a broken git repository", NEW, (0, 3), prepare=broken_repository),
    Case(KIND, "in a uv workspace", NEW, (2,), r'exclude = \["site"\]', prepare=workspace()),
    Case(KIND, "excluded from a uv workspace", NEW, prepare=workspace("site")),
    Case(KIND, "excluded by a pattern", NEW, prepare=workspace("si*")),
    Case(
        KIND,
        "beside a broken pyproject.toml",
        NEW,
        (0, 2),
        prepare=text("pyproject.toml", "[tool.uv.workspace\n"),
    ),
    Case(
        KIND,
        "beside a pyproject.toml without a workspace",
        NEW,
        prepare=text("pyproject.toml", '[project]\nname = "x"\nversion = "1"\n'),
    ),
]
