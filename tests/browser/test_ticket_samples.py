"""The scripts of the documentation that ask for a ticket, in Chromium."""

from typing import NamedTuple

import pytest
from support.doc_samples import read_samples
from support.paths import ROOT

pytestmark = pytest.mark.slow

CLIENT = ROOT / "realtime/src/channels_realtime/static/channels_realtime/client.js"
PAGE = """
<!doctype html><title>Ticket</title>
<script type="module">
  import { connect } from "/client.js";

  window.opened = [];
  window.states = [];
  window.WebSocket = class {
    constructor(url, protocols) { opened.push([String(url), ...protocols]); }
  };
  document.cookie = "csrftoken=forms";
  const token = "secret";
  const handlers = { message() {}, state(state) { states.push(state); } };
  SAMPLE
</script>
"""


class Asking(NamedTuple):
    """A page of the documentation, that of its script, and what the script sends."""

    text: str
    section: str
    page: str
    request: str
    header: tuple[str, str]
    body: str | None
    socket: str


GUIDE = Asking(
    "guides/native-clients.md",
    "Use a ticket",
    "https://www.example.net/",
    "https://api.example.com/api/ticket/",
    ("authorization", "Token secret"),
    None,
    "wss://api.example.com/ws/room/",
)
REFERENCE = Asking(
    "reference/api.md",
    "Browser client: `channels_realtime/client.js`",
    "https://example.com/",
    "https://example.com/ticket/",
    ("x-csrftoken", "forms"),
    "path=%2Fws%2Fchat%2Flobby%2F",
    "wss://example.com/ws/chat/lobby/",
)


@pytest.fixture
def page(chromium):
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def read_script(asking):
    """Return the script that asks for a ticket."""
    samples = read_samples(asking.text, asking.section)
    scripts = [each.text for each in samples if each.language == "javascript"]
    [script] = [each for each in scripts if "fetch(" in each]
    return script


def open_page(page, asking, status):
    """Open a page with the script; return the requests for tickets, which get the status."""
    requests, html = [], PAGE.replace("SAMPLE", read_script(asking))
    allowed = {"Access-Control-Allow-Origin": asking.page.rstrip("/")}

    def answer(route):
        requests.append(route.request)
        route.fulfill(status=status, json={"ticket": "T"}, headers=allowed)

    page.route(asking.page, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route("**/client.js", lambda route: route.fulfill(path=CLIENT))
    page.route(asking.request, answer)
    page.goto(asking.page)
    return requests


@pytest.mark.parametrize("asking", [GUIDE, REFERENCE], ids=lambda each: each.text)
def test_the_script_connects_with_a_ticket(page, asking):
    requests = open_page(page, asking, 200)
    page.wait_for_function("opened.length > 0")
    assert page.evaluate("opened") == [[asking.socket, "realtime.ticket.T"]]
    [request] = requests
    name, value = asking.header
    assert (request.method, request.headers[name]) == ("POST", value)
    assert request.post_data == asking.body


@pytest.mark.parametrize("asking", [GUIDE, REFERENCE], ids=lambda each: each.text)
def test_the_script_tries_again_when_it_gets_no_ticket(page, asking):
    open_page(page, asking, 403)
    page.wait_for_function("states.length >= 3")
    assert page.evaluate("states.slice(0, 3)") == ["connecting", "reconnecting", "connecting"]
    assert page.evaluate("opened") == []
