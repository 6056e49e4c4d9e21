"""The schemas accept what the library accepts, and refuse what it refuses."""

import json
from typing import Annotated

import jsonschema
import msgspec
import pytest
from django.core.exceptions import ImproperlyConfigured
from msgspec import Meta

from channels_realtime.contract.schemas import describe_types, to_draft_7, to_ecmascript
from channels_realtime.messages import Message, encode
from support import hostile_messages as hostile


class Move(Message, tag="move"):
    """A message with limits."""

    to: tuple[int, Annotated[str, Meta(max_length=3)]]
    shape: hostile.Circle | hostile.Square
    point: hostile.Point
    tree: hostile.Tree
    text: Annotated[str, Meta(pattern=r"^\w+\Z")] = "x"


@pytest.fixture(scope="module")
def validator():
    _, schemas = describe_types([Move, hostile.Words])
    document = {"components": {"schemas": schemas}, "$ref": "#/components/schemas/Move"}
    jsonschema.Draft7Validator.check_schema(document)
    return jsonschema.Draft7Validator(document)


VALID = {
    "type": "move",
    "to": [1, "abc"],
    "shape": {"type": "square", "side": 2.5},
    "point": [1, 2],
    "tree": {"value": 1, "branches": [{"value": 2, "branches": []}]},
}
CHANGES = [
    *({}, {"text": "word"}, {"point": [1, 2, "name"]}, {"shape": {"type": "circle", "radius": 1}}),
    *({"type": "other"}, {"unknown": 1}, {"to": [1]}, {"to": [1, "abc", 2]}, {"to": [1, "long"]}),
    *({"to": ["1", "abc"]}, {"shape": {"type": "circle", "side": 1}}, {"shape": {"type": "x"}}),
    *({"point": [1]}, {"tree": {"value": 1, "branches": [{}]}}, {"text": "two words"}),
    {"tree": None},
]


@pytest.mark.parametrize("change", CHANGES, ids=json.dumps)
def test_a_frame_is_valid_if_the_library_accepts_it(validator, change):
    frame = VALID | change
    try:
        msgspec.convert(frame, Move)
        is_accepted = True
    except msgspec.ValidationError:
        is_accepted = False
    assert validator.is_valid(frame) == is_accepted
    assert is_accepted == (CHANGES.index(change) < 4)


def test_what_the_library_sends_is_valid(validator):
    tree = hostile.Tree(1, [hostile.Tree(2)])
    message = Move((1, "abc"), hostile.Circle(1), hostile.Point(1, 2), tree)
    validator.validate(json.loads(encode(message)))


def test_fields_and_values_with_the_names_of_keywords_are_kept():
    fields = {"prefixItems": {"type": "string"}, "discriminator": {}, "$ref": {}}
    default = {"prefixItems": [1], "discriminator": 1, "$ref": "x", "a": 1}
    schema = {"type": "object", "properties": fields, "default": default, "enum": [default]}
    assert to_draft_7(schema) == schema


def test_the_discriminator_of_openapi_is_left_out():
    union = {"anyOf": [{"$ref": "#/a"}, {"$ref": "#/b"}]}
    assert to_draft_7(union | {"discriminator": {"propertyName": "type"}}) == union


def test_what_stands_beside_a_reference_is_not_lost():
    schema = {"$ref": "#/x", "default": 1}
    assert to_draft_7(schema) == {"allOf": [{"$ref": "#/x"}], "default": 1}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\A(?P<x>a)\Z", "^(?<x>a)$"),
        (r"a\\Z", r"a\\Z"),
        (r"\\\Z", r"\\$"),
        (r"\(?P<x>", r"\(?P<x>"),
        (r"^(?=[^\0]*\Z)\s*\S", r"^(?=[^\0]*$)\s*\S"),
    ],
)
def test_patterns_are_written_for_other_languages(pattern, expected):
    assert to_ecmascript(pattern) == expected


class Custom:
    """What JSON cannot represent."""


class Strange(Message, tag="strange"):
    field: Custom


def test_a_type_that_json_cannot_represent_is_refused_with_the_message_that_has_it():
    with pytest.raises(ImproperlyConfigured, match=r"Strange has a field .*Custom.* Give the"):
        describe_types([Move, Strange])
