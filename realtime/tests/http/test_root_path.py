"""FORCE_SCRIPT_NAME in the scope of requests and sockets, and in links."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import get_script_prefix, reverse, set_script_prefix

from channels_realtime.http.addresses import root_path_from_text
from channels_realtime.http.root_path import RootPathMiddleware


@pytest.fixture(autouse=True)
def prefix():
    """Restore the prefix of links."""
    before = get_script_prefix()
    yield
    set_script_prefix(before)


async def run(path, **others):
    """Return the scope that the application gets, and a link that it makes."""
    seen = []

    async def application(scope, receive, send):
        seen.extend([scope, reverse("login")])

    await RootPathMiddleware(application)({"path": path, **others}, None, None)
    return seen


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/ws/room/", "/chat/ws/room/"),
        ("/chat/ws/room/", "/chat/ws/room/"),
        ("/chatter/", "/chat/chatter/"),
        ("/chat", "/chat/"),
        ("/", "/chat/"),
    ],
)
@pytest.mark.parametrize("setting", ["/chat", "/chat/"])
async def test_the_path_begins_with_the_root_path_and_links_do(settings, path, expected, setting):
    settings.FORCE_SCRIPT_NAME = setting
    scope, link = await run(path, root_path="/sent-by-a-stranger")
    assert (scope["path"], scope["root_path"]) == (expected, "/chat")
    assert link == "/chat/accounts/login/"


async def test_without_the_setting_nothing_changes():
    scope, link = await run("/a/b/", root_path="/a")
    assert scope == {"path": "/a/b/", "root_path": "/a"}
    assert link == "/accounts/login/"


@pytest.mark.parametrize(
    ("text", "path"),
    [("", ""), ("/", ""), ("chat", "/chat"), ("/chat/", "/chat"), (" /a//b-1/ ", "/a/b-1")],
)
def test_a_root_path_has_one_slash_before_each_part(text, path):
    assert root_path_from_text(text) == path


@pytest.mark.parametrize("text", ["https://example.com/chat", "/chat?x", "a b", "/..", "/ü"])
def test_a_text_that_is_no_path_is_an_error_that_names_it(text):
    with pytest.raises(ImproperlyConfigured) as refused:
        root_path_from_text(text)
    assert f"FORCE_SCRIPT_NAME is {text!r}; it is a path, such as /chat." in str(refused.value)
