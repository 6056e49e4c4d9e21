"""A crowd in a room of the example, as the test sees it: everybody has a socket, and some say something in turn."""

import json
import subprocess
import sys
from pathlib import Path

from support.deployment import DOMAIN, HTTP
from support.projects import wait_for

WRITERS, PAUSE = 12, 0.1  # seconds between two messages; a socket may send ten a second
LIMIT = 120  # seconds for anything that is waited for
CLIENT = "channels_realtime/static/channels_realtime/client.js"  # in a project


class Room:
    """The room, the people in it, who are a process on a host of their own, and what the database knows of it."""

    def __init__(self, site, name):
        self.site, self.name, self.host = site, name, site.hosts["crowd"]
        self.database = site.stores.connect()
        proxy = site.hosts["proxy"].address
        connect = {
            "uri": f"ws://{DOMAIN}/ws/chat/{name}/",
            "origin": f"http://{DOMAIN}",
            "host": proxy,
            "port": HTTP,
        }
        client = str(site.project.path / CLIENT)
        specification = {
            "client": client,
            "connect": connect,
            "room": name,
            "cookies": site.cookies,
        }
        self.process = self.host.start(
            "crowd", [sys.executable, Path(__file__).parent / "websocket_crowd.py"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.tell(json.dumps({**specification, "writers": WRITERS, "pause": PAUSE}))

    def tell(self, words):
        """Tell the crowd something."""
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()

    def ask(self, word):
        """Return the crowd's answer to a command."""
        self.tell(word)
        answer = self.process.stdout.readline()
        assert answer, (self.host.folder / "crowd-crowd.log").read_text()
        return json.loads(answer)

    def stored(self):
        """Return the number of the room's last message in the database."""
        query = "SELECT last_seq FROM chat_room WHERE name = %s"
        row = self.database.execute(query, [self.name]).fetchone()
        return row[0] if row else 0

    def wait_for(self, name, least, limit=LIMIT):
        """Wait until the crowd counts at least so many of something."""
        wait_for(
            lambda: self.ask("count")[name] >= least,
            f"{name} {least} (now {self.ask('count')})",
            limit,
        )

    def wait_until_live(self):
        """Wait until everybody has a socket that has been answered."""
        self.wait_for("live", len(self.site.cookies))

    def wait_until_heard(self):
        """Wait until everybody has what is stored now."""
        self.wait_for("last", self.stored())

    def go_on(self, messages=30):
        """Wait until so many more messages are stored."""
        goal = self.stored() + messages
        wait_for(lambda: self.stored() >= goal, f"{messages} more messages are stored", LIMIT)

    def go_on_saying(self, messages=30):
        """Wait until so many more messages are said, whether or not they are stored."""
        self.wait_for("said", self.ask("count")["said"] + messages)

    def hush(self):
        """Let nobody say more, wait until everybody has heard everything, and return what all have seen."""
        self.ask("hush")
        self.wait_until_live()
        wait_for(
            lambda: not self.ask("count")["waiting"],
            "everybody has heard what he or she said",
            LIMIT,
        )
        self.wait_until_heard()
        return self.ask("state")

    def end(self):
        """Let everybody leave."""
        self.database.close()
        self.process.stdin.close()
        self.process.stdout.close()
        self.host.stop("crowd")
