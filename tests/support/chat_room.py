"""A chat room of the example under load: its clients, and its messages in the database."""

from support.client_process import TIMEOUT, ClientProcess
from support.processes import wait_for

SENDERS = 12
INTERVAL = 0.1  # seconds between two messages; a socket may send ten messages a second


class ChatRoom(ClientProcess):
    """A room, and a process on the host of the clients that joins it for every user."""

    def __init__(self, site, name):
        self.name, self.database = name, site.data.connect()
        senders = {"senders": SENDERS, "interval": INTERVAL}
        super().__init__(site, "chat_client_process", f"/ws/chat/{name}/", room=name, **senders)

    def stored(self):
        """Return the number of the room's last message in the database."""
        query = "SELECT last_seq FROM chat_room WHERE name = %s"
        row = self.database.execute(query, [self.name]).fetchone()
        return row[0] if row else 0

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
        super().close()
