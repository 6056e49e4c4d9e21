"""A template's cookiecutter.json: which values the command can use."""

import json

import pytest
from support.paths import ROOT

from chanscaffold.schema import SHAPES, InvalidSchema, read_schema


@pytest.fixture
def read(tmp_path, schema):
    """Return a function that reads the template's cookiecutter.json with changed keys."""

    def read(**changes):
        path = tmp_path / "cookiecutter.json"
        path.write_text(json.dumps({**schema, **changes}))
        return read_schema(str(path))

    return read


def test_the_template_of_this_repository_is_valid(schema):
    assert read_schema(str(ROOT / "cookiecutter.json")) == schema


def test_every_shape_is_of_a_key_of_the_template(schema):
    assert SHAPES.keys() <= schema.keys()


WRONG = [None, 7.5, True, [None], {"x": None}]


@pytest.mark.parametrize(
    ("key", "value"),
    [(key, value) for key in SHAPES for value in WRONG if SHAPES[key] is not type(value)],
)
def test_a_private_key_of_another_type_is_named(read, key, value):
    with pytest.raises(InvalidSchema, match=f"^{key} "):
        read(**{key: value})


@pytest.mark.parametrize("value", [7, None, [], {}, [7, "x"]])
def test_an_option_is_a_text_true_false_or_a_list_of_texts(read, value):
    with pytest.raises(InvalidSchema, match="^option layer is not a text, true, false or a list"):
        read(layer=value)


def test_a_pattern_is_a_regular_expression(read):
    with pytest.raises(InvalidSchema, match="^_slug_pattern is not a regular expression"):
        read(_slug_pattern="(")


@pytest.mark.parametrize("text", ["", "[]", "7", '{"x": 1}', "[" * 100_000])
def test_a_file_that_is_not_a_template_s_is_refused(tmp_path, text):
    (tmp_path / "cookiecutter.json").write_text(text)
    with pytest.raises(InvalidSchema, match="^cookiecutter.json (cannot be read|has no)"):
        read_schema(str(tmp_path / "cookiecutter.json"))
