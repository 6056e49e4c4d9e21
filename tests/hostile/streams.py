"""Standard streams that are closed, full, or read by a program that ends early."""

from __future__ import annotations

from case import Case

KIND = "streams"
STREAMS = {
    "no standard output": 'exec "$@" >&-',
    "no standard error": 'exec "$@" 2>&-',
    "no standard input": 'exec "$@" <&-',
    "no stream at all": 'exec "$@" <&- >&- 2>&-',
    "a full standard output": 'exec "$@" >/dev/full',
    "a full standard error": 'exec "$@" 2>/dev/full',
    "both full": 'exec "$@" >/dev/full 2>&1',
    "a reader that reads nothing": '{ "$@"; echo $? >&3; } 3>.code | head -0',
    "a reader that reads a line": '{ "$@"; echo $? >&3; } 3>.code | head -1',
    "a reader of both that reads a line": '{ "$@" 2>&1; echo $? >&3; } 3>.code | head -1',
    "a slow reader": '{ "$@"; echo $? >&3; } 3>.code | (sleep 1; cat)',
    "input from /dev/zero": 'exec "$@" </dev/zero',
}
RUNS = {
    "made": (("new", "site", "--no-setup"), 0, "project"),
    "set up": (("new", "site", "--no-smoke"), 0, "project"),
    "made quietly": (("new", "site", "--no-setup", "--quiet"), 0, "project"),
    "refused": (("new", "Bad-Name"), 2, "nothing"),
    "unknown option": (("new", "site", "--nothing"), 2, "nothing"),
    "help": (("new", "--help"), 0, "nothing"),
    "version": (("--version",), 0, "nothing"),
}
PIPE = '; code=$(cat .code); rm -f .code; exit "$code"'
# A command whose only result is its output fails if the output cannot be written.
OUTPUT_ONLY = ("help", "version")


def codes(stream: str, name: str, code: int) -> tuple[int, ...]:
    """Return the exit codes that are right: a made project stays made."""
    return (code, 1) if name in OUTPUT_ONLY else (code,)


CASES = [
    Case(
        KIND,
        f"{stream}, {name}",
        arguments,
        codes(stream, name, code),
        shell=line + (PIPE if "|" in line else ""),
        disk=disk,
    )
    for stream, line in STREAMS.items()
    for name, (arguments, code, disk) in RUNS.items()
]
