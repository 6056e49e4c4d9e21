"""A chat room of the example under load: its clients, and its messages in the database."""

import json
import os
import subprocess
import sys

from support.deployment import DOMAIN, PROXY_PORT
from support.paths import ROOT
from support.processes import wait_for

SENDERS = 12
INTERVAL = 0.1  # seconds between two messages; a socket may send ten messages a second
TIMEOUT = 120  # seconds
CLIENT_JS = "channels_realtime/static/channels_realtime/client.js"  # in a project


class ChatRoom:
    """A room, and a process on the host of the clients that joins it for every user."""

    def __init__(self, site, name):
        self.site, self.name, self.host = site, name, site.hosts["clients"]
        self.database = site.data.connect()
        self.process = self.host.start(
            "chat",
            [sys.executable, "-m", "support.chat_client_process"],
            env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._write_line(json.dumps(self._specification()))

    def _specification(self):
        return {
            "client_js": str(self.site.project.path / CLIENT_JS),
            "connect": {
                "uri": f"ws://{DOMAIN}/ws/chat/{self.name}/",
                "origin": f"http://{DOMAIN}",
                "host": self.site.hosts["proxy"].address,
                "port": PROXY_PORT,
            },
            "room": self.name,
            "cookies": self.site.cookies,
            "senders": SENDERS,
            "interval": INTERVAL,
        }

    def _write_line(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def execute(self, command):
        """Return the answer of the process to a command."""
        self._write_line(command)
        answer = self.process.stdout.readline()
        assert answer, (self.host.folder / "clients-chat.log").read_text()
        return json.loads(answer)

    def stored(self):
        """Return the number of the room's last message in the database."""
        query = "SELECT last_seq FROM chat_room WHERE name = %s"
        row = self.database.execute(query, [self.name]).fetchone()
        return row[0] if row else 0

    def wait_for_count(self, name, minimum, timeout=TIMEOUT):
        """Wait until a count of the clients reaches a minimum."""
        is_reached = lambda: self.execute("count")[name] >= minimum  # noqa: E731
        wait_for(is_reached, f"{name} {minimum} (now {self.execute('count')})", timeout)

    def wait_until_live(self):
        """Wait until every client has resumed the room."""
        self.wait_for_count("live", len(self.site.cookies))

    def wait_until_received(self):
        """Wait until every client has the messages that are stored now."""
        self.wait_for_count("last", self.stored())

    def wait_until_stored(self, messages=30):
        """Wait until so many more messages are stored."""
        goal = self.stored() + messages
        description = f"{messages} more messages are stored"
        wait_for(lambda: self.stored() >= goal, description, TIMEOUT)

    def wait_until_sent(self, messages=30):
        """Wait until so many more messages are sent, whether they are stored or not."""
        self.wait_for_count("sent", self.execute("count")["sent"] + messages)

    def stop_sending(self):
        """Stop the senders, wait until every client has all messages, and return their state."""
        self.execute("stop_sending")
        self.wait_until_live()
        nothing_is_pending = lambda: not self.execute("count")["pending"]  # noqa: E731
        wait_for(nothing_is_pending, "every sender has its own messages back", TIMEOUT)
        self.wait_until_received()
        return self.execute("state")

    def close(self):
        """Disconnect all clients."""
        self.database.close()
        self.process.stdin.close()
        self.process.stdout.close()
        self.host.stop("chat")
