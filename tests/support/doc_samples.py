"""The code blocks of the documentation, and a reader who follows them."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[2] / "docs"
FENCE = re.compile(
    r"^```\{code-block\} (\S+)\n((?::[\w-]+:[^\n]*\n)*)(.*?)^```$", re.MULTILINE | re.DOTALL
)
CAPTION = re.compile(r"^:caption: (\S+)$", re.MULTILINE)


class Sample(NamedTuple):
    """A code block: its language, the file that its caption names, and its text."""

    language: str
    path: str
    text: str

    @property
    def commands(self) -> list[str]:
        """Return the commands of a console session, each on one line."""
        text = self.text.replace("\\\n", "")
        return [line[2:] for line in text.splitlines() if line.startswith("$ ")]


def read_samples(page: str, section: str = "") -> list[Sample]:
    """Return the code blocks of a page, such as "tutorial/http.md", or of one of its sections."""
    text = (DOCS / page).read_text(encoding="utf-8")
    if section:
        text = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return [
        Sample(language, "".join(CAPTION.findall(options)), code)
        for language, options, code in FENCE.findall(text)
    ]


def follow(page: str, folder: Path, environment: dict[str, str], skip: tuple[str, ...]) -> None:
    """Do in `folder` what the page says, except commands that contain a text of `skip`."""
    for sample in read_samples(page):
        if sample.language == "console":
            for command in sample.commands:
                if not any(text in command for text in skip):
                    run_command(command, folder, environment)
        elif sample.path:
            change_file(folder / sample.path, sample)


def run_command(command: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a command without a shell, and return its output. Raise AssertionError if it fails."""
    done = subprocess.run(
        shlex.split(command),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}"
    return done.stdout


def change_file(path: Path, sample: Sample) -> None:
    """Write the file of a sample, or apply its diff to the file."""
    if sample.language != "diff":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sample.text, encoding="utf-8")
        return
    lines = sample.text.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] != "+")
    new = "".join(line[1:] for line in lines if line[0] != "-")
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path} contains {text.count(old)} times:\n{old}"
    path.write_text(text.replace(old, new), encoding="utf-8")
