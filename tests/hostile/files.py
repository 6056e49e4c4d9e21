"""Answers files and starters that are broken, hostile or of another kind than their names say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from case import Case

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KIND = "files"

# The text of an answers file, and what the message must name.
ANSWERS = {
    "no TOML": (b"layer = ", "answers.toml"),
    "an unknown key": (b'layr = "redis"\n', "layr"),
    "a misspelt key has a suggestion": (b"dokcer = true\n", "docker"),
    "a wrong choice": (b'layer = "kafka"\n', "kafka"),
    "a number": (b"layer = 7\n", "layer"),
    "a table": (b"[layer]\nx = 1\n", "layer"),
    "text for a boolean": (b'docker = "yes"\n', "docker"),
    "a date": (b"project_name = 2020-01-01\n", "project_name"),
    "a slug": (b'project_slug = "other"\n', "project_slug"),
    "a private key": (b'_version = "9"\n', "_version"),
    "a duplicate key": (b'layer = "redis"\nlayer = "memory"\n', "answers.toml"),
    "template code": (b'project_name = "{{ x }}"\n', "project_name"),
    "a line statement": (b'project_name = "#% if x"\n', "project_name"),
    "a control character": (b'project_name = "a\\u001bb"\n', "project_name"),
    "a superuser with a line break": (b'superusers = "alice\\n"\n', "superusers"),
    "a superuser with a carriage return": (b'superusers = "alice\\r"\n', "superusers"),
    "a superuser with a vertical tab": (b'superusers = "alice\\u000b"\n', "superusers"),
    "Latin-1": ('project_name = "Café"\n'.encode("latin-1"), "answers.toml"),
    "UTF-16": ('layer = "redis"\n'.encode("utf-16"), "answers.toml"),
    "null bytes": (b"\x00" * 100, "answers.toml"),
    "random bytes": (bytes(range(256)) * 10, "answers.toml"),
    "20,000 brackets": (b"layer = " + b"[" * 20_000 + b"]" * 20_000, "answers.toml"),
    "20,000 tables": (b"layer = " + b"{a=" * 20_000 + b"1" + b"}" * 20_000, "answers.toml"),
    "two million bytes": (b"# " + b"x" * 2_000_000 + b"\n", "answers.toml"),
    "20,000 keys": (b"".join(b"k%d = 1\n" % n for n in range(20_000)), "k0"),
}
GOOD_ANSWERS = {
    "nothing": b"",
    "a comment": b"# nothing here\n",
    "CRLF line ends": b'layer = "redis"\r\ndocker = true\r\n',
    "a BOM": b'\xef\xbb\xbflayer = "redis"\n',
    "no superuser": b'superusers = ""\n',
    "a list of one": b'layer = ["redis"]\n',
    "the record of a project": b'version = "0.1.0"\n[answers]\nproject_slug = "x"\n',
}
OVERLAYS = {
    "template code in a name": ("{{ x }}.txt", "x", "{{ x }}"),
    "a file in .git": (".git/config", "x", ".git"),
    "a file that does not render": ("bad.txt", "{{ cookiecutter.nothing.more }}", "bad.txt"),
    "an open block": ("bad.txt", "{% if %}", "bad.txt"),
    "an environment file": (".env", "SECRET_KEY=x", r"\.env"),
}
NAMED = 'name = "team"\n'
MANIFESTS = {
    "no TOML": ("name = ", "starter.toml"),
    "no name": ("", "name"),
    "an unknown table": (NAMED + "[nothing]\nx = 1\n", "nothing"),
    "an unknown answer": (NAMED + '[answers]\nlayr = "redis"\n', "layr"),
    "a wrong answer": (NAMED + '[answers]\nlayer = "kafka"\n', "kafka"),
    "code in an answer": (NAMED + '[answers]\nlayer = "{{ x }}"\n', "layer"),
    "a number for the name": ("name = 7\n", "name"),
    "a lock of nothing": (NAMED + "[locked]\nnothing = 1\n", "nothing"),
    "a question without a prompt": (NAMED + "[questions.cost]\n", "prompt"),
    "a question that the template asks": (NAMED + "[questions.layer]\nprompt = 'x'\n", "layer"),
    "a pattern that is none": (
        NAMED + "[questions.cost]\nprompt = 'x'\npattern = '('\n",
        "pattern",
    ),
    "a pattern that takes for ever": (
        NAMED + "[questions.cost]\nprompt = 'x'\npattern = '(a+)+$'\nexample = 'aaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaa!'\n",
        "pattern|example|cost",
    ),
    "another release": (NAMED + 'requires = "chanscaffold>=99"\n', "99"),
    "itself as its base": (NAMED + 'extends = "."\n', "in a circle"),
    "a missing base": (NAMED + 'extends = "./none"\n', "none"),
    "20,000 brackets": (NAMED + "x = " + "[" * 20_000, "starter.toml"),
    "two million bytes": (NAMED + "# " + "x" * 2_000_000, "starter.toml"),
}


def answers_file(content: bytes) -> Callable[[Path], object]:
    """Return a preparation that writes an answers file."""
    return lambda folder: (folder / "answers.toml").write_bytes(content)


def starter(manifest: str, name: str = "", text: str = "") -> Callable[[Path], object]:
    """Return a preparation that makes the starter `team`, with one file in its overlay."""

    def prepare(folder: Path) -> None:
        (folder / "team").mkdir()
        (folder / "team" / "starter.toml").write_text(manifest)
        if name:
            path = folder / "team" / "overlay" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return prepare


def linked(target: str) -> Callable[[Path], object]:
    """Return a preparation that makes a starter whose overlay has a symbolic link."""

    def prepare(folder: Path) -> None:
        starter('name = "team"\n', "README.txt", "x")(folder)
        os.symlink(target, folder / "team" / "overlay" / "link")

    return prepare


def fifo(folder: Path) -> None:
    """Make an answers file that is a named pipe without a writer."""
    os.mkfifo(folder / "answers.toml")


WITH_ANSWERS = ("new", "site", "--no-setup", "--answers-file", "answers.toml")
WITH_STARTER = ("new", "site", "--no-setup", "--starter", "./team", "--trust")
VALID = 'name = "team"\ndescription = "Our projects"\n'
CASES = [
    *(
        Case(KIND, f"answers: {name}", WITH_ANSWERS, (2,), message, prepare=answers_file(content))
        for name, (content, message) in ANSWERS.items()
    ),
    *(
        Case(KIND, f"good answers: {name}", WITH_ANSWERS, prepare=answers_file(content))
        for name, content in GOOD_ANSWERS.items()
    ),
    Case(KIND, "answers: /dev/zero", (*WITH_ANSWERS[:-1], "/dev/zero"), (2,), "/dev/zero"),
    Case(KIND, "answers: /dev/null", (*WITH_ANSWERS[:-1], "/dev/null"), (0, 2)),
    Case(KIND, "answers: /dev/stdin", (*WITH_ANSWERS[:-1], "/dev/stdin"), (0, 2)),
    Case(KIND, "answers: a named pipe", WITH_ANSWERS, (2,), "answers.toml", prepare=fifo),
    *(
        Case(KIND, f"starter: {name}", WITH_STARTER, (2,), message, prepare=starter(manifest))
        for name, (manifest, message) in MANIFESTS.items()
    ),
    *(
        Case(
            KIND,
            f"overlay: {name}",
            WITH_STARTER,
            (1, 2),
            message,
            prepare=starter(VALID, path, text),
        )
        for name, (path, text, message) in OVERLAYS.items()
    ),
    *(
        Case(
            KIND, f"overlay: a link to {target}", WITH_STARTER, (2,), "link", prepare=linked(target)
        )
        for target in ("/etc/passwd", "..", "README.txt", "none", "/dev/zero")
    ),
    Case(
        KIND, "a starter without trust", WITH_STARTER[:-1], (2,), "--trust", prepare=starter(VALID)
    ),
    Case(KIND, "a sound starter", WITH_STARTER, prepare=starter(VALID, "NOTES.txt", "x\n")),
]
