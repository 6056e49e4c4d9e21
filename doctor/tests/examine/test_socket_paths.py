"""What the rules for the order of accept(), send() and close() report and ignore."""

import sys
import textwrap

import pytest
from support.chat_project import method, report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

HELPERS = """
    async def allow(self):
        await self.accept()

    async def refuse(self, code=4403):
        await self.accept()
        await self.close(code)

    async def refuse_and_stop(self):
        await self.close()
        raise StopConsumer()

    async def may_enter(self):
        if self.scope["user"].is_anonymous:
            await self.close()
            return False
        return True

    async def greet(self):
        await self.send("Hi")

    def note(self, reason):
        self.reason = reason

    @database_sync_to_async
    def store(self, text):
        return Room.objects.create(name=text)
"""


CODES = """
import enum

class Codes(enum.IntEnum):
    GONE = 4410

class Mixed(int, enum.Enum):
    GONE = 4410

class Plain(int):
    GONE = 4410

"""


def connect(body, base="AsyncWebsocketConsumer"):
    """Return a consumer with a body of its method that answers the handshake."""
    return method(body, base, "connect", "") + HELPERS


GUARD = "if self.scope['user'].is_anonymous:\n    "
UNANSWERED = [
    GUARD + "return\nawait self.accept()",
    "if self.ok:\n    await self.accept()",
    "if self.ok:\n    await self.accept()\nelif self.late:\n    await self.close()",
    "for each in self.names:\n    if each == 'x':\n        await self.accept(each)\n        break",
    "try:\n    self.x = await load()\n    await self.accept()\nexcept ValueError:\n    print('no')",
    "try:\n    self.room = await load()\nexcept ValueError:\n    return\nawait self.accept()",
    "with suppress(ValueError):\n    await load()\n    await self.accept()",
    GUARD + "self.note('anonymous')\nelse:\n    await self.allow()",
    GUARD + "self.note('anonymous')\n    return\nawait self.allow()",
    "if await self.store('x'):\n    return\nawait self.accept()",
    "self.ok and await self.accept()",
    GUARD + "raise StopConsumer()\nawait self.accept()",
    GUARD + "raise StopConsumer\nawait self.allow()",
]
ANSWERED = [
    "await super().connect()",
    GUARD + "await self.close()\n    raise StopConsumer()\nawait self.accept()",
    "await self.accept()\nraise StopConsumer()",
    "try:\n    raise StopConsumer()\nexcept StopConsumer:\n    await self.accept()",
    "await self.refuse_and_stop()\nawait self.accept()",
    "if self.ok:\n    await self.accept()\nelse:\n    await self.close()",
    "if self.ok:\n    await self.accept()\nelif not self.ok:\n    await self.close()",
    "if u.is_authenticated:\n    await self.accept()\nelif u.is_anonymous:\n    await self.close()",
    "if self.ok:\n    await self.accept()\nif not self.ok:\n    await self.close()",
    "for each in self.x:\n    await self.accept(each)\nif not self.x:\n    await self.close()",
    "if not await self.may_enter():\n    return\nawait self.accept()",
    "await (self.accept() if self.ok else self.close())",
    "while True:\n    if await load():\n        await self.accept()\n        break",
    "try:\n    await self.accept()\nexcept RuntimeError:\n    print('gone')",
    "try:\n    await load()\nexcept ValueError:\n    raise DenyConnection\nawait self.accept()",
    "try:\n    await load()\nexcept asyncio.CancelledError:\n    return\nawait self.accept()",
    "try:\n    await load()\nfinally:\n    await self.accept()",
    "self.task = asyncio.create_task(self.allow())",
    "await answer(self)",
    "await answer(self.accept)",
    "await self.unknown()",
    "async def later():\n    await self.accept()\nself.later = later",
    "async with self.lock:\n    await self.accept()",
]


@pytest.mark.parametrize("body", UNANSWERED)
def test_a_path_without_an_answer_is_a_warning(tmp_path, body):
    assert report(tmp_path, "accept-missing", connect(body)) == ["warning"]


