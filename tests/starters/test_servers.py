"""Starters from private repositories on real SSH and HTTPS servers."""

import os
import sys

import pytest
from support.git_servers import PASSWORD, USER, HttpsServer, SshServer
from support.processes import Process, run, wait_for
from support.sandbox import CHANSCAFFOLD

from chanscaffold.starters.git.run_git import MAX_FETCH_BYTES

pytestmark = pytest.mark.slow

MEGABYTES = MAX_FETCH_BYTES >> 20


@pytest.fixture
def home(own_home, monkeypatch):
    """An empty home, without the git helpers of the user who runs the tests."""
    for name in ("GIT_ASKPASS", "SSH_ASKPASS", "SSH_AUTH_SOCK", "GIT_SSH", "GIT_SSL_NO_VERIFY"):
        monkeypatch.delenv(name, raising=False)
    return own_home


@pytest.fixture
def ssh(tmp_path, home, monkeypatch):
    """An SSH server, and a user who knows it and has a key."""
    (tmp_path / "ssh").mkdir()
    server = SshServer(tmp_path / "ssh")
    monkeypatch.setenv("GIT_SSH_COMMAND", server.command())
    return server


@pytest.fixture
def web(tmp_path, home, monkeypatch):
    """An HTTPS server, and a user who trusts it and whose credential helper keeps the password."""
    (tmp_path / "web").mkdir()
    server = HttpsServer(tmp_path / "web", tmp_path)
    monkeypatch.setenv("GIT_SSL_CAINFO", str(server.certificate))
    keep_password(home, server, PASSWORD)
    return server


def keep_password(home, server, password):
    (home / "kept").write_text(f"https://{USER}:{password}@127.0.0.1:{server.port}\n")
    (home / ".gitconfig").write_text(f'[credential]\n\thelper = "store --file={home}/kept"\n')


def over_ssh(request, repository):
    server = request.getfixturevalue("ssh")
    return server, f"ssh://{server.user}@127.0.0.1:{server.port}{repository.path}"


def over_scp(request, repository):
    server = request.getfixturevalue("ssh")
    return server, f"{server.user}@forge:{repository.path}"


def over_https(request, repository):
    server = request.getfixturevalue("web")
    return server, f"https://127.0.0.1:{server.port}/{repository.path.name}"


@pytest.fixture(params=[over_ssh, over_scp, over_https])
def served(request, repository):
    """A server, and the address of its private repository there."""
    return request.param(request, repository)


@pytest.fixture
def command(here):
    """Return a function that runs the command to its end, without a terminal."""
    return lambda *arguments: run(line(*arguments), here, dict(os.environ), timeout=60)


def line(*arguments):
    return [sys.executable, "-P", "-c", CHANSCAFFOLD, *map(str, arguments)]


def make(command, address, name):
    """Make a project without set-up, and return the output."""
    result = command("new", name, "--starter", address, "--trust", "--no-setup", "--no-git")
    assert result.exit_code == 0, result.output
    return result.output


def test_a_private_repository_gives_a_tag_a_branch_or_a_commit(served, repository, command, here):
    server, address = served
    commits = {"v1": repository.commit({"TEAM.md": "first"})}
    repository.git("tag", "v1")
    commits["main"] = repository.commit({"TEAM.md": "second"})
    commits[commits["v1"]] = commits["v1"]
    with server.run():
        for name, (ref, commit) in zip("abc", commits.items(), strict=True):
            result = command("starter", "add", name, f"{address}@{ref}", "--trust")
            assert result.exit_code == 0, result.output
            make(command, name, name)
            assert commit in (here / name / ".chanscaffold.toml").read_text()
    assert [(here / name / "TEAM.md").read_text() for name in "abc"] == ["first", "second", "first"]


def test_a_branch_is_followed_and_comes_from_the_cache_without_its_server(
    served, repository, command, here
):
    server, address = served
    with server.run():
        for text in ("first", "second"):
            repository.commit({"TEAM.md": text})
            assert "cannot be reached" not in make(command, address, text)
    said = make(command, address, "third")
    assert f"{address} cannot be reached (" in said
    assert ": its default branch is from the cache, as of its last use." in said
    texts = [(here / name / "TEAM.md").read_text() for name in ("first", "second", "third")]
    assert texts == ["first", "second", "second"]


def test_a_large_repository_is_refused(served, repository, command, home):
    server, address = served
    repository.git("config", "core.compression", "0")
    blob = repository.write("blob", os.urandom(MAX_FETCH_BYTES))
    repository.commit(
        {}, movie=("40000", repository.git("mktree", text=f"100644 blob {blob}\tmovie\n".encode()))
    )
    with server.run():
        result = command("starter", "add", "acme", address, "--trust")
    sentence = (
        f"has more than {MEGABYTES} MiB, which is the limit: "
        "keep the starter in a repository of its own."
    )
    assert (result.exit_code, result.output) == (2, f"Error: {address} {sentence}\n")
    assert files(home / "cache") == []


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


# Failures


def an_unknown_host(server, home, monkeypatch):
    monkeypatch.setenv("GIT_SSH_COMMAND", server.command(hosts="none"))


def a_host_with_another_key(server, home, monkeypatch):
    (server.folder / "others").write_text((server.folder / "known_hosts").read_text().split()[0])
    with (server.folder / "others").open("a") as hosts:
        hosts.write(f" {(server.folder / 'stranger.pub').read_text()}")
    monkeypatch.setenv("GIT_SSH_COMMAND", server.command(hosts="others"))


