"""Invalid starters: one sentence that names the file, exit code 2, and no files."""

import os
import socket

import pytest

from chanscaffold.starters.loader import load_starters


@pytest.fixture
def refuses(new, here, snapshot):
    """Assert that `new` refuses a starter with one sentence, and writes nothing."""

    def check(starter, *parts, flags=(), code=2):
        before = snapshot(here.parent)
        result = new("mysite", "--starter", starter.path, "--trust", *flags)
        errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
        assert (result.exit_code, len(errors)) == (code, 1), result.output
        assert result.stderr.splitlines()[-1] == errors[0]
        for part in parts:
            assert str(part) in errors[0]
        assert "Traceback" not in result.output
        assert snapshot(here.parent) == before
        return errors[0]

    return check


# starter.toml


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        ("nme = 1", "there is no key 'nme'; did you mean name?"),
        ("[answer]\nlayer = 'redis'", "there is no key 'answer'; did you mean answers?"),
        ("[files]\nremoved = []", "[files]: there is no key 'removed'; did you mean remove?"),
        (
            "[questions.x]\nprompt = 'X'\npatern = 'x'",
            "[questions.x]: there is no key 'patern'; did you mean pattern?",
        ),
        ("description = 3", "description 3 must be a text of one line."),
        ("description = 'a\x1b[31m'", "is not valid TOML"),
        ('description = "a\\u001b[31m"', "must be a text of one line."),
        ("answers = 3", "[answers] must be a table."),
        ("[questions]\nx = 3", "[questions.x] must be a table."),
        ("[files]\nremove = 'a'", "remove must be a list of texts of one line."),
        ("[files]\nremove = [1]", "remove must be a list of texts of one line."),
        ("requires = 'django>=5'", 'must be a range of versions, such as "chanscaffold>=0.1,<1".'),
        ("requires = '>>'", "must be a range of versions"),
        ("requires = 'chanscaffold @ https://example.com/x'", "must be a range of versions"),
        ("requires = 'chanscaffold[x]; python_version < \"3\"'", "must be a range of versions"),
        ("description = 0x" + "F" * 9000, "is not valid TOML"),
        ("requires = 'chanscaffold>=99'", "requires chanscaffold>=99, and this is chanscaffold"),
        ("name = 'again'", "is not valid TOML"),
        ("[", "is not valid TOML"),
        ("x = " + "[" * 5000, "is not valid TOML"),
    ],
)
def test_a_starter_toml_that_breaks_a_rule_is_refused(refuses, make_starter, toml, part):
    starter = make_starter(toml)
    refuses(starter, starter.path / "starter.toml", part)


@pytest.mark.parametrize("name", ["", "Acme", "a b", "-a", "a" * 51, "../a", "a\nb"])
def test_a_bad_name_is_refused(refuses, make_starter, name):
    refuses(make_starter().toml(f"name = {name!r}\n".replace("'", '"')), "name")


def test_a_starter_without_a_name_is_refused(refuses, make_starter):
    refuses(make_starter().toml("description = 'x'"), "name is missing.")


def test_a_large_starter_toml_is_refused(refuses, make_starter):
    refuses(make_starter("#" * 70_000), "has 70014 bytes, and the limit is 65536.")


def test_a_starter_toml_that_is_not_utf_8_is_refused(refuses, make_starter):
    starter = make_starter()
    (starter.path / "starter.toml").write_bytes(b"name = '\xff'")
    refuses(starter, "is not valid TOML")


def test_a_folder_without_a_starter_is_refused(new, here, own_home):
    (here / "folder").mkdir()
    for source, part in (
        ("folder", "has no starter.toml"),
        ("acme", "there is no folder"),
        ("", ""),
    ):
        result = new("mysite", "--starter", source, "--trust")
        assert (result.exit_code, part in result.stderr) == (2, True), result.output
        assert "`chanscaffold starter list` shows the names that you have added." in result.stderr


def test_hooks_of_a_starter_are_refused(refuses, make_starter):
    starter = make_starter()
    (starter.path / "hooks").mkdir()
    refuses(starter, starter.path, "a starter cannot have hooks")


# Answers, locks and questions