@pytest.mark.parametrize("body", ANSWERED)
def test_a_connect_that_answers_or_may_answer_elsewhere_is_ignored(tmp_path, body):
    assert report(tmp_path, "accept-missing", connect(body)) == []


@pytest.mark.skipif(sys.version_info < (3, 10), reason="match is new in Python 3.10")
@pytest.mark.parametrize(
    ("case", "count"),
    [("_:\n        await self.close()", 0), ("_:\n        pass", 1), ("'b': 1", 1)],
)
def test_each_branch_of_match_needs_an_answer(tmp_path, case, count):
    body = f"match self.kind:\n    case 'a':\n        await self.accept()\n    case {case}"
    assert len(report(tmp_path, "accept-missing", connect(body))) == count


def test_a_handshake_that_a_base_class_answers_is_ignored(tmp_path):
    text = """
    class Open(AsyncWebsocketConsumer):
        async def connect(self):
            await self.join()

        async def join(self):
            pass

    class Chat(Open):
        async def join(self):
            await self.accept()
    """
    assert report(tmp_path, "accept-missing", text) == []


def test_a_base_class_that_does_not_answer_is_reported_once(tmp_path):
    text = """
    class Quiet(WebsocketConsumer):
        def connect(self):
            if self.scope["user"].is_authenticated:
                self.accept()

    class A(Quiet):
        pass

    class B(Quiet):
        pass
    """
    assert set(report(tmp_path, "accept-missing", text)) == {"warning"}


@pytest.mark.parametrize(
    ("body", "severities"),
    [
        (GUARD + "await self.close()\nawait self.accept()", ["warning"]),
        (GUARD + "await self.refuse()\nawait self.accept()", ["warning"]),
        (GUARD + "await self.close()\nawait self.greet()", ["warning"]),
        ("await self.may_enter()\nawait self.accept()", ["warning"]),
        (
            GUARD + "await self.close()\nawait self.channel_layer.group_add('a', 'b')",
            [],
        ),
        ("try:\n    await load()\nexcept OSError:\n    await self.close()\nawait self.accept()", 1),
        ("await self.accept()\nawait self.close()\nawait self.send('x')", ["error"]),
        ("await self.accept()\nawait self.send('x', close=True)\nawait self.greet()", ["error"]),
        ("await self.accept()\nawait self.send('x', close=self.ends)\nawait self.greet()", []),
        ("await self.accept()\nawait self.send('x', close=False)\nawait self.greet()", []),
        (
            (
                "try:\n    user = self.scope['user']\nexcept KeyError:\n    await self.close()\n"
                "    await self.send('x')\n    return\nawait self.accept()"
            ),
            [],
        ),
        (GUARD + "await self.close()\n    return\nawait self.accept()", []),
        (GUARD + "return await self.close()\nawait self.accept()", []),
        (GUARD + "await self.close()\nelse:\n    await self.accept()", []),
        (GUARD + "await self.close()\nif self.ok:\n    await self.accept()", []),
        (GUARD + "await self.close()\nif not self.ok:\n    return\nawait self.accept()", []),
        (
            GUARD + "await self.close()\nif not self.ok:\n    await self.close()\n    return\n"
            "await self.accept()",
            1,
        ),
        ("if not await self.may_enter():\n    return\nawait self.accept()", []),
        ("await self.close()\nprint('refused')", []),
        ("for x in y:\n    await self.close()\n    break\nelse:\n    await self.accept()", []),
    ],
)
def test_a_connect_that_goes_on_after_close_is_reported(tmp_path, body, severities):
    expected = ["warning"] if severities == 1 else severities
    assert report(tmp_path, "use-after-close", connect(body)) == expected


def test_a_condition_that_awaits_an_own_method_does_not_hide_a_missing_return(tmp_path):
    body = GUARD + "await self.close()\nif not await self.exists():\n    await self.close()\n"
    text = connect(f"{body}    return\nawait self.accept()")
    text += "    async def exists(self):\n        return await Room.objects.aexists()\n"
    assert report(tmp_path, "use-after-close", text) == ["warning"]


