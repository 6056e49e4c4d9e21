"""Complete a new project: remove unused files, commit, set up the project, test the site.

Cookiecutter renders this file, runs it in the project, and deletes the project if it fails.
Therefore, if a step fails, this hook prints the commands that complete the project, and exits
with 0. Environment variables:

CHANSCAFFOLD_STEPS         the steps to run, for example "prune,git" (default: all)
CHANSCAFFOLD_MISSING_EXIT  the exit code if a step has failed (default: 0)
CHANSCAFFOLD_PYTHON        the interpreter for the project (default: the current one)
CHANSCAFFOLD_VERBOSITY     -1 for quiet, 1 for verbose
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
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# `tojson` escapes single quotes.
ANSWERS: dict[str, Any] = json.loads(r'{{ cookiecutter | tojson }}')  # fmt: skip
QUIET = os.environ.get("CHANSCAFFOLD_VERBOSITY") == "-1"
PYTHON = os.environ.get("CHANSCAFFOLD_PYTHON") or sys.executable
BOOTSTRAP = [PYTHON, "bootstrap.py"]
STOP_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
FIRST_COMMIT = (f"Start {ANSWERS['project_name']}", f"Chanscaffold-Version: {ANSWERS['_version']}")

GIT_TIMEOUT = 20  # seconds
MAX_ERROR_LENGTH = 1_000  # characters of git's output in a message
MAX_ERROR_LINES = 5
GIT_SETTINGS = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "commit.gpgSign=false"),
    *("-c", "core.excludesFile=/dev/null"),
)
# Variables that redirect git to another repository.
REDIRECTING_VARIABLES = (
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
BASE_ARCHIVE = ".chanscaffold-base.zip"
MAX_BASE_FILE_BYTES = 1024 * 1024

# The parts of the template's repository. The name is split, because Cookiecutter renders this file.
TEMPLATE = "{" + "{cookiecutter.project_slug}" + "}"
LIBRARY_SOURCE = f"realtime/src/{LIBRARY}"
PARTS = (TEMPLATE, LIBRARY_SOURCE, "hooks", "cookiecutter.json")

# The address of a template. The groups exclude credentials. A single letter before a colon is a
# Windows drive.
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
    """A git command has failed. The text is its output."""


# Step "prune"


def prune() -> None:
    """Remove unused files and byte code, and record the render.

    Exit with a message if the library is missing.
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
    """Return the sorted names of the project's files, with "/" as the separator."""
    return sorted(path.as_posix() for path in Path().rglob("*") if path.is_file())


def is_unused(name: str) -> bool:
    """Return whether `_optional_files` excludes a file for the given answers."""
    return any(
        name == unused or name.startswith(f"{unused}/")
        for entry in ANSWERS["_optional_files"]
        if any(ANSWERS[key] != value for key, value in entry["when"].items())
        for unused in entry["files"]
    )


def is_bytecode(name: str) -> bool:
    """Return whether a file contains byte code."""
    return name.endswith((".pyc", ".pyo"))


def remove(path: Path) -> None:
    """Remove a file, and its parent folders that become empty."""
    path.unlink()
    for folder in list(path.parents)[:-1]:
        with suppress(OSError):  # the folder is not empty
            folder.rmdir()


def write_base() -> None:
    """Write BASE_ARCHIVE, which contains every file as it was rendered.

    Equal files give equal entries. For a file of more than MAX_BASE_FILE_BYTES, the entry is empty,
    and its comment contains the hash.
    """
    names = [name for name in list_files() if name not in (BASE_ARCHIVE, RECORD)]
    with zipfile.ZipFile(BASE_ARCHIVE, "w") as archive:
        for name in names:
            content = Path(name).read_bytes()
            entry = make_entry(name)
            if len(content) > MAX_BASE_FILE_BYTES:
                entry.comment = f"sha256:{hashlib.sha256(content).hexdigest()}".encode()
                content = b""
            archive.writestr(entry, content)


