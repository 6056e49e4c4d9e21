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

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

# JSON escapes single quotes, not double ones.
ANSWERS: dict[str, Any] = json.loads(r'{{ cookiecutter | tojson }}')  # fmt: skip
QUIET = os.environ.get("CHANSCAFFOLD_VERBOSITY") == "-1"
BOOTSTRAP = [os.environ.get("CHANSCAFFOLD_PYTHON") or sys.executable, "bootstrap.py"]
FIRST_COMMIT = (f"Start {ANSWERS['project_name']}", f"Chanscaffold-Version: {ANSWERS['_version']}")
GIT_LIMIT = 60  # seconds


class GitFailed(Exception):
    """A git command did not work; the text is what it said."""


def optional_files(answers: dict[str, Any]) -> list[tuple[bool, tuple[str, ...]]]:
    """Return which files stay only if an option was chosen."""
    redis, postgres = answers["layer"] == "redis", answers["database"] == "postgres"
    return [
        (answers["docker"], ("Dockerfile", ".dockerignore", "compose.yaml", "deploy/compose.nginx.conf")),
        (answers["ci"] == "github", (".github",)),
        (answers["ci"] == "gitlab", (".gitlab-ci.yml",)),
        (answers["example"], ("chat", "tests/test_chat.py", "tests/test_chat_hostile.py")),
        (redis, ("services/valkey.py", "tests/test_redis.py", "tests/valkey.py")),
        (postgres, ("services/postgres.py", "tests/test_postgres.py")),
        (redis or postgres, ("services", "tests/test_services.py")),
        (not postgres, ("tests/test_sqlite.py",)),
    ]


def prune() -> None:
    """Remove the files of options that nobody chose, and stray byte code."""
    for chosen, names in optional_files(ANSWERS):
        for path in () if chosen else map(Path, names):
            if path.is_dir():
                shutil.rmtree(path)
            elif path.exists() or not was_removed(path):
                path.unlink()
    for cache in list(Path().rglob("__pycache__")):
        shutil.rmtree(cache)


def was_removed(path: Path) -> bool:
    """Return whether a starter has left out this file, the folder it was in, or all that this folder had."""
    removed = map(Path, ANSWERS["_removed"])
    return any(path.is_relative_to(each) or each.is_relative_to(path) for each in removed)


def git(*arguments: str) -> str:
    """Run git without the user's hooks, signing and exclusions, and return what it printed.

    Raises GitFailed, also when it takes longer than GIT_LIMIT.
    """
    settings = ("core.hooksPath=/dev/null", "commit.gpgSign=false", "core.excludesFile=/dev/null")
    # Inside a hook of another repository, these name that repository.
    elsewhere = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX")
    try:
        result = subprocess.run(
            ["git", *(word for setting in settings for word in ("-c", setting)), *arguments],
            env={name: value for name, value in os.environ.items() if name not in elsewhere},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=GIT_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GitFailed(f"git {arguments[0]} took longer than {GIT_LIMIT} seconds") from None
    if result.returncode:
        raise GitFailed(result.stdout.strip())
    return result.stdout.strip()


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
    identity = () if known else ("-c", "user.name=chanscaffold", "-c", "user.email=chanscaffold@localhost")
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
