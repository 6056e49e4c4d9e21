"""docs/starters.md: what it has its readers type works as it stands, and its reference is complete."""

import re
import shlex
import subprocess
import sys
import tomllib

from support.paths import ROOT
from support.sandbox import CHANSCAFFOLD

DOCS = (ROOT / "docs" / "starters.md").read_text(encoding="utf-8")
TEN_MINUTES = DOCS.partition("\n## Ten minutes\n")[2].partition("\n## ")[0]
STEP = re.compile(
    r"(?ms)```toml\n(.*?)```|```markdown\n(.*?)```|((?:^    [^\n]*\n)+)|change `(.*?)` to `(.*?)`"
)
SETTINGS = "overlay/config/settings.py"

# Set-up, trust and the check have tests of their own, and take a terminal or minutes.
SHELL = f"""set -e
ours() {{ {shlex.quote(sys.executable)} -c {shlex.quote(CHANSCAFFOLD)} "$@"; }}
chanscaffold() {{
    case "$1 $2" in
        "starter check") ;;
        "starter add") ours "$@" --trust ;;
        "new "*) ours "$@" --no-setup --no-git ;;
        *) ours "$@" ;;
    esac
}}
"""


def steps():
    """Yield, as lines of a shell, what a reader does: the commands, the two files to replace, the line to change."""
    for match in STEP.finditer(TEN_MINUTES):
        toml, text, commands, old, new = match.groups()
        if commands:
            yield commands
        elif old:
            yield f"grep -qF '{old}' {SETTINGS}\nsed -i.old 's|{old}|{new}|' {SETTINGS} && rm {SETTINGS}.old\n"
        else:
            yield f"cat > {'starter.toml' if toml else 'overlay/TEAM.md'} <<'END'\n{toml or text}END\n"


def test_ten_minutes_from_nothing_to_projects(here, own_home):
    (own_home / "gitconfig").write_text(
        "[user]\nname = T\nemail = t@example.com\n", encoding="utf-8"
    )
    (here / "run.sh").write_text(SHELL + "".join(steps()), encoding="utf-8")
    done = subprocess.run(["bash", "run.sh"], cwd=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for name, cost_center in (("shop", "1234"), ("billing", "5678")):
        project = here / name
        assert (
            (project / "TEAM.md")
            .read_text()
            .startswith(f"# {name.title()} at Acme\n\nCost centre {cost_center}.")
        )
        assert 'TIME_ZONE = "Europe/Vienna"' in (project / "config" / "settings.py").read_text()
        assert (
            tomllib.loads((project / ".chanscaffold.toml").read_text())["answers"]["server"]
            == "uvicorn"
        )


def test_the_reference_names_every_key():
    from chanscaffold.starters.manifest import FILES_KEYS, KEYS, QUESTION_KEYS

    rows = " ".join(re.findall(r"(?m)^\|([^|]*)\|", DOCS))
    missing = {
        key for key in (*KEYS, *FILES_KEYS, *QUESTION_KEYS) if not re.search(rf"`\[?{key}\b", rows)
    }
    assert missing == set()


def test_the_reference_has_the_limits_that_are_held():
    from chanscaffold.starters import limits

    refused = DOCS.partition("\n## What is refused\n")[2]
    assert f"over {limits.MANIFEST_BYTES >> 10} KiB, more than {limits.FILES:,} files" in refused
    assert f"over {limits.NAME_BYTES} bytes, a file over {limits.FILE_BYTES >> 20} MiB" in refused
    assert f"more than {limits.TOTAL_BYTES >> 20} MiB in all" in refused
