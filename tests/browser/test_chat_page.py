"""The page of the example in Chromium, with two users and a server that restarts."""

import contextlib
import json
import os
import re
import signal
import sqlite3

import pytest
from playwright.sync_api import expect
from support.processes import find_free_port, stop_session, wait_for
from support.projects import PASSWORD
from support.servers import RUNSERVER, UVICORN, serve

pytestmark = pytest.mark.slow

SECONDS = 1000  # milliseconds
PHASES = {"hello": "http", "echo": "websocket", "typed": "websocket"}  # all others: "layer"
PLAIN, LIBRARY = ("echo", "room"), ("typed", "chat", "notify")
SOCKETS = (*PLAIN, *LIBRARY)
expect.set_options(timeout=60 * SECONDS)  # client.js waits up to 30 seconds


class Browser:
    """A new browser profile, with the errors and warnings of the page."""

    def __init__(self, chromium, server):
        self.server, self.problems = server, []
        self.page = chromium.new_context().new_page()
        self.page.set_default_timeout(20 * SECONDS)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._record)

    def _record(self, message):
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def sign_in(self, name):
        """Sign in through the form."""
        self.page.goto(f"{self.server.url}/accounts/login/?next=/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.server.url}/")

    def open(self, block):
        """Select the tab of a block, and return the block."""
        self.page.click(f"#{PHASES.get(block, 'layer')}-tab")
        return self.page.locator(f"#{block}")

    def expect_states(self, *blocks, state="open"):
        """Wait until the sockets of these blocks are in a state."""
        for block in blocks:
            locator = self.page.locator(f"#{block} .state")
            expect(locator).to_have_attribute("data-state", state)

    def write(self, block, text):
        """Send a text through a block's form."""
        form = self.open(block)
        form.locator("input:not([type=hidden])").fill(text)
        form.get_by_role("button").click()

    def expect_state_text(self, block, text):
        """Wait until the state of a block's socket has a text."""
        expect(self.page.locator(f"#{block} .state")).to_have_text(text)

    def expect_in_log(self, block, text):
        """Wait until the log of a block contains a text."""
        expect(self.page.locator(f"#{block} .log p", has_text=text).first).to_be_attached()

    def messages(self):
        """Return the locator of the texts in the room of the library."""
        return self.page.locator("#chat .said span")


@pytest.fixture
def site(default_project):
    """The development server of a new project."""
    with serve(default_project, RUNSERVER) as server:
        yield server


@pytest.fixture
def visit(chromium):
    """Return a function that opens a new browser profile, and signs in if it gets a name."""
    browsers = []

    def open_browser(server, name=None):
        browser = Browser(chromium, server)
        browsers.append(browser)
        if name:
            browser.sign_in(name)
        else:
            browser.page.goto(server.url)
        return browser

    yield open_browser
    for browser in browsers:
        browser.page.context.close()


def test_two_superusers_in_two_browsers_receive_each_others_messages(site, visit):
    alice, bob = visit(site, "alice"), visit(site, "bob")
    for browser in (alice, bob):
        browser.expect_states(*SOCKETS)
    alice.write("chat", "hello from alice <b>&</b>")
    for browser in (bob, alice):
        browser.expect_in_log("chat", "alice hello from alice <b>&</b>")
    bob.write("chat", "and from bob")
    for browser in (alice, bob):
        browser.expect_in_log("chat", "bob and from bob")
    alice.write("room", "hello <i>there</i>")
    bob.expect_in_log("room", "in alice: hello <i>there</i>")
    assert alice.problems + bob.problems == []


def test_a_page_shows_who_is_in_the_room_and_says_who_comes_types_and_leaves(site, visit):
    alice, bob = visit(site, "alice"), visit(site, "bob")
    names, status = (alice.page.locator(f"#people .{each}") for each in ("names", "status"))
    expect(names).to_have_text("alice, bob")
    expect(status).to_have_text("bob joined.")
    expect(status).to_have_attribute("role", "status")
    bob.open("chat").locator("input").press_sequentially("hello")
    expect(status).to_have_text("bob is typing…")
    bob.page.locator("#chat button").click()
    expect(status).to_have_text("bob joined.")
    second = bob.page.context.new_page()
    second.goto(site.url)
    expect(names).to_have_text("alice, bob (2 tabs)")
    bob.page.context.close()
    expect(names).to_have_text("alice")
    expect(status).to_have_text("bob left.")
    assert alice.problems == []


