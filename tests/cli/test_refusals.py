"""Refusals and failures of `new`: one sentence, an exit code, and no files."""

import os
import shlex
import shutil
import subprocess
import sys

import pytest

PROJECT = "{{cookiecutter.project_slug}}"


@pytest.fixture
def refuses(new, here, standin, snapshot):
    """Assert that a command line is refused with one sentence, and writes nothing."""

    def check(message, *arguments, code=2, **settings):
        before = snapshot(here.parent), snapshot(standin)
        result = new(*arguments, **settings)
        errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
        assert result.exit_code == code, result.output
        assert len(errors) == 1
        assert result.stderr.splitlines()[-1] == errors[0]
        assert message in errors[0]
        assert "Traceback" not in result.output
        assert (snapshot(here.parent), snapshot(standin)) == before
        return errors[0]

    return check


# The destination


@pytest.mark.parametrize(
    ("path", "proposal"),
    [
        ("My Site", "my-site"),
        ("sub/My Site", "sub/my-site"),
        ("MySite", "mysite"),
        ("-x-", "x"),
        ("2048-game", "game"),
        ("a--b", "a-b"),
        ("caf\u00e9", "cafe"),
        ("x" * 51, "x" * 50),
    ],
)
def test_a_bad_slug_is_refused_with_a_command_that_works(refuses, path, proposal):
    refuses(
        "must be at most 50 lower-case letters and digits, start with a letter",
        "--",
        path,
    )
    assert refuses("", "--", path).endswith(f" Try: chanscaffold new {proposal}")


def test_a_slug_without_letters_is_refused_without_a_proposal(refuses):
    assert "Try" not in refuses("the last part of PATH, '2048' must be", "2048")


def test_reserved_names_are_refused(refuses, schema):
    for name in schema["_reserved_names"]:
        if "." not in name:
            refuses("is reserved", name.lower())


@pytest.mark.parametrize("path", [".", "..", "/", "", "sub/..", "sub/.", "./", "../"])
def test_a_path_without_a_name_is_refused(refuses, here, path):
    (here / "sub").mkdir()
    refuses("does not end with the name of a new folder", path)


def test_an_existing_destination_is_refused(refuses, here):
    (here / "empty").mkdir()
    (here / "full").mkdir()
    (here / "full" / "file").write_text("mine")
    (here / "file").write_text("mine")
    (here / "dangling").symlink_to("nowhere")
    (here / "link").symlink_to("full")
    for name in ("empty", "full", "file", "dangling", "link", "empty/", "link/"):
        refuses(f"{here / name} exists already", name)


@pytest.mark.parametrize("parent", ["nowhere", "file", "nowhere/deeper"])
def test_a_missing_parent_is_refused(refuses, here, parent):
    (here / "file").write_text("")
    refuses(f"There is no folder {here / parent}", f"{parent}/mysite")


@pytest.mark.parametrize("mark", [".chanscaffold.toml", "manage.py"])
@pytest.mark.parametrize("path", ["mysite", "deep/er/mysite"])
def test_a_destination_inside_a_project_is_refused(refuses, here, mark, path):
    (here / mark).write_text("")
    (here / path).parent.mkdir(parents=True, exist_ok=True)
    refuses(f"{here.resolve()} is a project (it has {mark})", path)


def test_a_destination_inside_a_project_is_refused_behind_a_link(refuses, here):
    (here / "project" / "sub").mkdir(parents=True)
    (here / "project" / "manage.py").write_text("")
    (here / "link").symlink_to("project/sub")
    refuses("is a project", "link/mysite")


@pytest.mark.parametrize("folder", ["{{ cookiecutter }}", "{% raw %}", "{#", "a\nb", "a\rb"])
def test_a_folder_that_cookiecutter_would_render_is_refused(refuses, here, folder):
    (here / folder).mkdir()
    refuses("contains template code or a control character", f"{folder}/mysite")


