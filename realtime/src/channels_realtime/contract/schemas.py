"""The JSON Schema of messages, in the draft that AsyncAPI uses."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from django.core.exceptions import ImproperlyConfigured

from channels_realtime.contract.declarations import MessageType

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"


def describe_types(
    types: Sequence[MessageType],
) -> tuple[dict[MessageType, str], dict[str, Schema]]:
    """Return the name of each type, and the schemas of these and of all types in them by name.

    Raise ImproperlyConfigured for a type that JSON cannot represent.
    """
    for each in types:
        try:
            msgspec.json.schema(each)
        except TypeError as error:
            reason = str(error).splitlines()[-1]
            raise ImproperlyConfigured(
                f"{each.__name__} has a field that JSON Schema cannot describe: {reason}. Give the "
                "field another type, or a Meta(extra_json_schema=...)."
            ) from None
    references, schemas = msgspec.json.schema_components(types, ref_template=REFERENCE)
    names = [reference_name(reference["$ref"]) for reference in references]
    return (
        dict(zip(types, names, strict=True)),
        {name: to_draft_7(schemas[name]) for name in sorted(schemas)},
    )


def reference_name(reference: str) -> str:
    """Return the name of the schema to which a reference leads."""
    return reference.rpartition("/")[2]


def to_draft_7(schema: Any) -> Any:
    """Return a schema of msgspec, which is of draft 2020-12, as a schema of draft 7.

    OpenAPI's discriminator is left out: each message's "type" has one value.
    """
    if not isinstance(schema, dict):
        return schema
    result = {
        keyword: CONVERSIONS.get(keyword, lambda value: value)(value)
        for keyword, value in schema.items()
        if keyword != "discriminator"
    }
    if "prefixItems" in result:  # maxItems says whether others may follow
        result["items"] = result.pop("prefixItems")
    if "$ref" in result and len(result) > 1:  # what stands beside a reference is ignored
        result = {"allOf": [{"$ref": result.pop("$ref")}], **result}
    return result


def _convert_list(schemas: list[Any]) -> list[Any]:
    return [to_draft_7(each) for each in schemas]


def _convert_values(schemas: dict[str, Any]) -> dict[str, Any]:
    return {name: to_draft_7(each) for name, each in schemas.items()}


def to_ecmascript(pattern: str) -> str:
    """Return a regular expression of Python in the syntax of JSON Schema."""
    replacements = {r"\A": "^", r"\Z": "$", r"\z": "$", "(?P<": "(?<"}
    return re.sub(r"\\.|\(\?P<", lambda found: replacements.get(found[0], found[0]), pattern)


# The keywords whose values contain schemas or regular expressions. All other values stay as they
# are, such as a default value that looks like a schema.
CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "additionalProperties": to_draft_7,
    "allOf": _convert_list,
    "anyOf": _convert_list,
    "items": to_draft_7,
    "pattern": to_ecmascript,
    "prefixItems": _convert_list,
    "properties": _convert_values,
    "propertyNames": to_draft_7,
}
