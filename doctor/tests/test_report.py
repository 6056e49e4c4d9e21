"""What doctor prints: for people, as JSON, and as annotations that nobody can break out of."""

import json

from click import unstyle

from channels_doctor.examination import Examination
from channels_doctor.locate import Location
from channels_doctor.project_python import Interpreter
from channels_doctor.reports.machine import github_report, json_report
from channels_doctor.reports.text import text_report

FINDING = {
    "rule": "daphne-order",
    "severity": "error",
    "depth": "settings",
    "path": "config/settings.py",
    "line": 7,
    "message": "daphne stands behind django.contrib.staticfiles.",
    "symptom": "(daphne.E001) Daphne must be listed first.",
    "mend": '-"daphne"\n+"daphne"',
}


def examined(**changes):
    python = Interpreter("/usr/bin/python3", (3, 12, 1))
    findings = [{**FINDING, **changes}] if changes is not None else []
    facts = {"settings": {}, "versions": {"django": "5.2.1"}}
    return Examination(
        Location("/site", "/site/manage.py"), python, facts, {}, 9, "config.settings", findings
    )


def test_the_text_names_place_rule_symptom_mend_and_page():
    text = unstyle(text_report(examined()))
    assert (
        text
        == """\
/site: config.settings, Python 3.12.1, django 5.2.1

source: 9 Python files read, sound.

settings: Django asked, 1 error.

  error  config/settings.py:7  [daphne-order]
    daphne stands behind django.contrib.staticfiles.
    You see: (daphne.E001) Daphne must be listed first.
    Mend:    -"daphne"
             +"daphne"
    More:    chanscaffold doctor --explain daphne-order

live: not examined; --live starts the project's server on a throw-away database and connects to it.

1 error. Begin with config/settings.py:7 [daphne-order]."""
    )


def test_a_settings_failure_is_named_in_its_depth():
    examination = examined()
    examination.facts = {"failure": {"type": "ImportError", "message": "no module named 'x'"}}
    report = unstyle(text_report(examination))
    assert "settings: not examined to the end: ImportError: no module named 'x'." in report


def test_errors_come_before_all_advice_and_advice_is_short():
    examination = examined(severity="advice", depth="source")
    examination.findings.append(FINDING)
    report = unstyle(text_report(examination))
    assert report.index("  error  config") < report.index("  advice  config")
    assert report.count("You see:") == report.count("Mend:") == 1
    assert report.endswith(
        "\n\n1 error, 1 piece of advice. Begin with config/settings.py:7 [daphne-order]."
    )


def test_no_control_character_of_a_project_reaches_the_terminal():
    text = unstyle(
        text_report(examined(path="a\x1b]0;title\x07.py", message="\x1b[2Jgone\r", mend="\x9b31m"))
    )
    assert all(each.isprintable() or each == "\n" for each in text)
    assert "a\\x1b]0;title\\x07.py" in text


def test_json_has_the_findings_as_they_are():
    report = json.loads(json_report(examined()))
    assert report["findings"] == [FINDING]
    assert report["depths"]["settings"] == {"examined": True, "failure": None}
    assert report["depths"]["live"] == {"examined": False, "failure": None, "checks": {}}


def test_an_annotation_has_level_title_file_and_line(monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", "/")
    assert github_report(examined(mend="")) == (
        "::error title=daphne-order,file=site/config/settings.py,line=7::"
        "daphne stands behind django.contrib.staticfiles.%0AYou see: (daphne.E001) Daphne must be listed first."
    )


def test_a_depth_that_failed_is_a_warning_of_its_own():
    examination = examined(mend="")
    examination.facts = {"failure": {"type": "no-django", "message": "Django is not\ninstalled."}}
    first, second = github_report(examination).splitlines()
    assert first == "::warning title=settings::Not examined to the end: Django is not%0Ainstalled."
    assert second.startswith("::error ")


def test_advice_is_a_notice_and_no_text_ends_an_annotation():
    report = github_report(
        examined(severity="advice", message="100%\n::error::forged", path="a,b:c.py")
    )
    assert len(report.splitlines()) == 1
    assert report.startswith("::notice ")
    assert "100%25%0A::error::forged" in report
    assert "a%2Cb%3Ac.py" in report