def test_several_closes_before_one_use_are_one_finding(tmp_path):
    body = "if self.x:\n    await self.close()\nelif self.y:\n    await self.close(4000)\n"
    assert report(tmp_path, "use-after-close", connect(f"{body}await self.accept()")) == ["warning"]
    (finding,) = RULES["use-after-close"].check(Project(str(tmp_path)))
    assert finding.fix.count("+return") == 2
    assert " in the lines " in finding.message


@pytest.mark.parametrize(
    ("body", "severities"),
    [
        ("if not text_data:\n    await self.close(1009)\nawait self.store(text_data)", ["warning"]),
        ("if not text_data:\n    await self.close(4000)\nawait self.send(text_data)", ["warning"]),
        ("if text_data == 'bye':\n    await self.close()\nawait self.store(text_data)", []),
        ("if not text_data:\n    await self.close(1009)\n    return\nawait self.store('x')", []),
        ("await self.send('bye')\nawait self.close()", []),
    ],
)
def test_a_message_that_is_handled_after_close_is_reported(tmp_path, body, severities):
    assert report(tmp_path, "use-after-close", method(body) + HELPERS) == severities


UVICORN = "uvicorn config.asgi:application"


@pytest.mark.parametrize(
    ("body", "server", "count"),
    [
        ("await self.send('bye')", UVICORN, 1),
        ("await self.send('bye')", "gunicorn -k uvicorn_worker.UvicornWorker config.asgi", 1),
        ("await self.send('bye')", "daphne config.asgi:application", 0),
        ("await self.greet()", UVICORN, 0),
        ("await self.channel_layer.group_send('a', {'type': 'x'})", UVICORN, 0),
    ],
)
def test_what_disconnect_sends_is_reported_where_the_server_refuses_it(
    tmp_path, body, server, count
):
    report(
        tmp_path,
        "use-after-close",
        method(body, name="disconnect", arguments="code") + HELPERS,
    )
    (tmp_path / "Procfile").write_text(f"web: {server}\n")
    assert len(list(RULES["use-after-close"].check(Project(str(tmp_path))))) == count


@pytest.mark.parametrize(
    ("server", "symptom"), [(UVICORN, "RuntimeError: "), ("daphne config.asgi", "The rest of ")]
)
def test_the_symptom_of_a_late_accept_is_that_of_the_server(tmp_path, server, symptom):
    report(tmp_path, "use-after-close", connect(GUARD + "await self.close()\nawait self.accept()"))
    (tmp_path / "Procfile").write_text(f"web: {server}\n")
    rule = RULES["use-after-close"]
    (finding,) = rule.check(Project(str(tmp_path)))
    assert (finding.symptom or rule.symptom).startswith(symptom)
    assert ("Daphne drops `self.accept()`" in finding.message) == server.startswith("daphne")
    report(tmp_path, "use-after-close", connect("await self.close()\nawait self.send('no')"))
    (finding,) = rule.check(Project(str(tmp_path)))
    assert (finding.symptom or "").endswith(" has no effect.") == server.startswith("daphne")


@pytest.mark.parametrize(
    ("before", "after", "read", "is_checked"),
    [
        ("", "self.name = 'a'\n", "self.name", True),
        ("", "self.name = 'a'\n", "getattr(self, 'name', '')", False),
        ("", "self.name = 'a'\n", "hasattr(self, 'name') and self.name", False),
        ("self.name = 'a'\n", "self.name = 'b'\n", "self.name", False),
    ],
)
def test_the_return_after_close_leaves_no_attribute_unset_for_disconnect(
    tmp_path, before, after, read, is_checked
):
    text = connect(f"{before}{GUARD}await self.close()\n{after}await self.accept()")
    text += f"    async def disconnect(self, code):\n        print({read})\n"
    report(tmp_path, "use-after-close", text)
    (finding,) = RULES["use-after-close"].check(Project(str(tmp_path)))
    check = '+if not hasattr(self, "name"):\n+    return\n print(self.name)'
    assert (check in finding.fix) == is_checked
    assert "+return" in finding.fix


