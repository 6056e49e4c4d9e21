"""Finish a new project: leave out what nobody chose, start its history, set it up, prove it.

Cookiecutter renders this file, runs it in the project, and deletes the project when it fails. So
a step that does not work is reported with the commands that make up for it, and the exit code
stays 0. Variables of the environment change that:

CHANSCAFFOLD_STEPS         the steps to run, for example "prune,git" (default: all)
CHANSCAFFOLD_MISSING_EXIT  the exit code when a step is missing (default: 0)
CHANSCAFFOLD_PYTHON        the interpreter for the project (default: the one that runs this)
CHANSCAFFOLD_VERBOSITY     -1 quiet, 1 verbose
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# JSON escapes single quotes, not double ones.
ANSWERS: dict[str, Any] = json.loads(r'{{ cookiecutter | tojson }}')  # fmt: skip
QUIET = os.environ.get("CHANSCAFFOLD_VERBOSITY") == "-1"
BOOTSTRAP = [os.environ.get("CHANSCAFFOLD_PYTHON") or sys.executable, "bootstrap.py"]
FIRST_COMMIT = (f"Start {ANSWERS['project_name']}", f"Chanscaffold-Version: {ANSWERS['_version']}")

GIT_LIMIT = 60  # seconds
SETTINGS = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "commit.gpgSign=false"),
    *("-c", "core.excludesFile=/dev/null"),
)
ELSEWHERE = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
)

LIBRARY = "channels_realtime"
RECORD = ".chanscaffold.toml"
BASE = ".chanscaffold-base.zip"
BASE_FILE_BYTES = 1024 * 1024

# What makes projects in the template's repository; Jinja must not render the first of the names.
TEMPLATE = "{" + "{cookiecutter.project_slug}" + "}"
LIBRARY_SOURCE = f"realtime/src/{LIBRARY}"
PARTS = (TEMPLATE, LIBRARY_SOURCE, "hooks", "cookiecutter.json")

# A template's address, as (its start, its place), with credentials in between. One letter before a
# colon is a drive of Windows.
USER = r"(?:[^@/]*@)?"
URL = re.compile(
    rf"((?:git\+|hg\+)?(?:https?|ssh|git)://){USER}([^@/:\s\\][^@\s\\]*)",
    re.IGNORECASE,
)
ABBREVIATION = re.compile(
    rf"(){USER}((?!file:|https?:|ssh:|git:)[\w.-][\w.-]+:(?!//)[^@\s\\]+)",
    re.IGNORECASE,
)
HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
SHA1_LENGTH = 40  # hexadecimal digits


class GitFailed(Exception):
    """A git command did not work; the text is what it said."""


# Prune: what nobody chose goes, and the render is recorded


def prune() -> None:
    """Remove the files of options that nobody chose, and byte code, and record what is left.

    Leave with a sentence if the library is missing.
    """
    if not Path(LIBRARY, "__init__.py").is_file():
        sys.exit(
            f"Error: the template lacks the library {LIBRARY}/, which hooks/pre_prompt.py adds: "
            "use Cookiecutter 2.7.1 or newer, or `chanscaffold new`."
        )
    for name in list_files():
        if is_unused(name) or is_bytecode(name):
            remove(Path(name))
    write_base()
    record_origin()


def list_files() -> list[str]:
    """Return the names of the project's files, sorted, with "/" between the parts."""
    return sorted(path.as_posix() for path in Path().rglob("*") if path.is_file())


def is_unused(name: str) -> bool:
    """Return whether `_optional_files` leaves a file out, because its answers were not given."""
    return any(
        name == each or name.startswith(f"{each}/")
        for entry in ANSWERS["_optional_files"]
        if any(ANSWERS[key] != value for key, value in entry["when"].items())
        for each in entry["files"]
    )


def is_bytecode(name: str) -> bool:
    """Return whether Python has made a file out of another."""
    return name.endswith((".pyc", ".pyo"))


def remove(path: Path) -> None:
    """Remove a file, and the folders that are empty then."""
    path.unlink()
    for folder in list(path.parents)[:-1]:
        with suppress(OSError):  # it is not empty
            folder.rmdir()


def write_base() -> None:
    """Write BASE, which holds every file as it was rendered, for later comparison.

    The same files give the same entries. A file of more than BASE_FILE_BYTES has an empty entry
    with its hash as the comment.
    """
    names = [name for name in list_files() if name not in (BASE, RECORD)]
    with zipfile.ZipFile(BASE, "w") as archive:
        for name in names:
            content = Path(name).read_bytes()
            entry = make_entry(name)
            if len(content) > BASE_FILE_BYTES:
                entry.comment = f"sha256:{hashlib.sha256(content).hexdigest()}".encode()
                content = b""
            archive.writestr(entry, content)


