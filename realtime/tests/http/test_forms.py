"""The charset of forms."""

import pytest
from channels.testing import HttpCommunicator

from channels_realtime.asgi import HTTPStack
from channels_realtime.testing.waiting import LIMIT
from site_config.asgi import application

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=X"
BODIES = {
    URLENCODED: b"username=a&password=b",
    MULTIPART: b'--X\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--X--\r\n',
}
# Python knows these as charsets, and Django asks Python.
CHARSETS = ["utf-7", "hex", "undefined", "idna", "utf-16", "latin-1", "nope"]


async def post(content_type, body, app=application):
    """Return the status of a POST to the sign-in page."""
    headers = [(b"host", b"localhost"), (b"content-type", content_type.encode())]
    http = HttpCommunicator(app, "POST", "/accounts/login/", body, headers)
    return (await http.get_response(LIMIT))["status"]


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("content_type", BODIES)
async def test_a_form_in_another_charset_is_answered_with_400(
    settings, content_type, charset, debug
):
    settings.DEBUG, settings.ALLOWED_HOSTS = debug, ["localhost"]
    assert await post(f"{content_type}; charset={charset}", BODIES[content_type]) == 400


async def test_a_parameter_in_an_unknown_charset_is_answered_with_400():
    assert await post(f"{MULTIPART}; charset*=nope''x", BODIES[MULTIPART]) == 400


@pytest.mark.parametrize(
    "content_type",
    [URLENCODED, MULTIPART, f'{URLENCODED}; charset="UTF-8"', "application/json; charset=latin-1"],
)
async def test_a_form_in_utf_8_and_other_content_are_passed_on(content_type):
    async def answer(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    assert await post(content_type, b"", HTTPStack(answer)) == 200