def test_a_notice_is_shown_only_to_its_user(site, visit):
    alice, bob = visit(site, "alice"), visit(site, "bob")
    for browser in (alice, bob):
        browser.expect_states(*SOCKETS)
    alice.page.select_option("#id_to", "bob")
    alice.write("notify", "tea is <b>ready</b>")
    words = "alice sends you a notice: tea is <b>ready</b>"
    expect(bob.page.locator("#notices")).to_contain_text(words)
    alice.expect_in_log("notify", '"sent": true')
    expect(alice.page.locator("#notices")).to_be_empty()
    assert alice.problems + bob.problems == []


def test_a_view_sends_to_the_tutorials_room(site, visit):
    alice = visit(site, "alice")
    alice.expect_states(*SOCKETS)
    alice.write("announce", "the site closes at noon")
    alice.expect_in_log("room", "in alice: the site closes at noon")


def test_only_the_library_answers_an_invalid_message_with_an_error(site, visit):
    alice = visit(site, "alice")
    alice.expect_states(*SOCKETS)
    for plain, library in (("echo", "typed"), ("room", "chat")):
        alice.open(plain)
        alice.page.click(f'[data-to="{plain} {library}"]')
        expect(alice.page.locator(f"#{library} .error")).to_contain_text("unknown_type")
        alice.expect_in_log(plain, re.compile(r'^\S+ in .*{"type": "bad"}'))
    alice.expect_states(*SOCKETS)


def test_an_anonymous_user_can_use_the_tutorials_sockets_and_sees_a_link_to_sign_in(site, visit):
    browser = visit(site)
    browser.expect_states("echo", "typed", "room")
    browser.open("hello").get_by_role("button").click()
    browser.expect_in_log("hello", "Hello, stranger.")
    browser.write("echo", "ping ü€𝄞")
    expect(browser.page.locator("#echo .log p", has_text="ping ü€𝄞")).to_have_count(2)
    browser.write("room", "hello")
    browser.expect_in_log("room", "in anonymous: hello")
    browser.expect_states("chat", state="closed")
    browser.page.get_by_role("alert").get_by_role("link", name="Sign in").click()
    expect(browser.page).to_have_url(re.compile("/accounts/login/"))
    assert browser.problems == []


def test_the_phases_are_tabs_with_keyboard_support_and_links(site, visit):
    browser = visit(site)
    shown = browser.page.locator("section:visible")
    selected = browser.page.get_by_role("tab", selected=True)
    expect(shown).to_have_attribute("id", "http")
    selected.focus()
    for key, phase in (("ArrowRight", "websocket"), ("End", "layer"), ("ArrowRight", "http")):
        browser.page.keyboard.press(key)
        expect(shown).to_have_attribute("id", phase)
        expect(selected).to_be_focused()
        expect(selected).to_have_attribute("aria-controls", phase)
    browser.page.goto(f"{site.url}/?again#chat")
    expect(shown).to_have_attribute("id", "layer")
    browser.page.click("#websocket-tab")
    expect(shown).to_have_attribute("id", "websocket")
    browser.page.go_back()
    expect(shown).to_have_attribute("id", "layer")


ADMIN_PAGES = (
    *("", "accounts/user/", "accounts/user/add/", "accounts/user/1/change/", "auth/group/add/"),
    *("chat/room/add/", "chat/message/"),
)
INLINE_SCRIPT = """() => {
    const script = document.createElement("script");
    script.textContent = "window.hasRun = true";
    document.body.append(script);
    return window.hasRun === true;
}"""


def test_the_content_security_policy_blocks_inline_scripts_and_nothing_of_the_site(site, visit):
    alice = visit(site, "alice")
    alice.expect_states(*SOCKETS)
    for path in ADMIN_PAGES:
        response = alice.page.goto(f"{site.url}/admin/{path}", wait_until="networkidle")
        assert response.status == 200
        assert "default-src 'self'" in response.headers["content-security-policy"]
    violations = [text for text in alice.problems if "Content Security Policy" in text]
    assert violations == []
    assert alice.page.evaluate(INLINE_SCRIPT) is False
    assert any("Content Security Policy" in text for text in alice.problems)


def test_without_javascript_all_phases_are_shown_and_the_first_works(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url)
    expect(page.locator("section:visible")).to_have_count(3)
    page.get_by_role("button", name="Send a request").click()
    expect(page.locator("body")).to_contain_text("Hello, stranger.")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_styled_and_fits_its_window(site, visit, width, scheme):
    alice = visit(site, "alice")
    alice.page.emulate_media(color_scheme=scheme)
    alice.page.set_viewport_size({"width": width, "height": 740})
    sheets = "[...document.styleSheets].map(sheet => sheet.cssRules.length)"
    assert all(alice.page.evaluate(sheets))
    for block in ("hello", "echo", "chat"):
        alice.open(block)
        assert alice.page.evaluate("document.documentElement.scrollWidth") <= width
        cut = (
            "[...document.querySelectorAll('pre, .log')].filter(e => e.scrollWidth > e.clientWidth)"
        )
        assert alice.page.evaluate(f"{cut}.length") == 0
    assert alice.problems == []


