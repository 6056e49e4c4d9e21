"""What the rules for a project's own tests report and ignore."""

import pytest
from support.changed_files import report, settings, write
from support.changed_project import findings
from support.sample_projects import RULES

from channels_doctor.examine.main import find_reached_faults
from channels_doctor.examine.project import Project

TEST = """\
import pytest
from channels.testing import WebsocketCommunicator
from channels.routing import URLRouter
from chat.consumers import ChatConsumer
from config.asgi import application
@pytest.mark.django_db
async def test_it():
    {body}
"""


def written_test(*lines):
    return {"tests/test_chat.py": TEST.format(body="\n    ".join(lines))}


MAKE = 'c = WebsocketCommunicator(ChatConsumer.as_asgi(), "/")'


WHOLE = 'c = WebsocketCommunicator(application, "/ws/chat/"'


EXPECT = ["ok, _ = await c.connect()", "assert ok"]


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ([f"{WHOLE})", *EXPECT], 1),
        ([f"{WHOLE}, subprotocols=['v1'])", *EXPECT], 1),
        ([f"{WHOLE}, headers=[(b'origin', b'http://localhost')])", *EXPECT], 0),
        ([f"{WHOLE}, [(b'origin', b'http://localhost')])", *EXPECT], 0),
        ([f"{WHOLE}, **options)", *EXPECT], 0),
        ([f"{WHOLE})", "c.scope['headers'] = headers", *EXPECT], 0),
        ([f"{WHOLE})", "ok, _ = await c.connect()", "assert not ok"], 0),
        ([MAKE, *EXPECT], 0),
        (['c = WebsocketCommunicator(URLRouter([]), "/")', *EXPECT], 0),
    ],
)
def test_a_test_without_an_origin_is_reported(tmp_path, lines, number):
    assert len(report(tmp_path, written_test(*lines), "test-origin")) == number


@pytest.mark.parametrize("hosts", ['["*"]', "open('hosts').read().split()"])
def test_a_test_without_an_origin_is_ignored_when_the_hosts_are_wide_or_unknown(tmp_path, hosts):
    files = {**settings(f"ALLOWED_HOSTS = {hosts}"), **written_test(f"{WHOLE})", *EXPECT)}
    assert report(tmp_path, files, "test-origin") == []


MARKED = """\
import pytest
from channels.testing import WebsocketCommunicator
from django.test import TestCase
from chat.consumers import ChatConsumer
{above}
async def {name}({parameters}):
    c = WebsocketCommunicator(ChatConsumer.as_asgi(), "/")
    ok, _ = await c.connect()
    assert ok
"""


INI = {"pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\n"}
WITH_DATABASE = {"tests/test_rooms.py": "async def test_rooms(db):\n    await count()\n"}


@pytest.mark.parametrize(
    ("above", "name", "parameters", "number"),
    [
        ("", "test_it", "", 1),
        ("@pytest.mark.asyncio", "test_it", "", 1),
        ("@pytest.mark.asyncio", "test_it", "settings, monkeypatch", 1),
        ("@pytest.fixture\ndef room():\n    pass", "test_it", "room", 1),
        ("@pytest.fixture\ndef room(db):\n    pass", "test_it", "room", 0),
        (
            "@pytest.fixture\ndef a(db):\n    pass\n@pytest.fixture\ndef room(a):\n    pass",
            "test_it",
            "room",
            0,
        ),
        ("@pytest.fixture(autouse=True)\ndef all(db):\n    pass", "test_it", "", 0),
        ("@pytest.mark.django_db(transaction=True)", "test_it", "", 0),
        ("@pytest.mark.usefixtures('db')", "test_it", "", 0),
        ("pytestmark = [pytest.mark.asyncio, pytest.mark.django_db]", "test_it", "", 0),
        ("", "test_it", "admin_user", 0),
        ("", "test_it", "transactional_db", 0),
        ("", "connected", "", 0),
    ],
)
def test_a_test_without_database_access_is_reported(tmp_path, above, name, parameters, number):
    test = MARKED.format(above=above, name=name, parameters=parameters)
    files = {**INI, **WITH_DATABASE, "tests/test_x.py": test}
    assert len(report(tmp_path, files, "test-database-mark")) == number


@pytest.mark.parametrize(
    ("requirement", "number"), [("==3.0.5", 0), ("==4.1.0", 0), ("<4.2", 0), ("==4.2.0", 1)]
)
def test_a_consumer_closes_connections_since_channels_4_2(tmp_path, requirement, number):
    test = MARKED.format(above="", name="test_it", parameters="")
    files = {**INI, **WITH_DATABASE, "tests/test_x.py": test}
    files["requirements.txt"] = f"channels{requirement}\n"
    assert len(report(tmp_path, files, "test-database-mark")) == number


