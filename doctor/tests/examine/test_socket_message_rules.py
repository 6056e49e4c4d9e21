"""What the rules for the messages between pages and consumers report and ignore."""

import pytest
from support.changed_project import change, findings, write

OPEN = "const s = new WebSocket(`wss://${location.host}/ws/chat/`);\n"
CONSUMER = """\
import json

from channels.generic.websocket import AsyncJsonWebsocketConsumer, AsyncWebsocketConsumer


class ChatConsumer({base}):
    async def connect(self):
        await self.accept()

    {receive}

    {more}


class NotFoundConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()
"""
RAW = """async def receive(self, text_data=None, bytes_data=None):
        {body}"""
READS_MESSAGE = RAW.format(body='text = json.loads(text_data)["message"]')
READS_JSON = "async def receive_json(self, content, **kwargs):\n        {body}"
JSON = "AsyncJsonWebsocketConsumer"


def page(project, script):
    write(project, chat__static__chat_dot_js=OPEN + script)


def consumer(project, receive, more="", base="AsyncWebsocketConsumer"):
    text = CONSUMER.format(base=base, receive=receive, more=more)
    write(project, chat__consumers_dot_py=text)


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("const f = () => s.send({ message: input.value });", 1),
        ("const data = { a: 1 };\nconst f = () => s.send(data);", 1),
        ("const f = () => s.send(JSON.stringify({ message: input.value }));", 0),
        ("const f = () => s.send(data);", 0),
        ("const f = () => other.send({ a: 1 });", 0),
        ("s.onmessage = (e) => show(JSON.parse(e));", 1),
        ("s.onmessage = function (e) {\n  const d = JSON.parse(e);\n};", 1),
        ("s.addEventListener('message', e => { show(JSON.parse(e)); });", 1),
        ("s.onmessage = (e) => { const text = e;\nshow(JSON.parse(text)); };", 1),
        ("s.onmessage = (e) => { let text = e; text = e.data; show(JSON.parse(text)); };", 0),
        ("s.onmessage = (e) => show(JSON.parse(e.data));", 0),
        ("s.onmessage = ({ data }) => show(JSON.parse(data));", 0),
        ("document.onkeyup = (e) => show(JSON.parse(e));", 0),
    ],
)
def test_an_object_is_made_text_and_the_text_of_an_event_is_parsed(project, script, count):
    page(project, script)
    assert len(findings(project, "socket-json")) == count


@pytest.mark.parametrize(
    ("sent", "receive", "base", "count"),
    [
        ("input.value", READS_MESSAGE, "AsyncWebsocketConsumer", 1),
        ("input.value.trim()", READS_MESSAGE, "AsyncWebsocketConsumer", 1),
        ('"hello"', READS_MESSAGE, "AsyncWebsocketConsumer", 1),
        ('"hello"', READS_JSON.format(body="pass"), JSON, 1),
        ('"hello"', "", JSON, 1),
        ("'[1]'", READS_MESSAGE, "AsyncWebsocketConsumer", 0),
        ("text", READS_MESSAGE, "AsyncWebsocketConsumer", 0),
        ('"hello"', RAW.format(body="await self.send(text_data)"), "AsyncWebsocketConsumer", 0),
        (
            '"ping"',
            RAW.format(
                body='if text_data == "ping":\n            return\n        json.loads(text_data)'
            ),
            "AsyncWebsocketConsumer",
            0,
        ),
        (
            '"hello"',
            RAW.format(
                body="try:\n            json.loads(text_data)\n"
                "        except ValueError:\n            pass"
            ),
            "AsyncWebsocketConsumer",
            0,
        ),
    ],
)
def test_plain_text_for_a_consumer_of_json_is_reported(project, sent, receive, base, count):
    page(project, f"const f = () => s.send({sent});")
    consumer(project, receive, base=base)
    assert len(findings(project, "socket-json")) == count


RECORDER = "recorder.ondataavailable = {};"
BYTES = RAW.format(body="self.save(json.loads(text_data or bytes_data))")