@pytest.mark.parametrize(("requirements", "count"), [("uvicorn[standard]\n", 1), ("daphne\n", 0)])
def test_without_commands_the_requirements_tell_the_server(tmp_path, requirements, count):
    text = method("await self.send('bye')", name="disconnect", arguments="code") + HELPERS
    report(tmp_path, "use-after-close", text)
    (tmp_path / "requirements.txt").write_text(requirements)
    assert len(list(RULES["use-after-close"].check(Project(str(tmp_path))))) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("await self.send('Welcome')\nawait self.accept()", 1),
        ("await self.greet()\nawait super().connect()", 1),
        ("await self.send('no')\nawait self.close()", 1),
        (
            GUARD
            + "await self.send('no')\n    await self.close()\n    return\nawait self.accept()",
            1,
        ),
        ("await self.accept()\nawait self.send('Welcome')", 0),
        ("await self.allow()\nawait self.greet()", 0),
        ("if self.ok:\n    await self.accept()\nif self.ok:\n    await self.send('Welcome')", 0),
        ("try:\n    await self.allow()\nexcept OSError:\n    await self.send('failed')", 0),
        ("await answer(self)\nawait self.send('Welcome')", 0),
    ],
)
def test_a_message_before_accept_is_reported(tmp_path, body, count):
    assert len(report(tmp_path, "send-before-accept", connect(body))) == count


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ("await self.send('x')", 1),
        ("await self.channel_layer.group_add('x', 'y')\nawait self.send('x')", 1),
        ("await self.greet()", 1),
        ("if self.ok:\n    return\nawait self.send('x')", 0),
        ("if self.ok:\n    await self.send('x')", 0),
        ("if self.ok:\n    await self.greet()", 0),
        ("for each in self.waiting:\n    await self.send(each)", 0),
    ],
)
def test_each_path_of_an_own_method_sends_before_accept(tmp_path, lines, count):
    own = "\n    async def tell(self):\n" + textwrap.indent(lines, " " * 8)
    text = connect("await self.tell()\nawait self.accept()") + own
    assert len(report(tmp_path, "send-before-accept", text)) == count


def test_the_messages_of_one_method_before_accept_have_one_cause(tmp_path):
    report(tmp_path, "send-before-accept", connect("await self.send('1')\nawait self.send('2')"))
    first, second = RULES["send-before-accept"].check(Project(str(tmp_path)))
    assert first.cause == second.cause != ()


@pytest.mark.parametrize(
    ("after", "fix"),
    [
        ("", "+await self.accept()\n await self.send('hi')"),
        (
            "self.x = 1\nawait self.accept('v1')",
            "+await self.accept('v1')\n await self.send('hi')\n …\n-await self.accept('v1')",
        ),
    ],
)
def test_the_fix_of_an_early_message_moves_the_accept_that_follows(tmp_path, after, fix):
    report(tmp_path, "send-before-accept", connect(f"await self.send('hi')\n{after}"))
    [found] = RULES["send-before-accept"].check(Project(str(tmp_path)))
    assert found.fix == fix