@pytest.mark.parametrize(
    ("other", "number"),
    [
        ("@pytest.mark.django_db\nasync def test_rooms(): pass\n", 1),
        ("pytestmark = pytest.mark.django_db\nasync def test_rooms(): pass\n", 1),
        ("@pytest.mark.django_db\ndef test_rooms(): pass\n", 0),
        ("async def test_rooms(): pass\n", 0),
    ],
)
def test_an_asynchronous_test_opens_the_connection(tmp_path, other, number):
    test = MARKED.format(above="", name="test_it", parameters="")
    files = {**INI, "tests/test_x.py": test, "tests/test_y.py": f"import pytest\n{other}"}
    assert len(report(tmp_path, files, "test-database-mark")) == number


@pytest.mark.parametrize(
    "files",
    [
        {"pytest.ini": "[pytest]\n"},
        {
            "tests/conftest.py": (
                "def pytest_collection_modifyitems(items):\n    mark(items, 'django_db')\n"
            )
        },
        {
            "tests/conftest.py": (
                "import pytest\n@pytest.fixture(autouse=True)\ndef leave(db):\n    pass\n"
            )
        },
    ],
)
def test_database_access_may_come_from_elsewhere(tmp_path, files):
    test = MARKED.format(above="", name="test_it", parameters="")
    files = {**INI, **WITH_DATABASE, "tests/test_x.py": test, **files}
    assert report(tmp_path, files, "test-database-mark") == []


def test_a_django_test_case_has_database_access(tmp_path):
    body = MARKED.format(above="", name="test_it", parameters="self").split("\n")
    text = "\n".join([*body[:4], "class T(TestCase):", *("    " + line for line in body[4:])])
    files = {**INI, **WITH_DATABASE, "tests/test_x.py": text}
    assert report(tmp_path, files, "test-database-mark") == []


FIXTURE = """\
import pytest
from channels.testing import WebsocketCommunicator
from config.asgi import application


@pytest.fixture
def socket():
    def open_socket(path):
        return WebsocketCommunicator(application, path, [(b"origin", b"http://localhost")])

    return open_socket
"""
WITH_ORIGIN = f"{WHOLE}, [(b'origin', b'http://localhost')])"


def with_fixture(*lines):
    body = "\n    ".join(lines)
    return {
        "tests/conftest.py": FIXTURE,
        "tests/test_chat.py": f"async def test_it(db, socket):\n    {body}\n",
    }


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("c.connect()", 1),
        ("ok, _ = c.connect()", 1),
        ("c.send_json_to({})", 1),
        ("assert c.receive_nothing()", 1),
        ("text = c.receive_json_from()['text']", 1),
        ("self.assertEqual(c.receive_from(), 'x')", 1),
        ("await c.connect()", 0),
        ("await asyncio.wait_for(c.connect(), 1)", 0),
        ("task = asyncio.create_task(c.wait())", 0),
        ("waiting = c.receive_from()", 0),
    ],
)
def test_a_call_of_a_communicator_that_is_not_awaited_is_reported(tmp_path, line, count):
    assert len(report(tmp_path, written_test(WITH_ORIGIN, line), "await-missing")) == count
    files = with_fixture('c = socket("/ws/chat/")', line)
    assert len(report(tmp_path, files, "await-missing")) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("assert await c.connect()", 1),
        ("assert await c.connect(), 'refused'", 1),
        ("self.assertTrue(await c.connect())", 1),
        ("assert (await c.connect())[0]", 0),
        ("assert await c.connect() == (False, 4401)", 0),
        ("self.assertEqual(await c.connect(), (True, None))", 0),
    ],
)
def test_the_tuple_of_connect_is_not_asserted(tmp_path, line, count):
    files = with_fixture('c = socket("/ws/chat/")', line)
    assert len(report(tmp_path, files, "test-connect-tuple")) == count