@pytest.mark.parametrize("table", ["answers", "locked"])
@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("layr = 'redis'", "there is no option 'layr'; did you mean layer?"),
        ("layer = 'rabbit'", "layer 'rabbit' must be one of memory, redis."),
        ("docker = 'perhaps'", "docker 'perhaps' must be true or false."),
        ("superusers = ['a b']", "'a b' is not a valid username"),
        ("superusers = '{{ 1 }}'", "contains '{{', which starts template code"),
        ("layer = 0x" + "F" * 9000, "is not valid TOML"),
        ("layer = {a = 1}", "must be a text, a number, true, false or a list of these."),
        ("project_name = 'Ours'", "every project has its own project_name: leave it out."),
        ("project_slug = 'ours'", "every project has its own project_slug: leave it out."),
        ("admin_password = 'x'", "'admin_password' names a secret"),
        ("API_TOKEN = 'x'", "'API_TOKEN' names a secret"),
    ],
)
def test_an_answer_that_breaks_a_rule_is_refused(refuses, make_starter, table, line, part):
    starter = make_starter(f"[{table}]\n{line}")
    refuses(starter, starter.path / "starter.toml", part)


@pytest.mark.parametrize(
    ("question", "part"),
    [
        (
            "[questions.layer]\nprompt = 'x'",
            "the option layer exists already: answer it in [answers] or [locked].",
        ),
        (
            "[questions.Cost]\nprompt = 'x'",
            "the key of a question must be lower-case letters and digits",
        ),
        (
            "[questions.a-b]\nprompt = 'x'",
            "the key of a question must be lower-case letters and digits",
        ),
        (
            "[questions._private]\nprompt = 'x'",
            "the key of a question must be lower-case letters and digits",
        ),
        ("[questions.items]\nprompt = 'x'", "templates cannot use an answer of this name"),
        ("[questions.templates]\nprompt = 'x'", "templates cannot use an answer of this name"),
        (
            "[questions.python]\nprompt = 'x'",
            "python has the name of a flag of `chanscaffold new` or `update`: rename it.",
        ),
        (
            "[questions.no_proof]\nprompt = 'x'",
            "The option no_proof has the name of a flag",
        ),
        (
            "[questions.no_docker]\nprompt = 'x'",
            "has the name of a flag of `chanscaffold new` or `update`: rename it.",
        ),
        (
            "[questions.superuser]\nprompt = 'x'",
            "has the name of a flag of `chanscaffold new` or `update`: rename it.",
        ),
        ("[questions.x]", "[questions.x]: prompt is missing."),
        ("[questions.x]\nprompt = ''", "prompt '' must be a text of one line."),
        ("[questions.x]\nprompt = 'x [optional]'", "use (text)."),
        ("[questions.x]\nprompt = 'x'\nchoices = ['[/x]']", "use (text)."),
        ("[questions.x]\nprompt = 'x'\npattern = '('", "is not a regular expression"),
        (
            "[questions.x]\nprompt = 'x'\npattern = '[[a]'",
            "is not a regular expression: Possible nested set",
        ),
        (
            "[questions.x]\nprompt = 'x'\npattern = 'a'\ndefault = 'b'",
            "default 'b' does not match the pattern a.",
        ),
        (
            "[questions.x]\nprompt = 'x'\npattern = 'a'\nexample = 'b'",
            "example 'b' does not match the pattern a.",
        ),
        (
            "[questions.x]\nprompt = 'x'\ndefault = '{{ x }}'",
            "contains '{{', which starts template code",
        ),
        ("[questions.x]\nprompt = 'x'\ndefault = 'a\"b'", "must be one line of at most"),
        ("[questions.x]\nprompt = 'x'\ndefault = 3", "default 3 must be a text of one line."),
        (
            "[questions.x]\nprompt = 'x'\nchoices = []",
            "choices must be one or more different texts.",
        ),
        (
            "[questions.x]\nprompt = 'x'\nchoices = ['a', 'a']",
            "choices must be one or more different texts.",
        ),
        (
            "[questions.x]\nprompt = 'x'\nchoices = ['{% x %}']",
            "contains '{%', which starts template code",
        ),
        (
            "[questions.x]\nprompt = 'x'\nchoices = ['a', 'a\"b']",
            "must be one line of at most",
        ),
        (
            "[questions.x]\nprompt = 'x'\nchoices = ['a\\b']",
            "must be one line of at most",
        ),
        ("[questions.x]\nprompt = 'x'\nchoices = ['a']\ndefault = 'a'", "leave out default"),
        ("[questions.x]\nprompt = 'x'\ndefault = true\npattern = 'a'", "leave out pattern"),
        ("[questions.db_secret]\nprompt = 'x'", "'db_secret' names a secret"),
    ],
)
def test_a_question_that_breaks_a_rule_is_refused(refuses, make_starter, question, part):
    refuses(make_starter(question), part)