def make_entry(name: str) -> zipfile.ZipInfo:
    """Return a file's entry: the mode that git knows, a fixed time, the same on every system."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, whose modes follow
    executable = Path(name).stat().st_mode & stat.S_IXUSR
    entry.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
    return entry


# Where the template is from


def record_origin() -> None:
    """Add the template's source and commit to RECORD, as far as they are known."""
    origin = {"source": find_source(str(ANSWERS.get("_template"))), "commit": find_commit()}
    lines = [f'{key} = "{value}"\n' for key, value in origin.items() if value]
    path, mark = Path(RECORD), "\nchange = "
    text = path.read_bytes().decode()
    path.write_bytes(text.replace(mark, "\n" + "".join(lines) + mark[1:], 1).encode())


def find_source(template: str) -> str:
    """Return the template's address without credentials and query, empty for a local one."""
    address = re.split(r"[?#]", template)[0]
    is_zip = address.lower().endswith(".zip")
    found = URL.fullmatch(address) or (None if is_zip else ABBREVIATION.fullmatch(address))
    is_text = address.isprintable() and '"' not in address
    return "".join(found.groups()) if found and is_text else ""


def find_commit() -> str:
    """Return the template's commit, empty if it is not known or the files are not exactly those."""
    if not ANSWERS.get("_repo_dir"):
        return ""
    folder = Path(ANSWERS.get("_output_dir", ""), ANSWERS["_repo_dir"])
    packaged = folder / "COMMIT"
    try:
        text = packaged.read_text("ascii").strip() if packaged.is_file() else read_commit(folder)
    except Exception:  # whatever it is, the project does not need its template's commit
        return ""
    return text if HASH.fullmatch(text) else ""


def read_commit(folder: Path) -> str:
    """Return the commit of a folder that is a git work tree, empty if the template's files differ.

    Git only lists the commit: `git status` runs programs that the repository's configuration names.
    Raise GitFailed, or another error, if that is not possible.
    """
    top, commit = git("-C", str(folder), "rev-parse", "--show-toplevel", "HEAD").splitlines()
    if not os.path.samefile(top, folder):
        return ""
    listing = git("-C", str(folder), "ls-tree", "-r", "-z", "--full-tree", commit, "--", *PARTS)
    entries = (line.split("\t", 1) for line in listing.split("\0") if line)
    committed = {name: facts.split()[2] for facts, name in entries}
    if set(committed) != set(template_files(folder)):
        return ""
    is_same = all(has_hash(folder / name, blob) for name, blob in committed.items())
    return commit if is_same else ""


def template_files(folder: Path) -> Iterator[str]:
    """Yield the names of the files that make projects, without what pre_prompt.py has copied."""
    copied = f"{TEMPLATE}/{LIBRARY}/" if (folder / LIBRARY_SOURCE).is_dir() else "/"
    for part in PARTS:
        paths = (folder / part).rglob("*") if (folder / part).is_dir() else [folder / part]
        names = (path.relative_to(folder).as_posix() for path in paths if path.is_file())
        yield from (each for each in names if not each.startswith(copied) and not is_bytecode(each))


def has_hash(path: Path, blob: str) -> bool:
    """Return whether git gives a file this hash, as it is or with LF line ends."""
    kind = "sha1" if len(blob) == SHA1_LENGTH else "sha256"
    content = path.read_bytes()
    for each in (content, content.replace(b"\r\n", b"\n")):
        data = b"blob %d\0" % len(each) + each
        if hashlib.new(kind, data, usedforsecurity=False).hexdigest() == blob:
            return True
    return False


# Git


