"""The requirements of an upgrade go together, and with the other pins of the project."""

import pytest
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

OLD = """
channels==3.0.5
channels-redis==3.4.1
daphne==3.0.2
Django==4.0.6
asgiref==3.5.2
Twisted==18.9.0
attrs==19.1.0
requests==2.21.0
"""


def fix(project, rule, **files):
    """Return the lines of the fix of a rule's only finding."""
    for path, text in files.items():
        (project / path.replace("_lock", ".lock").replace("_txt", ".txt")).write_text(text)
    found = list(RULES[rule].check(Project(str(project))))
    return sorted(found[0].fix.splitlines()) if len(found) == 1 else found


def test_each_pin_that_does_not_go_with_the_new_release_is_in_the_fix(project):
    assert fix(project, "daphne-outdated", requirements_txt=OLD) == [
        "asgiref>=3.9.1",
        "attrs>=19.2",
        "channels-redis>=4.3,<5",
        "channels>=4.3,<5",
        "daphne>=4.2.3,<5",
        "django>=4.2",
        "twisted>=22.4",
    ]


def test_a_pin_that_goes_with_the_new_release_stays(project):
    pins = "channels==4.1.0\ndaphne==4.1.2\nDjango==5.1.1\nasgiref==3.8.1\nTwisted==24.7.0\n"
    assert fix(project, "daphne-outdated", requirements_txt=pins) == ["daphne>=4.2.3,<5"]


def test_a_lock_file_follows_what_the_project_requires(project):
    packages = {"channels": "3.0.5", "daphne": "3.0.2", "django": "4.0", "asgiref": "3.4"}
    lock = "".join(
        f'[[package]]\nname = "{name}"\nversion = "{version}"\n'
        for name, version in packages.items()
    )
    assert fix(project, "daphne-outdated", poetry_lock=lock) == [
        "channels>=4.3,<5",
        "daphne>=4.2.3,<5",
        "django>=4.2",
    ]


@pytest.mark.parametrize(
    ("server", "is_found"), [("uvicorn", False), ("daphne", True), ("nothing", True)]
)
def test_daphne_matters_where_the_deployment_may_start_it(project, server, is_found):
    settings = project / "config" / "settings.py"
    settings.write_text(settings.read_text().replace('    "daphne",\n', ""))
    (project / "Procfile").write_text(f"web: {server} config.asgi:application\n")
    pins = "channels==4.1.0\ndaphne==4.1.2\nuvicorn==0.40.0\n"
    assert bool(fix(project, "daphne-outdated", requirements_txt=pins)) == is_found


def test_the_upgrade_of_channels_includes_its_redis_layer(project):
    pins = OLD.replace("daphne==3.0.2\n", "")
    lines = fix(project, "channels-leftovers", requirements_txt=pins, uv_lock="")
    assert "channels-redis>=4.3,<5" in lines
    assert fix(project, "channels-redis-old", requirements_txt=pins) == []


def test_one_finding_asks_for_the_upgrade_of_daphne_and_channels(project):
    assert "channels>=4.3,<5" in fix(project, "daphne-outdated", requirements_txt=OLD)
    assert fix(project, "channels-leftovers", requirements_txt=OLD) == []