def test_a_pattern_that_takes_too_long_is_refused_before_the_question_of_trust(new, make_starter):
    example = "a" * 40 + "!"
    question = f"[questions.x]\nprompt = 'x'\npattern = '(a+)+$'\nexample = '{example}'"
    result = new("mysite", "--starter", make_starter(question).path)
    assert result.exit_code == 2
    assert "takes more than 2 seconds" in result.stderr
    assert "trust" not in result.stderr


def test_a_flag_that_contradicts_a_lock_is_refused_with_the_starter(refuses, make_starter):
    starter = make_starter("[locked]\ndatabase = 'postgres'\ndocker = false\nsuperusers = 'alice'")
    refuses(
        starter,
        "database 'sqlite' must be 'postgres', because the starter acme locks it: do not set it.",
        flags=["--database", "sqlite"],
    )
    refuses(
        starter,
        "docker true must be false, because the starter acme locks it: do not set it.",
        flags=["--docker"],
    )
    refuses(
        starter, "because the starter acme locks it: do not set it.", flags=["--superuser", "bob"]
    )


def test_an_answers_file_that_contradicts_a_lock_is_refused(refuses, make_starter, here):
    (here / "answers.toml").write_text("database = 'sqlite'")
    starter = make_starter("[locked]\ndatabase = 'postgres'")
    message = (
        "answers.toml: database 'sqlite' must be 'postgres', because the starter acme locks it: "
        "do not set it."
    )
    refuses(starter, message, flags=["--answers-file", "answers.toml"])


def test_an_option_in_answers_and_locked_is_refused(refuses, make_starter):
    starter = make_starter("[answers]\nlayer = 'memory'\n[locked]\nlayer = 'redis'")
    refuses(starter, "layer is in [answers] and in [locked]")


@pytest.mark.parametrize("table", ["answers", "locked"])
def test_a_child_cannot_change_an_answer_that_its_base_locks(refuses, make_starter, table):
    make_starter("[locked]\ndatabase = 'postgres'", name="base")
    child = make_starter(f"extends = '../base'\n[{table}]\ndatabase = 'sqlite'")
    refuses(
        child,
        "contradicts the starter base",
        child.path / "starter.toml",
        "database 'sqlite'",
        "'postgres'",
    )


def test_a_child_cannot_repeat_a_question_of_its_base(refuses, make_starter):
    make_starter("[questions.cost]\nprompt = 'x'", name="base")
    refuses(
        make_starter("extends = '../base'\n[questions.cost]\nprompt = 'y'"),
        "the option cost exists already",
    )


def test_a_question_without_an_answer_is_refused_with_its_flag(refuses, make_starter):
    starter = make_starter(
        "[questions.cost_center]\nprompt = 'Cost centre'\npattern = '^\\d{4}$'\nexample = '1234'"
    )
    refuses(
        starter,
        "needs an answer to cost_center (Cost centre, for example 1234): "
        "give --cost-center 1234, or --interactive.",
    )


@pytest.mark.parametrize("value", ["123", "12345", "x", "1234\n", "{{ 1 }}", 'a"b'])
def test_an_answer_that_does_not_match_the_pattern_is_refused(refuses, make_starter, value):
    starter = make_starter("[questions.cost_center]\nprompt = 'Cost centre'\npattern = '^\\d{4}$'")
    refuses(starter, "cost_center", flags=["--cost-center", value])


@pytest.mark.parametrize("value", ["x" * 201, "a\tb", "a\u202eb", 'a"b', "a\\b"])
def test_an_answer_that_is_not_a_short_line_is_refused(refuses, make_starter, value):
    starter = make_starter("[questions.team]\nprompt = 'Team'\n")
    refuses(
        starter,
        "must be one line of at most 200 characters, without double quotes and \\.",
        flags=["--team", value],
    )


