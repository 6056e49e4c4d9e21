"""What every test gets: an empty channel layer, plain static files, users, and sockets."""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.apps import apps
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import AsyncClient, TransactionTestCase
from django.urls import path
from django.utils.module_loading import import_string
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from accounts.models import User
from config.asgi import application
from config.routing import websocket_urlpatterns
from realtime.hub import current_hub
from tests.servers import LAYERS, live_sites, logged
from tests.tools import Socket

# The same examples each time, however slow the machine is.
hypothesis.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.load_profile("steady")


@pytest.fixture(autouse=True, scope="session")
def services() -> Iterator[None]:
    """Redis and PostgreSQL answer, if the project has them."""
    with ExitStack() as stack:
        if apps.is_installed("services"):
            try:
                stack.enter_context(import_string("services.running.running")())
            except Exception as error:  # said once, and not for every test
                pytest.exit(str(error), returncode=1)
        yield


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Tests need no collectstatic."""
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = True
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


@pytest.fixture(autouse=True)
def known_origin(settings):
    """Tests run as production does, with one site whose pages may open sockets."""
    settings.CSRF_TRUSTED_ORIGINS = ["http://localhost"]


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """A good hash takes long on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def empty_layer() -> Iterator[None]:
    """The layer of one test keeps no message for the next."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture(autouse=True, scope="session")
def quick_flush() -> Iterator[None]:
    """Delete a few rows after a test, where Django truncates all tables and fills some anew.

    PostgreSQL takes a tenth of a second for that, after each of many tests.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: delete_rows())
        yield


def delete_rows() -> None:
    """Empty all tables but those that migrations have filled."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.label not in ("auth.Permission", "contenttypes.ContentType"):
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608  (a model's own name)


@pytest.fixture
def alice(db) -> User:
    return User.objects.create_superuser("alice", password="old")


@pytest.fixture
def bob(db) -> User:
    return User.objects.create_user("bob", password="old")


@pytest.fixture
async def async_db(transactional_db):
    """The database for asynchronous code, whose thread has a connection of its own.

    Here transactions are real, too: what waits for a commit happens.
    """
    yield
    # Channels' test tools leave it open, and it would keep the test database in use.
    await sync_to_async(connections.close_all)()


@pytest.fixture
async def visit():
    """Open sockets of nobody, as `visit("ws/echo/")`, without a database.

    They are closed after the test.
    """
    sockets: list[Socket] = []

    async def connect(path, cookie=None, origin=b"http://localhost", kind=Socket):
        headers = {b"origin": origin, b"cookie": cookie}
        socket = kind(application, path, [(k, v) for k, v in headers.items() if v])
        sockets.append(socket)
        socket.accepted = (await socket.connect())[0]
        return socket

    yield connect
    for socket in sockets:
        await socket.disconnect()
    # As a server does; a layer may lose the cancellation with which a test's event loop ends.
    await current_hub().close()


@pytest.fixture
async def connect(async_db, visit):
    """Open sockets of a user, as `connect("ws/echo/", user)`.

    Instead of a user it takes an AsyncClient, a browser that is signed in already.
    """

    async def connect(path, who=None, **options):
        cookie = await cookie_of(who) if who else None
        return await visit(path, cookie, **options)

    return connect


async def cookie_of(who: User | AsyncClient) -> bytes:
    """Return the session's cookie of a browser, or of a new one that the user signs in with."""
    if isinstance(who, User):
        client = AsyncClient()
        await client.aforce_login(who)
    else:
        client = who
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}".encode()


@pytest.fixture
def serve() -> Iterator[object]:
    """Serve a test's own consumer: `connect(serve(MyConsumer), user)`."""
    before = list(websocket_urlpatterns)

    def serve(consumer):
        route = f"ws/test/{len(websocket_urlpatterns)}/"
        websocket_urlpatterns.insert(0, path(route, consumer.as_asgi()))
        return f"/{route}"

    yield serve
    websocket_urlpatterns[:] = before


@pytest.fixture(scope="session")
def valkey(tmp_path_factory):
    """A running Valkey of the tests' own, which they may kill and start again."""
    make = import_string("tests.valkey.Valkey")  # there is none in projects without Redis
    with make(tmp_path_factory.mktemp("valkey")).running() as server:
        yield server


@pytest.fixture(scope="session")
def possible_postgres():
    """Skips the test where no PostgreSQL can be started: as root, in most containers."""
    refusal: type[Exception] = import_string("services.server.ServiceError")
    try:
        import_string("services.postgres.not_as_root")()
    except refusal as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def sites(request, tmp_path_factory, django_db_setup):
    """Two server processes for each kind of channel layer, which use the tests' database."""
    folder, sites = tmp_path_factory.mktemp("sites"), {}
    database = {
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
    }
    with ExitStack() as stack:
        for kind in LAYERS:
            url = "memory://" if kind == "memory" else request.getfixturevalue("valkey").url(kind)
            layer = {"CHANNEL_LAYER_URL": url, "CHANNEL_LAYER_PREFIX": kind}
            running = live_sites(folder / kind, 2, **layer, **database)
            sites[kind] = stack.enter_context(running)
        yield sites
        for site in (each for pair in sites.values() for each in pair):
            site.process.terminate()  # all at once
    assert "Traceback" not in logged(sites)


@pytest.fixture(scope="session")
def idle(sites):
    """Two silent sockets for each kind of layer."""
    with ExitStack() as stack:
        sockets = {
            kind: [stack.enter_context(site.connect("ws/test/idle/")) for site in pair]
            for kind, pair in sites.items()
        }
        yield sockets


@pytest.fixture(autouse=True, scope="session")
def idle_from_the_start(request, services):
    """Let the silent sockets be so while other tests run: nobody need wait for them."""
    if any("idle" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("idle")