@pytest.mark.parametrize(
    ("script", "receive", "base", "count"),
    [
        (RECORDER.format("(e) => { s.send(e.data); }"), "", JSON, 1),
        (RECORDER.format("e => { if (e.data.size) s.send(e.data); }"), "", JSON, 1),
        (RECORDER.format("({ data }) => s.send(data)"), "", JSON, 1),
        ("recorder.addEventListener('dataavailable', (e) => s.send(e.data));", "", JSON, 1),
        ("canvas.toBlob((image) => s.send(image));", "", JSON, 1),
        ("const f = () => s.send(new Uint8Array([1, 2]));", "", JSON, 1),
        ("const f = async () => s.send(await file.arrayBuffer());", "", JSON, 1),
        (RECORDER.format("(e) => { s.send(e.data); }"), READS_MESSAGE, "AsyncWebsocketConsumer", 1),
        (RECORDER.format("(e) => { s.send(e.data); }"), BYTES, "AsyncWebsocketConsumer", 0),
        (RECORDER.format("(e) => { s.send(e.data); }"), RAW.format(body="pass"), JSON, 0),
        (RECORDER.format("(e) => { s.send(JSON.stringify(e.data)); }"), "", JSON, 0),
        (
            RECORDER.format("(e) => { parts.push(e.data); }") + "\nf = (e) => s.send(e.data);",
            "",
            JSON,
            0,
        ),
        ("worker.onmessage = (e) => { s.send(e.data); };", "", JSON, 0),
        ("const f = () => s.send(new Uint8Array([1, 2]).join());", "", JSON, 0),
    ],
)
def test_binary_data_for_a_consumer_of_json_is_reported(project, script, receive, base, count):
    page(project, script)
    consumer(project, receive, base=base)
    assert len(findings(project, "socket-json")) == count


SENDS = 'async def tell(self):\n        await self.send(json.dumps({"message": "x", "at": 1}))'


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("const data = e.data; log.append(data.message);", 1),
        ("log.append(e.data.message);", 1),
        ("const data = e.data; log.append(data.length);", 0),
        ("const data = e.data; log.append(data.other);", 0),
        ("const data = e.data; const m = JSON.parse(data); log.append(m.message);", 0),
        ("let data = e.data; data = decode(data); log.append(data.message);", 0),
        ("const data = JSON.parse(e.data); log.append(data.message);", 0),
    ],
)
def test_a_page_parses_the_text_before_it_reads_a_key(project, body, count):
    page(project, f"s.onmessage = (e) => {{ {body} }};")
    consumer(project, "", SENDS)
    assert len(findings(project, "socket-json")) == count


CHOICES = (
    "if content.get('kind') == 'a':\n            pass\n        elif content.get('kind') == 'b':"
)
GUARD = "if content.get('kind') != 'a':\n            {}\n            return\n        await self.a()"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (GUARD.format("await self.send_json({})"), 1),
        (GUARD.format("await self.save(content)"), 0),
        (GUARD.replace("!=", "==").format("await self.a()"), 0),
        (GUARD.format("pass").replace("'kind'", "'kind', 'a'"), 0),
        (f"{CHOICES}\n            pass", 1),
        (f"{CHOICES}\n            pass\n        else:\n            pass", 0),
        (f"{CHOICES}\n            pass\n        await self.save(content)", 0),
        (f"await self.save(content)\n        {CHOICES}\n            pass", 0),
        (CHOICES.replace("elif content.get('kind')", "elif content.get('text')") + " pass", 0),
        (
            f"kind = content.get('kind')\n        {CHOICES}\n            pass".replace(
                "if content.get('kind')", "if kind"
            ),
            1,
        ),
    ],
)
def test_a_page_sends_the_key_by_which_the_consumer_chooses(project, body, count):
    page(project, "const f = () => s.send(JSON.stringify({ type: 'a', text: x }));")
    consumer(project, READS_JSON.format(body=body), base=JSON)
    assert len(findings(project, "socket-key")) == count


IGNORES = "text = {}\n        if {}:\n            return\n        await self.say(text)"
GETS = "content.get('text')"