def test_a_lock_that_a_child_repeats_belongs_to_its_base(refuses, make_starter):
    make_starter("[locked]\nlayer = 'redis'", name="base")
    child = make_starter("extends = '../base'\n[locked]\nlayer = 'redis'")
    refuses(child, "because the starter base locks it: do not set it.", flags=["--layer", "memory"])


# Starters that extend others


def test_a_pre_release_satisfies_a_requirement(make_starter):
    starter = make_starter("requires = 'chanscaffold>=0.1'")
    assert load_starters(str(starter.path), "0.2.0rc1")


def test_a_circle_is_refused(refuses, make_starter):
    make_starter("extends = '../acme'", name="base")
    child = make_starter("extends = '../base'")
    refuses(child, "extend each other in a circle")


def test_a_starter_that_extends_itself_is_refused(refuses, make_starter):
    refuses(make_starter("extends = '.'"), "extend each other in a circle")


def test_a_long_chain_is_refused(refuses, make_starter):
    for number in range(9):
        make_starter(f"extends = '../a{number + 1}'", name=f"a{number}")
    refuses(make_starter("extends = '../a0'"), "the limit is 8")


def test_two_starters_of_one_name_are_refused(refuses, make_starter):
    make_starter(name="base").toml("name = 'acme'")
    refuses(make_starter("extends = '../base'"), "have the same name: rename one.")


def test_a_missing_base_is_refused(refuses, make_starter):
    refuses(make_starter("extends = '../nothing'"), "../nothing", "acme/starter.toml")


def test_the_requirement_of_a_base_is_checked(refuses, make_starter):
    base = make_starter("requires = 'chanscaffold<0.1'", name="base")
    refuses(
        make_starter("extends = '../base'"), base.path / "starter.toml", "requires chanscaffold<0.1"
    )


# The overlay


@pytest.mark.parametrize(
    "name",
    [
        ".git/config",
        "docs/.git/hooks/x",
        ".GIT/config",
        ".env",
        ".ENV",
        ".chanscaffold.toml",
        ".chanscaffold.toml.patch",
        ".git.patch",
        ".patch",
        "docs/.patch",
        "#% if x",
        ".venv/x",
        "a:b",
        "a\\b",
        "a\nb",
        "{{x}}/a",
    ],
)
def test_a_reserved_or_forbidden_file_name_is_refused(refuses, make_starter, name):
    refuses(make_starter(overlay={name: "x"}), "overlay")


@pytest.mark.parametrize("target", ["/etc/passwd", "../../acme/starter.toml", "missing"])
def test_links_are_refused(refuses, make_starter, target):
    starter = make_starter(overlay={"docs/a.md": "x"})
    link = starter.path / "overlay" / "link"
    link.symlink_to(target)
    refuses(starter, "overlay: 'link' is a link, and a starter contains only files")
    link.rename(starter.path / "overlay" / "docs" / "link")
    refuses(starter, "is a link, and a starter contains only files")


def test_links_to_folders_are_refused(refuses, make_starter, tmp_path):
    starter = make_starter(overlay={"docs/a.md": "x"})
    (starter.path / "overlay" / "folder").symlink_to(tmp_path)
    refuses(starter, "is a link, and a starter contains only files")


@pytest.mark.parametrize("name", ["overlay", "starter.toml"])
def test_the_manifest_and_the_overlay_cannot_be_links(refuses, make_starter, tmp_path, name):
    starter = make_starter(overlay={"docs/a.md": "x"})
    (starter.path / name).rename(tmp_path / name)
    (starter.path / name).symlink_to(tmp_path / name)
    refuses(starter, starter.path, f"{name!r} is a link, and a starter contains only files")


def test_pipes_and_sockets_are_refused(refuses, make_starter):
    starter = make_starter(overlay={"a": "x"})
    os.mkfifo(starter.path / "overlay" / "pipe")
    refuses(starter, "is a special file, and a starter contains only files")
    (starter.path / "overlay" / "pipe").unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(starter.path / "overlay" / "s"))
        refuses(starter, "is a special file, and a starter contains only files")


def test_a_large_file_is_refused(refuses, make_starter):
    refuses(
        make_starter(overlay={"a": b"x" * (4 * 1024 * 1024 + 1)}),
        "overlay: a has 4194305 bytes, and the limit is 4 MiB.",
    )


