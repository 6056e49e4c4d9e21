"""The order in which Python looks for the methods of a consumer and of its mixins."""

import pytest
from support.chat_project import report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

RULE = "mixin-order"
CONNECT = "async def connect(self):\n        await self.close()"
CLASSES = """
class Members:
    {method}
class Base(AsyncWebsocketConsumer):
    pass
class Greeting(Base):
    async def connect(self):
        await self.accept()
class Child(Members, Base):
    pass
class Chat({bases}):
    {own}
"""


@pytest.mark.parametrize(
    ("bases", "method", "own", "count"),
    [
        ("AsyncWebsocketConsumer, Members", CONNECT, "pass", 1),
        ("Base, Members", CONNECT, "pass", 1),
        ("Unknown, Base, Members", CONNECT, "pass", 1),
        ("Base, Members", CONNECT, "async def connect(self):\n        super().connect()", 1),
        ("AsyncJsonWebsocketConsumer, Members", "def send_json(self): log(self)", "pass", 1),
        ("AsyncWebsocketConsumer, Members", "def send_json(self): log(self)", "pass", 0),
        ("AsyncWebsocketConsumer, Members", "async def greet(self): log(self)", "pass", 0),
        ("Members, AsyncWebsocketConsumer", CONNECT, "pass", 0),
        ("Child, Members", CONNECT, "pass", 0),
        ("Greeting, Members", CONNECT, "pass", 0),
        ("Base, Members", CONNECT, "async def connect(self):\n        await self.accept()", 0),
        ("Base, Members", CONNECT, "def connect(self):\n        return Members.connect(self)", 0),
        ("Base, Members", "async def connect(self): pass", "pass", 0),
        ("Base, Members", "def connect(self):\n        raise NotImplementedError", "pass", 0),
        ("Base, Members", f"@abstractmethod\n    {CONNECT}", "pass", 0),
        ("Base, Unknown", CONNECT, "pass", 0),
    ],
)
def test_a_mixin_behind_the_class_of_channels_is_reported(tmp_path, bases, method, own, count):
    text = CLASSES.format(bases=bases, method=method, own=own)
    assert len(report(tmp_path, RULE, text)) == count


def test_a_mixin_of_another_package_may_be_a_consumer(tmp_path):
    text = CLASSES.format(bases="Base, Members", method=CONNECT, own="pass")
    assert report(tmp_path, RULE, text.replace("class Members", "class Members(Unknown)")) == []


@pytest.mark.parametrize(
    ("bases", "fix"),
    [
        ("Base, Members", "-class Chat(Base, Members):\n+class Chat(Members, Base):"),
        (
            "P, Base, Members, k=M",
            "-class Chat(P, Base, Members, k=M):\n+class Chat(P, Members, Base, k=M):",
        ),
        ("\n    Base,\n    Members,\n", "Write the bases in this order: Members, Base."),
    ],
)
def test_the_fix_puts_the_mixin_before_the_class_of_channels(tmp_path, bases, fix):
    report(tmp_path, RULE, CLASSES.format(bases=bases, method=CONNECT, own="pass"))
    [found] = RULES[RULE].check(Project(str(tmp_path)))
    assert found.fix == fix
