"""The project's own code is read first, and the linter says what it has not read."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from support.sample_projects import examine, make_project

from channels_doctor.examine import file_selection
from channels_doctor.examine.file_selection import select_files


def fill(folder, name, count):
    folder.mkdir()
    for number in range(count):
        (folder / name.format(number)).touch()


def test_python_and_deployment_files_are_read_before_all_others(tmp_path, monkeypatch):
    folder = make_project(tmp_path)
    fill(folder / "archive", "{}.data", 30)
    fill(folder / "assets", "{}.js", 30)
    (folder / "Procfile").touch()
    python = [path.name for path in folder.rglob("*.py")]
    monkeypatch.setattr(file_selection, "MAX_FILES", len(python) + 2)
    selection = select_files(str(folder))
    names = [file.path.rpartition("/")[2] for file in selection.files]
    assert sorted(names) == sorted([*python, "Procfile", "0.js"])
    assert selection.limits == [
        f"Only the first {len(python) + 2} of {len(python) + 61} files were read."
    ]


def test_thousands_of_files_before_the_apps_hide_no_finding(tmp_path):
    folder = make_project(tmp_path)
    (folder / "config" / "settings.py").write_text("x = (")
    fill(folder / "archive", "{}.txt", file_selection.MAX_FILES + 1)
    assert "syntax-error" in {each["rule"] for each in examine(folder)}


def test_files_that_no_rule_reads_reach_no_limit(tmp_path):
    folder = make_project(tmp_path)
    fill(folder / "images", "{}.png", file_selection.MAX_FILES + 1)
    assert select_files(str(folder)).limits == []


def test_a_large_python_file_is_named(tmp_path):
    folder = make_project(tmp_path)
    (folder / "data.py").write_text("x = (" + " " * 2_000_000)
    (folder / "page.js").write_text(" " * 2_000_000)
    assert select_files(str(folder)).limits == ["Larger than 1000000 bytes and not read: data.py."]


def test_unreadable_files_and_folders_are_named():
    # Another user cannot enter the temporary folders of pytest.
    with tempfile.TemporaryDirectory() as folder:
        make_project(folder := Path(folder))
        folder.chmod(0o755)
        for name in ("a.py", "b.py", "c.py", "d.py"):
            (folder / name).touch(mode=0)
        (folder / "closed").mkdir(mode=0)
        with other_user():
            limits = select_files(str(folder)).limits
    assert limits == ["Not readable: closed, a.py, b.py and 2 more."]


class other_user:  # noqa: N801 - a context manager
    """Without the rights of the root user, who can read everything."""

    def __enter__(self):
        self.user = os.geteuid()
        if self.user == 0:
            os.seteuid(65534)

    def __exit__(self, *_):
        os.seteuid(self.user)


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_a_limit_ends_with_3(form, tmp_path, environment):
    folder = make_project(tmp_path)
    (folder / "data.py").write_text("#" * 2_000_000)
    command = [sys.executable, "-m", "channels_doctor", str(folder), "--format", form]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 3
    assert "not read: data.py" in result.stdout
    if form == "json":
        assert "data.py" in json.loads(result.stdout)["depths"]["source"]["failure"]