def test_many_files_are_refused(refuses, make_starter):
    refuses(
        make_starter(overlay={f"f{number}": "" for number in range(1001)}),
        "the limits are 1000 files and 16 MiB.",
    )


def test_a_large_overlay_is_refused(refuses, make_starter):
    refuses(
        make_starter(overlay={f"f{number}": b"x" * 4_000_000 for number in range(5)}),
        "the limits are 1000 files and 16 MiB.",
    )


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "", ".", "docs//x"])
def test_a_path_out_of_the_project_cannot_be_removed(refuses, make_starter, name):
    refuses(make_starter(f"[files]\nremove = ['{name}']"), "remove")


def test_a_missing_file_cannot_be_removed(refuses, make_starter):
    starter = make_starter("[files]\nremove = ['manag.py']")
    refuses(
        starter,
        starter.path / "starter.toml",
        "there is no file or folder 'manag.py'; did you mean manage.py?",
    )


def test_a_file_with_the_name_of_a_folder_is_refused(refuses, make_starter):
    refuses(
        make_starter(overlay={"chat": "x"}),
        "overlay/chat is a file, and the template has a folder chat",
    )


def test_a_folder_with_the_name_of_a_file_is_refused(refuses, make_starter):
    refuses(
        make_starter(overlay={"manage.py/x": "x"}),
        "overlay/manage.py/x needs a folder manage.py, and the template has a file of that name",
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "Readme.md",
            "overlay/Readme.md and README.md are the same file on macOS and Windows",
        ),
        ("Chat/a.py", "overlay/Chat and chat are the same file on macOS"),
        ("Chat", "overlay/Chat and chat are the same file on macOS"),
        ("MANAGE.py/a.py", "overlay/MANAGE.py and manage.py are the same file on macOS"),
    ],
)
def test_a_name_that_only_differs_in_case_is_refused(refuses, make_starter, name, message):
    refuses(make_starter(overlay={name: "x"}), message)


def test_a_removed_file_may_come_back_in_another_case(make_starter, new):
    starter = make_starter("[files]\nremove = ['README.md']", {"Readme.md": "x"}, name="other")
    result = new("mysite", "--starter", str(starter.path), "--trust", "--no-setup")
    assert result.exit_code == 0, result.output


def test_a_pattern_that_matches_nothing_is_refused(refuses, make_starter):
    starter = make_starter("[files]\ncopy_without_render = ['orders']", {"ordres/a.py": "x"})
    refuses(starter, "copy_without_render: 'orders' matches no file in overlay/.")


@pytest.mark.parametrize(
    ("pattern", "name"), [("*", ".env.example"), ("manage.*", "manage.py"), ("chat", "chat/")]
)
def test_a_pattern_that_matches_a_file_of_the_template_is_refused(
    refuses, make_starter, pattern, name
):
    starter = make_starter(
        f"[files]\ncopy_without_render = ['{pattern}']", {"manage.yaml": "x", "chat/x.toml": "x"}
    )
    refuses(
        starter, f"copy_without_render: '{pattern}' also matches {name}", "which is not in overlay/"
    )


@pytest.mark.parametrize("name", ["a/" * 120 + "b", "\u00e4" * 100 + "/" + "b" * 40])
def test_a_file_with_a_long_name_is_refused(refuses, make_starter, name):
    refuses(make_starter(overlay={name: "x"}), "has 241 bytes, and the limit is 240.")


def test_deep_folders_are_refused(refuses, make_starter):
    starter = make_starter()
    (starter.path / "overlay" / ("a/" * 200)).mkdir(parents=True)
    refuses(starter, "bytes, and the limit is 240.")


# Patches

PATCH = "--- a/manage.py\n+++ b/manage.py\n@@ -1 +1,2 @@\n {}\n+# ours\n"


def test_a_patch_that_no_longer_applies_names_the_file_and_the_hunk(refuses, make_starter):
    starter = make_starter(overlay={"manage.py.patch": PATCH.format("#!/usr/bin/perl")})
    refuses(
        starter,
        "overlay/manage.py.patch: hunk 1",
        "/overlay/manage.py`.",
    )


