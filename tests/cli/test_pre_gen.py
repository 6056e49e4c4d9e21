"""The rules for answers, and the hook that applies them under plain Cookiecutter."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cookiecutter.exceptions import FailedHookException
from cookiecutter.main import cookiecutter
from support.paths import ROOT

HOOK = ROOT / "hooks" / "pre_gen_project.py"


@pytest.fixture
def answers(schema):
    chosen = {
        key: value[0] if isinstance(value, list) else value
        for key, value in schema.items()
        if key[0] != "_"
    }
    return {**chosen, "project_slug": "my-site"}


def test_the_defaults_are_accepted(rules, schema, answers):
    rules.check_answers(answers, schema)


@pytest.mark.parametrize(
    "name", ["My Site", "a", "Café (2), Ltd. & Co+", "Москва 24", "नमस्ते", "日本", "x" * 60]
)
def test_a_name_may_have_letters_of_any_script(rules, schema, name):
    rules.check_answer("project_name", name, schema)


@pytest.mark.parametrize(
    "name",
    ["", " ", " a", "a ", 'a"b', "a'b", "a\\b", "a\nb", "a\n", "a\tb", "a\x00", "a<b>", "x" * 61],
)
def test_a_name_has_no_quotes_control_characters_or_outer_spaces(rules, schema, name):
    with pytest.raises(rules.BadAnswer, match="^project_name .* must be 1 to 60 letters"):
        rules.check_answer("project_name", name, schema)


@pytest.mark.parametrize("slug", ["a", "mysite", "my-site", "my_site2", "a1-b2_c3", "x" * 50])
def test_a_slug_is_lower_case_words(rules, schema, slug):
    rules.check_answer("project_slug", slug, schema)


@pytest.mark.parametrize(
    ("slug", "proposal"),
    [
        ("My Site", "my-site"),
        ("MySite", "mysite"),
        ("2048-game", "game"),
        ("-x", "x"),
        ("x-", "x"),
        ("a--b", "a-b"),
        ("a-_b", "a-b"),
        ("Café", "cafe"),
        ("a/b", "a-b"),
        ("mysite\n", "mysite"),
        ("y" * 51, "y" * 50),
        ("日本", ""),
        ("", ""),
        ("2048", ""),
    ],
)
def test_an_invalid_slug_is_refused_with_a_valid_one(rules, schema, slug, proposal):
    with pytest.raises(
        rules.BadAnswer, match="^project_slug .* must be at most 50 lower-case letters"
    ) as caught:
        rules.check_answer("project_slug", slug, schema)
    assert caught.value.proposal == proposal


@pytest.mark.parametrize("slug", ["channels-redis", "channels_redis"])
def test_a_reserved_slug_is_compared_like_a_distribution_name(rules, schema, slug):
    schema = {**schema, "_reserved_names": ["Channels_Redis"]}
    with pytest.raises(rules.BadAnswer, match="is reserved") as caught:
        rules.check_answer("project_slug", slug, schema)
    assert caught.value.proposal == f"{slug.replace('_', '-')}-site"


@pytest.mark.parametrize("value", ["{{ 7*7 }}", "{% raw %}", "a {# b", "x #% y"])
def test_no_answer_holds_template_code(rules, schema, value):
    for key in ("project_name", "project_slug", "superusers", "django"):
        with pytest.raises(rules.BadAnswer, match=f"^{key} .* starts template code"):
            rules.check_answer(key, value, schema)


def test_code_markers_follow_the_template(rules, schema):
    schema = {
        **schema,
        "_jinja2_env_vars": {"variable_start_string": "<<", "line_comment_prefix": "##"},
    }
    assert rules.code_markers(schema) == ["<<", "{%", "{#", "##"]


@pytest.mark.parametrize(
    ("key", "value"), [("layer", "rabbit"), ("django", 5.2), ("ci", ["github"]), ("ci", None)]
)
def test_a_choice_is_one_of_the_choices(rules, schema, key, value):
    with pytest.raises(rules.BadAnswer, match=f"^{key} .* must be one of "):
        rules.check_answer(key, value, schema)


@pytest.mark.parametrize("value", ["true", "yes", 1, 0, None, ""])
def test_a_boolean_is_true_or_false(rules, schema, value):
    with pytest.raises(rules.BadAnswer, match="^docker .* must be true or false"):
        rules.check_answer("docker", value, schema)


@pytest.mark.parametrize("value", [None, 7, ["a"], True])
def test_a_text_option_needs_a_text(rules, schema, value):
    with pytest.raises(rules.BadAnswer, match="^superusers .* must be text"):
        rules.check_answer("superusers", value, schema)


@pytest.mark.parametrize(
    "value", ["", " ", "admin", "alice, bob ,c.d+e@f_g-h", "ülrike", "x" * 150]
)
def test_superusers_are_none_or_several(rules, schema, value):
    rules.check_answer("superusers", value, schema)


@pytest.mark.parametrize(
    "value", ["a b", "a,,b", "a,", ",", "a;b", "a/b", "a\nb", "a'b", "x" * 151, "$(id)"]
)
def test_a_superuser_is_a_username(rules, schema, value):
    with pytest.raises(rules.BadAnswer, match=r"^superusers: .* is not a valid username"):
        rules.check_answer("superusers", value, schema)


@pytest.mark.parametrize("value", ["bob,alice,bob", "bob,Bob", "bob,ｂob", "straße,STRASSE"])
def test_superusers_differ_by_more_than_case(rules, schema, value):
    with pytest.raises(rules.BadAnswer, match="occurs twice"):
        rules.check_answer("superusers", value, schema)


def test_a_long_bad_answer_is_shown_in_part(rules, schema):
    with pytest.raises(rules.BadAnswer) as caught:
        rules.check_answer("project_name", "'" * 10_000, schema)
    assert len(str(caught.value)) < 250


def test_an_old_python_is_refused_with_both_remedies(rules, schema):
    rules.check_python("6.1", (3, 12, 0), schema, "")
    message = (
        r"^Django 6.1 requires Python 3.12 or newer, but this is Python 3.11.7: "
        r"buy one, or choose django 5.2.$"
    )
    with pytest.raises(rules.BadAnswer, match=message):
        rules.check_python("6.1", (3, 11, 7), schema, "buy one")


@pytest.mark.parametrize(
    ("name", "expressions"), [("pre_gen_project.py", 2), ("post_gen_project.py", 1)]
)
def test_a_hook_contains_template_code_only_for_the_answers(name, expressions):
    text = HOOK.with_name(name).read_text(encoding="utf-8")
    assert (
        len(re.findall(r"\{\{ _?cookiecutter .*?\}\}", text))
        == text.count("{" + "{")
        == expressions
    )
    assert not any(marker in text for marker in ("{" + "%", "{" + "#", "#" + "%"))


# The hook as Cookiecutter runs it


@pytest.fixture
def bake(standin, here, tmp_path, capfd):
    """Run plain Cookiecutter on the small template, and return the errors of its hooks."""
    folders = {"replay_dir": str(tmp_path / "replay"), "cookiecutters_dir": str(tmp_path / "cache")}

    def run(settings=(), **extra):
        call = {
            "no_input": True,
            "default_config": folders,
            "extra_context": {"setup": False, **extra},
        }
        try:
            cookiecutter(str(standin), **{**call, **dict(settings)})
        except FailedHookException:
            return capfd.readouterr().err
        return None

    return run


def refusal(stderr):
    """Return the hook's own line."""
    lines = [line for line in stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1, stderr
    return lines[0]


def test_cookiecutter_accepts_the_defaults(bake, here):
    assert bake() is None
    assert (here / "my-site" / "README.md").read_text() == "# My Site\n"


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"project_slug": "My_Site"}, "project_slug 'My_Site' must be .* Try my-site."),
        ({"project_name": 'My "Site"', "project_slug": "a"}, "project_name .* must be 1 to 60"),
        ({"project_name": "{{ 7*7 }}"}, r"project_name '{{ 7\*7 }}' contains '{{'"),
        ({"project_slug": "{{ 'evil' }}"}, "project_slug .* contains '{{'"),
        ({"project_name": ["{{ 'evil' }}"]}, "project_name .* contains '{{'"),
        ({"superusers": "{% if 1 %}x{% endif %}"}, "superusers .* contains '{%'"),
        ({"superusers": "bob,Bob"}, "superusers: 'Bob' occurs twice"),
        ({"superusers": "a b"}, "superusers: 'a b' is not a valid username"),
        ({"docker": 1}, "docker '1' must be true or false"),
        ({"docker": None}, "docker None must be true or false"),
        ({"example": ["x"]}, "example 'x' must be true or false"),
    ],
)
def test_cookiecutter_refuses_and_leaves_nothing(bake, here, extra, message):
    assert re.search(message, refusal(bake(**extra)))
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(("key", "value"), [("layer", "rabbit"), ("docker", "no")])
def test_an_odd_answer_from_a_replay_file_is_refused(bake, here, tmp_path, key, value):
    assert bake() is None
    replay = next((tmp_path / "replay").iterdir())
    content = json.loads(replay.read_text())
    content["cookiecutter"].update({key: value, "project_slug": "other"})
    replay.write_text(json.dumps(content))
    stderr = bake({"replay": str(replay), "no_input": False, "extra_context": None})
    assert f"{key} {value!r} must be" in refusal(stderr)
    assert [path.name for path in here.iterdir()] == ["my-site"]


