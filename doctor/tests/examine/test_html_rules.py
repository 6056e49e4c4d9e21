"""Pages that insert the text of other clients as HTML."""

import pytest
from support.changed_project import change, findings, write

RULE = "message-as-html"
OPEN = "const s = new WebSocket(`wss://${location.host}/ws/chat/`);\n"
PARSE = "  const data = JSON.parse(e.data);\n"
CONSUMER = """\
import json

from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils.html import escape

from .models import Message


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add("chat", self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard("chat", self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        message = json.loads(text_data)["message"]
        user = self.scope["user"].username
        event = {"type": "chat.message", "message": message, "user": user}
        await self.channel_layer.group_send("chat", event)

    async def chat_message(self, event):
        message = event["message"]
        await self.send(text_data=json.dumps({"message": message, "user": event["user"]}))


class NotFoundConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()
"""
EVENT = '"message": message, "user": user}'
SENT = '{"message": message, "user": event["user"]}'


@pytest.fixture
def chat(project):
    """Return a project whose consumer relays `message` as it came, and `user` of its own."""
    write(project, chat__consumers_dot_py=CONSUMER)
    return project


def page(project, code, before=PARSE, more=""):
    script = f"{OPEN}s.onmessage = (e) => {{\n{before}  {code}\n}};\n{more}"
    write(project, chat__static__chat_dot_js=script)


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("list.innerHTML += `<li>${data.message}</li>`;", 1),
        ("list.innerHTML = list.innerHTML + '<li>' + data['message'] + '</li>';", 1),
        ("list.outerHTML = data.message;", 1),
        ("list.insertAdjacentHTML('beforeend', `<li>${data.message}</li>`);", 1),
        ("$('#list').append('<li>' + data.message + '</li>');", 1),
        ("$('#list').html(data.message);", 1),
        ("const item = `<li>${data.message}</li>`;\n  list.innerHTML += item;", 1),
        ("const text = data.message;\n  list.innerHTML += text;", 1),
        ("list.innerHTML += `<li>${data.user}</li>`;", 0),
        ("list.innerHTML += `<li>${escapeHTML(data.message)}</li>`;", 0),
        ("list.innerHTML = '<li></li>';\n  list.textContent = data.message;", 0),
        ("list.append(data.message);", 0),
        ("$('#typing').hide()\n  list.append(data.message)", 0),
        ("$('#list')\n    .append(data.message)", 1),
        ("const $list = document.querySelector('ul');\n  $list.append(data.message);", 0),
        ("data.message = clean(data.message);\n  list.innerHTML = data.message;", 0),
        ("for (const key in data) data[key] = f(data[key]);\n  list.innerHTML = data.message;", 0),
        ("sanitize(data);\n  list.innerHTML = data.message;", 0),
        ("if (!/^a+$/.test(data.message)) return;\n  list.innerHTML = data.message;", 0),
        ("if (list.innerHTML == data.message) return;", 0),
        ("let text = data.message;\n  text = clean(text);\n  list.innerHTML += text;", 0),
    ],
)
def test_the_text_of_another_client_in_html_is_reported(chat, code, count):
    page(chat, code)
    assert len(findings(chat, RULE)) == count


def test_the_places_of_one_script_are_one_finding(chat):
    page(chat, "a.innerHTML = data.message;\n  b.innerHTML = data.message;")
    (finding,) = findings(chat, RULE)
    assert finding["message"].endswith("The same holds for line 5.")


@pytest.mark.parametrize(
    ("call", "function", "count"),
    [
        ("show(data)", "function show(m) { list.innerHTML += `<p>${m.message}</p>`; }", 1),
        ("show(data.message)", "const show = (text) => { list.innerHTML = text; };", 1),
        ("show(data.user, data.message)", "function show(u, m) { list.innerHTML = m; }", 1),
        ("show(data.user, data.message)", "function show(u, m) { list.innerHTML = u; }", 0),
        ("show(data.message)", "function show(text) { list.textContent = text; }", 0),
        ("show(data)", "function add(m) { list.innerHTML = m.message; }", 0),
    ],
)
def test_functions_of_the_script_are_followed(chat, call, function, count):
    page(chat, f"{call};", more=function)
    assert len(findings(chat, RULE)) == count


