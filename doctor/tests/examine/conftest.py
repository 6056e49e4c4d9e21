"""Fixtures of the tests of the static analysis."""

import pytest
from support.printed_fix import assert_fits
from support.sample_projects import make_project

from channels_doctor.examine import main


@pytest.fixture
def project(tmp_path):
    """The folder of a sample project without faults."""
    return make_project(tmp_path)


@pytest.fixture(autouse=True)
def _each_diff_fits_its_file(monkeypatch):
    """Let the examination fail for a diff whose old lines are not those of the file."""
    complete = main.complete_fix

    def checked(project, finding):
        found = complete(project, finding)
        assert_fits(project.root, found)
        return found

    monkeypatch.setattr(main, "complete_fix", checked)
