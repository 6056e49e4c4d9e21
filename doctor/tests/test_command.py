"""The command line of `channels-doctor`."""

import pytest
from click.testing import CliRunner

from channels_doctor import __version__
from channels_doctor.cli import doctor


def test_the_version_is_that_of_the_distribution():
    result = CliRunner().invoke(doctor, ["--version"])
    assert result.output == f"channels-doctor, version {__version__}\n"


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_the_exit_codes(flag):
    assert "Exit codes: 0" in CliRunner().invoke(doctor, [flag]).output
