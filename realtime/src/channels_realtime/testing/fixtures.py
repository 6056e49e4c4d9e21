"""Pytest fixtures: sockets without a server, an empty channel layer, development services."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, nullcontext
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from channels.routing import get_default_application
from django.conf import settings as django_settings
from django.db import connections
from django.test import AsyncClient
from django.urls import path as url_path

from channels_realtime import asgi
from channels_realtime.hub.hub import current_hub
from channels_realtime.services.running import running
from channels_realtime.testing.flush import quick_flush as quick_flush
from channels_realtime.testing.sockets import Socket

ORIGIN = "http://localhost"

Connect = Callable[..., Awaitable[Socket]]


@pytest.fixture(autouse=True, scope="session")
def services() -> Iterator[None]:
    """Run the servers of REALTIME_SERVICES for all tests."""
    with ExitStack() as stack:
        try:
            stack.enter_context(running())
        except Exception as error:  # reported once, and not for every test
            pytest.exit(str(error), returncode=1)
        yield


@pytest.fixture(autouse=True)
def explain_async_database(request: pytest.FixtureRequest) -> None:
    """Refuse an asynchronous test inside a transaction: its database calls would wait for it."""
    if not inspect.iscoroutinefunction(getattr(request, "function", None)):
        return
    mark = request.node.get_closest_marker("django_db")
    names = set(request.fixturenames)
    inside = "db" in names or (mark is not None and not mark.kwargs.get("transaction"))
    if inside and not names & {"async_db", "transactional_db"}:
        pytest.fail(
            "An asynchronous test uses the database in another thread, which waits for the "
            "transaction of the fixture `db`: use the fixture `async_db` instead.",
            pytrace=False,
        )


@pytest.fixture(autouse=True)
def empty_channel_layer() -> Iterator[None]:
    """Start each test with a new channel layer."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture
async def async_db(transactional_db: None) -> AsyncIterator[None]:
    """Use the database in asynchronous code, whose thread has its own connection.

    Transactions are real, so code that waits for a commit runs.
    """
    yield
    # Channels' test tools leave it open, and it would keep the test database in use.
    await sync_to_async(connections.close_all)()


@pytest.fixture
async def open_socket(settings: Any) -> AsyncIterator[Connect]:
    """Connect to a path of the application without a session and without a database.

    Call `await open_socket("/ws/echo/")`. The sockets are closed after the test. A client without
    a browser: `await open_socket("/ws/bot/", origin=None, headers=[(b"authorization", b"…")])`.
    """
    settings.CSRF_TRUSTED_ORIGINS = [*settings.CSRF_TRUSTED_ORIGINS, ORIGIN]
    # Not later in the test: the import configures logging again, and ends what `caplog` sees.
    application = get_default_application()
    sockets: list[Socket] = []

    async def connect(
        path: str,
        cookie: bytes | None = None,
        origin: bytes | None = ORIGIN.encode(),
        headers: Sequence[tuple[bytes, bytes]] = (),
        subprotocols: Sequence[str] = (),
        kind: type[Socket] = Socket,
    ) -> Socket:
        pairs = [each for each in [(b"origin", origin), (b"cookie", cookie)] if each[1] is not None]
        socket = kind(application, path, [*pairs, *headers], list(subprotocols))
        sockets.append(socket)
        socket.accepted, socket.subprotocol = await socket.connect()
        return socket

    yield connect
    for socket in sockets:
        await socket.disconnect()
    # As a server does; a layer may lose the cancellation with which a test's event loop ends.
    await current_hub().close()


@pytest.fixture
async def connect(async_db: None, open_socket: Connect) -> Connect:
    """Connect to a path of the application as a user: `await connect("/ws/chat/", user)`.

    Instead of a user it accepts an AsyncClient that is logged in already.
    """

    async def connect_as(path: str, user: Any = None, **options: Any) -> Socket:
        return await open_socket(path, await session_cookie(user) if user else None, **options)

    return connect_as


async def session_cookie(user: Any) -> bytes:
    """Return the session cookie of an AsyncClient, or of a new session of a user."""
    client = user
    if not isinstance(user, AsyncClient):
        client = AsyncClient()
        await client.aforce_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}".encode()


@pytest.fixture(scope="session")
def live_server_process(django_db_setup: None, tmp_path_factory: Any) -> Iterator[Any]:
    """Run a real server on a free port, on the tests' database, for all tests that need one."""
    from channels_realtime.smoke.processes import serve  # its client library may be missing

    names = {each.alias: str(each.settings_dict["NAME"]) for each in connections.all()}
    with serve(tmp_path_factory.mktemp("site"), nullcontext(names)) as site:
        yield site


@pytest.fixture
def live_site(live_server_process: Any, transactional_db: None) -> Any:
    """Return a running server's Site: `get`, `post`, `connect`, and `log_in` for a user."""
    live_server_process.cookies.clear()
    return live_server_process


@pytest.fixture
def add_route() -> Iterator[Callable[[Any], str]]:
    """Route a test's own consumer: `await connect(add_route(MyConsumer), user)`."""
    before = list(asgi.extra_routes)

    def add(consumer: Any) -> str:
        route = f"ws/test/{len(asgi.extra_routes)}/"
        asgi.extra_routes.insert(0, url_path(route, consumer.as_asgi()))
        return f"/{route}"

    yield add
    asgi.extra_routes[:] = before
