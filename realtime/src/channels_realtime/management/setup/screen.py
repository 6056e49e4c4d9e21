"""The progress of a set-up on standard output."""

import os
import sys

LABEL_WIDTH = 52  # characters
FRAMES = "|/-\\"  # of the sign that turns while a step runs
BOLD, PLAIN = "\033[1m", "\033[0m"  # of a terminal


class Screen:
    """Print lines, and on a terminal a line that changes while a step runs."""

    def __init__(self, quiet: bool, verbose: bool) -> None:
        self.quiet, self.verbose = quiet, verbose
        self.spins = sys.stdout.isatty() and not quiet and not verbose

    def write(self, line: str) -> None:
        """Print a line unless the set-up is quiet."""
        if not self.quiet:
            self.print(line)

    def print(self, text: str, end: str = "\n") -> None:
        """Print a text. A reader that has ended, or a full disk, does not stop the set-up."""
        try:
            print(text, end=end, flush=True)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def print_heading(self, text: str) -> None:
        """Print a line, in bold on a terminal."""
        self.print(f"{BOLD}{text}{PLAIN}" if sys.stdout.isatty() else text)

    def spin(self, label: str, seconds: float) -> None:
        """Show that a step is still running."""
        if self.spins:
            sign = FRAMES[int(seconds * 8) % len(FRAMES)]
            self.print(f"{sign} {label:<{LABEL_WIDTH}} {seconds:5.1f} s", end="\r")

    def done(self, label: str, seconds: float) -> None:
        """Print that a step has succeeded."""
        self.clear()
        self.write(f"  {label:<{LABEL_WIDTH}} {seconds:5.1f} s")

    def clear(self) -> None:
        """Remove the line that changes."""
        if self.spins:
            self.print(" " * (LABEL_WIDTH + 12), end="\r")