@pytest.mark.parametrize(
    ("sent", "body", "count"),
    [
        ("{ message: x }", IGNORES.format(GETS, "not text"), 1),
        ("{ message: x }", IGNORES.format(GETS, "not text or len(text) > 9"), 1),
        ("{ message: x }", IGNORES.format(f"{GETS}.strip()", "not text"), 1),
        ("{ message: x }", IGNORES.format("str(content.get('text', '')).strip()", "not text"), 1),
        ("{ message: x }", IGNORES.format(f"str({GETS})", "not text"), 0),
        ("{ message: x }", IGNORES.format("content.get('text', 'x')", "not text"), 0),
        ("{ message: x }", IGNORES.format(GETS, "text"), 0),
        ("{ message: x }", IGNORES.format(GETS, "not text and content"), 0),
        ("{ message: x }", f"text = {GETS}\n        if text:\n            await self.say(text)", 1),
        ("{ message: x }", f"if {GETS}:\n            await self.say(content)", 1),
        ("{ message: x }", f"if {GETS}:\n            a()\n        await self.say(content)", 0),
        ("{ message: x }", f"log(content)\n        {IGNORES.format(GETS, 'not text')}", 0),
        ("{ message: x }", IGNORES.format(f"{GETS}\n        text = text or 'x'", "not text"), 0),
        ("{ text: x }", IGNORES.format(GETS, "not text"), 0),
        ("{ type: 'ping' }", IGNORES.format(GETS, "not text"), 0),
        ("{ ...message }", IGNORES.format(GETS, "not text"), 0),
    ],
)
def test_a_message_without_a_key_that_is_needed_is_reported(project, sent, body, count):
    page(project, f"const f = () => s.send(JSON.stringify({sent}));")
    consumer(project, READS_JSON.format(body=body), base=JSON)
    assert len(findings(project, "socket-key")) == count


@pytest.mark.parametrize(
    ("sent", "receive", "count"),
    [
        ("{ text: x }", READS_MESSAGE, 1),
        ("{ text }", READS_MESSAGE, 1),
        ("{ 'text': x, 'time': y }", READS_MESSAGE, 1),
        ("{ 'message': x }", READS_MESSAGE, 0),
        ("{ message, time }", READS_MESSAGE, 0),
        ("{ ...data }", READS_MESSAGE, 0),
        ("{ [key]: x }", READS_MESSAGE, 0),
        ("data", READS_MESSAGE, 0),
        ("{ text: x }", RAW.format(body='x = json.loads(text_data).get("message")'), 0),
        (
            "{ text: x }",
            RAW.format(
                body='d = json.loads(text_data)\n        if d["kind"] == "m":\n'
                '            m = d["message"]'
            ),
            1,
        ),
        (
            "{ kind: 'x' }",
            RAW.format(
                body='d = json.loads(text_data)\n        if d["kind"] == "m":\n'
                '            m = d["message"]'
            ),
            0,
        ),
    ],
)
def test_a_page_sends_the_keys_that_the_consumer_always_reads(project, sent, receive, count):
    page(project, f"const f = () => s.send(JSON.stringify({sent}));")
    consumer(project, receive)
    assert len(findings(project, "socket-key")) == count


@pytest.mark.parametrize(
    ("body", "more", "count"),
    [
        ("log.append(data.text);", SENDS, 1),
        ("log.append(data.text.trim());", SENDS, 1),
        ("log.append(data.message);", SENDS, 0),
        ("if (data.error) { log.append(data.error); }", SENDS, 0),
        ("log.append(data.text ?? '');", SENDS, 0),
        ("log.append(data.message ?? data.text);", SENDS, 0),
        ("log.append(data.at ? data.message : data.text);", SENDS, 0),
        ("data.seen = true;", SENDS, 0),
        ("log.append(data.toString());", SENDS, 0),
        ("log.append(data.text);", SENDS.replace('"at": 1', "**self.more()"), 0),
        ("log.append(data.text);", SENDS.replace('{"message": "x", "at": 1}', "self.event"), 0),
        ("log.append(data.text);", f"{SENDS}\n        await other(self)", 0),
        ("log.append(data.text);", f"{SENDS}\n        await stream(self.send)", 0),
        ("log.append(data.text);", f"{SENDS}\n        tell = partial(self.send, close=True)", 0),
        ("if (data.kind === 'late') { log.append(data.text); }", SENDS, 0),
        ("if (data.kind === 'x') { log.append(data.text); }", SENDS, 1),
        ("if (data.kind === 'late') { log.clear(); } log.append(data.text);", SENDS, 1),
        ("switch (data.kind) { case 'late': log.append(data.text); }", SENDS, 0),
        ("log.append(data.text);", "", 0),
    ],
)
def test_a_page_reads_the_keys_that_the_consumer_sends(project, body, more, count):
    page(project, f"s.onmessage = (e) => {{ const data = JSON.parse(e.data); {body} }};")
    consumer(project, "", more)
    assert len(findings(project, "socket-key")) == count


