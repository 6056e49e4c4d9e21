"""Many sockets of client.js send messages while another program locks the SQLite database."""

import contextlib
import sqlite3
from collections import Counter

import pytest
from support.processes import wait_for
from support.projects import PASSWORD
from support.servers import DAPHNE, UVICORN, serve

pytestmark = pytest.mark.slow

SERVERS = {"uvicorn": UVICORN, "daphne": DAPHNE}
SOCKETS, TEXTS = 20, 15  # texts of each socket; client.js keeps up to 16
INTERVAL, REST = 2.0, 5.0  # seconds: 15 intervals and the rest are 35 seconds
RECOVERY = 120  # seconds; a client waits up to 30 before it connects again

STORED = """
SELECT text FROM chat_message JOIN chat_room ON room_id = chat_room.id WHERE name = ?
"""
CLIENTS = """
async ([room, count]) => {
  const { connect, makeId } = await import(document.getElementById("realtime-client").href);
  const states = [], ids = [], answers = {}; // states of the sockets, answers by id
  let losses = 0;

  function open(_, number) {
    const socket = connect(`/ws/chat/${room}/`, { resume, state, message }, { heartbeat: true });
    return socket;

    function resume() {
      return JSON.stringify({ type: "chat.resume", room, after: 0 });
    }

    function state(state, { code }) {
      states[number] = state;
      if (code) losses++;
    }

    function message(text) {
      const { type, id, code } = JSON.parse(text);
      if (type === "chat.resumed" || type === "chat.gap") socket.resumed();
      if (type === "ack" || type === "error") answers[id] = code ?? type;
    }
  }

  const sockets = Array.from({ length: count }, open);
  window.areOpen = () => states.filter((each) => each === "open").length === count;
  window.report = () => ({ ids, answers, losses });
  window.say = () => {
    for (const socket of sockets) {
      const id = makeId();
      ids.push(id);
      socket.send(JSON.stringify({ type: "chat.say", text: id, id }), id);
    }
  };
}
"""


@pytest.fixture(params=SERVERS)
def room(request):
    """The name of the server, and of the room."""
    return request.param


@pytest.fixture
def page(room, default_project, chromium):
    """A page with many open sockets in the room."""
    with serve(default_project, SERVERS[room]) as server:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"{server.url}/accounts/login/?next=/")
        page.get_by_label("Username").fill("alice")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{server.url}/")
        page.evaluate(CLIENTS, [room, SOCKETS])
        wait_in(page, lambda: page.evaluate("areOpen()"), "all sockets are open")
        yield page
        context.close()


def wait_in(page, condition, what):
    """Wait, and let the page run meanwhile."""
    wait_for(lambda: page.wait_for_timeout(100) or condition(), what, RECOVERY)


def all_are_answered(page):
    """Return whether each message has got an ack or an error."""
    report = page.evaluate("report()")
    return set(report["ids"]) == set(report["answers"])


def test_each_message_sent_while_the_database_was_locked_is_stored_once_or_refused(
    default_project, room, page, capsys
):
    """One may be refused: its handler waits for 20 seconds, as in config/settings.py."""
    database = sqlite3.connect(default_project.path / "db.sqlite3", isolation_level=None)
    with contextlib.closing(database):
        database.execute("BEGIN IMMEDIATE")
        for _ in range(TEXTS):
            page.evaluate("say()")
            page.wait_for_timeout(INTERVAL * 1000)
        page.wait_for_timeout(REST * 1000)
        assert page.evaluate("report().losses") > 0
        database.execute("ROLLBACK")
        wait_in(page, lambda: all_are_answered(page), "every message is answered")
        stored = database.execute(STORED, [room]).fetchall()
    answers = page.evaluate("report().answers")
    with capsys.disabled():
        print(f"\n{room}: {Counter(answers.values())}")
    confirmed = [key for key, answer in answers.items() if answer == "ack"]
    assert sorted(text for [text] in stored) == sorted(confirmed)
    assert len(confirmed) >= SOCKETS * TEXTS - 1
