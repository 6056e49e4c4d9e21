"""Starters from real git repositories over file://."""

import http.server
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.git_repositories import FOLDER, LINK, SUBMODULE, TOML

from channels_doctor.support.errors import CommandError, Refused
from chanscaffold.starters.file_rules import MAX_FILE_BYTES, MAX_FILES
from chanscaffold.starters.git import fetch as fetch_module
from chanscaffold.starters.git import run_git as git_module
from chanscaffold.starters.git.address import parse_address
from chanscaffold.starters.git.fetch import fetch

# Fetches an address in a process of its own, as the command does.
SCRIPT = """
import sys
from chanscaffold.starters.git.address import parse_address
from chanscaffold.starters.git.fetch import fetch
from channels_doctor.support import signals
signals.install()
print(len(fetch(parse_address(sys.argv[1])).files))
"""


@pytest.fixture
def cache(own_home):
    return own_home / "cache" / "chanscaffold" / "starters"


@pytest.fixture
def own_environment(environment, own_home):
    """Return a function that returns the test's environment for a child process."""
    return lambda: {**os.environ, "PYTHONPATH": environment["PYTHONPATH"]}


def contents(fetched):
    return {name: (file.mode, file.content.decode()) for name, file in fetched.files.items()}


def temporary_files(cache):
    return list(cache.rglob(".*"))


# Refs


def test_no_ref_is_the_default_branch(repository):
    repository.commit(branch="other")
    commit = repository.commit({"a.txt": "a"})
    checkout = fetch(repository.address())
    assert (checkout.commit, checkout.note) == (commit, "")
    assert contents(checkout) == {
        "starter.toml": (0o644, TOML),
        "overlay/a.txt": (0o644, "a"),
    }


def test_the_repository_chooses_the_default_branch(repository):
    repository.commit()
    commit = repository.commit({"a": "a"}, branch="trunk")
    repository.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    assert fetch(repository.address()).commit == commit


@pytest.mark.parametrize("name", ["feature/x", "v3", "é"])
def test_a_branch_is_found(repository, name):
    repository.commit()
    commit = repository.commit({"a": "a"}, branch=name)
    assert fetch(repository.address(name)).commit == commit


@pytest.mark.parametrize("kind", [(), ("-a", "-m", "annotated")], ids=["lightweight", "annotated"])
def test_a_tag_is_its_commit(repository, kind):
    commit = repository.commit()
    repository.git("tag", *kind, "v3")
    repository.commit({"a": "a"})
    assert fetch(repository.address("v3")).commit == commit


def test_a_tag_of_a_tag_is_its_commit(repository):
    commit = repository.commit()
    repository.git("tag", "-a", "-m", "x", "v3")
    repository.git("tag", "-a", "-m", "x", "v4", "v3")
    assert fetch(repository.address("v4")).commit == commit


def test_a_tag_precedes_a_branch(repository):
    commit = repository.commit()
    repository.git("tag", "v3")
    repository.commit({"a": "a"}, branch="v3")
    assert fetch(repository.address("v3")).commit == commit


def test_a_moved_tag_is_followed(repository):
    commits = []
    for text in "ab":
        commits.append(repository.commit({"a": text}))
        repository.git("tag", "-f", "v3")
        checkout = fetch(repository.address("v3"))
        assert (checkout.commit, contents(checkout)["overlay/a"][1]) == (commits[-1], text)
    assert len(set(commits)) == 2


def test_a_repository_of_sha256_hashes_is_read(make_repository):
    repository = make_repository(kind="sha256")
    commit = repository.commit({"a": "a"})
    repository.git("tag", "v3")
    assert len(commit) == 64
    assert fetch(repository.address("v3")).commit == commit


@pytest.mark.parametrize("allowed", ["true", "false"])
def test_a_full_hash_without_a_tag_or_branch_is_found(repository, allowed):
    old = repository.commit({"a": "old"})
    tree = repository.git("rev-parse", "main^{tree}")
    new = repository.git("commit-tree", tree, "-p", old, "-m", "new")
    repository.git("update-ref", "refs/heads/main", new)
    repository.git("config", "uploadpack.allowAnySHA1InWant", allowed)
    assert fetch(repository.address(old)).commit == old


