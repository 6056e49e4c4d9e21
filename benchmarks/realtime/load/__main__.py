"""Run a load: `python -m load KIND SPECIFICATION`.

It prints "ready" when its sockets are open, then its result as JSON. The specification is JSON with
`port`, `path`, `cookies` (session keys, one for each user), `sockets` (their number) and `timeout`
(seconds after which the process ends itself). The `run` function of a kind documents other keys.
"""

from __future__ import annotations

import gc
import json
import signal
import sys
from importlib import import_module

import uvloop


def main() -> None:
    """Run the load."""
    kind, specification = sys.argv[1], json.loads(sys.argv[2])
    # Without a handler, the signal ends the process even if its event loop is blocked.
    signal.alarm(int(specification["timeout"]))
    # A garbage collection would count as latency of the server.
    gc.disable()
    print(json.dumps(uvloop.run(import_module(f"load.{kind}").run(specification))), flush=True)


if __name__ == "__main__":
    main()