def test_the_same_key_is_one_finding(project):
    send = "s.send(JSON.stringify({ text: x }));"
    page(project, f"const f = () => {send}\nconst g = () => {send}")
    consumer(project, READS_MESSAGE)
    (finding,) = findings(project, "socket-key")
    assert "The same holds for line" in finding["message"]


@pytest.mark.parametrize(("statements", "count"), [(1, 1), (200, 0)])
def test_what_a_bundler_has_made_is_not_read(project, statements, count):
    page(
        project,
        f"s.onmessage=(e)=>{{const data=JSON.parse(e.data);{statements * 'f(data.text);'}}};",
    )
    consumer(project, "", SENDS)
    assert bool(findings(project, "socket-key")) == bool(count)


@pytest.mark.parametrize("part", [".body", "?.body", "['body']", " .body"])
def test_the_keys_of_a_part_of_the_message_are_not_its_own(project, part):
    parsed = f"const data = JSON.parse(e.data){part};"
    page(project, f"s.onmessage = (e) => {{ {parsed} log.append(data.text); }};")
    consumer(project, "", SENDS)
    assert findings(project, "socket-key") == []


def test_two_routes_that_may_match_are_not_compared(project):
    page(project, "const f = () => s.send(JSON.stringify({ text: x }));")
    consumer(project, READS_MESSAGE)
    assert len(findings(project, "socket-key")) == 1
    change(
        project,
        "config/routing.py",
        'path("ws/chat/", ',
        'path("ws/<slug:x>/", ChatConsumer.as_asgi()),\n    path("ws/chat/", ',
    )
    assert findings(project, "socket-key") == []


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("s.send('x');", 1),
        ("s.onclose = retry;\ns.send('x');", 1),
        ("s.onopen = () => { s.send('x'); };", 0),
        ("s.onopen = () =>\n  s.send('x');", 0),
        ("button.onclick = function () { s.send('x'); };", 0),
        ("await opened(s);\ns.send('x');", 0),
        ("if (s.readyState === 1) { }\ns.send('x');", 0),
        ("setTimeout(() => s.send('x'), 100);", 0),
        ("function say(x) {\n  s.send(x);\n}\nsay('x');", 1),
        ("const say = (x) => s.send(x);\nsay('x');", 1),
        ("function say(x) { log(x); s.send(x); }\nsay('x');", 1),
        ("function say(x) { s.send(x); }\ns.onopen = () => say('x');", 0),
        ("function say(x) { s.send(x); }\nbutton.onclick = () => { say('x'); };", 0),
        ("function say(x) { if (ready) s.send(x); }\nsay('x');", 0),
        ("function say(x) { if (!ready) { return; } s.send(x); }\nsay('x');", 0),
        ("function say(x) { s.onopen = () => { s.send(x); }; }\nsay('x');", 0),
        ("function say(x) { other.send(x); }\nsay('x');", 0),
    ],
)
def test_a_page_waits_until_its_socket_is_open(project, script, count):
    page(project, script)
    assert len(findings(project, "socket-early")) == count


CLASS = """class Room {
  constructor() {
    this.socket = new WebSocket(`wss://${location.host}/ws/chat/`);
    %s
  }
  join(name) {
    this.socket.send(name);
  }
}
"""


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("this.join('x');", 1),
        ("this.socket.onopen = () => this.join('x');", 0),
        ("this.field.join('x');", 0),
    ],
)
def test_a_method_of_the_page_waits_until_its_socket_is_open(project, line, count):
    write(project, chat__static__chat_dot_js=CLASS % line)
    assert len(findings(project, "socket-early")) == count


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("function leave() { s.close(404); }", 1),
        ("const GONE = 410;\nfunction leave() { s.close(GONE, 'gone'); }", 1),
        ("function leave() { s.close(1001); }", 1),
        ("function leave() { s.close(1000); }", 0),
        ("function leave() { s.close(4404); }", 0),
        ("function leave() { s.close(); }", 0),
        ("function leave() { s.close(code); }", 0),
        ("function leave() { panel.close(404); }", 0),
    ],
)
def test_a_page_closes_its_socket_with_a_code_that_browsers_accept(project, script, count):
    page(project, script)
    assert len(findings(project, "close-code-invalid")) == count