def test_a_hash_that_is_not_there_is_refused(repository):
    repository.commit()
    with pytest.raises(
        Refused, match=f"{repository.url} has no commit {'1' * 40}: `git ls-remote -- "
    ):
        fetch(repository.address("1" * 40))


def test_a_hash_of_something_else_is_refused(repository):
    repository.commit()
    repository.git("tag", "-a", "-m", "x", "v3")
    with pytest.raises(Refused, match="has no commit"):
        fetch(repository.address(repository.git("rev-parse", "v3")))


def test_a_tag_of_no_commit_is_refused(repository):
    repository.commit()
    repository.git("tag", "v3", "main^{tree}")
    with pytest.raises(Refused, match="has no commit v3"):
        fetch(repository.address("v3"))


def test_a_short_hash_is_refused(repository):
    commit = repository.commit()
    with pytest.raises(Refused, match="a commit needs its full hash, as `git rev-parse` shows it"):
        fetch(repository.address(commit[:10]))


def test_a_branch_may_look_like_a_short_hash(repository):
    commit = repository.commit(branch="deadbeef")
    assert fetch(repository.address("deadbeef")).commit == commit


def test_an_unknown_ref_is_refused_with_the_nearest(repository):
    repository.commit()
    for name in ("v1.0", "v1.1", "v2.0", "nightly"):
        repository.git("tag", "-a", "-m", "x", name)
    with pytest.raises(Refused) as caught:
        fetch(repository.address("v1.2"))
    start, _, hint = caught.value.message.partition("; ")
    assert start == f"{repository.url} has no tag or branch 'v1.2'"
    assert hint == "did you mean v1.1?"


def test_an_empty_repository_is_refused(repository):
    with pytest.raises(Refused, match="has no default branch; there are no tags and branches."):
        fetch(repository.address())


def test_a_commit_without_a_starter_is_refused(repository):
    commit = repository.commit(toml=None, files={"a": "a"})
    with pytest.raises(
        Refused, match=f"^{repository.url}, commit {commit[:12]} has no starter.toml: "
    ):
        fetch(repository.address())


# The files of a commit


def test_only_the_files_of_the_starter_are_read(repository):
    files = {"bin": {"run": ("100755", "run")}, "é.txt": "é\r\n", "empty": ""}
    repository.commit(
        files,
        **{
            "README.md": "x",
            "tests": {"a": "a"},
            "link": (LINK, "/etc"),
            "sub": (SUBMODULE, "1" * 40),
        },
    )
    assert contents(fetch(repository.address())) == {
        "starter.toml": (0o644, TOML),
        "overlay/bin/run": (0o755, "run"),
        "overlay/é.txt": (0o644, "é\r\n"),
        "overlay/empty": (0o644, ""),
    }


def test_a_starter_may_have_no_overlay(repository):
    repository.commit()
    assert contents(fetch(repository.address())) == {"starter.toml": (0o644, TOML)}


def test_hooks_are_refused(repository):
    repository.commit(hooks={"..": "x", "post_gen_project.py": (LINK, "/etc")})
    with pytest.raises(Refused, match="a starter cannot have hooks"):
        fetch(repository.address())