def test_the_error_for_a_patch_of_a_fetched_starter_names_its_repository(
    refuses, make_starter, repository
):
    repository.commit({"manage.py.patch": PATCH.format("#!/usr/bin/perl")})
    starter = make_starter()
    starter.path = repository.url
    refuses(
        starter,
        f"{repository.url}: overlay/manage.py.patch: hunk 1",
        "`chanscaffold starter diff overlay/manage.py`",
    )


def test_a_patch_of_a_missing_file_is_refused(refuses, make_starter):
    refuses(
        make_starter(overlay={"manag.py.patch": PATCH}),
        "there is no file manag.py; did you mean manage.py?",
    )


def test_a_patch_beside_its_file_is_refused(refuses, make_starter):
    starter = make_starter(overlay={"manage.py": "x", "manage.py.patch": PATCH})
    refuses(starter, "overlay/manage.py.patch and manage.py beside it contradict each other")


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"\xff\xfe", b"--- a\n+++ b\n", b"@@ -1 +1 @@\n"]
)
def test_an_invalid_patch_is_refused(refuses, make_starter, content):
    refuses(make_starter(overlay={"manage.py.patch": content}), "overlay/manage.py.patch: ")


def test_a_file_that_does_not_render_is_named_with_the_line(refuses, make_starter):
    starter = make_starter(overlay={"docs/a.md": "one\n{{ cookiecutter.nothing }}\n"})
    refuses(starter, "docs/a.md, line 2", code=1)


def test_a_patch_is_named_if_the_file_does_not_render_after_it(refuses, make_starter):
    starter = make_starter(
        overlay={
            "manage.py.patch": PATCH.format("#!/usr/bin/env python").replace("# ours", "{{ x }}")
        }
    )
    error = refuses(
        starter, "overlay/manage.py.patch (manage.py, line 2): 'x' is undefined", code=1
    )
    assert "copy_without_render" not in error


def test_the_child_is_named_if_its_file_replaces_one_of_the_base(refuses, make_starter):
    base = make_starter(overlay={"docs/a.md": "{{ one }}\n"}, name="base")
    error = refuses(
        make_starter("extends = '../base'\n", {"docs/a.md": "{{ two }}\n"}),
        "acme/overlay/docs/a.md",
        code=1,
    )
    assert str(base.path) not in error
    assert error.count("copy_without_render") == 1


def test_the_flag_trust_without_a_starter_is_refused(new, here, own_home):
    result = new("mysite", "--trust")
    assert (result.exit_code, "--trust is for a starter" in result.stderr) == (2, True)


def test_a_question_without_a_default_must_be_answered(refuses, make_starter):
    starter = make_starter("[questions.team]\nprompt = 'Team'\nexample = 'blue'")
    refuses(
        starter,
        "needs an answer to team (Team, for example blue): give --team blue, or --interactive.",
    )
    refuses(starter, "team requires an answer, for example blue.", flags=["--team", ""])
    refuses(starter, "team requires an answer, for example blue.", flags=["--team", " "])


def test_a_starter_toml_instead_of_its_folder_is_refused(refuses, make_starter):
    starter = make_starter()
    starter.path = starter.path / "starter.toml"
    refuses(starter, "is a file; give the starter's folder.")


def test_a_patch_of_a_removed_file_is_refused(refuses, make_starter):
    starter = make_starter("[files]\nremove = ['manage.py']", {"manage.py.patch": PATCH})
    refuses(
        starter,
        "overlay/manage.py.patch changes a file that [files] remove of",
        "removes: keep one of the two.",
    )


def test_a_misspelt_folder_is_refused_with_the_nearest(refuses, make_starter):
    refuses(make_starter("[files]\nremove = ['chatt']"), "did you mean chat?")


def test_a_file_that_is_not_utf_8_is_named(refuses, make_starter):
    starter = make_starter(
        overlay={"docs/a.md": "Caf\u00e9 of the team, with some text".encode("latin-1")}
    )
    refuses(starter, "overlay/docs/a.md (docs/a.md): it is not text in UTF-8", code=1)


def test_an_unknown_variable_is_reported_with_the_file_and_a_hint(refuses, make_starter):
    starter = make_starter(overlay={"docs/a.md": "${{ github.ref }}\n"})
    refuses(
        starter,
        "overlay/docs/a.md (docs/a.md, line 1)",
        "'github' is undefined",
        "copy_without_render",
        code=1,
    )