@pytest.mark.parametrize(
    ("path", "lines", "count"),
    [
        ('"/ws/chat"', EXPECT, 1),
        ('"/chat/"', EXPECT, 1),
        ('f"/ws/rooms/{room.pk}/"', EXPECT, 1),
        ('"/ws/chat/"', EXPECT, 0),
        ('"/ws/chat/?token=x"', EXPECT, 0),
        ('f"/ws/{name}/"', EXPECT, 0),
        ("path", EXPECT, 0),
        ('"/ws/chat"', ["ok, _ = await c.connect()", "assert not ok"], 0),
        ('"/ws/chat"', ["with pytest.raises(ValueError):", "    await c.connect()"], 0),
    ],
)
def test_a_path_that_no_route_has_is_reported(tmp_path, path, lines, count):
    files = with_fixture(f"c = socket({path})", *lines)
    assert len(report(tmp_path, files, "test-path")) == count
    direct = written_test(WITH_ORIGIN.replace('"/ws/chat/"', path), *lines)
    assert len(report(tmp_path, direct, "test-path")) == count


def test_a_consumer_of_its_own_has_any_path(tmp_path):
    assert report(tmp_path, written_test(MAKE, *EXPECT), "test-path") == []


@pytest.mark.parametrize(
    ("application", "count"),
    [("ChatConsumer", 1), ("ChatConsumer.as_asgi", 1), ("ChatConsumer.as_asgi()", 0)],
)
def test_a_communicator_gets_an_application(tmp_path, application, count):
    files = written_test(MAKE.replace("ChatConsumer.as_asgi()", application), *EXPECT)
    assert len(report(tmp_path, files, "as-asgi-missing")) == count


READS_ROUTE = """\
from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.room = {read}
        await self.accept()


class NotFoundConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()
"""


@pytest.mark.parametrize(
    ("read", "lines", "count"),
    [
        ('self.scope["url_route"]["kwargs"]["room"]', [MAKE], 1),
        ('self.scope["url_route"]["kwargs"].get("room")', [MAKE], 1),
        ('self.scope.get("url_route")', [MAKE], 0),
        ('self.scope["path"]', [MAKE], 0),
        ('self.scope["url_route"]["kwargs"]["room"]', [f"{WHOLE})"], 0),
        (
            'self.scope["url_route"]["kwargs"]["room"]',
            [MAKE, 'c.scope["url_route"] = {"kwargs": {}}'],
            0,
        ),
    ],
)
def test_a_consumer_that_reads_its_route_needs_a_router(tmp_path, read, lines, count):
    files = {
        **written_test(*lines, *EXPECT),
        "chat/consumers.py": READS_ROUTE.format(read=read),
    }
    assert len(report(tmp_path, files, "test-without-router")) == count


@pytest.mark.parametrize("make", ["app = ChatConsumer.as_asgi()", "app = application"])
def test_an_application_behind_a_name_needs_a_router(tmp_path, make):
    read = 'self.scope["url_route"]["kwargs"]["room"]'
    use = MAKE.replace("ChatConsumer.as_asgi()", "app")
    files = {
        **written_test(make, use, *EXPECT),
        "chat/consumers.py": READS_ROUTE.format(read=read),
    }
    assert len(report(tmp_path, files, "test-without-router")) == ("as_asgi" in make)


def test_an_application_of_the_test_module_is_found_where_it_is_made(tmp_path):
    made = "app = ChatConsumer.as_asgi()"
    read = 'self.scope["url_route"]["kwargs"]["room"]'
    files = {
        **written_test(MAKE.replace("ChatConsumer.as_asgi()", "app"), *EXPECT),
        "chat/consumers.py": READS_ROUTE.format(read=read),
    }
    files["tests/test_chat.py"] += f"{made}\n"
    write(tmp_path, files)
    [finding] = findings(tmp_path, "test-without-router")
    assert finding["line"] == files["tests/test_chat.py"].count("\n")


def test_the_tests_of_one_consumer_without_a_router_are_one_finding(tmp_path):
    read = 'self.scope["url_route"]["kwargs"]["room"]'
    files = {
        **written_test(MAKE, *EXPECT, MAKE, *EXPECT),
        "chat/consumers.py": READS_ROUTE.format(read=read),
    }
    assert len(report(tmp_path, files, "test-without-router")) == 1


ASYNCIO = {
    "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\n",
    "requirements.txt": "pytest-asyncio\n",
}


