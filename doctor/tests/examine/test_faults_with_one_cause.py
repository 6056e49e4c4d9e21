"""One cause has one finding, whose fix suits all its places."""

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import RULES

from channels_doctor.examine.main import find_reached_faults
from channels_doctor.examine.project import Project

HEAD = """
import json
from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from chat.models import Room
"""
MODELS = "from django.db import models\n\n\nclass Room(models.Model):\n    pass\n"
TELL = """

def tell(pk):
    {query}
    async_to_sync(get_channel_layer().group_send)("rooms", {{"type": "told"}})


class Rooms(AsyncWebsocketConsumer):
    groups = ["rooms"]

    async def receive(self, text_data):
        tell(1)
        tell(2)

    async def told(self, event):
        await self.send("told")
"""
NAMED = """

class {name}(AsyncWebsocketConsumer):
    async def connect(self):
        user = self.scope["user"]
        await self.channel_layer.group_add(f"{kind}_{{user.username}}", self.channel_name)
        await self.accept()
"""
CHOSEN = """

class Calls(AsyncWebsocketConsumer):
    groups = ["calls"]

    async def receive(self, text_data):
        await self.channel_layer.group_send("calls", json.loads(text_data))

    async def offer(self, event):
        await self.send(json.dumps(event))
"""
ANSWER = """
    async def answer(self, event):
        await self.send(json.dumps(event))
"""


def with_consumers(project, text):
    write(project, chat__more_dot_py=HEAD + text, chat__models_dot_py=MODELS)


def test_a_function_that_is_called_again_is_one_finding(project):
    with_consumers(project, TELL.format(query="pass"))
    (finding,) = findings(project, "async-to-sync-in-async")
    assert "also in line 19" in finding["message"]


def test_what_queries_and_sends_is_moved_to_a_thread_once(project):
    with_consumers(project, TELL.format(query="Room.objects.get(pk=pk)"))
    assert findings(project, "async-to-sync-in-async") == []
    (finding,) = findings(project, "orm-in-async")
    assert "also in line" in finding["message"]


def test_a_query_that_django_allows_leaves_the_other_finding(project):
    with_consumers(project, TELL.format(query="Room.objects.get(pk=pk)"))
    write(project, requirements_dot_txt="Django==2.2\n")
    assert len(findings(project, "async-to-sync-in-async")) == 1


def test_names_of_users_in_groups_are_one_finding(project):
    text = NAMED.format(name="News", kind="news") + NAMED.format(name="Calls", kind="calls")
    with_consumers(project, text)
    (finding,) = findings(project, "group-name-raw")
    assert "(also in chat/more.py:19)" in finding["message"]
    assert "user.pk" in finding["fix"]
    assert "prefix that no other group has" in finding["fix"]


@pytest.mark.parametrize(
    ("more", "fix"),
    [
        ("", '{**json.loads(text_data), "type": "offer"}'),
        (ANSWER, 'when the type is none of "offer", "answer".'),
    ],
)
def test_the_types_that_a_client_may_choose_stay(project, more, fix):
    with_consumers(project, CHOSEN + more)
    (finding,) = findings(project, "group-send-splat")
    assert fix in finding["fix"]


def test_the_types_for_another_channel_are_not_those_of_the_sender(project):
    sent = 'self.channel_layer.group_send("calls", json.loads(text_data))'
    other = 'self.channel_layer.send("worker", json.loads(text_data))'
    with_consumers(project, CHOSEN.replace(sent, other) + ANSWER)
    (finding,) = findings(project, "group-send-splat")
    assert "offer" not in finding["fix"]
    assert "a client may send to this channel" in finding["fix"]


def test_a_message_that_nothing_receives_needs_no_handler(project):
    sent = TELL.format(query="pass").replace('"told"}', '"gone"}')
    with_consumers(project, sent)
    assert len(findings(project, "handler-missing")) == 1
    with_consumers(project, sent.replace('group_send)("rooms"', 'group_send)("others"'))
    assert findings(project, "handler-missing") == []
    assert len(findings(project, "group-not-joined")) == 1


def test_a_message_where_nobody_joins_a_group_needs_no_handler(project):
    joined = 'await self.channel_layer.group_add("chat", self.channel_name)'
    change(project, "chat/consumers.py", joined, "pass")
    sent = TELL.format(query="pass").replace('"told"}', '"gone"}')
    with_consumers(project, sent.replace('groups = ["rooms"]', "groups = []"))
    assert findings(project, "handler-missing") == []
    assert any(each["path"] == "chat/more.py" for each in findings(project, "group-not-joined"))


def test_a_function_that_nothing_calls_is_dead_below_a_folder_apps(project):
    fault = "import time\n\n\nasync def _pause():\n    time.sleep(1)\n"
    write(project, apps__pages__late_dot_py=fault)
    consumers = project / "chat/consumers.py"
    consumers.write_text(consumers.read_text() + "\nfrom apps.pages.late import _pause\n")
    rules = [RULES["blocking-in-async"]]
    assert list(find_reached_faults(Project(str(project)), rules)) == []
    consumers.write_text(consumers.read_text() + "\npauses = [_pause]\n")
    assert len(list(find_reached_faults(Project(str(project)), rules))) == 1


RETURNS = """

class {name}(AsyncWebsocketConsumer):
    async def connect(self):
        if self.scope["user"].is_anonymous:
            return
        await self.accept()
"""


def test_consumers_that_refuse_nobody_by_the_same_line_are_one_finding(project):
    with_consumers(project, RETURNS.format(name="News") + RETURNS.format(name="Calls"))
    (finding,) = findings(project, "accept-missing")
    assert "(so does that of `Calls`)" in finding["message"]


def test_a_handler_of_the_other_kind_is_one_finding_with_its_calls(project):
    told = "\n    def told(self, event):\n        self.send(json.dumps(event))\n"
    consumers = project / "chat/consumers.py"
    tell = TELL[: TELL.index("\n    async def told")].format(query="pass") + told
    consumers.write_text(f"{consumers.read_text()}{HEAD}{tell}\nUSED = [Rooms, tell]\n")
    assert findings(project, "await-missing") == []
    (finding,) = findings(project, "method-kind")
    assert "+await self.send(json.dumps(event))" in finding["fix"]


def test_two_rules_with_one_fix_of_several_lines_are_one_finding(project):
    rules = [RULES["method-kind"], RULES["await-missing"]]
    method = "    def connect(self):\n        self.accept()\n"
    own = f"class ChatConsumer(AsyncWebsocketConsumer):\n{method}"
    write(project, chat__consumers_dot_py=f"{HEAD}\n\n{own}")
    (finding,) = find_reached_faults(Project(str(project)), rules)
    assert finding["rule"] == "method-kind"
