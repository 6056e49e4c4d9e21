"""The command asks once before it uses a new source, and shows what it is."""

import os
import subprocess
import sys

import pytest
from support.paths import SOURCES
from support.processes import Process, wait_for
from support.sandbox import CHANSCAFFOLD

from channels_doctor.support.errors import Refused
from chanscaffold.files import File
from chanscaffold.starters import trust
from chanscaffold.starters.manifest import read_manifest
from chanscaffold.starters.starter import Origin, Starter
from chanscaffold.starters.user_config import UserConfig
from chanscaffold.template import load_template

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def starter(name="acme", toml="", overlay=(), **origin):
    """Return a loaded starter, by default from a folder."""
    folder = {"source": f"/teams/{name}", "commit": "unversioned"}
    manifest = read_manifest(f'name = "{name}"\n{toml}'.encode(), "starter.toml")
    files = dict.fromkeys(overlay, File(b"", 0o644))
    return Starter(manifest, Origin(**{**folder, **origin}), files)


def fetched(name="acme", note="", **settings):
    """Return a loaded starter from a tag of a repository."""
    origin = {"source": f"gh:{name}/starter", "commit": COMMIT, "is_fetched": True, "ref": "v3"}
    return starter(name, note=note, **origin, **settings)


def confirm(*starters, trusted=False):
    """Confirm the trust in starters, the base first."""
    trust.confirm_trust(starters, load_template().files(), trusted)