# Flags and answers


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--layr", "redis"], "No such option"),
        (["--project-slug", "x"], "No such option"),
        (["--layer", "rabbit"], "'rabbit' is not one of 'memory', 'redis'"),
        (["--layer"], "requires an argument"),
        (["--docker=yes"], "does not take a value"),
        (["other"], "unexpected extra argument"),
        (["--project-name", "{{ 7*7 }}"], "project_name '{{ 7*7 }}' contains '{{'"),
        (["--project-name", "{% raw %}"], "project_name '{% raw %}' contains '{%'"),
        (["--project-name", "{# x"], "contains '{#'"),
        (["--project-name", "x #% y"], "contains '#%'"),
        (["--project-name", 'My "Site"'], "must be 1 to 60 letters"),
        (["--project-name", "It's"], "must be 1 to 60 letters"),
        (["--project-name", "a\tb"], r"project_name 'a\tb' must be"),
        (["--project-name", "a\x1b[31mb"], r"project_name 'a\x1b[31mb' must be"),
        (["--project-name", ""], "project_name '' must be"),
        (["--superuser", "{{ x }}"], "superusers '{{ x }}' contains '{{'"),
        (["--superuser", "bob", "--superuser", "Bob"], "superusers: 'Bob' occurs twice"),
        (["--superuser", "a b"], "superusers: 'a b' is not a valid username"),
        (["--superuser", "a", "--superuser", ""], "superusers: '' is not a valid username"),
        (
            ["--python", "nowhere"],
            (
                "--python 'nowhere' is not a Python interpreter: "
                "give a version such as 3.12, or a path."
            ),
        ),
        (["--python", "3.99"], "Python 3.99 is not installed here"),
        (["--python", "/bin/true"], "is not a Python interpreter"),
        (["--python", "/bin/sh"], "is not a Python interpreter"),
        (["--run", "--no-setup"], "--run starts the project that set-up makes"),
    ],
)
def test_a_bad_flag_is_refused(refuses, flags, message):
    refuses(message, "mysite", *flags)


def test_a_missing_path_is_refused(refuses):
    refuses("Missing argument 'PATH'")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("layr = 'redis'", "there is no option 'layr'; did you mean layer?"),
        ("project-name = 'x'", "there is no option 'project-name'; did you mean project_name?"),
        ("superuser = ['x']", "there is no option 'superuser'; did you mean superusers?"),
        ("qqq = 1", "there is no option 'qqq'; the options are project_name, django,"),
        ("project_slug = 'x'", "project_slug is not an option here: it is the last part of PATH"),
        ("_version = '1'", "there is no option '_version'"),
        ("layer = 'rabbit'", "team.toml: layer 'rabbit' must be one of memory, redis"),
        ("django = 5", "django '5' must be one of 5.2, 6.1"),
        ("docker = 'yes'", "docker 'yes' must be true or false"),
        ("docker = 1", "docker '1' must be true or false"),
        ("project_name = '{{ 7*7 }}'", "project_name '{{ 7*7 }}' contains '{{'"),
        ("project_name = 'a\"b'", "must be 1 to 60 letters"),
        ('project_name = "a\\u0000b"', "must be 1 to 60 letters"),
        ("superusers = ['a', 'A']", "superusers: 'A' occurs twice"),
        ("[layer]\nx = 1", "layer must be a text, a number, true, false or a list of these"),
        ("layer = 2026-11-22", "layer must be a text"),
        ("layer = ", "is not valid TOML"),
        ("layer = 'memory'\nlayer = 'redis'", "is not valid TOML"),
        ("\xff", "is not valid TOML"),
    ],
)
def test_a_bad_answers_file_is_refused(refuses, here, text, message):
    (here / "team.toml").write_bytes(text.encode("latin-1"))
    refuses(message, "mysite", "--answers-file", "team.toml")


def test_a_missing_answers_file_is_refused(refuses, here):
    refuses(
        "The answers file team.toml cannot be read: No such file",
        "mysite",
        "--answers-file",
        "team.toml",
    )
    refuses("is a directory", "mysite", "--answers-file", ".")


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="needs a Python that is too old for Django 6.1"
)
def test_a_python_too_old_for_django_is_refused_with_both_remedies(refuses):
    message = "Django 6.1 requires Python 3.12 or newer, but this is Python 3.11"
    error = refuses(message, "mysite", "--django", "6.1")
    assert error.endswith("give another with --python 3.12, or choose django 5.2.")
    refuses(message, "mysite", "--django", "6.1", "--no-setup", "--python", sys.executable)


