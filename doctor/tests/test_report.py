"""The reports: text, JSON, and annotations that no text can break out of."""

import json

from click import unstyle

from channels_doctor.examination import Examination
from channels_doctor.project_location import ProjectLocation
from channels_doctor.reports.github_report import github_report
from channels_doctor.reports.json_report import json_report
from channels_doctor.reports.text_report import text_report
from channels_doctor.support.interpreters import Interpreter

FINDING = {
    "rule": "daphne-order",
    "severity": "error",
    "depth": "settings",
    "path": "config/settings.py",
    "line": 7,
    "message": "daphne comes after django.contrib.staticfiles.",
    "symptom": "(daphne.E001) Daphne must be listed first.",
    "fix": '-"daphne"\n+"daphne"',
}


def examined(**changes):
    python = Interpreter("/usr/bin/python3", (3, 12, 1))
    findings = [{**FINDING, **changes}] if changes is not None else []
    facts = {"settings": {}, "versions": {"django": "5.2.1"}}
    return Examination(
        ProjectLocation("/site", "/site/manage.py"),
        python,
        facts,
        {},
        9,
        "config.settings",
        findings,
    )


def test_the_text_names_place_rule_symptom_fix_and_page():
    text = unstyle(text_report(examined()))
    assert (
        text
        == """\
/site: config.settings, Python 3.12.1, django 5.2.1

source: 9 Python files, no findings.

settings: loaded by Django, 1 error.

  error  config/settings.py:7  [daphne-order]
    daphne comes after django.contrib.staticfiles.
    Symptom: (daphne.E001) Daphne must be listed first.
    Fix:     -"daphne"
             +"daphne"
    More:    channels-doctor --explain daphne-order

live: not examined; --live starts the project's server on a temporary database.

1 error. Start with config/settings.py:7 [daphne-order]."""
    )


def test_a_settings_failure_is_named_in_its_depth():
    examination = examined()
    examination.facts = {"failure": {"type": "ImportError", "message": "no module named 'x'"}}
    report = unstyle(text_report(examination))
    assert "settings: not examined completely: ImportError: no module named 'x'." in report


def test_errors_come_before_info_findings_which_are_short():
    examination = examined(severity="info", depth="source")
    examination.findings.append(FINDING)
    report = unstyle(text_report(examination))
    assert report.index("  error  config") < report.index("  info  config")
    assert report.count("Symptom:") == report.count("Fix:") == 1
    assert report.endswith("\n\n1 error, 1 info. Start with config/settings.py:7 [daphne-order].")


def test_the_findings_of_a_rule_in_a_file_are_one_paragraph_with_all_places():
    examination = examined()
    more = [{**FINDING, "line": 9}, {**FINDING, "line": 12, "message": "Another one."}]
    examination.findings += [*more, {**FINDING, "path": "config/other.py"}]
    report = unstyle(text_report(examination))
    assert report.count("[daphne-order]") == 3  # two paragraphs and the conclusion
    assert "  error  config/settings.py:7, 9, 12  [daphne-order]\n" in report
    assert report.count("daphne comes after") == 2
    assert "    Line 12: Another one.\n" in report
    assert "settings: loaded by Django, 4 errors." in report


def test_no_control_character_of_a_project_reaches_the_terminal():
    text = unstyle(
        text_report(examined(path="a\x1b]0;title\x07.py", message="\x1b[2Jgone\r", fix="\x9b31m"))
    )
    assert all(each.isprintable() or each == "\n" for each in text)
    assert "a\\x1b]0;title\\x07.py" in text


def test_json_contains_the_findings_unchanged():
    report = json.loads(json_report(examined()))
    assert report["findings"] == [FINDING]
    assert report["depths"]["settings"] == {"examined": True, "failure": None}
    assert report["depths"]["live"] == {"examined": False, "failure": None, "checks": {}}


def test_an_annotation_has_level_title_file_and_line(monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", "/")
    assert github_report(examined(fix="")) == (
        "::error title=daphne-order,file=site/config/settings.py,line=7::"
        "daphne comes after django.contrib.staticfiles.%0A"
        "Symptom: (daphne.E001) Daphne must be listed first."
    )


def test_an_incomplete_depth_is_a_warning():
    examination = examined(fix="")
    examination.facts = {"failure": {"type": "no-django", "message": "Django is not\ninstalled."}}
    first, second = github_report(examination).splitlines()
    assert first == "::warning title=settings::Not examined completely: Django is not%0Ainstalled."
    assert second.startswith("::error ")


def test_an_info_finding_is_a_notice_and_no_text_ends_an_annotation():
    report = github_report(
        examined(severity="info", message="100%\n::error::forged", path="a,b:c.py")
    )
    assert len(report.splitlines()) == 1
    assert report.startswith("::notice ")
    assert "100%25%0A::error::forged" in report
    assert "a%2Cb%3Ac.py" in report


def test_a_project_without_websockets_gets_the_page_that_adds_them():
    examination = examined()
    examination.findings, examination.uses_websockets = [], False
    for report in (text_report, github_report):
        assert "https://channels.readthedocs.io/" in report(examination)
    assert json.loads(json_report(examination))["uses_websockets"] is False


def test_no_findings_of_an_incomplete_examination_are_not_all_findings():
    examination = examined()
    examination.findings, examination.limits = [], ["Not readable: a.py."]
    assert "source: not examined completely: Not readable: a.py." in unstyle(
        text_report(examination)
    )
    assert text_report(examination).endswith("No findings in what was examined.")
