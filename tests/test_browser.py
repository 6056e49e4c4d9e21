"""The page in a real browser: two people in two browsers, and a server that goes away and comes back."""

import json
import os
import re
import signal

import pytest
from playwright.sync_api import expect
from projects import PASSWORD, RUNSERVER, UVICORN, end, free_port, serve

pytest_plugins = ["browsers"]
pytestmark = pytest.mark.slow

SECONDS = 1000
SOCKETS = ("echo", "chat", "notice")
expect.set_options(timeout=60 * SECONDS)  # a client may wait half as long between two tries


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
            found = self.page.locator(f"#{name}-state")
            expect(found).to_have_attribute("data-state", state)

    def write(self, name, text):
        """Send a text through a form."""
        self.page.fill(f"#{name}-text", text)
        self.page.click(f"#{name}-send")

    def expect_words(self, name, words):
        """Wait until a socket's state is told in these words."""
        expect(self.page.locator(f"#{name}-state")).to_have_text(words)

    def expect_in(self, element, text):
        """Wait until an element holds a text."""
        expect(self.page.locator(f"#{element}")).to_contain_text(text)


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
    bob.expect_in("notice-log", '"from":"alice"')
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


def kill(server):
    """End a server as a crash does, without a word to anybody."""
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()


def say_elsewhere(project, name, *texts):
    """Say something in the lobby from a process that serves nobody."""
    lines = [f"say('lobby', User.objects.get(username={name!r}), {text!r})" for text in texts]
    project.manage("shell", "-c", "\n".join(["from accounts.models import User", "from chat.talk import say", *lines]))


def test_the_page_comes_back_and_misses_nothing(ready, visit):
    port = free_port()
    with serve(ready, RUNSERVER, port) as server:
        alice = visit(server, "alice")
        alice.expect_states(*SOCKETS)
        alice.write("chat", "before the crash")
        alice.expect_in("chat-log", "alice before the crash")
        kill(server)
        alice.expect_words("chat", re.compile(r"^reconnecting in \d+ s$"))
        alice.write("chat", "during the crash")
        alice.expect_in("chat-log", "kept until the connection is back: during the crash")
        say_elsewhere(ready, "bob", "the first while away", "the second while away")
    with serve(ready, RUNSERVER, port):
        alice.expect_words("chat", "connected, resumed 2 messages")
        alice.expect_in("chat-log", "alice during the crash")
        said = alice.page.locator("#chat-log .said span").all_inner_texts()
        assert said[-4:] == [
            "before the crash",
            "the first while away",
            "the second while away",
            "during the crash",
        ]
        alice.expect_states(*SOCKETS)
        alice.write("echo", "and an echo")
        expect(alice.page.locator("#echo-log p", has_text="and an echo")).to_have_count(2)


def test_a_server_that_stops_says_so_and_the_page_is_back_soon(ready, visit):
    port = free_port()
    with serve(ready, UVICORN, port) as server:
        alice = visit(server, "alice")
        alice.expect_states(*SOCKETS)
        end(server.process)
        for log in ("chat-wire", "notice-log"):
            alice.expect_in(log, "lost (1012)")
    with serve(ready, UVICORN, port):
        alice.expect_states(*SOCKETS)


def test_what_was_said_before_is_on_the_page(ready, site, visit):
    text = "said before <img src=x onerror=alert(1)> & more"
    say_elsewhere(ready, "bob", text)
    alice = visit(site, "alice")
    alice.expect_words("chat", "connected")
    expect(alice.page.locator("#chat-log p").last).to_contain_text(f"bob {text}")
    alice.page.get_by_role("link", name="All that was said here").click()
    expect(alice.page.locator(".history li").last).to_contain_text(text)
    assert alice.complaints == []


FILL = """
from accounts.models import User
from chat.models import Message, Room
room, bob = Room.objects.get(name="lobby"), User.objects.get(username="bob")
numbers = range(room.last_seq + 1, room.last_seq + 502)
Message.objects.bulk_create(Message(room=room, seq=seq, user=bob, text=f"missed {seq}") for seq in numbers)
Room.objects.filter(pk=room.pk).update(last_seq=numbers[-1])
"""


def test_who_has_missed_too_much_is_sent_to_the_history(ready, visit):
    port = free_port()
    say_elsewhere(ready, "alice", "the last that is known")
    with serve(ready, RUNSERVER, port) as server:
        alice = visit(server, "alice")
        alice.expect_states(*SOCKETS)
        kill(server)
        alice.expect_states(*SOCKETS, state="reconnecting")
        ready.manage("shell", "-c", FILL)
    with serve(ready, RUNSERVER, port):
        alice.expect_words("chat", "connected")
        alice.write("chat", "the line goes on")
        alice.expect_in("chat-log", "alice the line goes on")
        alice.page.get_by_role("link", name="They are in the history").click()
        messages = alice.page.locator(".history li")
        expect(messages).to_have_count(100)
        expect(messages.first).to_contain_text("missed")
        alice.page.get_by_role("link", name="Older").click()
        expect(messages.last).to_contain_text("the last that is known")
        alice.page.get_by_role("link", name="Newer").click()
        expect(messages.first).to_contain_text("missed")


def test_what_comes_before_the_answer_to_a_resume_is_shown_once(site, visit):
    alice = visit(site, "alice")

    def answer(socket):
        def receive(text):
            after = json.loads(text)["after"]
            said = {"type": "chat.message", "room": "lobby", "user": "bob", "at": "2026-01-01T12:00:00+00:00"}
            early = json.dumps({**said, "seq": after + 2, "text": "an early frame"})
            socket.send(early)
            socket.send(json.dumps({"type": "chat.resumed", "room": "lobby", "after": after, "count": 2}))
            socket.send(json.dumps({**said, "seq": after + 1, "text": "a missed one"}))
            socket.send(early)

        socket.on_message(receive)

    alice.page.route_web_socket("**/ws/chat/lobby/", answer)
    alice.page.reload()
    alice.expect_words("chat", "connected, resumed 2 messages")
    expect(alice.page.locator("#chat-log .said span", has_text="an early frame")).to_have_count(1)
    assert alice.page.locator("#chat-log .said span").all_inner_texts()[-2:] == ["a missed one", "an early frame"]


def test_signing_out_elsewhere_closes_the_sockets(site, visit):
    alice = visit(site, "alice")
    alice.expect_states(*SOCKETS)
    other = alice.page.context.new_page()
    other.goto(site.address)
    other.get_by_role("button", name="Log out").first.click()
    alice.expect_states("chat", "notice", state="closed")
    expect(alice.page.get_by_role("alert")).to_contain_text("Your session has ended")
    alice.write("chat", "too late")
    alice.expect_in("chat-log", "not sent: the connection has ended")
    expect(alice.page.get_by_label("Say something")).to_have_value("too late")


def test_signing_out_ends_at_the_sign_in_page(site, visit):
    alice = visit(site, "alice")
    alice.page.get_by_role("button", name="Log out").first.click()
    expect(alice.page).to_have_url(re.compile("/accounts/login/"))
    alice.page.goto(f"{site.address}/accounts/")
    expect(alice.page).to_have_url(re.compile(r"/accounts/login/\?next=/accounts/"))
    assert alice.complaints == []
