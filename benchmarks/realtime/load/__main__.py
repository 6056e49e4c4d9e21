"""Run one load: `python -m load KIND SPECIFICATION` prints "ready" when its sockets are open, then its result as JSON.

The specification is JSON too; each kind's `run` says what it reads from it. All of them need `port`, `path`, `cookies`
(session keys, one for each user), `sockets` (how many), and `limit`: the seconds after which the process ends itself.
"""

from __future__ import annotations

import gc
import json
import signal
import sys
from importlib import import_module

import uvloop


def main() -> None:
    """Run the load, within its time."""
    kind, specification = sys.argv[1], json.loads(sys.argv[2])
    # No handler: the process ends there and then, even if its event loop hangs.
    signal.alarm(int(specification["limit"]))
    # A collection in the middle of a measurement would count as the server's latency.
    gc.disable()
    print(json.dumps(uvloop.run(import_module(f"load.{kind}").run(specification))), flush=True)


if __name__ == "__main__":
    main()