OLD_PYTHONS = [
    path for path in Path.home().glob(".pyenv/versions/3.10.*/bin/python") if path.exists()
]


@pytest.mark.parametrize(
    "python", OLD_PYTHONS or [pytest.param(None, marks=pytest.mark.skip("there is no Python 3.10"))]
)
def test_the_hook_names_the_python_that_it_needs(python, schema, answers, tmp_path):
    result = run_hook(python, schema, answers, tmp_path)
    assert result.returncode == 1
    assert re.fullmatch(
        r"Error: Django 5.2 requires Python 3.11 or newer, but this is Python 3.10.\d+: "
        r"run Cookiecutter with a newer Python.\n",
        result.stderr,
    )


def run_hook(python, schema, answers, folder):
    """Run the rendered hook with another Python, in an empty folder."""
    from cookiecutter.utils import create_env_with_context

    variables = {"cookiecutter": {**schema, **answers}, "_cookiecutter": answers}
    hook = folder / "hook.py"
    hook.write_text(
        create_env_with_context(variables).from_string(HOOK.read_text()).render(**variables)
    )
    project = folder / "project"
    project.mkdir()
    return subprocess.run([python, hook], cwd=project, capture_output=True, text=True, check=False)


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="needs a Python that is too old for Django 6.1"
)
@pytest.mark.parametrize(
    ("setup", "env", "code"),
    [(True, {}, 1), (False, {}, 0), (True, {"CHANSCAFFOLD_PYTHON": "x"}, 0)],
)
def test_the_python_matters_when_the_hook_will_use_it(
    setup, env, code, schema, answers, tmp_path, monkeypatch
):
    monkeypatch.delenv("CHANSCAFFOLD_PYTHON", raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    answers.update(django="6.1", setup=setup)
    result = run_hook(sys.executable, schema, answers, tmp_path)
    assert result.returncode == code
    assert ("Django 6.1 requires Python 3.12" in result.stderr) is bool(code)
