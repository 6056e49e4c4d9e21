"""A client that keeps the list of people in a room as a page does: from state and changes."""

import json
from dataclasses import dataclass, field

from support.reconnecting_client import ReconnectingClient


@dataclass
class PresenceClient(ReconnectingClient):
    """A socket of the user with a number. It is live when it has the list."""

    number: int = 0
    returns: bool = True  # whether the user comes back after a loss of the connection
    is_away: bool = False
    names: dict = field(default_factory=dict)  # of the users in the list, by their keys
    sockets: dict = field(default_factory=dict)  # how many sockets each of them has, by name
    first: dict = field(default_factory=dict)  # `sockets` in the latest state
    removed: set = field(default_factory=set)  # the names that changes have removed

    @property
    def name(self):
        """The name of the user."""
        return f"user{self.number}"

    @property
    def server(self):
        """The address and port of the server process that nginx has chosen."""
        return self.socket.response.headers["Upstream"].split(", ")[-1]

    def stays_away(self, code):
        """Return whether the user does not connect again."""
        has_been_live = bool(self.first)
        self.is_away = (has_been_live and not self.returns) or super().stays_away(code)
        return self.is_away

    async def handle(self, text):
        """Apply a frame to the list."""
        frame = json.loads(text)
        if frame["type"] == "presence.state":
            self.names, self.sockets = {}, {}
            self.update(frame["members"], [])
            self.first = self.sockets.copy()
            self.become_live()
        elif frame["type"] == "presence.diff":
            self.update(frame["joins"], frame["leaves"])

    def update(self, joins, leaves):
        """Change the list."""
        for member in joins:
            name = self.names[member["user"]] = member["meta"]["name"]
            self.sockets[name] = member["sockets"]
        for user in leaves:
            name = self.names.pop(user, None)
            if self.sockets.pop(name, None):
                self.removed.add(name)