@pytest.mark.parametrize(
    ("above", "changed", "count"),
    [
        ("", {}, 1),
        ("@pytest.mark.django_db", {}, 1),
        ("@pytest.mark.asyncio", {}, 0),
        ("@pytest.mark.anyio", {}, 0),
        ("pytestmark = pytest.mark.asyncio", {}, 0),
        ("@asynchronous", {}, 0),
        ("", {"requirements.txt": "pytest\n"}, 0),
        ("", {"pytest.ini": "[pytest]\nasyncio_mode = auto\n"}, 0),
        ("", {"pytest.ini": "[pytest]\naddopts = --asyncio-mode=auto\n"}, 0),
        ("", {"conftest.py": "def pytest_collection_modifyitems(items):\n    mark(items)\n"}, 0),
    ],
)
def test_an_asynchronous_test_without_a_mark_is_reported(tmp_path, above, changed, count):
    test = MARKED.format(above=above, name="test_it", parameters="db")
    files = {**ASYNCIO, "tests/test_x.py": test, **changed}
    assert len(report(tmp_path, files, "test-asyncio-mark")) == count


LIVE = """\
from channels.testing import ChannelsLiveServerTestCase


class T(ChannelsLiveServerTestCase):
    pass
"""
SQLITE = '"ENGINE": "django.db.backends.sqlite3"'


@pytest.mark.parametrize(
    ("database", "more", "count"),
    [
        (f"{{{SQLITE}}}", {}, 1),
        (f'{{{SQLITE}, "TEST": {{}}}}', {}, 1),
        (f'{{{SQLITE}, "TEST": {{"NAME": "test.sqlite3"}}}}', {}, 0),
        ('{"ENGINE": "django.db.backends.postgresql"}', {}, 0),
        ("read()", {}, 0),
        (f"{{{SQLITE}}}", {"pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = config.test\n"}, 0),
    ],
)
def test_a_live_server_test_needs_a_database_in_a_file(tmp_path, database, more, count):
    files = {
        **settings(f'DATABASES = {{"default": {database}}}'),
        "tests/test_live.py": LIVE,
        **more,
    }
    assert len(report(tmp_path, files, "test-live-database")) == count


@pytest.mark.parametrize(
    ("headers", "count"),
    [
        ('[("origin", "http://localhost")]', 1),
        ('list({"origin": "http://localhost"}.items())', 1),
        ('{"origin": "http://localhost"}', 1),
        ('[(b"origin", b"http://localhost")]', 0),
        ('[(name.encode(), b"x") for name in ("origin",)]', 0),
        ("[]", 0),
        ("None", 0),
    ],
)
def test_the_headers_of_a_test_are_bytes(tmp_path, headers, count):
    direct = written_test(f"{WHOLE}, headers={headers})", *EXPECT)
    assert len(report(tmp_path, direct, "test-headers")) == count
    named = written_test(f"h = {headers}", f"{WHOLE}, h)", *EXPECT)
    assert len(report(tmp_path, named, "test-headers")) == count


@pytest.mark.parametrize(
    "header", ['"Origin": "http://localhost"', 'b"origin": b"http://localhost"']
)
def test_the_headers_of_a_test_are_no_dictionary(tmp_path, header):
    files = written_test(f"{WHOLE}, headers={{{header}}})", *EXPECT)
    [finding] = findings(write(tmp_path, files), "test-headers")
    assert "passes a dictionary" in finding["message"]
    assert finding["symptom"] == "ValueError: too many values to unpack (expected 2)"
    assert finding["fix"] == 'headers=[(b"origin", b"…")]'


@pytest.mark.parametrize(
    ("name", "configuration", "more", "count"),
    [
        ("ChatTests", "", "", 0),
        ("TestChat", "", "", 1),
        ("ChatTests(TestCase)", "", "", 1),
        ("ChatTests(Own)", "", "", 0),
        ("ChatTests", "pytest.ini", "", 1),
        ("ChatTests", "setup.cfg", "", 0),
        ("ChatTests", "", "class TestMore(ChatTests):\n    pass\n", 1),
    ],
)
def test_a_test_of_a_class_that_pytest_does_not_collect_does_not_run(
    project, name, configuration, more, count
):
    start, _, test = written_test(WITH_ORIGIN.replace("/ws/chat/", "/ws/no/"), *EXPECT)[
        "tests/test_chat.py"
    ].partition("@pytest")
    own = "from django.test import TestCase\n\n\nclass Own:\n    pass\n\n\n"
    method = "".join(f"    {line}\n" for line in f"@pytest{test}".splitlines())
    method = method.replace("test_it()", "test_it(self)")
    (project / "pytest.ini").write_text("[pytest]\n")
    if configuration:
        lines = "[pytest]\npython_classes = *Tests\n[tool:pytest]\n"
        (project / configuration).write_text(lines)
    path = project / "chat/tests/test_more.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{start}{own}class {name}:\n{method}\n\n{more}")
    found = find_reached_faults(Project(str(project)), [RULES["test-path"]])
    assert len(list(found)) == count
