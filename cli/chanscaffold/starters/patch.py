"""Make unified diffs of one file, and apply them with git."""

from __future__ import annotations

import difflib
import io
import os
import re
import shutil
import subprocess
import tempfile
from typing import NamedTuple

from channels_doctor.support.errors import Refused

MAX_SECONDS = 60
NO_LINE_BREAK = "\\ "  # the start of a line about a missing line break at the end of the file
NAMES = re.compile(r"^--- (.*)\n\+\+\+ (.*)\n(?=@@ )", re.MULTILINE)
UNSUPPORTED = re.compile(
    r"^((new file|deleted file|old|new) mode |(rename|copy) from |GIT binary patch|Binary files )",
    re.MULTILINE,
)
# The name of the file for git, whatever the names in the patch are.
FILE = "file"
OPTIONS = (
    # Apply the other hunks if one does not apply.
    "--reject",
    # Count the lines of a hunk, as people forget to correct its header.
    "--recount",
    # Find hunks at the file's start and end, too, and accept hunks without context.
    "--unidiff-zero",
    "--whitespace=nowarn",
    "--no-ignore-whitespace",
)
# `git format-patch` writes this after the last hunk.
SIGNATURE = re.compile(r"^-- ?\n\d+\.\d.*\s*\Z", re.MULTILINE)


class BadPatch(ValueError):
    """A patch is invalid or does not apply; the message continues a sentence about it."""


class Result(NamedTuple):
    """The exit code and the output of git."""

    code: int
    output: str
    errors: str


class Patched(NamedTuple):
    """A text with the hunks of a patch that apply, and the numbers of the others."""

    text: str
    rejected: list[int]


def make_patch(old: str, new: str, name: str) -> str:
    """Return the patch from one text to another, empty if they are equal; `name` is the file's.

    Both texts must end with a line break.
    """
    lines = difflib.unified_diff(_split(old), _split(new), f"a/{name}", f"b/{name}")
    return "".join(lines)


def _split(text: str) -> list[str]:
    """Return a text's lines with their line feeds; `splitlines` would also split elsewhere."""
    return list(io.StringIO(text, newline="\n"))


def apply_patch(text: str, patch: str) -> str:
    """Return a text with all changes of a patch; BadPatch if the patch does not apply."""
    patched = apply_hunks(text, patch)
    if patched.rejected:
        raise BadPatch(describe_rejected(patched.rejected))
    return patched.text


def describe_rejected(numbers: list[int]) -> str:
    """Return a part of a sentence about the hunks that do not apply."""
    hunks = " and ".join(map(str, numbers))
    return (
        f"hunk {hunks} no longer applies" if len(numbers) == 1 else f"hunks {hunks} no longer apply"
    )


def apply_hunks(text: str, patch: str) -> Patched:
    """Apply the hunks of a patch where all their old lines are, near the lines of their headers.

    Raise BadPatch if the patch changes anything but the lines of one file, and Refused without git.
    """
    patch = _normalize(patch)
    # Git would apply some hunks to parts of such a line.
    if f"\n{NO_LINE_BREAK}" in patch or not f"\n{text}".endswith("\n"):
        raise BadPatch("it is for a file without a line break at the end, which is not supported")
    with tempfile.TemporaryDirectory(prefix="chanscaffold-") as folder:
        path = os.path.join(folder, FILE)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        listed = _git_apply(folder, patch, "--numstat", "-z")
        if listed.code != 0:
            raise BadPatch(f"it is not a valid patch ({_reason(listed.errors)})")
        if listed.output.count("\0") != 1:
            raise BadPatch("it changes more than one file")
        result = _git_apply(folder, patch, "--verbose")
        rejected = [int(number) for number in re.findall(r"Rejected hunk #(\d+)\.", result.errors)]
        if result.code != 0 and not rejected:
            raise BadPatch(f"it does not apply ({_reason(result.errors)})")
        with open(path, encoding="utf-8", newline="") as file:
            return Patched(file.read(), rejected)


def _normalize(patch: str) -> str:
    """Return a patch from its first file on, with another name for the file."""
    names = NAMES.search(patch)
    if names is None:
        raise BadPatch(
            "it has no hunk: a patch starts with '--- a/NAME', '+++ b/NAME' and '@@ -1,3 +1,4 @@'"
        )
    unsupported = UNSUPPORTED.search(patch[: names.start()])
    if unsupported or "/dev/null" in (name.split("\t")[0].strip() for name in names.groups()):
        raise BadPatch("it does more than change the lines of an existing text file")
    hunks = SIGNATURE.sub("", patch[names.end() :]).rstrip("\n")
    return f"--- a/{FILE}\n+++ b/{FILE}\n{hunks}\n"


def _git_apply(folder: str, patch: str, *options: str) -> Result:
    """Run `git apply` in a folder, without the configuration and the repository around it."""
    git = shutil.which("git")
    if git is None:
        raise Refused("There is no git on your PATH, and patches need it: install git.")
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {
        "GIT_CEILING_DIRECTORIES": os.path.dirname(os.path.realpath(folder)),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C",
    }
    command = [git, "apply", *OPTIONS, *options]
    try:
        process = subprocess.run(
            command,
            cwd=folder,
            env=env,
            input=patch.encode(),
            capture_output=True,
            timeout=MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadPatch(f"git did not apply it within {MAX_SECONDS} s") from error
    output, errors = (text.decode(errors="replace") for text in (process.stdout, process.stderr))
    return Result(process.returncode, output, errors)


def _reason(errors: str) -> str:
    return (errors.strip().splitlines() or ["no reason given"])[0].removeprefix("error: ")
