"""A server's process: started with a log, ended in order."""

import contextlib
import subprocess
from pathlib import Path
from signal import Signals
from typing import Any

STOP_LIMIT = 20  # seconds to end in order


class ServerProcess:
    """Runs from the moment it is made until `stop()`."""

    def __init__(self, command: list[str], folder: Path, configuration: str) -> None:
        """Start the command in its folder, and give it its configuration on standard input."""
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603  (a list, and no shell)
                command,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us: we end it, after what uses it
            )
        # It may have ended already; its log says why.
        with contextlib.suppress(OSError):
            stdin: Any = self.process.stdin
            with stdin:
                stdin.write(configuration.encode())

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def said(self) -> str:
        """Return the last words of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])

    def stop(self, farewell: Signals) -> None:
        """End it with the signal that ends it in order, or by force if that takes too long."""
        self.process.send_signal(farewell)
        try:
            self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