def kill(server):
    """Kill a server."""
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()


def post_from_command(project, name, *texts):
    """Post messages to the lobby from a management command."""
    # The layer in memory refuses messages of processes without the application.
    lines = ["import config.asgi", "from accounts.models import User"]
    lines += ["from chat.services import post_message"]
    user = f"User.objects.get(username={name!r})"
    lines += [f"post_message('lobby', {user}, {text!r})" for text in texts]
    project.manage("shell", "-c", "\n".join(lines))


def test_after_a_crash_the_page_reconnects_and_resumes_the_librarys_room(default_project, visit):
    port = find_free_port()
    with serve(default_project, RUNSERVER, port) as server:
        alice = visit(server, "alice")
        alice.expect_states(*SOCKETS)
        alice.write("chat", "before the crash")
        alice.expect_in_log("chat", "alice before the crash")
        kill(server)
        alice.expect_state_text("chat", re.compile(r"^reconnecting in \d+ s$"))
        alice.write("chat", "during the crash")
        alice.expect_in_log("chat", "kept until the connection is back")
        post_from_command(default_project, "bob", "the first while away", "the second while away")
    with serve(default_project, RUNSERVER, port):
        alice.expect_state_text("chat", "connected, resumed 2 messages")
        alice.expect_in_log("chat", "alice during the crash")
        assert alice.messages().all_inner_texts()[-4:] == [
            "before the crash",
            "the first while away",
            "the second while away",
            "during the crash",
        ]
        alice.expect_states(*SOCKETS)
        alice.write("echo", "and an echo")
        expect(alice.page.locator("#echo .log p", has_text="and an echo")).to_have_count(2)


def stored(project, *texts):
    """Return how often each text is stored."""
    code = f"print([Message.objects.filter(text=each).count() for each in {texts!r}])"
    output = project.manage("shell", "-c", f"from chat.models import Message\n{code}")
    return json.loads(output.strip().splitlines()[-1])


def test_what_was_sent_into_a_breaking_connection_is_stored_once(default_project, visit):
    port = find_free_port()
    acks = []

    def drop_acks(route):
        server = route.connect_to_server()
        server.on_message(lambda text: acks.append(text) if '"ack"' in text else route.send(text))

    with serve(default_project, RUNSERVER, port) as server:
        alice = visit(server, "alice")
        alice.page.route_web_socket("**/ws/chat/lobby/", drop_acks)
        alice.page.reload()
        alice.expect_states(*SOCKETS)
        alice.write("chat", "stored and not confirmed")
        alice.expect_in_log("chat", "alice stored and not confirmed")
        database = sqlite3.connect(default_project.path / "db.sqlite3", isolation_level=None)
        with contextlib.closing(database):
            database.execute("BEGIN IMMEDIATE")
            alice.write("chat", "sent and not stored")
            alice.expect_in_log("chat", "sent and not stored")
            kill(server)
        alice.expect_states("chat", state="reconnecting")
    with serve(default_project, RUNSERVER, port):
        alice.expect_states(*SOCKETS)
        alice.expect_in_log("chat", "alice sent and not stored")
        wait_for(lambda: alice.page.wait_for_timeout(50) or len(acks) == 3, "both are answered")
    assert alice.messages().filter(has_text="not confirmed").count() == 1
    assert stored(default_project, "stored and not confirmed", "sent and not stored") == [1, 1]


def test_after_disconnecting_only_the_librarys_room_sends_missed_messages(site, visit):
    alice, bob = visit(site, "alice"), visit(site, "bob")
    for browser in (alice, bob):
        browser.expect_states(*SOCKETS)
    alice.page.click("#switch")
    alice.expect_states("room", "chat", state="closed")
    for block in ("room", "chat"):
        bob.write(block, "you have missed this")
    bob.expect_in_log("chat", "bob you have missed this")
    bob.expect_in_log("room", "in bob: you have missed this")
    alice.page.click("#switch")
    alice.expect_state_text("chat", "connected, resumed 1 message")
    alice.expect_in_log("chat", "bob you have missed this")
    alice.expect_states("room")
    expect(alice.page.locator("#room .log")).not_to_contain_text("you have missed this")


