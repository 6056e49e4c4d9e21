"""The process of a development server."""

import contextlib
import subprocess
from pathlib import Path
from signal import Signals
from typing import Any

STOP_TIMEOUT = 20  # seconds for an orderly shutdown


class ServerProcess:
    """A process that runs from its creation until `stop()`, with a log."""

    def __init__(self, command: list[str], folder: Path, configuration: str) -> None:
        """Start the command in a folder, with its configuration on standard input."""
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603  (a list, and no shell)
                command,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C must end what uses it first
            )
        # It may have ended already; then its log says why.
        with contextlib.suppress(OSError):
            stdin: Any = self.process.stdin
            with stdin:
                stdin.write(configuration.encode())

    def is_alive(self) -> bool:
        """Return whether the process runs."""
        return self.process.poll() is None

    def last_output(self) -> str:
        """Return the last lines of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])

    def stop(self, stop_signal: Signals) -> None:
        """Send the signal, and kill the process if it does not end in time."""
        self.process.send_signal(stop_signal)
        try:
            self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
