"""The example starters from folders, from repositories, and exported."""

import ast
import shutil
import subprocess
import tomllib

import pytest
from support.starter_folders import EXAMPLES, cook, digest, export, make_site

from chanscaffold.starters.apply import apply_starters
from chanscaffold.starters.loader import load_starters
from chanscaffold.template import load_template

NAMES = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
each_example = pytest.mark.parametrize("name", NAMES)


def git(*arguments, cwd):
    identity = (
        "-c",
        "user.name=Ours",
        "-c",
        "user.email=ours@localhost",
        "-c",
        "init.defaultBranch=main",
    )
    result = subprocess.run(
        ["git", *identity, *arguments], cwd=cwd, capture_output=True, text=True, check=True
    )
    return result.stdout.strip()


@pytest.fixture
def publish(tmp_path, own_home):
    """Return a function that publishes an example at a tag, and returns its address."""

    def publish(name):
        folder, bare = tmp_path / "work" / name, tmp_path / "bare" / f"{name}.git"
        shutil.copytree(EXAMPLES / name, folder)
        toml = folder / "starter.toml"
        text = toml.read_text()
        if 'extends = "../orders"' in text:
            toml.write_text(text.replace('"../orders"', f'"{publish("orders")}"'))
        git("init", "--quiet", cwd=folder)
        git("add", "--all", cwd=folder)
        git("commit", "--quiet", "--message", "Begin", cwd=folder)
        git("tag", "v1", cwd=folder)
        git("clone", "--quiet", "--bare", ".", str(bare), cwd=folder)
        return f"file://{bare}@v1"

    return publish


def load_with(source):
    """Return the template with a starter."""
    template = load_template()
    return apply_starters(template, load_starters(str(source), template.schema["_version"]))


def examples_answers(source):
    """Return the examples that a starter gives for its own questions, by option."""
    questions = load_with(source).schema["_questions"]
    return {key: question["example"] for key, question in questions.items() if question["example"]}


def flags_of(answers):
    return [
        word for key, value in answers.items() for word in (f"--{key.replace('_', '-')}", value)
    ]


def test_there_are_three_kinds(own_home):
    version = load_template().schema["_version"]
    starters = {name: load_starters(str(EXAMPLES / name), version) for name in NAMES}
    overlays = {name: chain[-1].overlay for name, chain in starters.items()}
    assert [name for name in NAMES if not overlays[name]] == ["acme"]
    assert any(name.endswith("consumers.py") for name in overlays["orders"])
    assert any(name.endswith(".patch") for name in overlays["orders"])
    assert [starter.manifest.name for starter in starters["shop"]] == ["orders", "shop"]


@each_example
def test_the_tests_of_examples_use_only_the_test_tools_of_the_library(name):
    for path in EXAMPLES.glob(f"{name}/overlay/**/test*.py"):
        tree = ast.walk(ast.parse(path.read_text()))
        nodes = [node for node in tree if isinstance(node, ast.Import | ast.ImportFrom)]
        names = [getattr(node, "module", None) or node.names[0].name for node in nodes]
        library = [
            each for each in names if each.split(".")[0] in ("channels", "channels_realtime")
        ]
        assert [
            each for each in library if not each.startswith("channels_realtime.testing")
        ] == [], path


@each_example
def test_an_example_at_a_tag_is_recorded_with_its_commit(publish, here, tmp_path, name):
    address = publish(name)
    answers = examples_answers(address)
    project = make_site(address, here, *flags_of(answers))
    recorded = tomllib.loads((project / ".chanscaffold.toml").read_text())
    commits = {
        name: git("rev-parse", "v1", cwd=tmp_path / "work" / name)
        for name in NAMES
        if (tmp_path / "work" / name).exists()
    }
    assert {starter["name"]: starter["commit"] for starter in recorded["starters"]} == commits
    assert str(tmp_path) not in (project / ".chanscaffold.toml").read_text()


@each_example
def test_an_example_at_a_tag_makes_what_its_folder_makes(publish, here, name):
    address = publish(name)
    flags = flags_of(examples_answers(address))
    fetched = digest(make_site(address, here, *flags))
    (here / "site").rename(here / "first")
    folder = digest(make_site(EXAMPLES / name, here, *flags))
    assert fetched.pop(".chanscaffold.toml") != folder.pop(".chanscaffold.toml")
    assert fetched == folder


@each_example
def test_an_exported_example_renders_the_same_bytes_with_plain_cookiecutter(
    publish, here, own_home, name
):
    address = publish(name)
    answers = examples_answers(address)
    ours = make_site(address, here, *flags_of(answers))
    template = export(address, here / "template")
    plain = [f"{key}={value}" for key, value in answers.items()]
    result = cook(template, here / "plain", own_home, "project_name=Site", *plain)
    assert result.returncode == 0, result.stderr
    assert digest(here / "plain" / "site") == digest(ours)


def test_an_example_needs_no_network_once_its_commit_is_in_the_cache(publish, here, tmp_path):
    address = publish("acme")
    make_site(address, here, "--cost-center", "1234")
    (here / "site").rename(here / "first")
    commit = git("rev-parse", "v1", cwd=tmp_path / "work" / "acme")
    shutil.rmtree(tmp_path / "bare")
    again = make_site(address.replace("@v1", f"@{commit}"), here, "--cost-center", "1234")
    assert digest(again) == digest(here / "first")