def test_a_server_that_stops_closes_with_1012_and_the_page_reconnects(default_project, visit):
    port = find_free_port()
    with serve(default_project, UVICORN, port) as server:
        alice = visit(server, "alice")
        alice.expect_states(*SOCKETS)
        stop_session(server.process)
        for block in LIBRARY:
            alice.expect_in_log(block, "closed with 1012")
    with serve(default_project, UVICORN, port):
        alice.expect_states(*SOCKETS)


def test_earlier_messages_are_on_the_page_and_in_the_history(default_project, site, visit):
    text = "said before <img src=x onerror=alert(1)> & more"
    post_from_command(default_project, "bob", text)
    alice = visit(site, "alice")
    alice.expect_state_text("chat", "connected")
    expect(alice.messages().last).to_have_text(text)
    alice.page.get_by_role("link", name="All messages").click()
    expect(alice.page.locator(".history li").last).to_contain_text(text)
    assert alice.problems == []


FILL = """
from accounts.models import User
from chat.models import Message, Room
room, bob = Room.objects.get(name="lobby"), User.objects.get(username="bob")
numbers = range(room.last_seq + 1, room.last_seq + 502)
Message.objects.bulk_create(
    Message(room=room, seq=seq, user=bob, text=f"missed {seq}") for seq in numbers
)
Room.objects.filter(pk=room.pk).update(last_seq=numbers[-1])
"""


def test_a_client_that_has_missed_too_many_messages_gets_a_link_to_the_history(
    default_project, visit
):
    port = find_free_port()
    post_from_command(default_project, "alice", "the last that is known")
    with serve(default_project, RUNSERVER, port) as server:
        alice = visit(server, "alice")
        alice.expect_states(*SOCKETS)
        kill(server)
        alice.expect_states(*SOCKETS, state="reconnecting")
        default_project.manage("shell", "-c", FILL)
    with serve(default_project, RUNSERVER, port):
        alice.expect_state_text("chat", "connected")
        alice.write("chat", "a live message")
        alice.expect_in_log("chat", "alice a live message")
        alice.page.get_by_role("link", name="They are in the history").click()
        messages = alice.page.locator(".history li")
        expect(alice.page.get_by_text("missed", exact=False).first).to_be_visible()
        alice.page.get_by_role("link", name="Newer").click()
        expect(messages).to_have_count(100)
        expect(messages.first).to_contain_text("missed")
        alice.page.get_by_role("link", name="Older").click()
        expect(messages.filter(has_text="the last that is known")).to_have_count(1)


def test_a_message_before_the_answer_to_a_resume_is_shown_once(site, visit):
    alice = visit(site, "alice")

    def answer(socket):
        def receive(text):
            after = json.loads(text)["after"]
            frame = {"type": "chat.message", "room": "lobby", "user": "bob"}
            frame["at"] = "2026-01-01T12:00:00+00:00"
            early = json.dumps({**frame, "seq": after + 2, "text": "an early frame"})
            answer = {"type": "chat.resumed", "room": "lobby", "after": after, "count": 2}
            socket.send(early)
            socket.send(json.dumps(answer))
            socket.send(json.dumps({**frame, "seq": after + 1, "text": "a missed one"}))
            socket.send(early)

        socket.on_message(receive)

    alice.page.route_web_socket("**/ws/chat/lobby/", answer)
    alice.page.reload()
    alice.expect_state_text("chat", "connected, resumed 2 messages")
    expect(alice.messages().filter(has_text="an early frame")).to_have_count(1)
    assert alice.messages().all_inner_texts()[-2:] == ["a missed one", "an early frame"]


def test_logging_out_in_another_tab_closes_the_librarys_sockets(site, visit):
    alice = visit(site, "alice")
    alice.expect_states(*SOCKETS)
    other = alice.page.context.new_page()
    other.goto(f"{site.url}/accounts/")
    other.get_by_role("button", name="Log out").click()
    alice.expect_states("chat", "notify", state="closed")
    alice.expect_in_log("chat", "closed with 4401")
    alice.expect_states(*PLAIN, "typed")
    expect(alice.page.get_by_role("alert")).to_contain_text("You are not signed in")
    alice.write("chat", "too late")
    alice.expect_in_log("chat", "not sent: the connection has ended")
    expect(alice.open("chat").locator("input")).to_have_value("too late")


def test_logging_out_leads_to_the_login_page(site, visit):
    alice = visit(site, "alice")
    alice.page.get_by_role("button", name="Log out").click()
    expect(alice.page).to_have_url(re.compile("/accounts/login/"))
    expect(alice.page.get_by_role("link", name="Sign in")).to_have_count(0)
    alice.page.goto(f"{site.url}/accounts/")
    expect(alice.page).to_have_url(re.compile(r"/accounts/login/\?next=/accounts/"))
    assert alice.problems == []
