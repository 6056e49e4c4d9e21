"""Fixtures of the library's own tests. Those for projects are in channels_realtime.testing."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from support.live_servers import LAYERS, SERVERS, live_sites, read_logs

pytest_plugins = ["channels_realtime.testing.fixtures"]

# The same examples each time, however slow the machine is.
hypothesis_settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("steady")


def pytest_configure() -> None:
    """Restore the signals that nohup or a shell's background job ignores: children inherit that."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


@pytest.fixture(autouse=True)
def known_origin(settings):
    """Run tests as in production, with one site whose pages can open sockets."""
    settings.CSRF_TRUSTED_ORIGINS = ["http://localhost"]


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Hash passwords fast: a good hash takes long on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def quick_flush() -> Iterator[None]:
    """Delete a few rows after a test, where Django truncates all tables and fills some again.

    PostgreSQL takes a tenth of a second for that, after each of many tests.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: delete_rows())
        yield


def delete_rows() -> None:
    """Empty all tables except those that migrations have filled."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.label not in ("auth.Permission", "contenttypes.ContentType"):
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608  (a model's own name)


@pytest.fixture
def alice(db):
    """A superuser."""
    from people.models import Person

    return Person.objects.create_superuser("alice", password="old")


@pytest.fixture
def bob(db):
    """A user without permissions."""
    from people.models import Person

    return Person.objects.create_user("bob", password="old")


@pytest.fixture(scope="session")
def valkey(tmp_path_factory):
    """A running Valkey of the tests' own, which tests may stop and start again."""
    from support.valkey import Valkey

    with Valkey(tmp_path_factory.mktemp("valkey")).running() as server:
        yield server


@pytest.fixture(scope="session")
def possible_postgres():
    """Skip the test where no PostgreSQL can be started: as root, in most containers."""
    from channels_realtime.services.postgres import run_as_other_user
    from channels_realtime.services.server import ServiceError

    try:
        run_as_other_user()
    except ServiceError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def own_database(django_db_setup):
    """The variables with which server processes use the tests' database."""
    return {
        "DATABASE_URL": settings.DATABASE_URL,
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
    }


@pytest.fixture(scope="session")
def sites(request, tmp_path_factory, django_db_setup):
    """Two server processes, Daphne and uvicorn, for each channel layer, on the tests' database."""
    folder, sites = tmp_path_factory.mktemp("sites"), {}
    database = request.getfixturevalue("own_database")
    with ExitStack() as stack:
        for kind in LAYERS:
            url = "memory://" if kind == "memory" else request.getfixturevalue("valkey").url(kind)
            layer = {"CHANNEL_LAYER_URL": url, "CHANNEL_LAYER_PREFIX": kind}
            running = live_sites(folder / kind, SERVERS, **layer, **database)
            sites[kind] = stack.enter_context(running)
        yield sites
        for site in (each for pair in sites.values() for each in pair):
            site.process.terminate()  # all at once
    assert "Traceback" not in read_logs(sites)


@pytest.fixture(scope="session")
def idle(sites):
    """Two silent sockets for each channel layer."""
    with ExitStack() as stack:
        sockets = {
            kind: [stack.enter_context(site.connect("ws/test/idle/")) for site in pair]
            for kind, pair in sites.items()
        }
        yield sockets


@pytest.fixture(autouse=True, scope="session")
def idle_from_the_start(request, services):
    """Open the silent sockets first, so that they are idle while other tests run."""
    if any("idle" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("idle")
