"""Routes are found behind routers and middleware of every kind, with their addresses."""

import functools

import pytest
from channels.auth import AuthMiddlewareStack
from channels.middleware import BaseMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.exceptions import ImproperlyConfigured
from django.urls import path, re_path

from channels_realtime.asgi import WebSocketStack
from channels_realtime.auth.native import native_clients
from channels_realtime.contract.routes import Channel, find_channels
from people.consumers import EchoConsumer, TypedEchoConsumer

TYPED, PLAIN = TypedEchoConsumer.as_asgi(), EchoConsumer.as_asgi()


def test_the_routes_of_the_site_are_sorted_by_address():
    assert find_channels() == [
        Channel("/ws/echo/", {}, EchoConsumer),
        Channel("/ws/echo/typed/", {}, TypedEchoConsumer),
    ]


@pytest.mark.parametrize(
    ("route", "address", "parameters"),
    [
        (path("ws/<slug:room>/", TYPED), "/ws/{room}/", {"room": "[-a-zA-Z0-9_]+"}),
        (path("ws/<room>/", TYPED), "/ws/{room}/", {"room": "[^/]+"}),
        (path("ws/<int:a>/<int:b>", TYPED), "/ws/{a}/{b}", {"a": "[0-9]+", "b": "[0-9]+"}),
        (path("ws.100%/", TYPED), "/ws.100%/", {}),
        (re_path(r"^ws/(?P<room>\w+)/$", TYPED), "/ws/{room}/", {"room": ""}),
        (re_path(r"^ws\.x/(a|b)/(\d+)/?\Z", TYPED), "/ws.x/{0}/{1}", {"0": "", "1": ""}),
        (re_path(r"^ws/(?:(?P<room>\d+)/)?$", TYPED), "/ws/{room}/", {"room": ""}),
    ],
)
def test_a_route_has_an_address_with_its_parameters(serve_routes, route, address, parameters):
    serve_routes(route)
    assert find_channels() == [Channel(address, parameters, TypedEchoConsumer)]


def test_routers_in_routers_have_the_address_of_both(serve_routes):
    inner = URLRouter([path("<int:number>/", TYPED), re_path(r"^all/$", PLAIN)])
    serve_routes(path("ws/<str:room>/", inner))
    number = {"room": "[^/]+", "number": "[0-9]+"}
    assert find_channels() == [
        Channel("/ws/{room}/all/", {"room": "[^/]+"}, EchoConsumer),
        Channel("/ws/{room}/{number}/", number, TypedEchoConsumer),
    ]


async def test_routes_of_tests_are_not_those_of_the_site(open_socket, monkeypatch):
    monkeypatch.setattr("channels_realtime.asgi.extra_routes", [path("extra/", TYPED)])
    await open_socket("/extra/")
    assert [each.address for each in find_channels()] == ["/ws/echo/", "/ws/echo/typed/"]


def closure(application):
    async def wrapped(scope, receive, send):
        await application(scope, receive, send)

    return wrapped


class Wrapper:
    def __init__(self, application):
        self.something_else, self.next = None, application

    async def __call__(self, scope, receive, send):
        await self.next(scope, receive, send)


WRAPPERS = [
    *(closure, Wrapper, BaseMiddleware, AuthMiddlewareStack, AllowedHostsOriginValidator),
    native_clients,
    lambda application: functools.partial(lambda inner, *_: inner, application),
    lambda application: Wrapper(closure(Wrapper(application))),
]


@pytest.mark.parametrize("wrap", WRAPPERS)
def test_routes_are_found_inside_middleware(serve_application, wrap):
    serve_application(wrap(ProtocolTypeRouter({"websocket": wrap(WebSocketStack([]))})))
    assert find_channels() == []
    routes = [path("one/", wrap(TYPED)), path("two/", wrap(URLRouter([path("x/", PLAIN)])))]
    serve_application(wrap(URLRouter(routes)))
    assert [each[::2] for each in find_channels()] == [
        ("/one/", TypedEchoConsumer),
        ("/two/x/", EchoConsumer),
    ]


def test_applications_that_contain_each_other_are_searched_once(serve_application):
    outer = Wrapper(None)
    outer.next = Wrapper(outer)
    serve_application(outer)
    with pytest.raises(ImproperlyConfigured, match="has no WebSocket routes"):
        find_channels()


async def plain_application(scope, receive, send):
    """An ASGI application."""


def test_an_application_without_a_consumer_is_a_channel_and_a_last_resort_is_none(serve_routes):
    serve_routes(path("ws/raw/", plain_application), re_path(r"", PLAIN), re_path(r"^", PLAIN))
    assert find_channels() == [Channel("/ws/raw/", {}, None)]


@pytest.mark.parametrize("route", [path("", TYPED), re_path(r"^$", TYPED), re_path(r"\Z", TYPED)])
def test_a_route_at_the_root_is_a_channel(serve_routes, route):
    serve_routes(route)
    assert find_channels() == [Channel("/", {}, TypedEchoConsumer)]


@pytest.mark.parametrize("regex", [r"^ws/(?:one|two)/$", r"one|two", r"(?i:ws)/"])
def test_a_route_without_one_address_is_refused(serve_routes, regex):
    serve_routes(re_path(regex, TYPED))
    with pytest.raises(
        ImproperlyConfigured, match=r"has no single address: write a route"
    ) as error:
        find_channels()
    assert repr(regex) in str(error.value)


@pytest.mark.parametrize("application", [plain_application, ProtocolTypeRouter({})])
def test_a_site_without_routes_of_sockets_is_refused(serve_application, application):
    serve_application(application)
    with pytest.raises(ImproperlyConfigured, match=r"has no WebSocket routes: pass them"):
        find_channels()


@pytest.mark.parametrize("name", ["", "nowhere.application", "site_config.asgi.nothing"])
def test_an_application_that_cannot_be_imported_is_refused(settings, name):
    settings.ASGI_APPLICATION = name
    with pytest.raises(ImproperlyConfigured, match="ASGI_APPLICATION"):
        find_channels()