@pytest.fixture
def terminal(monkeypatch):
    """Pretend that standard input is a terminal, and fail at a prompt."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("click.confirm", lambda *_, **__: pytest.fail("was asked"))


@pytest.fixture
def answer(terminal, monkeypatch):
    """Return a function that answers the prompt."""

    def give(yes):
        monkeypatch.setattr("click.confirm", lambda *_, **__: yes)

    return give


@pytest.fixture
def config(own_home):
    """The file with the names and the trusted sources."""
    return own_home / "config" / "chanscaffold" / "starters.json"


# The description


def test_a_new_source_is_shown_with_its_commit_and_the_files_that_it_changes(
    own_home, answer, capsys
):
    answer(True)
    overlay = ["docs/team.md", "config/settings.py.patch"]
    toml = 'description = "How we begin"\n[files]\nremove = ["docs/old.md"]'
    confirm(fetched(toml=toml, overlay=overlay))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "Starter acme is gh:acme/starter@v3, commit 0123456789ab",
        "acme: How we begin",
        "  removes docs/old.md",
        "  patches config/settings.py",
        "  adds docs/team.md",
        (
            "The files of a starter become part of the project, and its set-up runs them with your "
            "rights."
        ),
    ]


def test_at_most_twenty_files_are_shown(own_home, answer, capsys):
    answer(True)
    confirm(starter(overlay=[f"docs/{number}.md" for number in range(33)]))
    lines = capsys.readouterr().err.splitlines()
    assert len([line for line in lines if line.startswith("  adds")]) == 20
    assert "  and 13 more, in /teams/acme" in lines


def test_control_characters_in_a_starter_are_escaped(own_home, answer, capsys):
    answer(True)
    hostile = starter(
        overlay=["docs/\x1b]0;title\x07.md", "docs/\u202egnp.exe"], note="\x9b2J", commit="\x1b[2J"
    )
    described = hostile.manifest._replace(
        description="\x1b[1A\rHarmless \x08" + "x" * 5000, remove=["\x1b[8m"]
    )
    confirm(hostile._replace(manifest=described))
    printed = capsys.readouterr().err
    assert all(each.isprintable() or each == "\n" for each in printed)
    assert "\\x1b[1A\\rHarmless" in printed
    assert max(map(len, printed.splitlines())) < 250


def test_the_commit_of_a_tag_is_always_shown_and_that_of_a_known_folder_never(
    own_home, terminal, capsys
):
    chain = [fetched("base", note="base: offline, taken from the cache."), starter()]
    trust.remember(chain)
    confirm(*chain)
    assert capsys.readouterr().err.splitlines() == [
        "base: offline, taken from the cache.",
        "Starter base is gh:base/starter@v3, commit 0123456789ab",
    ]


# The question


def test_yes_is_remembered_for_every_ref_of_the_source(own_home, answer, monkeypatch):
    answer(True)
    confirm(fetched())
    monkeypatch.setattr("click.confirm", lambda *_, **__: pytest.fail("was asked again"))
    confirm(fetched()._replace(origin=fetched().origin._replace(ref="v4")))


def test_no_is_refused_and_not_remembered(own_home, answer, config):
    answer(False)
    with pytest.raises(Refused, match="^You do not trust base, acme: nothing was written.$"):
        confirm(fetched("base"), starter())
    assert not config.exists()


def test_the_question_is_about_the_new_starters_only(own_home, answer, capsys, config):
    trust.remember([starter()])
    answer(True)
    confirm(fetched("base"), starter(toml='description = "Known"'))
    assert "Known" not in capsys.readouterr().err
    assert UserConfig.read().trusted == ["/teams/acme", "gh:base/starter"]


def test_a_new_source_without_a_terminal_is_refused_with_the_command_that_adds_it(own_home, capsys):
    with pytest.raises(Refused) as caught:
        confirm(starter(), fetched("acme-two"))
    sentence = caught.value.format_message()
    assert (
        "acme (/teams/acme, unversioned), acme-two (gh:acme-two/starter@v3, commit 0123456789ab)"
        in sentence
    )
    assert (
        "give --trust, or run `chanscaffold starter add acme-two gh:acme-two/starter@v3` on a "
        "terminal." in sentence
    )
    assert capsys.readouterr().err == ""


def test_trust_in_advance_shows_the_origins_and_remembers_nothing(
    own_home, terminal, capsys, config
):
    confirm(fetched("base"), starter(), trusted=True)
    assert capsys.readouterr().err.splitlines() == [
        "Starter base is gh:base/starter@v3, commit 0123456789ab",
        "Starter acme is /teams/acme, unversioned",
    ]
    assert not config.parent.exists()


@pytest.fixture
def unwritable(own_home, monkeypatch):
    """A home in which no folder can be made, not even by root."""
    monkeypatch.setenv("XDG_CONFIG_HOME", "/proc/self/nothing")


def test_with_a_read_only_home_the_answer_is_not_remembered(unwritable, answer, capsys):
    answer(True)
    confirm(starter())
    confirm(starter(), trusted=True)
    assert (
        "You will be asked again: /proc/self/nothing/chanscaffold/starters.json cannot be"
        in capsys.readouterr().err
    )


# On a real terminal


@pytest.fixture
def dialogue(make_starter, own_home, here):
    """Return a function that answers `starter add` on a terminal, and returns the result."""
    folder = make_starter('description = "How we begin"', {"docs/team.md": "Ours\n"})

    def hold(keys):
        command = [sys.executable, "-c", CHANSCAFFOLD, "starter", "add", "acme", folder.path]
        process = Process(command, here, dict(os.environ), terminal=True)
        wait_for(
            lambda: b"Use it?" in process.raw_output or process.process.poll() is not None,
            "the question",
        )
        os.write(process.terminal, keys)
        return process.wait(60)

    return hold


@pytest.mark.parametrize("keys", [b"n\n", b"\n", b"\x04", b"what\nno\n"])
def test_any_answer_but_yes_on_a_terminal_means_no(dialogue, keys, config):
    result = dialogue(keys)
    assert result.exit_code == 2, result.output
    assert "  adds docs/team.md\n" in result.output
    assert "Use it? [y/N]:" in result.output
    assert result.output.endswith("Error: You do not trust acme: nothing was written.\n")
    assert not config.exists()


def test_yes_on_a_terminal_adds_the_starter(dialogue, config):
    result = dialogue(b"y\n")
    assert result.exit_code == 0, result.output
    assert list(UserConfig.read().names) == ["acme"]
    assert len(UserConfig.read().trusted) == 1


# The file


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b"3", b'{"names": {}}', b'{"names": [], "trusted": []}',
     b'{"names": {"a": 1}, "trusted": []}', b'{"names": {}, "trusted": "gh:a/b"}',
     b'{"names": {}, "trusted": [null]}',
     b'{"names": {}, "trusted": [], "x": 1}', b"\xff\xfe", b"[" * 100_000],
)  # fmt: skip
def test_a_broken_file_is_refused_and_not_changed(config, content):
    config.parent.mkdir(parents=True)
    config.write_bytes(content)
    for use in (UserConfig.read, lambda: trust.remember([starter()])):
        with pytest.raises(Refused) as caught:
            use()
        assert str(config) in caught.value.message
        assert caught.value.message.endswith(": repair or delete it.")
    assert config.read_bytes() == content


def test_a_file_that_cannot_be_read_is_refused(config):
    config.mkdir(parents=True)
    with pytest.raises(
        Refused, match=r"starters.json cannot be read: Is a directory: repair or delete it.$"
    ):
        UserConfig.read()


@pytest.mark.parametrize("home", ["/nonexistent", "/dev/null"])
def test_a_machine_without_a_home_has_no_names(monkeypatch, own_home, home):
    monkeypatch.setenv("XDG_CONFIG_HOME", home)
    assert UserConfig.read() == UserConfig({}, [])


def test_a_link_to_the_file_stays_a_link(config, own_home):
    config.parent.mkdir(parents=True)
    config.symlink_to(own_home / "settings.json")
    (own_home / "settings.json").write_text('{"names": {}, "trusted": []}')
    trust.remember([starter()])
    assert config.is_symlink()
    assert UserConfig.read().trusted == ["/teams/acme"]


def test_a_failed_write_keeps_the_old_file(config, monkeypatch):
    trust.remember([starter()])
    before = {path: path.read_bytes() for path in config.parent.iterdir()}
    monkeypatch.setattr(
        "os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(
        Exception, match="cannot be written: No space left on device. Nothing was changed"
    ):
        trust.remember([starter("other")])
    assert {path: path.read_bytes() for path in config.parent.iterdir()} == before


def test_a_path_that_is_not_valid_text_is_stored(own_home):
    source = os.fsdecode(b"/teams/\xff\xe9")
    trust.remember([starter(source=source)])
    assert UserConfig.read().trusted == [source]


def test_many_processes_can_write_at_once(own_home):
    code = (
        "import sys; from chanscaffold.starters.user_config import UserConfig\n"
        "for number in range(20):\n"
        "    with UserConfig.edit() as config:\n"
        "        config.trust([f'{sys.argv[1]} {number}'])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, SOURCES))}
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(each)], env=environment)
        for each in range(4)
    ]
    assert [child.wait(60) for child in children] == [0] * 4
    assert sorted(UserConfig.read().trusted) == sorted(
        f"{one} {two}" for one in range(4) for two in range(20)
    )


def test_files_that_replace_those_of_the_template_are_shown_as_replaced(own_home, answer, capsys):
    answer(True)
    confirm(starter(overlay=["config/urls.py", "docs/a.md"]))
    lines = capsys.readouterr().err.splitlines()
    assert "  replaces config/urls.py" in lines
    assert "  adds docs/a.md" in lines


def test_files_that_replace_those_of_a_base_are_shown_as_replaced(own_home, answer, capsys):
    answer(True)
    trust.remember([starter("base")])
    confirm(starter("base", overlay=["docs/a.md"]), starter(overlay=["docs/a.md", "docs/b.md"]))
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if line.startswith("  ")] == [
        "  replaces docs/a.md",
        "  adds docs/b.md",
    ]
