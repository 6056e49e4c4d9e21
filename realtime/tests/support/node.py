"""Node's WebSocket clients: the package `ws`, and the one of the WHATWG standard."""

import json
import os
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
TIMEOUT = 60  # seconds

# Print the chosen subprotocol, or the close code, or the error of one connection.
PROGRAM = """
const [kind, url, protocols, options] = JSON.parse(process.argv[1]);
const { WebSocket } = kind === "ws" ? require("ws") : globalThis;
const socket = new WebSocket(url, protocols, ...(kind === "ws" ? [options] : []));
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


def install_ws(folder: Path) -> None:
    """Install the package `ws` from npm."""
    (folder / "package.json").write_text("{}")
    command = [BIN / "npm", "install", "--no-audit", "--no-fund", "--silent", "ws@8"]
    subprocess.run(command, cwd=folder, env=environment(), check=True, timeout=2 * TIMEOUT)


def connect_from_node(folder, kind, url, protocols=(), **options):
    """Open a socket and send a ping; return what came of it. `kind` is "ws" or "standard"."""
    argument = json.dumps([kind, url, list(protocols), options])
    done = subprocess.run(
        [BIN / "node", "-e", PROGRAM, argument],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT,
    )
    return json.loads(done.stdout)


def environment() -> dict[str, str]:
    """Return the environment in which npm finds its node."""
    return {**os.environ, "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]])}