def test_a_synchronous_consumer_is_followed_like_an_asynchronous_one(tmp_path):
    text = connect("self.greet()\nself.accept()", "WebsocketConsumer")
    text = textwrap.dedent(text).replace("async def", "def").replace("await ", "")
    assert report(tmp_path, "send-before-accept", text) == ["error"]


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("self.close(403)", 1),
        ("self.close(code=1)", 1),
        ("self.close(0)", 1),
        ("self.close(1006)", 1),
        ("self.close(5000)", 1),
        ("self.close(HTTPStatus.FORBIDDEN)", 1),
        ("self.close(HTTPStatus.FORBIDDEN.value)", 1),
        ("self.close(FORBIDDEN)", 1),
        ("self.close(self.FORBIDDEN)", 1),
        ("self.close(Codes.FORBIDDEN)", 1),
        ("self.close(403 if self.user else 4401)", 1),
        ("self.refuse(403)", 1),
        ("self.refuse(code=403)", 1),
        ("self.refuse()", 0),
        ("self.close()", 0),
        ("self.close(True)", 0),
        ("self.close(1000)", 0),
        ("self.close(1011)", 1),
        ("self.close(3000)", 0),
        ("self.close(4999)", 0),
        ("self.close(text_data)", 0),
        ("self.file.close(3)", 0),
        ("self.close(TOO_LARGE)", 1),
        ("self.close(CODES[0])", 0),
        ("self.send('x', close=404)", 1),
        ("self.send('x', None, 404)", 1),
        ("self.send('x', close=True)", 0),
        ("self.send('x', close=4404)", 0),
    ],
)
def test_a_code_that_no_close_frame_can_have_is_reported(tmp_path, call, count):
    head = "from http import HTTPStatus\nFORBIDDEN = 403\n"
    head += "CODES = [403]\nTOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE\n\n"
    head += "class Codes:\n    FORBIDDEN = 403\n\n\n"
    text = head + method(f"await {call}") + HELPERS + "\n    FORBIDDEN = 403\n"
    assert len(report(tmp_path, "close-code-invalid", text)) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("code = HTTPStatus.FORBIDDEN", 1),
        ("code = 4403 if text_data else 403", 1),
        ("if text_data:\n    code = 403\nelse:\n    code = 404", 2),
        ("code = 403\ncode += 4000", 0),
        ("code = 403\ncode = code + 4000", 0),
        ("for code in [403]:\n    pass", 0),
        ("code = 4403", 0),
    ],
)
def test_a_variable_of_the_method_may_have_the_code(tmp_path, body, count):
    text = "from http import HTTPStatus\n" + method(f"{body}\nawait self.close(code=code)")
    assert len(report(tmp_path, "close-code-invalid", text)) == count


DAPHNE = {"Procfile": "web: daphne config.asgi:application\n"}
UVICORN = {"Procfile": "web: uvicorn config.asgi:application\n"}


@pytest.mark.parametrize(
    ("server", "severities"), [(DAPHNE, ["error"]), (UVICORN, []), ({}, ["info"])]
)
@pytest.mark.parametrize(
    "call",
    [
        "self.close(1008)",
        "self.close(Codes.GONE)",
        "self.close(Mixed.GONE)",
        "self.end(Codes.GONE)",
    ],
)
def test_a_code_that_the_server_refuses_is_reported(tmp_path, server, call, severities):
    end = "\n    async def end(self, code=4000):\n        await self.close(code)\n"
    text = CODES + method(f"await {call}") + end
    assert report(tmp_path, "close-code-invalid", text, server) == severities


@pytest.mark.parametrize(
    "call", ["self.close(Codes.GONE.value)", "self.close(Plain.GONE)", "self.close(1000)"]
)
def test_a_code_that_daphne_accepts_is_ignored(tmp_path, call):
    text = CODES + method(f"await {call}")
    assert report(tmp_path, "close-code-invalid", text, DAPHNE) == []


def test_a_server_that_the_project_requires_besides_daphne_may_accept_more(tmp_path):
    text = method("await self.close(1008)")
    more = {"requirements.txt": "uvicorn\n"}
    assert report(tmp_path, "close-code-invalid", text, more) == []


@pytest.mark.parametrize("call", ["self.close(403)", "self.refuse(code=403)"])
def test_the_fix_of_an_invalid_code_changes_the_code_alone(tmp_path, call):
    text = method(f"await {call}") + HELPERS
    assert report(tmp_path, "close-code-invalid", text) == ["error"]
    (finding,) = RULES["close-code-invalid"].check(Project(str(tmp_path)))
    assert finding.fix == f"-await {call}\n+await {call.replace('403', '4403')}"


def test_the_code_of_a_refused_handshake_is_no_invalid_code(tmp_path):
    text = connect("await self.close(403)")
    assert report(tmp_path, "close-code-invalid", text) == []


def test_a_method_that_closes_and_goes_on_itself_is_named(tmp_path):
    text = (
        method("await self.enter()")
        + """
    async def enter(self):
        if self.full:
            await self.close(4003)
        await self.send("hello")
"""
    )
    assert report(tmp_path, "use-after-close", text) == ["warning"]
    (finding,) = RULES["use-after-close"].check(Project(str(tmp_path)))
    assert "`self.enter()` closes the socket on one path" in finding.message
    assert not finding.fix.startswith((" ", "+", "-"))