@pytest.mark.parametrize(
    ("script", "fix"),
    [
        ("s.close(404);", "-s.close(404);\n+s.close(4404);"),
        ("const GONE = 404;\ns.close(GONE);", "Use 4404."),
    ],
)
def test_the_fix_of_a_page_changes_a_literal_code(project, script, fix):
    page(project, f"function leave() {{\n{script}\n}}")
    (finding,) = findings(project, "close-code-invalid")
    assert finding["fix"] == fix


SCRIPT = "const url = `wss://${location.host}/ws/chat/`;\n"


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("const s = new WebSocket(url, { headers: { Authorization: t } });", 1),
        ("const options = { headers: {} };\nconst s = new WebSocket(url, options);", 1),
        ("const s = new WebSocket(url, ['chat']);", 0),
        ("const s = new WebSocket(url, protocols);", 0),
        ("const s = new ReconnectingWebSocket(url, { a: 1 });", 0),
        ("const WebSocket = require('ws');\nconst s = new WebSocket(url, { headers: {} });", 0),
        ("import { WebSocket } from 'undici';\nnew WebSocket(url, { headers: {} });", 0),
        ("import WebSocket from './socket';\nnew WebSocket(url, { retries: 3 });", 0),
        ("import x from './x';\nnew WebSocket(url, { retries: 3 });", 1),
        ("class WebSocket extends Own {}\nnew WebSocket(url, { retries: 3 });", 0),
        ("new WebSocket(url, { headers: { Authorization: Bun.env.TOKEN } });", 0),
        ("const token = process.argv[2];\nnew WebSocket(url, { headers: { token } });", 0),
    ],
)
def test_the_second_argument_of_a_socket_is_no_object(project, script, count):
    write(project, chat__static__chat_dot_js=SCRIPT + script)
    assert len(findings(project, "socket-options")) == count


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("function f() { show(); }\ns.onclose = f();", 1),
        ("const f = () => { if (a) return; show(); };\ns.onopen = f();", 1),
        ("function f() { return () => show(); }\ns.onclose = f();", 0),
        ("function f() { show(); }\ns.onclose = f;", 0),
        ("const f = () => () => show();\ns.onclose = f();", 0),
        ("s.onclose = f();", 0),
    ],
)
def test_a_handler_is_set_and_not_called(project, script, count):
    page(project, script)
    assert len(findings(project, "socket-handler")) == count


def test_the_assigned_handler_receives_the_event(project):
    page(project, "function show(event) { log(event.data); }\ns.onmessage = show();")
    (finding,) = findings(project, "socket-handler")
    assert finding["fix"] == "-s.onmessage = show();\n+s.onmessage = show;"


@pytest.mark.parametrize(
    ("script", "fixes"),
    [
        ("s.onMessage = (e) => show(e);", ["-s.onMessage"]),
        ("s.onClose = function () { show(); };", ["-s.onClose"]),
        ("s.onmessage = (e) => show(e);", []),
        ("s.onMessage = show;\ns.onmessage = (e) => s.onMessage(e);", []),
        ("s.onReady = show;", []),
    ],
)
def test_the_names_of_handlers_are_lowercase(project, script, fixes):
    page(project, script)
    found = [each["fix"] for each in findings(project, "socket-handler")]
    assert [each.partition(" =")[0] for each in found] == fixes
    assert all(f"+s.{fix[3:].lower()} =" in each for fix, each in zip(fixes, found, strict=True))


RECONNECTS = """function open() {
  const s = new WebSocket(`wss://${location.host}/ws/chat/`);
  s.onclose = () => setTimeout(%s, 2000);
}
open();
"""


@pytest.mark.parametrize(
    ("function", "count"), [("open()", 1), ("open", 0), ("() => open()", 0), ("other()", 0)]
)
def test_the_next_socket_waits_for_its_timer(project, function, count):
    write(project, chat__static__chat_dot_js=RECONNECTS % function)
    found = findings(project, "socket-handler")
    assert len(found) == count
    assert all("+s.onclose = () => setTimeout(open, 2000);" in each["fix"] for each in found)


