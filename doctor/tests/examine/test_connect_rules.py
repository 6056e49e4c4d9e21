"""What the rule for an unanswered handshake reports and ignores."""

import pytest
from support.changed_project import findings, write


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("pass", 1),
        ("await self.channel_layer.group_add('a', self.channel_name)", 1),
        ("await self.accept()", 0),
        ("await super().connect()", 0),
        ("raise DenyConnection", 0),
        ("await self.join()", 0),
        ("asyncio.create_task(join(self))", 0),
        ("if self.scope['user'].is_authenticated:\n            await self.accept()", 1),
        ("user = self.scope['user']\n        if not user: return\n        self.accept()", 0),
        ("if self.scope['user'] is None: return\n        await self.accept()", 0),
        (
            (
                "user = self.scope['user']\n        if not user.is_authenticated: return\n"
                "        await self.accept()"
            ),
            1,
        ),
    ],
)
def test_a_connect_without_an_answer_is_reported(project, body, count):
    head = (
        "from channels.generic.websocket import AsyncWebsocketConsumer as Base\n\n\n"
        "class C(Base):\n"
    )
    write(project, chat__more_dot_py=f"{head}    async def connect(self):\n        {body}\n")
    assert len(findings(project, "accept-missing")) == count


def test_the_answer_in_a_file_with_tabs_has_tabs(project):
    lines = ["class C(Base):", "\tasync def connect(self):", "\t\tif self.may_enter:"]
    head = "from channels.generic.websocket import AsyncWebsocketConsumer as Base\n"
    text = "\n".join([head, *lines, "\t\t\tawait self.accept()", ""])
    write(project, chat__more_dot_py=text)
    (finding,) = findings(project, "accept-missing")
    assert finding["fix"].splitlines()[1:] == ["+\t\telse:", "+\t\t\tawait self.close()"]


def test_a_connect_with_an_unknown_base_class_is_ignored(project):
    source = (
        "from lib import Accepting\nfrom channels.generic.websocket import WebsocketConsumer\n\n\n"
    )
    write(
        project,
        chat__more_dot_py=source
        + "class C(Accepting, WebsocketConsumer):\n    def connect(self):\n        pass\n",
    )
    assert findings(project, "accept-missing") == []


@pytest.mark.parametrize(("name", "count"), [("websocket_connect", 0), ("on_connect", 1)])
def test_a_connect_that_channels_does_not_call_needs_no_answer(project, name, count):
    source = "from channels.generic.websocket import AsyncWebsocketConsumer as Base\n\n\n"
    methods = (
        "    async def connect(self):\n        pass\n"
        f"    async def {name}(self, message):\n        await self.accept()\n"
    )
    write(project, chat__more_dot_py=f"{source}class C(Base):\n{methods}")
    assert len(findings(project, "accept-missing")) == count


@pytest.mark.parametrize(
    ("connect", "handler", "count"),
    [
        ("await self.channel_layer.send('worker', {'type': 'ask'})", "self.accept()", 0),
        ("await self.channel_layer.send('worker', {'type': 'ask'})", "self.close()", 1),
        ("...", "self.send('x')", 0),
    ],
)
def test_another_process_may_decide_about_a_socket(project, connect, handler, count):
    write(
        project,
        chat__more_dot_py="from channels.generic.websocket import AsyncWebsocketConsumer\n\n\n"
        "class C(AsyncWebsocketConsumer):\n"
        f"    async def connect(self):\n        {connect}\n"
        f"    async def decided(self, event):\n        await {handler}\n",
    )
    assert len(findings(project, "accept-missing")) == count


def test_each_end_without_an_answer_gets_one(project):
    body = "        if self.ready:\n            if self.full:\n                return\n"
    body += "            await self.accept()\n"
    head = "from channels.generic.websocket import AsyncWebsocketConsumer\n\n\n"
    head += "class C(AsyncWebsocketConsumer):\n    async def connect(self):\n"
    write(project, chat__more_dot_py=head + body)
    (finding,) = findings(project, "accept-missing")
    assert "returns in line 8 and reaches its end unanswered" in finding["message"]
    assert finding["fix"].count("await self.close()") == 2


@pytest.mark.parametrize("head", ["if self.full:", "else:"])
def test_a_return_behind_its_condition_gets_the_answer_in_a_block(project, head):
    above = "        if self.full:\n            await self.accept()\n" * (head == "else:")
    code = "from channels.generic.websocket import AsyncWebsocketConsumer\n\n\n"
    code += "class C(AsyncWebsocketConsumer):\n    async def connect(self):\n"
    code += f"{above}        {head} return\n        await self.accept()\n"
    write(project, chat__more_dot_py=code)
    (finding,) = findings(project, "accept-missing")
    assert finding["fix"].splitlines() == [
        f"-        {head} return",
        f"+        {head}",
        "+            await self.close()",
        "+            return",
    ]