def make_entry(name: str) -> zipfile.ZipInfo:
    """Return the archive entry of a file, which is the same on every system."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix
    executable = Path(name).stat().st_mode & stat.S_IXUSR
    entry.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
    return entry


# The origin of the template


def record_origin() -> None:
    """Add the template's source and commit to RECORD, if they are known."""
    origin = {"source": find_source(str(ANSWERS.get("_template"))), "commit": find_commit()}
    lines = [f'{key} = "{value}"\n' for key, value in origin.items() if value]
    path, marker = Path(RECORD), "\nchange = "
    text = path.read_bytes().decode()
    path.write_bytes(text.replace(marker, "\n" + "".join(lines) + marker[1:], 1).encode())


def find_source(template: str) -> str:
    """Return the address without credentials and query, or an empty string for a local path."""
    address = re.split(r"[?#]", template)[0]
    is_zip = address.lower().endswith(".zip")
    match = URL.fullmatch(address) or (None if is_zip else ABBREVIATION.fullmatch(address))
    is_text = address.isprintable() and '"' not in address
    return "".join(match.groups()) if match and is_text else ""


def find_commit() -> str:
    """Return the template's commit, or an empty string if it is unknown or files differ."""
    if not ANSWERS.get("_repo_dir"):
        return ""
    folder = Path(ANSWERS.get("_output_dir", ""), ANSWERS["_repo_dir"])
    packaged = folder / "COMMIT"
    try:
        text = packaged.read_text("ascii").strip() if packaged.is_file() else read_commit(folder)
    except Exception:  # a project works without the commit of its template
        return ""
    return text if HASH.fullmatch(text) else ""


def read_commit(folder: Path) -> str:
    """Return the commit of a git work tree, or an empty string if the template's files differ.

    This does not run `git status`, which runs programs that the repository configures. It raises
    GitFailed or another error if the commit cannot be read.
    """
    top, commit = git("-C", str(folder), "rev-parse", "--show-toplevel", "HEAD").splitlines()
    if not os.path.samefile(top, folder):
        return ""
    listing = git("-C", str(folder), "ls-tree", "-r", "-z", "--full-tree", commit, "--", *PARTS)
    entries = (line.split("\t", 1) for line in listing.split("\0") if line)
    committed = {name: fields.split()[2] for fields, name in entries}
    if set(committed) != set(template_files(folder)):
        return ""
    is_same = all(has_hash(folder / name, blob) for name, blob in committed.items())
    return commit if is_same else ""


def template_files(folder: Path) -> Iterator[str]:
    """Yield the names of the template's files, without the library that pre_prompt.py copies."""
    copied = f"{TEMPLATE}/{LIBRARY}/" if (folder / LIBRARY_SOURCE).is_dir() else "/"
    for part in PARTS:
        paths = (folder / part).rglob("*") if (folder / part).is_dir() else [folder / part]
        names = (path.relative_to(folder).as_posix() for path in paths if path.is_file())
        yield from (each for each in names if not each.startswith(copied) and not is_bytecode(each))


def has_hash(path: Path, blob: str) -> bool:
    """Return whether a file has this git hash, unchanged or with LF line ends."""
    kind = "sha1" if len(blob) == SHA1_LENGTH else "sha256"
    content = path.read_bytes()
    for variant in (content, content.replace(b"\r\n", b"\n")):
        data = b"blob %d\0" % len(variant) + variant
        if hashlib.new(kind, data, usedforsecurity=False).hexdigest() == blob:
            return True
    return False


# Step "git"


def git(*arguments: str) -> str:
    """Run git without the user's hooks, signing and exclusions, and return its output.

    Raise GitFailed if it fails or takes longer than GIT_TIMEOUT.
    """
    try:
        with start_git(arguments) as process:
            output, errors = communicate(process)
    except OSError as error:
        raise GitFailed(f"git cannot be started: {error.strerror}") from error
    except subprocess.TimeoutExpired:
        raise GitFailed(f"git {arguments[0]} took longer than {GIT_TIMEOUT} seconds") from None
    if process.returncode:
        text = "\n".join(filter(None, (output.strip(), errors.strip())))
        raise GitFailed(sanitize(text) or f"git {arguments[0]} ended with {process.returncode}")
    return output.strip()