def git(*arguments: str) -> str:
    """Run git without the user's hooks, signing and exclusions, and return what it printed.

    Raises GitFailed, also when it takes longer than GIT_LIMIT.
    """
    try:
        result = subprocess.run(
            ["git", "--no-replace-objects", *SETTINGS, *arguments],
            env=git_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=GIT_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GitFailed(f"git {arguments[0]} took longer than {GIT_LIMIT} seconds") from None
    if result.returncode:
        raise GitFailed("\n".join(filter(None, (result.stdout.strip(), result.stderr.strip()))))
    return result.stdout.strip()


def git_environment() -> dict[str, str]:
    """Return the environment without what leads to another repository, and without a network."""
    own = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    return {**own, "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}


def succeeds(*arguments: str) -> bool:
    """Return whether a git command works."""
    try:
        git(*arguments)
    except GitFailed:
        return False
    return True


def begin_history() -> bool:
    """Commit the project as it was rendered; return whether nothing went wrong."""
    if not shutil.which("git"):
        say("  git was not found: the project has no history yet.")
    elif succeeds("rev-parse", "--git-dir"):
        say("  This folder lies in another git repository, so nothing was committed.")
    else:
        try:
            git("init", "--quiet")
            commit(["--all"], *FIRST_COMMIT)
        except GitFailed as error:
            print(f"Error: no history was begun: {error}", file=sys.stderr)
            return False
        if not succeeds("config", "user.email"):
            say("  git knows no user.email, so the commits name chanscaffold as their author.")
    return True


def commit(files: Sequence[str], *paragraphs: str) -> None:
    """Commit files as the user, or in the generator's name where git knows no user."""
    known = succeeds("config", "user.email")
    identity = (
        () if known else ("-c", "user.name=chanscaffold", "-c", "user.email=chanscaffold@localhost")
    )
    git("add", *files)
    messages = [word for text in paragraphs for word in ("--message", text)]
    git(*identity, "commit", "--quiet", *messages)


def set_up(options: list[str]) -> bool:
    """Run the project's bootstrap.py, which reports for itself; return whether all is done."""
    bootstrap = subprocess.Popen([*BOOTSTRAP, *options])
    try:
        code = bootstrap.wait()
    except KeyboardInterrupt:
        bootstrap.terminate()
        code = bootstrap.wait()
    if code not in (0, 3):  # it ended without a word
        still_to_do([*BOOTSTRAP, *options])
    return code == 0


def record_lock() -> None:
    """Commit what set-up added for good, if this project has a history of its own."""
    if Path(".git").exists() and Path("uv.lock").exists():
        try:
            commit(["uv.lock"], "Lock the dependencies")
        except GitFailed as error:
            print(f"Error: uv.lock was not committed: {error}", file=sys.stderr)


def still_to_do(*commands: list[str]) -> None:
    """Show commands that one can copy."""
    print("\nStill to do:")
    for command in (["cd", os.getcwd()], *commands):
        line = subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)
        print(f"  {line}", flush=True)


def say(line: str) -> None:
    """Print a line that a quiet run leaves out."""
    if not QUIET:
        print(line, flush=True)


def chosen_steps() -> list[str]:
    """Return the steps to run."""
    steps = os.environ.get("CHANSCAFFOLD_STEPS", "prune,git,setup,smoke").split(",")
    return steps if ANSWERS["setup"] else [step for step in steps if step in ("prune", "git")]


def finish(steps: list[str]) -> bool:
    """Run the steps and say what is left to do; return whether nothing is missing."""
    missing = history_by_hand() if "git" in steps else []
    try:
        complete = run(steps, missing)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        Path(".git", "index.lock").unlink(missing_ok=True)  # git had no time to remove it
        missing.append([*BOOTSTRAP, *bootstrap_options(steps)])
        complete = False
    if missing:
        still_to_do(*missing)
    return complete


def run(steps: list[str], missing: list[list[str]]) -> bool:
    """Run the steps in their order, keep in `missing` what they left undone, and return whether all worked."""
    if "prune" in steps:
        prune()
    history = begin_history() if "git" in steps else True
    if history:
        missing.clear()
    complete = history
    if "setup" in steps:
        complete = set_up(bootstrap_options(steps)) and history
    elif not QUIET:
        missing.append([*BOOTSTRAP, "--smoke"])
    if "git" in steps and history:
        record_lock()
    return complete


def bootstrap_options(steps: list[str]) -> list[str]:
    """Return the options of bootstrap.py that the steps and the verbosity ask for."""
    verbosity = {"-1": ["--quiet"], "1": ["--verbose"]}
    proof = ["--smoke"] if "smoke" in steps else []
    return proof + verbosity.get(os.environ.get("CHANSCAFFOLD_VERBOSITY", ""), [])


def history_by_hand() -> list[list[str]]:
    """Return the commands that do what `begin_history` does."""
    messages = [word for text in FIRST_COMMIT for word in ("--message", text)]
    return [["git", "init"], ["git", "add", "--all"], ["git", "commit", *messages]]


def interrupt(*_: object) -> NoReturn:
    """End in order, once: a second signal must not interrupt the cleaning up."""
    listen(signal.SIG_IGN)
    raise KeyboardInterrupt


def listen(handler: Any) -> None:
    """Call `handler` for every signal that asks to end; Windows lacks one of them."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), handler)


if __name__ == "__main__":
    listen(interrupt)
    if not finish(chosen_steps()):
        sys.exit(int(os.environ.get("CHANSCAFFOLD_MISSING_EXIT", "0")))