@pytest.mark.parametrize("own", ["may_enter", "refuse"])
def test_no_return_is_printed_after_a_method_that_closes_on_one_path_alone(tmp_path, own):
    text = (
        connect(f"await self.{own}()\nawait self.accept()")
        if own == "may_enter"
        else connect(GUARD + f"await self.{own}()\nawait self.accept()")
    )
    assert report(tmp_path, "use-after-close", text) == ["warning"]
    (finding,) = RULES["use-after-close"].check(Project(str(tmp_path)))
    assert "+return" not in finding.fix


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("await super().connect()\nawait self.accept()", 1),
        ("await self.accept()\nawait super().connect()", 1),
        ("await self.allow()\nawait self.accept()", 1),
        ("await self.accept()\nif self.v1:\n    await self.accept('v1')", 1),
        ("await self.accept()\nawait self.allow()", 1),
        ("if self.v1:\n    await self.accept('v1')\nelse:\n    await self.accept()", 0),
        ("if self.v1:\n    await self.accept('v1')\nif not self.v1:\n    await self.accept()", 0),
        ("try:\n    await self.unknown()\nexcept OSError:\n    await self.accept()", 0),
        ("if self.v1:\n    await self.accept('v1')\n    return\nawait self.accept()", 0),
        ("await self.close()\nawait self.accept()", 0),
    ],
)
def test_a_second_accept_is_reported(tmp_path, body, count):
    assert len(report(tmp_path, "accept-twice", connect(body))) == count


def test_an_own_accept_may_accept_once_only(tmp_path):
    own = "\n    async def accept(self):\n        self.is_open or await super().accept()\n"
    assert report(tmp_path, "accept-twice", connect("await self.accept()\n" * 2) + own) == []


@pytest.mark.parametrize(
    "line",
    ["await self.accept() if self.ok else None", "self.ok and await self.accept()"],
)
def test_a_conditional_accept_becomes_a_choice(tmp_path, line):
    report(tmp_path, "accept-missing", connect(f"self.x = 1\n{line}"))
    [found] = RULES["accept-missing"].check(Project(str(tmp_path)))
    fixed = "+if self.ok:\n+    await self.accept()\n+else:\n+    await self.close()"
    assert found.fix == f"-{line}\n{fixed}"
    lines = (tmp_path / "chat/consumers.py").read_text().splitlines()
    assert lines[found.location.line - 1].strip() == line


def test_a_method_that_closes_the_socket_and_stops_the_consumer_returns_nowhere(tmp_path):
    body = GUARD + "await self.refuse_and_stop()\nawait self.accept()"
    assert report(tmp_path, "use-after-close", connect(body)) == []


@pytest.mark.parametrize(
    ("refusal", "severities"),
    [("await self.close(4003)\n            raise Refused", []), ("raise Refused", ["warning"])],
)
def test_a_method_may_close_the_socket_before_it_raises(tmp_path, refusal, severities):
    text = (
        connect("try:\n    await self.check()\nexcept Refused:\n    return\nawait self.accept()")
        + f"\n    async def check(self):\n        if self.full:\n            {refusal}\n"
    )
    assert report(tmp_path, "accept-missing", text) == severities


def test_disconnect_may_expect_that_its_message_fails(tmp_path):
    body = "try:\n    await self.send('bye')\nexcept Exception:\n    pass"
    text = method(body, name="disconnect", arguments="code")
    assert report(tmp_path, "use-after-close", text) == []


def test_disconnect_checks_an_attribute_that_the_constructor_sets_for_none(tmp_path):
    init = "    def __init__(self):\n        super().__init__()\n        self.name = None\n"
    leave = "    async def disconnect(self, code):\n        print(self.name.upper())\n"
    body = GUARD + "await self.close()\nself.name = 'a'\nawait self.accept()"
    report(tmp_path, "use-after-close", connect(body) + "\n" + init + leave)
    (finding,) = RULES["use-after-close"].check(Project(str(tmp_path)))
    assert "+if self.name is None:\n+    return\n print(self.name.upper())" in finding.fix
