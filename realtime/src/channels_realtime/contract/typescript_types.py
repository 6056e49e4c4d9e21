"""JSON Schemas as types of TypeScript."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from channels_realtime.contract.schemas import Schema, reference_name

# Names that TypeScript refuses for a type.
KEYWORDS = {
    "any", "await", "bigint", "boolean", "break", "case", "catch", "class", "const", "continue",
    "debugger", "default", "delete", "do", "else", "enum", "export", "extends", "false", "finally",
    "for", "function", "if", "implements", "import", "in", "instanceof", "interface", "let",
    "never", "new", "null", "number", "object", "package", "private", "protected", "public",
    "return", "static", "string", "super", "switch", "symbol", "this", "throw", "true", "try",
    "typeof", "undefined", "unknown", "var", "void", "while", "with", "yield",
}  # fmt: skip
SIMPLE = {
    "boolean": "boolean", "integer": "number", "null": "null", "number": "number",
    "string": "string",
}  # fmt: skip
IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)


class TypeWriter:
    """Write the types of several schemas, which refer to each other by name."""

    def __init__(self, schemas: Mapping[str, Schema], reserved: str) -> None:
        self.schemas = schemas
        self.identifiers = choose_identifiers(schemas, {*KEYWORDS, reserved})

    def declare(self, name: str) -> str:
        """Return the declaration of a schema's type."""
        schema = self.schemas[name]
        head = comment(schema.get("description", ""))
        if "properties" not in schema:
            return f"{head}export type {self.identifiers[name]} = {self.write(schema)};\n"
        fields = [
            comment(describe_field(field), "  ")
            + f"  {property_name(key)}{'' if key in schema['required'] else '?'}: "
            + f"{self.write(field)};\n"
            for key, field in schema["properties"].items()
        ]
        return f"{head}export interface {self.identifiers[name]} {{\n{''.join(fields)}}}\n"

    def write(self, schema: Schema) -> str:
        """Return the type of a schema as an expression."""
        if "$ref" in schema:
            return self.identifiers[reference_name(schema["$ref"])]
        if "allOf" in schema:
            return " & ".join(self.write(each) for each in schema["allOf"])
        if "anyOf" in schema:
            return union(self.write(each) for each in schema["anyOf"])
        if "enum" in schema:
            return union(map(literal, schema["enum"])) or "never"
        kind = schema.get("type")
        if kind == "array":
            return self._write_array(schema)
        if kind == "object":
            return f"{{ [key: string]: {self.write(schema.get('additionalProperties', {}))} }}"
        return SIMPLE.get(str(kind), "unknown")

    def _write_array(self, schema: Schema) -> str:
        items = schema.get("items", {})
        if isinstance(items, dict):
            return f"{parenthesize(self.write(items))}[]"
        required = schema.get("minItems", 0)
        parts = [
            self.write(each) if number < required else f"{parenthesize(self.write(each))}?"
            for number, each in enumerate(items)
        ]
        if "maxItems" not in schema:
            parts.append("...unknown[]")
        return f"[{', '.join(parts)}]"


def choose_identifiers(names: Iterable[str], taken: set[str]) -> dict[str, str]:
    """Return an identifier for each name that is not taken: `Page_int_` for "Page[int]"."""
    taken, chosen = set(taken), dict[str, str]()
    for name in names:
        identifier = re.sub(r"\W", "_", name, flags=re.ASCII)
        while identifier in taken:
            identifier += "_"
        taken.add(identifier)
        chosen[name] = identifier
    return chosen


def describe_field(schema: Schema) -> str:
    """Return what a comment says about a field: its description, or how its text is written."""
    text: str = schema.get("description") or schema.get("format") or ""
    return text or schema.get("contentEncoding", "")


def property_name(name: str) -> str:
    """Return the name of a property, in quotes if it is not an identifier."""
    return name if IDENTIFIER.fullmatch(name) else literal(name)


def literal(value: Any) -> str:
    """Return a value of JSON as a literal."""
    return json.dumps(value, ensure_ascii=False)


def parenthesize(written: str) -> str:
    """Return a type in parentheses, if an operator after it would belong to a part of it."""
    return f"({written})" if re.search(r"[|&]", written) else written


def union(types: Iterable[str]) -> str:
    """Return a union of types, each once."""
    return " | ".join(dict.fromkeys(types))


def comment(text: str, indent: str = "") -> str:
    """Return a documentation comment, or nothing without a text."""
    lines = text.replace("*/", "*\\/").strip().splitlines()
    if len(lines) <= 1:
        return "".join(f"{indent}/** {line} */\n" for line in lines)
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"
