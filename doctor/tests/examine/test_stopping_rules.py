"""What the rules for the start and the end of a consumer report and ignore."""

import pytest
from support.chat_project import method, report
from support.sample_projects import RULES

from channels_doctor.examine.main import complete_fix
from channels_doctor.examine.project import Project

HEAD = "from channels.consumer import AsyncConsumer\nfrom channels.exceptions import StopConsumer\n"
HELPERS = """
    async def leave(self):
        self.group = None
    async def stop(self):
        raise StopConsumer()
"""


def disconnect(body, base="AsyncWebsocketConsumer"):
    """Return a consumer with a body of its method for the end of a socket."""
    return HEAD + method(body, base, "websocket_disconnect", "message") + HELPERS


@pytest.mark.parametrize("base", ["AsyncWebsocketConsumer", "AsyncConsumer"])
@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("print('gone')", 1),
        ("pass", 1),
        ("await self.leave()", 1),
        ("if self.group:\n    return\nself.group = None", 1),
        ("await self.leave()\nraise StopConsumer()", 0),
        ("await self.stop()", 0),
        ("await super().websocket_disconnect(message)", 0),
        ("await AsyncWebsocketConsumer.websocket_disconnect(self, message)", 0),
        ("await finish(self)", 0),
        ("await self.unknown()", 0),
    ],
)
def test_a_consumer_that_never_stops_is_reported(tmp_path, base, body, count):
    assert len(report(tmp_path, "stop-consumer-missing", disconnect(body, base))) == count


@pytest.mark.parametrize("base", ["Base", "Mixin, AsyncWebsocketConsumer"])
def test_a_consumer_that_an_unknown_base_class_may_stop_is_ignored(tmp_path, base):
    assert report(tmp_path, "stop-consumer-missing", disconnect("pass", base)) == []


@pytest.mark.parametrize(
    ("body", "base", "added"),
    [
        ("pass", "AsyncWebsocketConsumer", "await super().websocket_disconnect(message)"),
        ("pass", "AsyncConsumer", "raise StopConsumer()"),
        ("await self.disconnect(1)", "AsyncWebsocketConsumer", "raise StopConsumer()"),
    ],
)
def test_the_fix_stops_the_consumer_once(tmp_path, body, base, added):
    text = disconnect(body, base).replace("from channels.exceptions import StopConsumer\n", "")
    report(tmp_path, "stop-consumer-missing", text.partition("    async def leave")[0])
    project = Project(str(tmp_path))
    [found] = RULES["stop-consumer-missing"].check(project)
    lines = complete_fix(project, found).fix.splitlines()
    assert lines[-1].strip("+ ") == added
    needs_import = "+from channels.exceptions import StopConsumer" in lines
    assert needs_import == added.startswith("raise")


@pytest.mark.parametrize(("given", "passed"), [("event", "event"), ("*args", "*args")])
def test_the_call_of_the_base_class_gets_what_the_method_gets(tmp_path, given, passed):
    text = disconnect("pass").replace("(self, message)", f"(self, {given})")
    report(tmp_path, "stop-consumer-missing", text.partition("    async def leave")[0])
    [found] = RULES["stop-consumer-missing"].check(Project(str(tmp_path)))
    assert found.fix.endswith(f"await super().websocket_disconnect({passed})")


@pytest.mark.parametrize(
    ("base", "init", "count"),
    [
        ("AsyncWebsocketConsumer", "self.count = 0", 1),
        ("JsonWebsocketConsumer", "self.count = 0", 1),
        ("AsyncWebsocketConsumer", "super().__init__(*args, **kwargs)", 0),
        ("AsyncWebsocketConsumer", "AsyncWebsocketConsumer.__init__(self)", 0),
        ("AsyncWebsocketConsumer", "self.groups = []", 0),
        ("AsyncConsumer", "self.count = 0", 0),
        ("Mixin, AsyncWebsocketConsumer", "self.count = 0", 0),
    ],
)
@pytest.mark.parametrize("more", ["", "groups = ['chat']"])
def test_an_init_that_leaves_out_the_base_class_is_reported(tmp_path, base, init, count, more):
    own = f"\n    {more}\n    def __init__(self, *args, **kwargs):\n        {init}\n"
    text = HEAD + method("await self.accept()", base, "connect", "") + own
    assert len(report(tmp_path, "init-without-super", text)) == (0 if more else count)