def start_git(arguments: Sequence[str]) -> subprocess.Popen[str]:
    """Start git in its own session, so that its children can be stopped too."""
    return subprocess.Popen(
        ["git", "--no-replace-objects", *GIT_SETTINGS, *arguments],
        env=git_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )


def communicate(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return the output and the errors of a process; stop it and its children if it is late."""
    try:
        return process.communicate(timeout=GIT_TIMEOUT)
    except BaseException:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL) if os.name != "nt" else process.kill()
        raise


def sanitize(text: str) -> str:
    """Return the last lines of a text, without control characters: a terminal would obey them."""
    lines = text[-MAX_ERROR_LENGTH:].splitlines()[-MAX_ERROR_LINES:]
    return "\n".join("".join(c if c.isprintable() else "?" for c in line) for line in lines)


def git_environment() -> dict[str, str]:
    """Return the environment without other repositories and without network access."""
    clean = {name: value for name, value in os.environ.items() if name not in REDIRECTING_VARIABLES}
    return {**clean, "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}


def succeeds(*arguments: str) -> bool:
    """Return whether a git command succeeds."""
    try:
        git(*arguments)
    except GitFailed:
        return False
    return True


def create_repository() -> bool:
    """Commit the rendered project. Return whether no error has occurred."""
    if not shutil.which("git"):
        say("  git was not found, so nothing was committed.")
    elif is_in_repository():
        say("  This folder is in another git repository, so nothing was committed.")
    else:
        try:
            git("init", "--quiet")
            commit(["--all"], *FIRST_COMMIT)
        except GitFailed as error:
            write(f"Error: the project was not committed: {error}", sys.stderr)
            return False
        if identity():
            say("  git has no user.name or user.email: chanscaffold is the author of the commits.")
    return True


def is_in_repository() -> bool:
    """Return whether this folder is in a repository, also in one that git refuses to read.

    Git does not read a repository of another user (safe.directory).
    """
    folder = Path.cwd()
    has_folder = any((parent / ".git").exists() for parent in (folder, *folder.parents))
    return has_folder or succeeds("rev-parse", "--git-dir")


def commit(files: Sequence[str], *paragraphs: str) -> None:
    """Commit files as the user, or as chanscaffold if git has no user."""
    git("add", *files)
    messages = [word for text in paragraphs for word in ("--message", text)]
    git(*identity(), "commit", "--quiet", *messages)


@cache
def identity() -> tuple[str, ...]:
    """Return the options that name chanscaffold as the author, none if git knows the user."""
    configured = ("-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT")
    if succeeds(*configured):
        return ()
    return ("-c", "user.name=chanscaffold", "-c", "user.email=chanscaffold@localhost")


# Steps "setup" and "smoke"


def set_up(options: list[str]) -> bool:
    """Run the project's bootstrap.py. Return whether it has completed all steps."""
    block_signals(True)  # bootstrap.py unblocks them when it handles them
    try:
        bootstrap = subprocess.Popen([*BOOTSTRAP, *options])
    finally:
        block_signals(False)
    try:
        code = bootstrap.wait()
    except KeyboardInterrupt:
        ignore_signals()
        bootstrap.terminate()
        code = bootstrap.wait()
    if code not in (0, 3):  # it has printed no steps
        print_missing_steps([*BOOTSTRAP, *options])
    return code == 0


def commit_lock() -> None:
    """Commit uv.lock, which the setup creates, if the project has its own repository."""
    if Path(".git").exists() and Path("uv.lock").exists():
        try:
            commit(["uv.lock"], "Lock the dependencies")
        except GitFailed as error:
            write(f"Error: uv.lock was not committed: {error}", sys.stderr)


def print_missing_steps(*commands: list[str]) -> None:
    """Print the commands that complete the project."""
    write("\nStill to do:")
    for command in (["cd", os.getcwd()], *commands):
        line = subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)
        write(f"  {line}")


def say(line: str) -> None:
    """Print a line, except with the quiet verbosity."""
    if not QUIET:
        write(line)


