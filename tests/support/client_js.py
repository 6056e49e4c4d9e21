"""The constants of the library's client.js, for a Python client that follows its rules."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

# Lines of client.js that `ChatClient` follows.
RULES = (
    "const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++);",
    "if (!LATER.includes(this.#loss.code)) return Math.random() * longest;",
    "return LATER_WAIT + Math.random() * Math.max(LATER_WAIT, longest);",
    "if (FINAL.includes(code)) return this.#end({ code, reason });",
    "const worked = Date.now() - this.#opened > STABLE;",
    "if (worked || code === RESTART) this.#failures = 0;",
    "if (this.#handlers.resume) this.#socket.send(this.#handlers.resume());",
    "if (this.#heartbeat) this.#plan(QUIET, () => this.#ping());",
    "this.#plan(PATIENCE, () => this.#abandon());",
    "if (this.#queue.length < QUEUE_LENGTH) this.#queue.push({ text, id });",
)


def read_client_js(path):
    """Return the constants of client.js, times in seconds; fail if it has changed its rules."""
    source = Path(path).read_text(encoding="utf-8")
    missing = [rule for rule in RULES if rule not in source]
    assert not missing, f"client.js no longer contains these lines; adapt this file: {missing}"
    numbers = {
        name: int(value) for name, value in re.findall(r"const ([A-Z_]+) = ([\d_]+);", source)
    }
    for name in ("FIRST_WAIT", "LONGEST_WAIT", "LATER_WAIT", "STABLE", "QUIET", "PATIENCE"):
        numbers[name] /= 1000
    lists = {
        name: json.loads(value)
        for name, value in re.findall(r"const ([A-Z]+) = (\[[\d, ]+\]);", source)
    }
    ping = re.search(r"const PING = '(.+)';", source).group(1)
    return SimpleNamespace(**numbers, **lists, PING=ping)