def test_a_consumer_without_connect_needs_the_base_class_as_well(tmp_path):
    own = "\n    def __init__(self, *args, **kwargs):\n        self.count = 0\n"
    text = HEAD + method("await self.send(text_data)") + own
    assert report(tmp_path, "init-without-super", text) == ["error"]


@pytest.mark.parametrize(
    ("parameters", "arguments"),
    [("self", ""), ("self, *args, **kwargs", "*args, **kwargs"), ("self, **options", "**options")],
)
def test_the_fix_passes_on_what_init_gets(tmp_path, parameters, arguments):
    own = f"\n    def __init__({parameters}):\n        self.count = 0\n"
    text = method("await self.accept()", "AsyncWebsocketConsumer", "connect", "") + own
    report(tmp_path, "init-without-super", text)
    [found] = RULES["init-without-super"].check(Project(str(tmp_path)))
    call = f"+        super().__init__({arguments})"
    assert found.fix == f"{call}\n         self.count = 0"


DENY = "from channels import exceptions\nfrom channels.exceptions import DenyConnection\n"


@pytest.mark.parametrize(
    ("name", "body", "count"),
    [
        ("receive", "raise DenyConnection('too long')", 1),
        ("receive", "if self.full:\n    raise exceptions.DenyConnection", 1),
        ("receive_json", "raise DenyConnection", 1),
        ("websocket_receive", "raise DenyConnection", 1),
        ("disconnect", "raise DenyConnection", 1),
        ("connect", "raise DenyConnection", 0),
        ("helper", "raise DenyConnection", 0),
        ("receive", "raise StopConsumer", 0),
        ("receive", "try:\n    raise DenyConnection\nexcept DenyConnection:\n    pass", 0),
    ],
)
@pytest.mark.parametrize("more", ["", "\n    async def dispatch(self, message):\n        pass\n"])
def test_a_denied_connection_outside_of_the_handshake_is_reported(
    tmp_path, name, body, count, more
):
    text = DENY + method(body, "AsyncJsonWebsocketConsumer", name, "content") + more
    assert len(report(tmp_path, "deny-connection-late", text)) == (0 if more else count)


@pytest.mark.parametrize(
    ("base", "name", "added"),
    [
        ("AsyncWebsocketConsumer", "receive", "+await self.close()\n+return"),
        ("WebsocketConsumer", "receive", "+self.close()\n+return"),
        ("AsyncWebsocketConsumer", "disconnect", "+return"),
    ],
)
def test_the_fix_closes_a_socket_that_is_open(tmp_path, base, name, added):
    text = DENY + method("raise DenyConnection", base, name, "data")
    report(tmp_path, "deny-connection-late", text)
    [found] = RULES["deny-connection-late"].check(Project(str(tmp_path)))
    assert found.fix == f"-raise DenyConnection\n{added}"


CLEANUP = "\n    async def disconnect(self, code):\n        {}\n"


@pytest.mark.parametrize(
    ("body", "cleanup", "count"),
    [
        ("await self.disconnect(4000)", "self.group = None", 1),
        ("await self.disconnect(code=4000)", "self.group = None", 1),
        ("await self.disconnect(None)", "self.group = None", 0),
        ("self.disconnect(4000)", "self.group = None", 0),
        ("await self.disconnect(4000)\nawait self.close()", "self.group = None", 0),
        ("await self.disconnect(4000)", "await self.close()", 0),
        ("await self.disconnect(4000)", "raise StopConsumer()", 0),
        ("await self.close(4000)", "self.group = None", 0),
    ],
)
def test_disconnect_is_no_way_to_close_a_socket(tmp_path, body, cleanup, count):
    text = HEAD + method(body) + CLEANUP.format(cleanup)
    assert len(report(tmp_path, "disconnect-called", text)) == count


@pytest.mark.parametrize(("given", "code"), [("code=4000", "code=4000"), ("123", ""), ("0", "")])
def test_the_fix_closes_the_socket_with_the_same_code_if_it_may_be_sent(tmp_path, given, code):
    text = HEAD + method(f"await self.disconnect({given})") + CLEANUP.format("pass")
    report(tmp_path, "disconnect-called", text)
    (finding,) = RULES["disconnect-called"].check(Project(str(tmp_path)))
    assert finding.fix == f"-await self.disconnect({given})\n+await self.close({code})"
