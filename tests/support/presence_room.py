"""The people in a chat room of the example, and whether all of them see the same list."""

import json

from support.client_process import ClientProcess
from support.processes import wait_for

LIST = """
import json
from asgiref.sync import async_to_sync
from channels_realtime import presence
from channels_realtime.layers import group_name
members = async_to_sync(presence.list)(group_name("chat.people", {room!r}))
print(json.dumps({{each.meta["name"]: each.sockets for each in members}}))
"""


class PresenceRoom(ClientProcess):
    """A room, and a process on the host of the clients that joins it for every user."""

    def __init__(self, site, name):
        self.name = name
        super().__init__(site, "presence_client_process", f"/ws/chat/{name}/people/")

    def wait_until_right(self, timeout):
        """Wait until every user has a socket whose list is right, and return the counts."""

        def count_if_right():
            count = self.execute("count")
            return count if count["right"] == count["sockets"] else None

        return wait_for(count_if_right, "every list is right", timeout)

    def list(self, host):
        """Return what presence.list() returns in a new process of a host, as {name: sockets}."""
        code = LIST.format(room=self.name)
        output = self.site.run("manage.py", "shell", "--verbosity", "0", "-c", code, host=host)
        return json.loads(output.splitlines()[-1])
