"""The guide to starters, followed word for word."""

import shlex
import subprocess
import sys
import tomllib

from support.doc_samples import change_file, read_samples
from support.sandbox import CHANSCAFFOLD

# Set-up, trust and the check have tests of their own, and need a terminal or minutes.
SHELL = f"""set -e
command() {{ {shlex.quote(sys.executable)} -c {shlex.quote(CHANSCAFFOLD)} "$@"; }}
chanscaffold() {{
    case "$1 $2" in
        "starter add") command "$@" --trust ;;
        "new "*) command "$@" --no-setup --no-git ;;
        *) command "$@" ;;
    esac
}}
"""


def test_ten_minutes_from_nothing_to_projects(here, own_home):
    (own_home / "gitconfig").write_text("[user]\nname = T\nemail = t@example.com\n")
    starter, folder = here / "acme", here
    for sample in read_samples("guides/starters.md", "Ten minutes"):
        if sample.language == "console":
            run("\n".join(sample.commands), folder)
            folder = starter
        else:
            change_file(starter / sample.path, sample)
    for name, cost_center in (("shop", "1234"), ("billing", "5678")):
        is_as_the_guide_says(here / name, name.title(), cost_center)


def run(commands, folder):
    done = subprocess.run(
        ["bash", "-c", SHELL + commands], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def is_as_the_guide_says(project, name, cost_center):
    text = (project / "TEAM.md").read_text()
    assert text.startswith(f"# {name} at Acme\n\nCost centre {cost_center}.")
    assert 'TIME_ZONE = "Europe/Vienna"' in (project / "config" / "settings.py").read_text()
    record = tomllib.loads((project / ".chanscaffold.toml").read_text())
    assert record["answers"]["server"] == "uvicorn"