def test_an_invalid_answer_to_a_prompt_is_refused_at_once(new, here):
    result = new("mysite", "--interactive", input="{{ 7*7 }}\n")
    assert "Error: project_name '{{ 7*7 }}' contains '{{'" in result.stderr
    assert list(here.iterdir()) == []


# The template


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (".", None, "is not a chanscaffold template: it has no cookiecutter.json"),
        ("cookiecutter.json", None, "it has no cookiecutter.json"),
        ("cookiecutter.json", b"{", "cookiecutter.json cannot be read"),
        ("cookiecutter.json", b"\xff", "cookiecutter.json cannot be read: 'utf-8'"),
        ("cookiecutter.json", b"[]", "cookiecutter.json has no project_slug"),
        ("cookiecutter.json", b'{"project_slug": "x"}', "cookiecutter.json has no _name_pattern"),
        ("cookiecutter.json", b'{"project_slug": "x", "a": {}}', "option a is not a text"),
        ("cookiecutter.json", b'{"project_slug": "x", "b": []}', "option b is not a text"),
        (PROJECT, None, f"it has no {PROJECT}"),
        ("hooks/pre_gen_project.py", None, "it has no hooks/pre_gen_project.py"),
        ("hooks/pre_gen_project.py", b"x =", "has no rules (invalid syntax"),
        ("hooks/pre_gen_project.py", b"", "has no rules (module"),
    ],
)
def test_an_invalid_template_is_refused(new, standin, here, name, content, message):
    if content is not None:
        (standin / name).write_bytes(content)
    elif (standin / name).is_dir():
        shutil.rmtree(standin / name)
    else:
        (standin / name).unlink()
    result = new("mysite")
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert list(here.iterdir()) == []


def test_an_option_with_the_name_of_a_flag_is_refused(refuses, standin):
    path = standin / "cookiecutter.json"
    path.write_text(path.read_text().replace('"layer": [', '"python": "x", "layer": ['))
    refuses("The option python has the name of a flag", "mysite")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("broken.txt", "one\n{% if %}\n", "broken.txt, line 2: "),
        ("broken.txt", "one\n{{ nothing.here }}\n", "broken.txt, line 2: 'nothing' is undefined"),
        ("sub/broken.txt", "{{ cookiecutter.nothing }}", "sub/broken.txt, line 1: "),
        ("broken.txt", "{{ 1 // 0 }}", "broken.txt, line 1: integer division or modulo by zero"),
        ("broken.txt", "{{ 'x' | nofilter }}", "broken.txt, line 1: No filter named 'nofilter'"),
        ("broken.txt", "#% if x", "broken.txt, line 1: "),
        ("{{ nothing }}.txt", "", "'nothing' is undefined"),
        ("{{ nothing }}/a.txt", "", "'nothing' is undefined"),
        ("{% if %}", "", "The template does not render: "),
    ],
)
def test_a_template_that_does_not_render_fails_with_the_file_and_line(
    refuses, standin, name, text, message
):
    path = standin / PROJECT / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    error = refuses(message, "mysite", code=1)
    assert error.startswith("Error: The template does not render: ")
    assert error.endswith(" Nothing was written.")


def test_a_hook_that_does_not_render_fails(refuses, standin):
    (standin / "hooks" / "post_gen_project.py").write_text("{{ nothing }}")
    refuses(
        "The template's hooks/post_gen_project.py does not render: 'nothing' is undefined",
        "mysite",
        code=1,
    )


def test_a_hook_that_cannot_prune_fails(refuses, standin):
    (standin / "hooks" / "post_gen_project.py").write_text("open('nowhere')")
    refuses(
        "post_gen hook failed: FileNotFoundError: [Errno 2] No such file or directory: 'nowhere'",
        "mysite",
        code=1,
    )