def test_a_handler_may_take_the_text_out_of_its_event(chat):
    code = "s.onmessage = ({ data }) => { list.innerHTML = JSON.parse(data).message; };"
    named = (
        "s.onmessage = ({ data }) => { const m = JSON.parse(data);\nlist.innerHTML = m.message; };"
    )
    for script, count in ((named, 1), (code, 0)):
        write(chat, chat__static__chat_dot_js=OPEN + script)
        assert len(findings(chat, RULE)) == count


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [
        (EVENT, '"message": escape(message), "user": user}', 0),
        (EVENT, '"message": len(message), "user": user}', 0),
        (EVENT, '"message": "hello", "user": user}', 0),
        (SENT, "event", 1),
        (SENT, '{"message": escape(message)}', 0),
        (SENT, '{"text": message, "message": "new"}', 0),
        ("group_send", "group_sent", 0),
    ],
)
def test_what_the_consumer_changes_is_not_reported(chat, old, new, count):
    change(chat, "chat/consumers.py", old, new)
    page(chat, "list.innerHTML += data.message;")
    assert len(findings(chat, RULE)) == count


@pytest.mark.parametrize(
    ("value", "count"), [("record.text", 1), ("record.id", 0), ("record.user", 0), ("self.text", 0)]
)
def test_a_stored_text_is_followed_through_the_record_and_an_own_method(chat, value, count):
    stored = "self.as_event(await Message.objects.acreate(text=message, user=user))"
    change(chat, "chat/consumers.py", EVENT, f'"message": {stored}}}')
    change(chat, "chat/consumers.py", f"json.dumps({SENT})", "json.dumps(message)")
    method = f"def as_event(self, record):\n        return {{'text': {value}}}\n\n    async def"
    change(chat, "chat/consumers.py", "async def disconnect", f"{method} disconnect")
    page(chat, "list.innerHTML += data.text;")
    assert len(findings(chat, RULE)) == count


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        ("list.innerHTML = data.message;", "list.textContent = data.message;"),
        ("$('#list').html(data.message);", "$('#list').text(data.message);"),
        ("list.innerHTML = `<li>${data.message}</li>`;", "`document.createElement()`"),
    ],
)
def test_the_fix_inserts_a_text(chat, code, fix):
    page(chat, code)
    [finding] = findings(chat, RULE)
    assert fix in finding["fix"]


def test_a_demo_is_not_reported(chat):
    page(chat, "list.innerHTML = data.message;")
    write(chat, README_dot_md="# Chat demo\n\nThis is a demo of Channels.\n")
    assert findings(chat, RULE) == []


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("message not in {'up', 'down'}", 0),
        ("'<' in message", 0),
        ("not isinstance(message, int)", 0),
        ("not re.fullmatch(r'a+', message)", 0),
        ("len(message) > 500", 1),
        ("not message.strip()", 1),
        ("user in BLOCKED", 1),
    ],
)
def test_a_text_that_the_consumer_tests_is_not_reported(chat, condition, count):
    event = "        event = {"
    change(
        chat, "chat/consumers.py", event, f"        if {condition}:\n            return\n{event}"
    )
    page(chat, "list.innerHTML = data.message;")
    assert len(findings(chat, RULE)) == count


def test_a_policy_may_forbid_such_scripts(chat):
    page(chat, "list.innerHTML = data.message;")
    change(chat, "config/settings.py", "INSTALLED_APPS =", "SECURE_CSP = {}\nINSTALLED_APPS =")
    assert findings(chat, RULE) == []
