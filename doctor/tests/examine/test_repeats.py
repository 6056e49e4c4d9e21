"""Findings of one cause are shown once, with the other places."""

import pytest
from support.changed_project import write
from support.sample_projects import RULES

from channels_doctor.examine.main import find_reached_faults
from channels_doctor.examine.project import Project

HEAD = """
import json
import time
from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.layers import get_channel_layer
from django.utils.translation import gettext_lazy as _


"""
CASES = {
    "disconnect-attribute": """
class First(AsyncWebsocketConsumer):
    async def connect(self):
        if self.scope["user"].is_anonymous:
            await self.close()
            return
        self.group = "first"
        await self.accept()

    async def disconnect(self, code):
        print(self.group)


class Second(First):
    async def disconnect(self, code):
        print("gone", self.group)
""",
    "orm-in-async": """
from django.db import connection


class Counting(AsyncWebsocketConsumer):
    async def connect(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        await self.accept()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 2")
""",
    "close-code-invalid": """
class Closing(AsyncWebsocketConsumer):
    async def connect(self):
        await self.accept()

    async def receive(self, text_data):
        await self.channel_layer.group_send("room", {"type": "leave"})
        await self.close(code=5000)

    async def leave(self, event):
        await self.close(code=5000)
""",
    "json-value": """
class Texts(WebsocketConsumer):
    def receive(self, text_data):
        self.send(json.dumps({"text": _("first")}))
        self.send(json.dumps({"text": _("second")}))
""",
    "method-arguments": """
class One(AsyncWebsocketConsumer):
    async def disconnect(self):
        pass


class Two(AsyncWebsocketConsumer):
    async def disconnect(self):
        pass
""",
    "blocking-in-async": """
class Cached(AsyncWebsocketConsumer):
    async def connect(self):
        time.sleep(1)
        await self.accept()

    async def receive(self, text_data):
        time.sleep(2)
""",
    "event-key": """
class Rooms(AsyncWebsocketConsumer):
    groups = ["rooms"]

    async def told(self, event):
        await self.send(event["text"] + event["by"])


def notify():
    layer = get_channel_layer()
    async_to_sync(layer.group_send)("rooms", {"type": "told", "text": "a", "by": "b"})
    async_to_sync(layer.group_send)("rooms", {"type": "told"})
    async_to_sync(layer.group_send)("rooms", {"type": "told", "name": "c"})
""",
    "group-not-joined": """
class Rooms(AsyncWebsocketConsumer):
    groups = ["rooms"]

    async def told(self, event):
        await self.send("told")


def notify():
    async_to_sync(get_channel_layer().group_send)("others", {"type": "told"})


def remind():
    async_to_sync(get_channel_layer().group_send)("others", {"type": "told"})
""",
    "handler-missing": """
class Rooms(AsyncWebsocketConsumer):
    groups = ["rooms"]


def notify():
    async_to_sync(get_channel_layer().group_send)("rooms", {"type": "gone"})


def remind():
    async_to_sync(get_channel_layer().group_send)("rooms", {"type": "gone"})
""",
}
NAMES = ["First", "Second", "Counting", "Closing", "Texts", "One", "Two", "Cached", "Rooms"]


@pytest.mark.parametrize("rule", CASES)
def test_one_cause_in_several_places_is_one_finding(project, rule):
    consumers = project / "chat/consumers.py"
    text = consumers.read_text() + HEAD + CASES[rule]
    names = [each for each in NAMES if f"class {each}(" in text]
    names += [each for each in ("notify", "remind") if f"def {each}(" in text]
    consumers.write_text(f"{text}\nUSED = [{', '.join(names)}]\n")
    (finding,) = find_reached_faults(Project(str(project)), [RULES[rule]])
    assert " The same holds for line" in finding["message"]
    assert "cause" not in finding


def test_keys_that_a_message_lacks_are_one_finding(project):
    write(project, chat__more_dot_py=HEAD + CASES["event-key"])
    consumers = project / "chat/consumers.py"
    used = "\nfrom chat.more import Rooms, notify\nUSED = [Rooms, notify]\n"
    consumers.write_text(consumers.read_text() + used)
    (finding,) = find_reached_faults(Project(str(project)), [RULES["event-key"]])
    assert 'no "text" and no "by"' in finding["message"]
    assert finding["fix"] == '"text": …, "by": …'


def test_different_causes_stay_apart(project):
    text = CASES["handler-missing"].replace('"gone"}', '"lost"}', 1)
    consumers = project / "chat/consumers.py"
    consumers.write_text(f"{consumers.read_text()}{HEAD}{text}\nUSED = [notify, remind, Rooms]\n")
    assert len(list(find_reached_faults(Project(str(project)), [RULES["handler-missing"]]))) == 2
