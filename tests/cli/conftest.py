"""Fixtures of the tests of the command and the hooks."""

import importlib.util

import pytest
from support.paths import ROOT


@pytest.fixture(scope="session")
def rules():
    """The pre_gen hook as a module."""
    path = ROOT / "hooks" / "pre_gen_project.py"
    spec = importlib.util.spec_from_file_location("pre_gen_project", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
