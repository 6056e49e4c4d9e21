"""The fixtures for a project's tests, in test modules of their own."""

import textwrap

import pytest

from channels_realtime.consumers import MessageConsumer
from people.models import Person

pytest_plugins = ["pytester"]

INI = """
[pytest]
DJANGO_SETTINGS_MODULE = site_config.settings
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
filterwarnings = error
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Run a test module in a process of its own; return the result."""
    monkeypatch.setenv("REALTIME_TEST_FOLDER", str(pytester.path))
    monkeypatch.setenv("REALTIME_TEST_DATABASE", "sqlite")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{pytester.path / 'db.sqlite3'}")
    pytester.makeini(INI)
    pytester.makeconftest('pytest_plugins = ["channels_realtime.testing.fixtures"]')

    def run_module(text, *options):
        pytester.makepyfile(textwrap.dedent(text))
        return pytester.runpytest_subprocess(
            "-p", "no:cacheprovider", "-p", "no:randomly", *options
        )

    return run_module


@pytest.mark.parametrize("use", ["", "@pytest.mark.django_db\n"])
def test_an_asynchronous_test_inside_a_transaction_says_what_to_use(run, use):
    argument = "" if use else "db"
    result = run(f"import pytest\n{use}async def test_writes({argument}):\n    pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*use the fixture `async_db` instead*"])


def test_an_asynchronous_test_with_real_transactions_writes(run):
    result = run("""
        from people.models import Person

        async def test_writes(async_db):
            await Person.objects.acreate(username="carol")

        async def test_finds_nothing_of_another_test(async_db):
            assert not await Person.objects.aexists()
    """)
    result.assert_outcomes(passed=2)


def test_a_test_case_of_django_that_opens_a_socket_says_what_to_use(run):
    result = run("""
        import pytest
        from asgiref.sync import async_to_sync
        from channels.testing import WebsocketCommunicator
        from channels_realtime.consumers import MessageConsumer
        from django.test import TestCase, TransactionTestCase
        from people.models import Person

        class Open(MessageConsumer):
            login_required = False

        def codes():
            async def connect():
                scope_of = {"rechecks_seen": 0, "user": Person(), "login": None}
                socket = WebsocketCommunicator(Open.as_asgi(), "/")
                socket.scope.update(scope_of)
                await socket.connect(timeout=10)
                output = await socket.receive_output(10) if socket.output_queue.qsize() else {}
                await socket.disconnect()
                return output.get("code")
            return async_to_sync(connect)()

        class Inside(TestCase):
            def test_socket(self):
                assert codes() == 1013
                assert 0  # to show the log

        class Outside(TransactionTestCase):
            def test_socket(self):
                assert codes() is None
    """)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*use django.test.TransactionTestCase, or the pytest fixtures*"])


def test_tables_that_migrations_have_filled_keep_their_rows_and_others_do_not(run):
    result = run(
        """
        from django.contrib.auth.models import Permission
        from people.models import Person

        def test_writes(transactional_db):
            Person.objects.create(username="carol")

        def test_finds_permissions_alone(transactional_db):
            assert Permission.objects.exists()
            assert not Person.objects.exists()
        """,
        "-o",
        "usefixtures=quick_flush",
    )
    result.assert_outcomes(passed=2)


def test_the_services_run_before_the_database_is_made(run):
    result = run(
        """
        import pytest

        order = []

        @pytest.fixture(autouse=True, scope="session")
        def services():
            order.append("services")

        @pytest.fixture(scope="session")
        def django_db_modify_db_settings():
            order.append("database")

        def test_order(db):
            assert order == ["services", "database"]
        """,
        "-o",
        "usefixtures=quick_flush",
    )
    result.assert_outcomes(passed=1)


def test_a_live_site_serves_the_tests_database_to_a_user(live_site, transactional_db):
    live_site.log_in(Person.objects.create_user("carol", is_staff=True))
    status, body = live_site.get("/admin/", "carol")
    assert (status, "carol" in body.lower()) == (200, True)
    assert live_site.get("/admin/")[0] == 302
    with live_site.connect("/ws/echo/") as socket:
        socket.send("hello")
        assert socket.recv(timeout=20) == "hello"


async def test_a_message_of_a_type_is_awaited_whatever_comes_before(open_socket):
    socket = await open_socket("/ws/echo/typed/")
    await socket.send_json_to({"type": "ping"})
    await socket.send_json_to({"type": "echo.say", "text": "hello"})
    assert await socket.receive_message("echo.said") == {"type": "echo.said", "text": "hello"}


async def test_an_error_frame_ends_the_wait_for_a_message_and_is_shown(open_socket):
    socket = await open_socket("/ws/echo/typed/")
    await socket.send_json_to({"type": "echo.say", "txt": "hello"})
    with pytest.raises(AssertionError, match=r"no echo\.said, but .*bad_message"):
        await socket.receive_message("echo.said")


async def test_a_close_frame_ends_the_wait_for_a_message_with_its_code(open_socket, add_route):
    class Private(MessageConsumer):
        """For authenticated users."""

    socket = await open_socket(add_route(Private))
    with pytest.raises(AssertionError, match=r"no echo\.said .*4401"):
        await socket.receive_message("echo.said")


def test_a_live_site_refuses_a_user_who_is_not_logged_in_there(live_site):
    with pytest.raises(KeyError, match="nobody"):
        live_site.connect("/ws/echo/", "nobody")
