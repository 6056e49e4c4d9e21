"""The command line of `channels-doctor`."""

import contextlib
import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from support.sample_projects import BROKEN, RULES, make_project

from channels_doctor import __version__
from channels_doctor.cli import doctor


def test_the_version_is_that_of_the_distribution():
    result = CliRunner().invoke(doctor, ["--version"])
    assert result.output == f"channels-doctor, version {__version__}\n"


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_the_exit_codes(flag):
    assert "Exit codes: 0" in CliRunner().invoke(doctor, [flag]).output


def invoke(*arguments):
    """Return the exit code, the standard output and the standard error of the command."""
    result = CliRunner().invoke(doctor, [*map(str, arguments)])
    shown = result.exception.format_message() if hasattr(result.exception, "message") else ""
    return result.exit_code, result.stdout, result.stderr + shown


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["/nowhere"], 2),
        (["/", "--live", "--url", "ws://x/"], 2),
        (["--explain", "nothing"], 2),
        (["--colour"], 2),
        ([], 3),
    ],
)
def test_json_is_an_object_also_without_an_examination(arguments, code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exit_code, output, errors = invoke(*arguments, "--format", "json")
    report = json.loads(output)
    assert (exit_code, report["exit_code"], report["findings"]) == (code, code, [])
    assert report["error"] in errors


def test_a_refusal_is_an_annotation_for_github(tmp_path):
    code, output, errors = invoke(tmp_path / "nowhere", "--format", "github")
    assert code == 2
    assert output.startswith("::error title=channels-doctor::")
    assert errors


def test_text_of_a_refusal_is_on_standard_error_alone(tmp_path):
    code, output, errors = invoke(tmp_path / "nowhere")
    assert (code, output) == (2, "")
    assert "does not exist" in errors


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize(("value", "is_colored"), [("", True), ("1", False)])
def test_no_color_is_honoured_on_a_terminal(value, is_colored, tmp_path, environment):
    make_project(tmp_path)
    output = run_on_terminal([str(tmp_path)], {**environment, "NO_COLOR": value})
    assert "source" in output
    assert ("\x1b[" in output) is is_colored


def run_on_terminal(arguments, environment):
    """Return what the command prints to a terminal."""
    main, terminal = os.openpty()
    command = [sys.executable, "-m", "channels_doctor", *arguments, "--python", sys.executable]
    process = subprocess.Popen(command, stdout=terminal, stderr=terminal, env=environment)
    os.close(terminal)
    output = b""
    with contextlib.suppress(OSError):  # the end of a terminal
        while chunk := os.read(main, 65_536):
            output += chunk
    process.wait()
    os.close(main)
    return output.decode()


def test_after_a_fix_the_command_does_not_say_that_there_is_nothing_to_change(tmp_path):
    make_project(tmp_path, RULES["daphne-order"], BROKEN)
    arguments = [tmp_path, "--python", sys.executable, "--fix"]
    _, first, _ = invoke(*arguments)
    assert "Fixed: config/settings.py" in first
    assert "nothing to change" not in first
    _, second, _ = invoke(*arguments)
    assert second.startswith("--fix has nothing to change.")


def test_a_time_limit_for_the_rules_names_what_to_examine_instead(tmp_path, monkeypatch):
    make_project(tmp_path)
    monkeypatch.setattr("channels_doctor.examination.RULES_SECONDS", 0.01)
    code, output, errors = invoke(tmp_path)
    assert (code, output) == (3, "")
    assert "within 0.01 seconds: examine the folder of one site" in errors