def test_verbose_shows_the_traceback_of_a_failure(new, standin):
    (standin / PROJECT / "broken.txt").write_text("{{ 1 // 0 }}")
    result = new("mysite", "-v")
    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert "ZeroDivisionError" in result.stderr


def test_an_unexpected_error_is_a_sentence(new, here, monkeypatch):
    def fail(*_):
        raise RuntimeError("the moon is full")

    monkeypatch.setattr("chanscaffold.create.render", fail)
    result = new("mysite")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: RuntimeError: the moon is full (-v shows where)\n",
    )
    assert list(here.iterdir()) == []


def test_an_unexpected_error_after_the_move_is_exit_code_3(new, here, monkeypatch):
    def fail(*_):
        raise RuntimeError("the moon is full")

    monkeypatch.setattr("chanscaffold.create.run_steps", fail)
    result = new("mysite")
    assert (result.exit_code, result.stderr) == (
        3,
        "Error: RuntimeError: the moon is full (-v shows where)\n",
    )
    assert [path.name for path in here.iterdir()] == ["mysite"]


def test_a_destination_that_appears_meanwhile_is_not_changed(new, here, monkeypatch):
    from chanscaffold import create

    def prune(hook, project):
        (here / "mysite").mkdir()

    monkeypatch.setattr(create, "prune", prune)
    result = new("mysite")
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert [path.name for path in here.iterdir()] == ["mysite"]
    assert list((here / "mysite").iterdir()) == []


# The file system


def without_override():
    """Return the command that removes root's right to read and write everything."""
    if os.geteuid() != 0:
        return []
    rights = "-dac_override,-dac_read_search"
    command = ["setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}"]
    return command if works([*command, "true"]) else None


def works(command):
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.skipif(without_override() is None, reason="root cannot give up its rights here")
def test_a_folder_without_write_permission_fails(run, here, standin):
    here.chmod(0o555)
    try:
        result = run("new", "mysite", "--template", standin, before=without_override())
    finally:
        here.chmod(0o755)
    assert result.returncode == 1
    assert (
        result.stderr
        == f"Error: Cannot make {here / 'mysite'}: Permission denied. Nothing was written.\n"
    )
    assert list(here.iterdir()) == []


@pytest.mark.skipif(without_override() is None, reason="root cannot give up its rights here")
def test_an_unreadable_template_file_is_named(run, here, standin):
    secret = standin / PROJECT / "README.md"
    secret.chmod(0)
    result = run("new", "mysite", "--template", standin, before=without_override())
    assert result.returncode == 1
    assert f"Permission denied ({secret}). Nothing was written." in result.stderr
    assert list(here.iterdir()) == []


MOUNT = ["unshare", "--map-root-user", "--mount", "sh", "-c"]


@pytest.mark.skipif(
    not works([*MOUNT, "mount -t tmpfs tmpfs /mnt"]), reason="no file system can be mounted here"
)
@pytest.mark.parametrize("size", ["16k", "64k"], ids=["while copying", "while rendering"])
def test_a_full_disk_fails(start, here, standin, size):
    (standin / PROJECT / "large.txt").write_text("x" * 30_000)
    disk = here / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size={size} tmpfs {shlex.quote(str(disk))}"
    script = f'{mount}; "$@"; code=$?; ls -A disk; exit $code'
    with start(
        "new", "disk/mysite", "--template", standin, before=[*MOUNT, script, "sh"]
    ) as process:
        listing, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert (
        stderr
        == f"Error: Cannot make {disk / 'mysite'}: No space left on device. Nothing was written.\n"
    )
    assert listing == ""


def test_a_deleted_working_directory_is_a_sentence(run, here, tmp_path, standin):
    script = 'mkdir gone; cd gone; rmdir ../gone; exec "$@"'
    result = run("new", "mysite", "--template", standin, before=["sh", "-c", script, "sh"])
    assert result.returncode in (1, 2)
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1


def test_a_current_folder_that_was_removed_is_refused(run):
    ended = run("new", "mysite", before=["/bin/sh", "-c", 'rmdir "$PWD"; exec "$@"', "sh"])
    assert ended.returncode == 2
    assert ended.stderr == "Error: The current folder does not exist any more: go to another one.\n"