def test_git_attributes_and_filters_have_no_effect(repository, own_home, tmp_path):
    (own_home / ".gitconfig").write_text(
        f'[filter "evil"]\n\tsmudge = touch {tmp_path}/evil\n[core]\n\tautocrlf = true\n'
    )
    attributes = "* filter=evil text eol=crlf export-ignore ident\n"
    repository.commit(
        {".gitattributes": attributes, "a": "$Id$\n"}, **{".gitattributes": attributes}
    )
    assert contents(fetch(repository.address()))["overlay/a"] == (0o644, "$Id$\n")
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    ("files", "part"),
    [
        ({"a": (LINK, "/etc/passwd")}, "'overlay/a' is a link, and a starter contains only files"),
        ({"d": {"d": {"a": (LINK, "b")}}}, "'overlay/d/d/a' is a link"),
        ((LINK, "/etc"), "'overlay' is a link"),
        ({"a": (SUBMODULE, "1" * 40)}, "'overlay/a' is a submodule"),
        ({"..": {"evil": "x"}}, "'../evil' must be a path inside the project"),
        ({"a": {"..": {"..": {"..": {"evil": "x"}}}}}, "'a/../../../evil' must be a path"),
        ({"../../evil": "x"}, "'../../evil' must be a path"),
        ({"/evil": "x"}, "'/evil' must be a path"),
        ({".": {"a": "x"}}, "'./a' must be a path"),
        ({"..": "x"}, "'..' must be a path"),
        ({"a": {".git": {"config": "x"}}}, "cannot change .git"),
        ({"a": {".GIT": "x"}}, "cannot change .git"),
        ({".giT": {"hooks": {"pre-commit": "x"}}}, "cannot change .git"),
        ({"a\\..\\b": "x"}, "must not contain"),
        ({"a\x1b[2J": "x"}, "must not contain control characters"),
        ({"a\nb": "x"}, "must not contain control characters"),
        ({"a\udcff": "x"}, "must not contain control characters"),
        ({".g\u200cit": "x"}, "must not contain control characters"),
        ({"C:evil": "x"}, "must not contain"),
        (
            {"big": "x" * (MAX_FILE_BYTES + 1)},
            "overlay/big has 4194305 bytes, and the limit is 4 MiB",
        ),
        (
            {str(number): "x" * MAX_FILE_BYTES for number in range(5)},
            "is too large: the limits are 1000 files and 16 MiB",
        ),
        (
            {str(number): "" for number in range(MAX_FILES + 1)},
            "is too large: the limits are 1000 files and 16 MiB",
        ),
    ],
)
def test_a_hostile_tree_is_refused_and_leaves_nothing(
    repository, cache, tmp_path, snapshot, files, part
):
    commit = repository.commit(files)
    before = snapshot(tmp_path)
    with pytest.raises(Refused) as caught:
        fetch(repository.address())
    message = caught.value.format_message()
    assert message.startswith(f"{repository.url}, commit {commit[:12]}")
    assert part in message
    assert message.isprintable()
    assert snapshot(tmp_path) == before
    assert not cache.exists()


def test_a_starter_toml_that_is_a_link_is_refused(repository):
    repository.commit(toml=(LINK, "/etc/passwd"))
    with pytest.raises(Refused, match="'starter.toml' is a link"):
        fetch(repository.address())


def test_the_maximum_number_of_files_is_allowed(repository):
    repository.commit({str(number): "" for number in range(MAX_FILES)})
    assert len(contents(fetch(repository.address()))) == MAX_FILES + 1


def test_a_tree_of_many_equal_folders_is_refused(repository, cache, monkeypatch):
    monkeypatch.setattr(git_module, "MAX_FETCH_BYTES", 1024 * 1024)
    folder = repository.tree({"x": "x"})
    for _ in range(10):
        folder = repository.tree({str(number): (FOLDER, folder) for number in range(10)})
    repository.commit((FOLDER, folder))
    with pytest.raises(Refused, match="has more than 64 MiB, which is the limit"):
        fetch(repository.address())
    assert not cache.exists()


# The size of a repository


@pytest.fixture
def bound(monkeypatch):
    """A smaller limit, which makes the tests faster."""
    for module in (git_module, fetch_module):
        monkeypatch.setattr(module, "MAX_FETCH_BYTES", 1024 * 1024)
    return 1024 * 1024