def write(line: str, file: TextIO | None = None) -> None:
    """Print a line. If nothing reads it, or the disk is full, nothing more is printed there."""
    stream = file or sys.stdout
    try:
        print(line, file=stream, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def selected_steps() -> list[str]:
    """Return the steps to run."""
    steps = os.environ.get("CHANSCAFFOLD_STEPS", "prune,git,setup,smoke").split(",")
    return steps if ANSWERS["setup"] else [step for step in steps if step in ("prune", "git")]


def finish(steps: list[str]) -> bool:
    """Run the steps, and print the missing ones. Return whether none is missing."""
    missing = git_commands() if "git" in steps else []
    try:
        block_signals(False)  # `chanscaffold new` has blocked them
        complete = run(steps, missing)
    except KeyboardInterrupt:
        ignore_signals()
        write("Interrupted.", sys.stderr)
        Path(".git", "index.lock").unlink(missing_ok=True)  # left by an interrupted git
        missing.append([*BOOTSTRAP, *bootstrap_options(steps)])
        complete = False
    if missing:
        print_missing_steps(*missing)
    return complete


def run(steps: list[str], missing: list[list[str]]) -> bool:
    """Run the steps in order. Return whether all succeeded; `missing` gets commands to run."""
    if "prune" in steps:
        prune()
    is_committed = create_repository() if "git" in steps else True
    if is_committed:
        missing.clear()
    complete = is_committed
    if "setup" in steps:
        complete = set_up(bootstrap_options(steps)) and is_committed
    elif not QUIET:
        missing.append([suitable_python(), "bootstrap.py", "--smoke"])
    if "git" in steps and is_committed:
        commit_lock()
    return complete


def suitable_python() -> str:
    """Return the project's Python, or the name of a newer one if the chosen Django needs that."""
    needed: str = ANSWERS["_python"][ANSWERS["django"]]
    is_too_old = sys.version_info < tuple(map(int, needed.split(".")))
    return f"python{needed}" if is_too_old and sys.executable == PYTHON else PYTHON


def bootstrap_options(steps: list[str]) -> list[str]:
    """Return the options of bootstrap.py for the steps and the verbosity."""
    verbosity = {"-1": ["--quiet"], "1": ["--verbose"]}
    smoke = ["--smoke"] if "smoke" in steps else []
    return smoke + verbosity.get(os.environ.get("CHANSCAFFOLD_VERBOSITY", ""), [])


def git_commands() -> list[list[str]]:
    """Return the commands that do the same as `create_repository`."""
    messages = [word for text in FIRST_COMMIT for word in ("--message", text)]
    commit_command = ["git", *identity(), "commit", *messages]
    return [["git", "init"], ["git", "add", "--all"], commit_command]


# Signals


def interrupt(*_: object) -> NoReturn:
    """Raise KeyboardInterrupt once: a second signal must not interrupt the cleanup."""
    handle_signals(lambda *_: None)
    raise KeyboardInterrupt


def ignore_signals() -> None:
    """Ignore the signals until Python has ended, after one has raised KeyboardInterrupt.

    Python prints an error for a signal that arrives before its handler becomes SIG_IGN. So the
    signals are blocked first, which also calls the handlers of those that have arrived.
    """
    if hasattr(signal, "pthread_sigmask"):  # not on Windows
        block_signals(True)
        handle_signals(signal.SIG_IGN)
        block_signals(False)


def handle_signals(handler: Any) -> None:
    """Install a handler for the signals that stop a process, except for those that are ignored.

    `nohup` ignores SIGHUP, and Windows has none.
    """
    for number in STOP_SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def block_signals(is_blocked: bool) -> None:
    """Block or unblock the signals; a process that is started meanwhile inherits that."""
    if hasattr(signal, "pthread_sigmask"):  # not on Windows
        how = signal.SIG_BLOCK if is_blocked else signal.SIG_UNBLOCK
        signal.pthread_sigmask(how, STOP_SIGNALS)


if __name__ == "__main__":
    handle_signals(interrupt)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the stream is closed
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    if not finish(selected_steps()):
        sys.exit(int(os.environ.get("CHANSCAFFOLD_MISSING_EXIT", "0")))
