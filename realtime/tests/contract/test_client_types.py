"""The types of the browser client are those that its comments declare."""

import re
from pathlib import Path

import pytest

import channels_realtime
from support.npm import run

CLIENT = Path(channels_realtime.__file__).parent / "static" / "channels_realtime" / "client.js"
TYPES = CLIENT.with_suffix(".d.ts")
# To write client.d.ts again: tsc with these options, in the folder of client.js.
OPTIONS = (
    *("--declaration", "--emitDeclarationOnly", "--allowJs", "--checkJs", "--strict"),
    *("--target", "es2022", "--lib", "es2022,dom", "--types", "", "--pretty", "false"),
)
COMMENT = re.compile(r"^/\*\*(?:(?!\*/).)*\*/$", re.MULTILINE | re.DOTALL)
USE = """
import { connect, makeId, type Detail, type Options, type State } from "./client.js";
const options: Options = { base: new URL("https://api.example.com"), heartbeat: true };
let state: State = "open";
const handlers = { message(text: string) {}, state(to: State) { state = to; } };
const socket = connect("/ws/", handlers, options);
const isSent: boolean = socket.send("text", makeId());
"""
WRONG_USES = [
    'connect("/ws/", {});',
    'connect("/ws/", { message() {}, state() {} }, { bases: "x" });',
    "socket.send({});",
    'socket.state = "open";',
    'state = "closing";',
]


def compile_types(npm_packages, folder, *arguments):
    compiler = npm_packages / "node_modules" / ".bin" / "tsc"
    return run(compiler, *arguments, folder=folder)


def test_the_types_have_the_comments_of_what_is_exported():
    source, types = CLIENT.read_text("utf-8"), TYPES.read_text("utf-8")
    comments = [
        each[0]
        for each in COMMENT.finditer(source)
        if source.startswith("export ", each.end() + 1) or each[0].endswith("}} Options\n */")
    ]
    assert len(comments) == 3
    assert [comment for comment in comments if comment not in types] == []


@pytest.mark.slow
def test_the_types_are_those_of_the_compiler(npm_packages, tmp_path):
    (tmp_path / CLIENT.name).write_text(CLIENT.read_text("utf-8"), "utf-8")
    assert compile_types(npm_packages, tmp_path, *OPTIONS, CLIENT.name) == (0, "")
    assert (tmp_path / TYPES.name).read_text("utf-8") == TYPES.read_text("utf-8")


@pytest.mark.slow
def test_the_types_accept_a_right_use_and_refuse_a_wrong_one(npm_packages, tmp_path):
    for path in (CLIENT, TYPES):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    (tmp_path / "right.ts").write_text(USE, "utf-8")
    names = [f"wrong{number}.ts" for number in range(len(WRONG_USES))]
    for name, line in zip(names, WRONG_USES, strict=True):
        (tmp_path / name).write_text(USE + line, "utf-8")
    options = ("--strict", "--noEmit", "--target", "es2022", "--pretty", "false")
    assert compile_types(npm_packages, tmp_path, *options, "right.ts") == (0, "")
    _, output = compile_types(npm_packages, tmp_path, *options, *names)
    errors = {line.partition("(")[0] for line in output.splitlines() if ": error TS" in line}
    assert errors == {*names}, output