def with_other_files(repository, size):
    """Commit a starter beside other files of `size` bytes, which cannot be compressed."""
    blobs = [repository.write("blob", os.urandom(size // 4)) for _ in range(4)]
    folder = repository.git(
        "mktree", text="".join(f"100644 blob {blob}\t{blob}\n" for blob in blobs).encode()
    )
    return repository.commit({"a": "a"}, assets=(FOLDER, folder))


def test_a_repository_may_have_other_files_up_to_the_limit(repository, bound):
    with_other_files(repository, bound - 2048)
    assert contents(fetch(repository.address()))["overlay/a"] == (0o644, "a")


def test_a_repository_over_the_limit_is_refused_and_leaves_nothing(repository, cache, bound):
    repository.commit()
    with_other_files(repository, bound)
    repository.git(
        "update-ref",
        "refs/heads/main",
        repository.git("commit-tree", "main^{tree}", "-p", "main", "-m", "x"),
    )
    sentence = (
        "has more than 1 MiB, which is the limit: keep the starter in a repository of its own.$"
    )
    with pytest.raises(Refused, match=sentence):
        fetch(repository.address("main"))
    assert not cache.exists()


def test_older_commits_do_not_count_for_the_limit(repository, bound):
    with_other_files(repository, bound)
    tree = repository.git("rev-parse", f"{repository.commit(branch='other')}^{{tree}}")
    repository.git(
        "update-ref",
        "refs/heads/main",
        repository.git("commit-tree", tree, "-p", "main", "-m", "x"),
    )
    assert fetch(repository.address()).note == ""


def test_the_limit_of_git_does_not_stay_with_the_command(repository):
    repository.commit()
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    fetch(repository.address())
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == (most, most)


def test_a_server_that_only_serves_files_is_refused(repository):
    commit = repository.commit()
    repository.git("update-server-info")
    requests = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=repository.path.parent)

        def log_message(self, *_):
            requests.append(self.path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/acme.git@{commit}"
        with pytest.raises(
            CommandError, match="dumb http transport .*; the server must run git, and not only"
        ):
            fetch(parse_address(address))
        server.shutdown()
    assert requests
    assert not [path for path in requests if "/objects/" in path]


# The cache


@pytest.mark.parametrize("kind", [(), ("-a", "-m", "annotated")], ids=["lightweight", "annotated"])
def test_a_commit_in_the_cache_is_not_fetched_again(repository, kind):
    commit = repository.commit()
    repository.git("tag", *kind, "v3")
    first = fetch(repository.address("v3"))
    (repository.path / "objects" / commit[:2] / commit[2:]).unlink()  # what git would have to send
    assert fetch(repository.address("v3")) == first


def test_a_full_hash_in_the_cache_needs_neither_network_nor_git(repository, without_git):
    commit = repository.commit({"a": "a"})
    fetch(repository.address())
    shutil.rmtree(repository.path)
    without_git()
    assert fetch(repository.address(commit)).note == ""


def test_a_commit_in_the_cache_is_not_served_to_another_address(make_repository):
    evil, trusted = make_repository("evil.git"), make_repository("trusted.git")
    commit = evil.commit({"a": "evil"})
    trusted.commit({"a": "good"})
    fetch(evil.address())
    with pytest.raises(Refused, match="has no commit"):
        fetch(trusted.address(commit))


@pytest.mark.parametrize("ref", ["", "v3"])
def test_the_last_commit_is_used_with_a_note_if_the_repository_cannot_be_reached(repository, ref):
    commit = repository.commit({"a": "a"})
    repository.git("tag", "v3")
    first = fetch(repository.address(ref))
    shutil.rmtree(repository.path)
    note = f"{ref or 'its default branch'} is from the cache, as of its last use."
    reason = f"'{repository.path}' does not appear to be a git repository"
    note = f"{repository.url} cannot be reached ({reason}): {note}"
    assert fetch(repository.address(ref)) == (first.files, commit, note)


def test_a_new_ref_needs_the_repository(repository):
    repository.commit()
    repository.git("tag", "v3")
    fetch(repository.address())
    shutil.rmtree(repository.path)
    with pytest.raises(
        CommandError, match="cannot be fetched: .* does not appear to be a git rep.*; "
    ) as caught:
        fetch(repository.address("v3"))
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("text", ["", "x", "../x", "0" * 40, "\xff" * 40])
def test_a_damaged_ref_in_the_cache_is_ignored(repository, cache, text):
    commit = repository.commit()
    fetch(repository.address())
    [ref] = cache.glob("*/*.ref")
    ref.write_text(text, encoding="latin-1")
    assert fetch(repository.address()).commit == commit
    assert ref.read_text() == commit
    ref.write_text(text, encoding="latin-1")
    shutil.rmtree(repository.path)
    with pytest.raises(CommandError, match="cannot be fetched"):
        fetch(repository.address())


@pytest.mark.parametrize("damage", ["remove", "truncate", "edit"])
def test_a_damaged_commit_in_the_cache_is_fetched_again(repository, cache, damage):
    repository.commit({"a": "a" * 1000})
    first = fetch(repository.address())
    [archive] = cache.glob("*/*.zip")
    content = archive.read_bytes()
    if damage == "remove":
        archive.unlink()
    else:
        start = content.index(b"overlay/a") + len("overlay/a")
        edited = content[:start] + bytes(4) + content[start + 4 :]
        archive.write_bytes(content[:-10] if damage == "truncate" else edited)
    assert fetch(repository.address()) == first
    assert archive.read_bytes() == content


def test_several_processes_can_fetch_at_once(repository, cache, own_environment):
    repository.commit({str(number): "x" for number in range(50)})

    def run(_):
        command = [sys.executable, "-c", SCRIPT, repository.url]
        return subprocess.run(
            command, env=own_environment(), capture_output=True, text=True, check=True
        ).stdout.strip()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(run, range(4))) == {"51"}
    assert not temporary_files(cache)


def test_a_cache_that_cannot_be_written_is_an_error(repository, own_home):
    repository.commit()
    (own_home / "cache").write_text("in the way")
    with pytest.raises(CommandError, match="cannot be written: "):
        fetch(repository.address())


# The git process


def test_a_missing_git_is_refused(repository, without_git):
    repository.commit()
    address = repository.address()
    without_git()
    with pytest.raises(
        Refused, match="There is no git on your PATH, .*: install git, or give a folder."
    ):
        fetch(address)


@pytest.mark.parametrize(
    "variable",
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE", "GIT_NAMESPACE"],
)
def test_variables_for_another_repository_have_no_effect(
    repository, make_repository, monkeypatch, snapshot, variable
):
    commit = repository.commit()
    other = make_repository("other.git")
    before = snapshot(other.path)
    monkeypatch.setenv(variable, str(other.path))
    assert fetch(parse_address(repository.url)).commit == commit
    assert snapshot(other.path) == before


def test_configuration_in_variables_has_no_effect(repository, monkeypatch):
    commit = repository.commit()
    for name, value in (
        ("COUNT", "1"),
        ("KEY_0", "url.file:///nowhere/.insteadOf"),
        ("VALUE_0", "file://"),
    ):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    assert fetch(parse_address(repository.url)).commit == commit


def test_a_repository_around_the_cache_has_no_effect(repository, tmp_path, monkeypatch):
    commit = repository.commit()
    around = tmp_path / "around"
    repository.git("init", "-q", str(around))
    repository.git("config", "url.file:///nowhere/.insteadOf", "file://", cwd=around)
    monkeypatch.setenv("XDG_CACHE_HOME", str(around / "cache"))
    monkeypatch.chdir(around)
    assert fetch(repository.address()).commit == commit


def test_a_protocol_that_runs_commands_is_not_allowed(repository, own_home, tmp_path):
    (own_home / "gitconfig").write_text(
        f'[url "ext::touch {tmp_path}/evil %S "]\n\tinsteadOf = gh-of-us://\n'
    )
    (own_home / ".gitconfig").write_text(
        f'[url "ext::touch {tmp_path}/evil "]\n\tinsteadOf = file:///ours\n'
    )
    with pytest.raises(CommandError, match="transport 'ext' not allowed"):
        fetch(parse_address("file:///ours"))
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    ("errors", "reason"),
    [
        (
            (
                "ssh: Could not resolve hostname x\n"
                "fatal: Could not read from remote repository.\n\nPlease make sure"
            ),
            (
                "ssh: Could not resolve hostname x; "
                "`git ls-remote -- https://github.com/acme/starter.git` shows whether"
            ),
        ),
        (
            "remote: Repository not found.\nfatal: repository 'https://x/' not found",
            "repository 'https://x/' not found; check the address and your permission to read it.",
        ),
        ("hint: x\nremote: denied\nhint: y", "denied; `git ls-remote"),
        ("\x1b[2Jfatal: evil", "\\x1b[2Jfatal: evil; `git ls-remote"),
        ("", "git ended with 128; `git ls-remote"),
    ],
)
def test_the_reason_is_the_last_line_of_git_with_one(
    tmp_path, own_home, monkeypatch, errors, reason
):
    stub(tmp_path, monkeypatch, f"cat >&2 <<'END'\n{errors}\nEND\nexit 128")
    with pytest.raises(CommandError) as caught:
        fetch(parse_address("gh:acme/starter"))
    message = caught.value.format_message()
    assert message.startswith(f"gh:acme/starter cannot be fetched: {reason}")
    assert message.isprintable()


def test_a_token_in_the_users_own_configuration_is_not_shown(tmp_path, own_home, monkeypatch):
    stub(
        tmp_path,
        monkeypatch,
        "echo \"fatal: could not read Password for 'https://secret@forge': no\" >&2; exit 128",
    )
    with pytest.raises(CommandError, match="could not read Password for 'https://forge': no; "):
        fetch(parse_address("https://forge/acme.git"))


def test_git_has_a_time_limit(tmp_path, own_home, monkeypatch, cache):
    stub(tmp_path, monkeypatch, "exec sleep 600")
    monkeypatch.setattr(git_module, "MAX_SECONDS", 0.2)
    with pytest.raises(CommandError, match="cannot be fetched: git did not answer within 0.2 s."):
        fetch(parse_address("gh:acme/starter"))
    assert not temporary_files(cache)


def test_the_children_of_git_end_with_it(tmp_path, own_home, monkeypatch, cache):
    stub(
        tmp_path,
        monkeypatch,
        f"sleep 600 > {tmp_path}/silent 2>&1 & echo $! > {tmp_path}/started; wait",
    )
    monkeypatch.setattr(git_module, "MAX_SECONDS", 3)
    with pytest.raises(CommandError, match="git did not answer within 3 s"):
        fetch(parse_address("gh:acme/starter"))
    started = Path(f"/proc/{(tmp_path / 'started').read_text().strip()}/cmdline")
    wait_for(lambda: not (started.exists() and started.read_bytes()))


def test_git_only_prompts_on_a_terminal(tmp_path, own_home, monkeypatch, own_environment):
    stub(tmp_path, monkeypatch, f"env > {tmp_path}/variables; cat > {tmp_path}/stdin; exit 1")
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -i key")
    monkeypatch.setenv("GIT_SSL_CAINFO", "/etc/ca.crt")
    monkeypatch.setenv("GIT_TRACE", "1")
    command = [sys.executable, "-c", SCRIPT, "gh:acme/starter"]
    subprocess.run(
        command, env=own_environment(), input=b"an answer", stderr=subprocess.DEVNULL, check=False
    )
    variables = dict(
        line.partition("=")[::2] for line in (tmp_path / "variables").read_text().splitlines()
    )
    assert {
        name: value for name, value in variables.items() if name.startswith(("GIT_", "LC_ALL"))
    } == {
        "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_SSH_COMMAND": "ssh -i key",
        "GIT_SSL_CAINFO": "/etc/ca.crt",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    assert (tmp_path / "stdin").read_text() == ""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_stops_git_and_leaves_nothing(
    tmp_path, own_home, monkeypatch, cache, own_environment, name
):
    stub(
        tmp_path,
        monkeypatch,
        f"echo $$ > {tmp_path}/pid.new; mv {tmp_path}/pid.new {tmp_path}/pid; exec sleep 600",
    )
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "gh:a/b"],
        env=own_environment(),
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        wait_for((tmp_path / "pid").exists)
        child.send_signal(getattr(signal, name))
        _, errors = child.communicate(timeout=30)
    assert (child.returncode, errors) == (1, f"Stopped by {name}: nothing was written.\n")
    wait_for(lambda: not Path("/proc", (tmp_path / "pid").read_text().strip()).exists())
    assert not cache.exists()


def stub(tmp_path, monkeypatch, script):
    """Replace git by another program."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def wait_for(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_moved_tag_has_a_note(repository):
    repository.commit()
    repository.git("tag", "v1")
    assert fetch(repository.address("v1")).note == ""
    repository.commit({"a": "a"})
    repository.git("tag", "--force", "v1")
    assert "has moved its tag v1." in fetch(repository.address("v1")).note
    assert fetch(repository.address("v1")).note == ""
