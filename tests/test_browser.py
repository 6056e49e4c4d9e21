"""The page in a real browser: two people in two browsers, and a server that goes away and comes back."""

import os
import re
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright
from projects import PASSWORD, RUNSERVER, end, free_port, serve

pytestmark = pytest.mark.slow

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 1000
SOCKETS = ("echo", "chat", "notice")


@pytest.fixture(scope="module")
def chromium():
    """A headless Chromium: the one that CHROMIUM names, or one in PATH."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("there is no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """One person with a fresh profile, and whatever the browser complained about."""

    def __init__(self, browser, server):
        self.server, self.complaints = server, []
        self.page = browser.new_context().new_page()
        self.page.set_default_timeout(20 * SECONDS)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note)

    def _note(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def sign_in(self, name):
        """Sign in through the form."""
        self.page.goto(f"{self.server.address}/accounts/login/?next=/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.server.address}/")

    def expect_states(self, *names, state="open"):
        """Wait until the sockets of these names are in a state."""
        for name in names:
            expect(self.page.locator(f"#{name}-state")).to_have_text(state, timeout=40 * SECONDS)

    def write(self, name, text):
        """Send a text through a form."""
        self.page.fill(f"#{name}-text", text)
        self.page.click(f"#{name}-send")

    def expect_in(self, element, text):
        """Wait until an element holds a text."""
        expect(self.page.locator(f"#{element}")).to_contain_text(text, timeout=20 * SECONDS)


@pytest.fixture
def site(ready):
    """The development server of a new project."""
    with serve(ready, RUNSERVER) as server:
        yield server


@pytest.fixture
def visit(chromium):
    """Open a browser of its own for somebody."""
    visitors = []

    def arrive(server, name=None):
        visitor = Visitor(chromium, server)
        visitors.append(visitor)
        if name:
            visitor.sign_in(name)
        else:
            visitor.page.goto(server.address)
        return visitor

    yield arrive
    for visitor in visitors:
        visitor.page.context.close()


def test_two_superusers_in_two_browsers_hear_each_other(site, visit):
    alice, bob = visit(site, "alice"), visit(site, "bob")
    for visitor in (alice, bob):
        visitor.expect_states(*SOCKETS)
    alice.write("chat", "hello from alice <b>&</b>")
    for visitor in (bob, alice):
        visitor.expect_in("chat-log", "alice hello from alice <b>&</b>")
    bob.write("chat", "and from bob")
    for visitor in (alice, bob):
        visitor.expect_in("chat-log", "bob and from bob")
    assert alice.complaints + bob.complaints == []


def test_a_notice_arrives_at_the_one_it_is_for(site, visit):
    alice, bob = visit(site, "alice"), visit(site, "bob")
    for visitor in (alice, bob):
        visitor.expect_states(*SOCKETS)
    alice.page.select_option("#id_to", "bob")
    alice.page.fill("#id_text", "tea is ready")
    alice.page.click("#notice-send")
    bob.expect_in("notice-log", '"from": "alice"')
    bob.expect_in("notice-log", "tea is ready")
    alice.expect_in("notice-log", '"sent": true')
    assert '"from"' not in alice.page.locator("#notice-log").inner_text()
    assert alice.complaints + bob.complaints == []


def test_a_stranger_can_ask_and_echo_and_is_sent_to_sign_in_for_more(site, visit):
    stranger = visit(site)
    stranger.expect_states("echo")
    stranger.page.click("#hello-send")
    stranger.expect_in("hello-log", "Hello, stranger.")
    stranger.write("echo", "ping ü€𝄞")
    expect(stranger.page.locator("#echo-log p", has_text="ping ü€𝄞")).to_have_count(2)
    assert stranger.page.locator("#chat-form").count() == 0
    stranger.page.locator("#layer").get_by_role("link", name="Sign in").click()
    expect(stranger.page).to_have_url(re.compile("/accounts/login/"))
    assert stranger.complaints == []


def test_the_page_is_styled_and_fits_a_phone(site, visit):
    stranger = visit(site)
    sheets = "[...document.styleSheets].map(sheet => sheet.cssRules.length)"
    assert all(stranger.page.evaluate(sheets))
    stranger.page.set_viewport_size({"width": 360, "height": 740})
    assert stranger.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert stranger.complaints == []


def test_the_page_comes_back_when_the_server_does(ready, visit):
    port = free_port()
    with serve(ready, RUNSERVER, port) as server:
        alice = visit(server, "alice")
        alice.expect_states(*SOCKETS)
        end(server.process)
        alice.expect_states(*SOCKETS, state="reconnecting")
        alice.write("chat", "nobody hears this")
        alice.expect_in("chat-log", "Not sent")
    with serve(ready, RUNSERVER, port):
        alice.expect_states(*SOCKETS)
        # The text is still there, to be sent now.
        alice.page.click("#chat-send")
        alice.expect_in("chat-log", "alice nobody hears this")
        alice.write("echo", "back")
        expect(alice.page.locator("#echo-log p", has_text="back")).to_have_count(2)


def test_signing_out_ends_at_the_sign_in_page(site, visit):
    alice = visit(site, "alice")
    alice.page.get_by_role("button", name="Log out").first.click()
    expect(alice.page).to_have_url(re.compile("/accounts/login/"))
    alice.page.goto(f"{site.address}/accounts/")
    expect(alice.page).to_have_url(re.compile(r"/accounts/login/\?next=/accounts/"))
    assert alice.complaints == []
