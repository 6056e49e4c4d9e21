"""The contract with the tools of others: AsyncAPI's JSON Schema, the compiler of TypeScript."""

import json
import operator
import re
from functools import reduce
from io import StringIO

import jsonschema
import pytest
from django.core.management import call_command
from django.urls import path

from people.consumers import EchoConsumer
from support.hostile_messages import HostileConsumer
from support.npm import BIN, run

pytestmark = pytest.mark.slow

SCHEMA = "node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json"
IMPORTS = """
import type { Channels, Channels_, Values, Tree, Words } from "./messages";
type Sent = Channels["/ws/{room}/"]["send"];
type Received = Channels["/ws/{room}/"]["receive"];
declare const received: Received;
declare const values: Values;
"""
CORRECT = """
export const ping: Sent = { type: "ping" };
export const page: Sent = { type: "page", items: [1, 2] };
export const saved: Sent = { type: "café", id: "c0ffee" };
export const words: Words = {
  type: "a.b/c 'd' \\"e\\" */ \\u2028 ä", class: 1, $ref: 2, "with-dash": 3, "it's <a> b/c": 4,
  constructor: 5,
};
export const tree: Tree = { value: 1, branches: [{ value: 2 }], parent: null };
export const choices: Values["choice"][] = ["a", 'b"', 3, null];
export const counts: Values["counts"] = { one: 1 };
export const points: Values["point"][] = [[1, 2], [1, 2, "far", "and more"]];
export const byKey: Values["by_key"] = { a: [1, null] };
export const own: Channels_ = { type: 7 };
export const place: Values["place"] = ["here", [["there"]]];
export function read(): number | string {
  switch (received.type) {
    case "values": return received.seq;
    case "array": return received.items.length;
    case "error": return received.code;
    case 7: return received.type;
    default: return received.type;
  }
}
export const first: number = values.pair[0];
export const label: string | undefined = values.point[2];
"""
WRONG = [
    'export const sent: Sent = { type: "unknown" };',
    'export const sent: Sent = { type: "page" };',
    'export const sent: Sent = { type: "page", items: ["1"] };',
    'export const sent: Sent = { type: "ping", extra: 1 };',
    'export const sent: Sent = { type: "pong" };',
    "export const tree: Tree = {};",
    'export const colour: Values["colour"] = "blue";',
    'export const level: Values["levels"] = [3];',
    'export const counts: Values["counts"] = { one: "1" };',
    'export const point: Values["point"] = [1];',
    'export const pair: Values["pair"] = [1, "a", 2];',
    "export const text: string = values.text;",
    "export const anything: string = values.anything;",
    'export const other: Channels["/ws/other/"] = received;',
    'if (received.type === "values") console.log(received.code);',
]


@pytest.fixture
def contract(serve_routes):
    """Return what the command writes for a site with hostile messages."""
    serve_routes(path("ws/<room>/", HostileConsumer.as_asgi()), path("x/", EchoConsumer.as_asgi()))

    def write(*arguments):
        output = StringIO()
        call_command("asyncapi", *arguments, stdout=output)
        return output.getvalue()

    return write


def compile_types(folder, *files):
    """Return the exit code and the output of TypeScript's compiler."""
    compiler = folder / "node_modules" / ".bin" / "tsc"
    options = ("--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom")
    return run(compiler, *options, "--pretty", "false", *files, folder=folder)


def test_the_document_is_valid_by_the_schema_of_asyncapi(npm_packages, contract):
    schema = json.loads((npm_packages / SCHEMA).read_text("utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    document = json.loads(contract())
    assert [each.message for each in validator.iter_errors(document)] == []
    document["channels"]["ws.room"]["address"] = 1
    document["operations"]["ws.room.send"]["action"] = "publish"
    document["components"]["schemas"]["Values"]["type"] = "message"
    assert len(list(validator.iter_errors(document))) == 3


def test_every_reference_leads_to_a_part_of_the_document(contract):
    document = json.loads(contract())
    references = re.findall(r'"\$ref": "#/(.*)"', contract())
    assert len(references) > 50
    for reference in references:
        assert reduce(operator.getitem, reference.split("/"), document)


def test_every_pattern_of_the_document_is_one_of_javascript(npm_packages, contract):
    text = json.loads(contract())["components"]["schemas"]["Values"]["properties"]["text"]
    code = f"new RegExp({json.dumps(text['pattern'])}, 'u')"
    assert run(BIN / "node", "-e", code, folder=npm_packages) == (0, "")


@pytest.mark.parametrize("name", ["messages.ts", "messages.d.ts"])
def test_the_types_compile_and_accept_what_is_right(npm_packages, tmp_path, contract, name):
    (tmp_path / "node_modules").symlink_to(npm_packages / "node_modules")
    (tmp_path / name).write_text(contract("--typescript"), "utf-8")
    (tmp_path / "right.ts").write_text(IMPORTS + CORRECT, "utf-8")
    assert compile_types(tmp_path, "right.ts", name) == (0, "")


def test_each_wrong_use_of_the_types_is_an_error(npm_packages, tmp_path, contract):
    (tmp_path / "node_modules").symlink_to(npm_packages / "node_modules")
    (tmp_path / "messages.ts").write_text(contract("--typescript"), "utf-8")
    names = [f"wrong{number}.ts" for number in range(len(WRONG))]
    for name, line in zip(names, WRONG, strict=True):
        (tmp_path / name).write_text(IMPORTS + line, "utf-8")
    _, output = compile_types(tmp_path, *names)
    errors = [line.partition("(")[0] for line in output.splitlines() if ": error TS" in line]
    assert sorted(set(errors)) == sorted(names), output
