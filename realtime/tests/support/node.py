"""Node's WebSocket clients: the package `ws`, and the one of the WHATWG standard."""

import json

from support.npm import BIN, run

# Print the chosen subprotocol, or the close code, or the error of one connection.
PROGRAM = """
const [kind, url, protocols] = JSON.parse(process.argv[1]);
const { WebSocket } = kind === "ws" ? require("ws") : globalThis;
const socket = new WebSocket(url, protocols);
const end = (result) => { console.log(JSON.stringify(result)); process.exit(); };
let protocol = null;
socket.onerror = (event) => end({ error: event.message || "error" });
socket.onclose = ({ code }) => end({ protocol, code });
socket.onopen = () => {
  protocol = socket.protocol;
  socket.send('{"type":"ping"}');
};
socket.onmessage = ({ data }) => end({ protocol, received: data });
"""


def connect_from_node(folder, kind, url, protocols=()):
    """Open a socket and send a ping; return what came of it. `kind` is "ws" or "standard".

    The package `ws` is installed in the folder.
    """
    argument = json.dumps([kind, url, list(protocols)])
    code, output = run(BIN / "node", "-e", PROGRAM, argument, folder=folder)
    assert code == 0, output
    return json.loads(output)
