"""What the rules for a project's own tests report and ignore."""

import pytest
from support.changed_files import report, settings

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
    files = {**INI, "tests/test_x.py": MARKED.format(above=above, name=name, parameters=parameters)}
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
    assert report(tmp_path, {**INI, "tests/test_x.py": test, **files}, "test-database-mark") == []


def test_a_django_test_case_has_database_access(tmp_path):
    body = MARKED.format(above="", name="test_it", parameters="self").split("\n")
    text = "\n".join([*body[:4], "class T(TestCase):", *("    " + line for line in body[4:])])
    assert report(tmp_path, {**INI, "tests/test_x.py": text}, "test-database-mark") == []