FILLED = "const a = 'wss://{{host}}/ws/';\nnew WebSocket(a.replace('{{host}}', location.host));"
BRACED = 'const room = "{{ room.pk }}";\nconst s = new WebSocket("wss://a/ws/" + room + "/");'


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({"chat__static__chat_dot_js": BRACED}, 1),
        ({"chat__static__chat_dot_js": 'new WebSocket("wss://a/ws/{{ room }}/")'}, 1),
        ({"chat__templates__chat_dot_html": f"<script>{BRACED}</script>"}, 0),
        ({"chat__templates__chat_dot_js": BRACED}, 0),
        (
            {
                "chat__static__chat_dot_js": BRACED,
                "chat__templates__a_dot_html": '{% include "chat.js" %}',
            },
            0,
        ),
        ({"chat__static__chat_dot_js": FILLED}, 0),
        ({"chat__static__chat_dot_js": BRACED, "chat__views_dot_py": "SCRIPT = 'chat.js'\n"}, 0),
        ({"chat__static__chat_dot_js": BRACED, "staticfiles__chat_dot_js": BRACED}, 1),
        ({"chat__static__chat_dot_js": 'const a = "{{ x }}";\nnew WebSocket("wss://a/ws/")'}, 0),
    ],
)
def test_a_static_script_has_no_template_variable(project, files, count):
    write(project, **files)
    assert len(findings(project, "socket-braces")) == count


def test_an_address_with_braces_has_one_finding_and_the_symptom_of_the_browser(project):
    script = BRACED.replace("wss://a/ws/", 'wss://" + location.host + "/ws/rooms/')
    write(project, chat__static__chat_dot_js=script)
    (finding,) = findings(project, "socket-braces")
    assert "%7B%7B%20room.pk%20%7D%7D" in finding["symptom"]
    assert findings(project, "socket-address") == []
    write(project, chat__static__chat_dot_js=script.replace("{{ room.pk }}", "a"))
    assert len(findings(project, "socket-address")) == 1


SHOW = "s.onmessage = (e) => show(JSON.parse(e.data));\nfunction show(data) {{ {} }}"


@pytest.mark.parametrize(
    ("script", "count"),
    [
        (SHOW.format("log.append(data.text);"), 1),
        (SHOW.format("log.append(data.message);"), 0),
        (SHOW.format("if (data.kind === 'late') {{ log.append(data.text); }}"), 0),
        (SHOW.format("log.append(data.text);") + "\nshow({ text: 'x' });", 0),
        (SHOW.format("log.append(data.text);") + "\nother.onmessage = show;", 0),
        (SHOW.format("log.append(data.text);").replace("(data)", "(data, where)"), 0),
        ("s.onmessage = (e) => show(JSON.parse(e.data));", 0),
        ("s.onmessage = (e) => show(JSON.parse(e.data).part);\nfunction show(d) { f(d.text); }", 0),
        ("s.onmessage = (e) => show(JSON.parse(e.data));\nconst show = (d) => { f(d.text); }", 1),
    ],
)
def test_a_function_that_only_the_handler_calls_reads_the_message(project, script, count):
    page(project, script)
    consumer(project, "", SENDS)
    found = findings(project, "socket-key")
    assert len(found) == count
    assert all(
        each["line"] == len(script[: script.index("text")].splitlines()) + 1 for each in found
    )


STATE = "{}async def state(self):\n        {}\n\n    "
SPREAD = SENDS.replace('"at": 1', "**await self.state()")


@pytest.mark.parametrize(
    ("state", "sends", "count"),
    [
        (STATE.format("", 'return {"at": 1}'), SPREAD, 1),
        (STATE.format("", 'return {"text": 1}'), SPREAD, 0),
        (STATE.format("@database_sync_to_async\n    ", 'return {"at": 1}'), SPREAD, 1),
        (STATE.format("@other\n    ", 'return {"at": 1}'), SPREAD, 0),
        (STATE.format("", "return load()"), SPREAD, 0),
        (STATE.format("", 'return {"at": 1, **load()}'), SPREAD, 0),
        (STATE.format("", 'return {"at": 1, **{"seen": 2}}'), SPREAD, 1),
        (STATE.format("", "if self.x:\n            return {}\n        return load()"), SPREAD, 0),
        (STATE.format("", "pass"), SPREAD, 0),
        ("", SPREAD, 0),
    ],
)
def test_the_keys_that_a_method_returns_are_sent(project, state, sends, count):
    page(project, SHOW.format("log.append(data.text);"))
    consumer(project, "", state + sends)
    name = "chat/consumers.py"
    change(
        project,
        name,
        "import json\n",
        "import json\n\nfrom channels.db import database_sync_to_async\n",
    )
    assert len(findings(project, "socket-key")) == count
