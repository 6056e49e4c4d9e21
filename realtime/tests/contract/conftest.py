"""A site whose routes are chosen by the test."""

import sys
from types import ModuleType

import pytest
from channels.routing import ProtocolTypeRouter

from channels_realtime.asgi import WebSocketStack
from support.npm import install


@pytest.fixture(scope="session")
def npm_packages(tmp_path_factory):
    """A folder with TypeScript's compiler and AsyncAPI's schemas."""
    folder = tmp_path_factory.mktemp("npm")
    install(folder, "@asyncapi/specs@6.11.1", "typescript@7.0.2")
    return folder


@pytest.fixture
def serve_application(monkeypatch, settings):
    """Make an application that of the site."""

    def replace(application):
        module = ModuleType("site_of_the_test")
        module.application = application
        monkeypatch.setitem(sys.modules, module.__name__, module)
        settings.ASGI_APPLICATION = f"{module.__name__}.application"

    return replace


@pytest.fixture
def serve_routes(serve_application):
    """Make a list of routes those of the site."""

    def replace(*routes):
        serve_application(ProtocolTypeRouter({"websocket": WebSocketStack(routes)}))

    return replace
