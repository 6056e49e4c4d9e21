"""Fixtures of the tests of the static analysis."""

import pytest
from support.sample_projects import make_project


@pytest.fixture
def project(tmp_path):
    """The folder of a sample project without faults."""
    return make_project(tmp_path)
