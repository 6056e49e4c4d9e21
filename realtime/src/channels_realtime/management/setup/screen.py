"""The progress of a set-up on standard output."""

import sys

LABEL_WIDTH = 52  # characters
FRAMES = "|/-\\"  # of the sign that turns while a step runs


class Screen:
    """Print lines, and on a terminal a line that changes while a step runs."""

    def __init__(self, quiet: bool, verbose: bool) -> None:
        self.quiet, self.verbose = quiet, verbose
        self.spins = sys.stdout.isatty() and not quiet and not verbose

    def write(self, line: str) -> None:
        """Print a line unless the set-up is quiet."""
        if not self.quiet:
            print(line, flush=True)

    def spin(self, label: str, seconds: float) -> None:
        """Show that a step is still running."""
        if self.spins:
            sign = FRAMES[int(seconds * 8) % len(FRAMES)]
            print(f"{sign} {label:<{LABEL_WIDTH}} {seconds:5.1f} s", end="\r", flush=True)

    def done(self, label: str, seconds: float) -> None:
        """Print that a step has succeeded."""
        self.clear()
        self.write(f"  {label:<{LABEL_WIDTH}} {seconds:5.1f} s")

    def clear(self) -> None:
        """Remove the line that changes."""
        if self.spins:
            print(" " * (LABEL_WIDTH + 12), end="\r", flush=True)