def a_key_that_is_refused(server, home, monkeypatch):
    monkeypatch.setenv("GIT_SSH_COMMAND", server.command(key="stranger"))


def no_password(server, home, monkeypatch):
    (home / "kept").unlink(missing_ok=True)


def a_wrong_password(server, home, monkeypatch):
    keep_password(home, server, "mistyped")


def a_token_in_the_users_configuration(server, home, monkeypatch):
    address = f"127.0.0.1:{server.port}/"
    (home / ".gitconfig").write_text(
        f'[url "https://mistyped@{address}"]\n\tinsteadOf = https://{address}\n'
    )


def a_bad_certificate(server, home, monkeypatch):
    monkeypatch.delenv("GIT_SSL_CAINFO", raising=False)


def nothing(server, home, monkeypatch):
    pass


ON_A_TERMINAL = "run `git ls-remote -- {address}` on a terminal, and "
HELPER = ON_A_TERMINAL + "let git's credential helper keep the password (`git help credentials`)."
COMPARE = ON_A_TERMINAL + "compare the key that it shows with the key of the host."


@pytest.mark.parametrize(
    ("over", "obstacle", "reason", "advice"),
    [
        (over_ssh, an_unknown_host, "Host key verification failed; ", COMPARE),
        (over_scp, a_host_with_another_key, "Host key verification failed; ", COMPARE),
        (
            over_ssh,
            a_key_that_is_refused,
            "Permission denied (publickey); the host must know one of your keys",
            "",
        ),
        (
            over_ssh,
            nothing,
            "'{path}' does not appear to be a git repository; check the address",
            "",
        ),
        (over_https, no_password, "could not read Username for 'https://127.0.0.1:", HELPER),
        (over_https, a_wrong_password, "Authentication failed for 'https://127.0.0.1:", HELPER),
        (
            over_https,
            a_token_in_the_users_configuration,
            "could not read Password for 'https://127.0.0.1:",
            HELPER,
        ),
        (
            over_https,
            a_bad_certificate,
            "certificate",
            "let git trust the issuer of the host's certificate, with `git config",
        ),
        (over_https, nothing, "not found; check the address and your permission to read it.", ""),
    ],
)
def test_each_failure_is_one_sentence_and_writes_nothing(
    request,
    tmp_path,
    make_repository,
    command,
    here,
    home,
    monkeypatch,
    over,
    obstacle,
    reason,
    advice,
):
    repository = make_repository()
    repository.commit()
    server, address = over(request, repository)
    if obstacle is nothing:
        repository.path.rename(tmp_path / "elsewhere")
    with server.run():
        for arguments in (
            ("starter", "add", "acme", address),
            ("new", "site", "--starter", address),
        ):
            # Each time, because git removes a wrong password.
            obstacle(server, home, monkeypatch)
            result = command(*arguments, "--trust")
            assert result.exit_code == 1, result.output
            assert result.output.startswith(f"Error: {address} cannot be fetched: ")
            assert reason.format(path=repository.path) in result.output
            assert advice.format(address=address) in result.output
            assert result.output.count("\n") == 1
            assert PASSWORD not in result.output
            assert "mistyped" not in result.output
    assert (list(here.iterdir()), files(home / "cache"), files(home / "config")) == ([], [], [])


def test_a_missing_server_is_one_sentence(served, command):
    _, address = served
    result = command("starter", "add", "acme", address, "--trust")
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert result.output.startswith(f"Error: {address} cannot be fetched: ")
    assert "` shows whether git can reach it." in result.output


# Prompts


@pytest.fixture
def on_a_terminal(here):
    """Return a function that starts the command on a terminal, with its input from there or not."""

    def start(*arguments, source=""):
        shell = ["/bin/sh", "-c", f'exec "$@" {source}', "sh", *line(*arguments)]
        return Process(shell, here, dict(os.environ), terminal=True)

    return start


def test_ssh_only_prompts_if_the_input_is_a_terminal(
    ssh, repository, on_a_terminal, home, monkeypatch, request
):
    repository.commit()
    _, address = over_ssh(request, repository)
    an_unknown_host(ssh, home, monkeypatch)
    with ssh.run():
        result = on_a_terminal(
            "starter", "add", "acme", address, "--trust", source="</dev/null"
        ).wait(60)
        assert result.exit_code == 1
        assert "Host key verification failed; run" in result.output
        process = on_a_terminal("starter", "add", "acme", address, "--trust")
        wait_for(lambda: "continue connecting" in process.output, "the question for the host's key")
        os.write(process.terminal, b"yes\n")
        result = process.wait(60)
    assert result.exit_code == 0, result.output


def test_a_password_is_asked_for_on_a_terminal_and_not_shown(
    web, repository, on_a_terminal, home, request
):
    repository.commit()
    _, address = over_https(request, repository)
    (home / "kept").unlink()
    with web.run():
        process = on_a_terminal("starter", "add", "acme", address, "--trust")
        for question, answer in (("Username for", USER), ("Password for", PASSWORD)):
            wait_for(lambda question=question: question in process.output, question)
            os.write(process.terminal, f"{answer}\n".encode())
        result = process.wait(60)
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
