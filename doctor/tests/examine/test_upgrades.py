"""The requirements of an upgrade go together, and with the other pins of the project."""

import pytest
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

OLD = """
channels==4.0.0
channels-redis==3.4.1
daphne==4.0.0
Django==4.0.6
asgiref==3.5.0
Twisted==18.9.0
attrs==19.1.0
requests==2.21.0
"""


PORTED = """
channels==3.0.5
channels-redis==3.4.1
daphne==3.0.2
"""
TELL = """from asgiref.sync import async_to_sync

def tell(layer):
    async_to_sync(layer.group_send)("lines", {"type": "line"})
"""


def fix(project, rule, **files):
    """Return the lines of the fix of a rule's only finding."""
    for path, text in files.items():
        (project / path.replace("_lock", ".lock").replace("_txt", ".txt")).write_text(text)
    found = list(RULES[rule].check(Project(str(project))))
    return sorted(found[0].fix.splitlines()) if len(found) == 1 else found


def test_the_pin_to_change_is_that_of_the_file_with_the_usual_name(project):
    for name in ("requirements.txt", "requirements_full.txt"):
        (project / name).write_text("channels==4.2.0\ndaphne==4.1.2\n")
    (finding,) = RULES["daphne-outdated"].check(Project(str(project)))
    assert finding.location.path == "requirements.txt"


def test_each_pin_that_does_not_go_with_the_new_release_is_in_the_fix(project):
    assert fix(project, "daphne-outdated", requirements_txt=OLD) == [
        "asgiref>=3.5.2",
        "attrs>=19.2",
        "daphne>=4.2.3,<5",
        "twisted>=22.4",
    ]


def test_a_pin_that_goes_with_the_new_release_stays(project):
    pins = "channels==4.1.0\ndaphne==4.1.2\nDjango==5.1.1\nasgiref==3.8.1\nTwisted==24.7.0\n"
    assert fix(project, "daphne-outdated", requirements_txt=pins) == ["daphne>=4.2.3,<5"]


@pytest.mark.parametrize(("django", "more"), [("4.0", ["django-celery-beat>=2.5"]), ("4.2", [])])
def test_a_pin_that_excludes_a_new_django_is_lifted_with_it(project, django, more):
    pins = f"channels==4.0.0\nchannels-redis==3.4.1\ndjango=={django}\ndjango-celery-beat==2.4.0\n"
    (project / "requirements.txt").write_text(pins)
    (finding,) = RULES["channels-redis-old"].check(Project(str(project)))
    assert finding.fix.splitlines()[3:] == more
    assert ("packages that exclude Django 4.2" in finding.message) == bool(more)


def test_a_lock_file_follows_what_the_project_requires(project):
    packages = {"channels": "4.0.0", "channels-redis": "4.0.0", "django": "4.0", "asgiref": "3.4"}
    lock = "".join(
        f'[[package]]\nname = "{name}"\nversion = "{version}"\n'
        for name, version in packages.items()
    )
    (project / "chat" / "tell.py").write_text(TELL)
    settings = project / "config" / "settings.py"
    settings.write_text(settings.read_text().replace(".pubsub.RedisPubSub", ".core.Redis"))
    (command,) = fix(project, "channels-redis-old", poetry_lock=lock)
    assert command.startswith("poetry add 'channels-redis>=4.3,<5' ")
    added = {"'channels-redis>=4.3,<5'", "'channels>=4.3,<5'", "'django>=4.2'", "'redis>=4.6,<8'"}
    assert set(command.split()[2:]) == added


@pytest.mark.parametrize(
    ("name", "entry", "command"),
    [
        ("poetry_lock", '[[package]]\nname = "daphne"\nversion = "4.1.0"\n', "poetry add"),
        ("uv_lock", '[[package]]\nname = "daphne"\nversion = "4.1.0"\n', "uv add"),
        ("Pipfile_lock", '{"default": {"daphne": {"version": "==4.1.0"}}}', "pipenv install"),
    ],
)
def test_a_command_changes_a_lock_file(project, name, entry, command):
    assert fix(project, "daphne-outdated", **{name: entry}) == [f"{command} 'daphne>=4.2.3,<5'"]


def test_a_new_redis_layer_needs_the_django_of_its_channels(project):
    pins = "channels\nchannels-redis==3.4.1\nDjango==4.1.2\n"
    assert fix(project, "channels-redis-old", requirements_txt=pins) == [
        "channels-redis>=4.3,<5",
        "django>=4.2",
    ]


@pytest.mark.parametrize(
    ("server", "is_found"), [("uvicorn", False), ("daphne", True), ("nothing", False)]
)
def test_daphne_matters_where_the_deployment_may_start_it(project, server, is_found):
    settings = project / "config" / "settings.py"
    settings.write_text(settings.read_text().replace('    "daphne",\n', ""))
    (project / "Procfile").write_text(f"web: {server} config.asgi:application\n")
    pins = "channels==4.1.0\ndaphne==4.1.2\nuvicorn==0.40.0\n"
    assert bool(fix(project, "daphne-outdated", requirements_txt=pins)) == is_found


def test_a_port_of_channels_includes_its_redis_layer_and_daphne(project):
    """The code and other pins decide what else must change, so no list of releases is printed."""
    pins = PORTED.replace("daphne==3.0.2\n", "")
    (text,) = fix(project, "channels-leftovers", requirements_txt=pins, uv_lock="")
    assert "release notes" in text
    assert "channels-redis 4.3" in text
    assert "does not install Daphne" in text
    assert fix(project, "channels-redis-old", requirements_txt=pins) == []


def test_one_finding_asks_for_the_port_of_a_project_that_an_old_daphne_serves(project):
    assert fix(project, "daphne-outdated", requirements_txt=PORTED) == []
    (project / "Procfile").write_text("web: daphne config.asgi:application\n")
    (text,) = fix(project, "daphne-outdated", requirements_txt=PORTED)
    assert "release notes" in text
    assert fix(project, "channels-leftovers", requirements_txt=PORTED) == []


def test_a_project_of_channels_1_has_no_upgrade(project):
    pins = "channels==0.9.3\ndaphne==0.9.1\n"
    assert fix(project, "daphne-outdated", requirements_txt=pins) == []
    assert fix(project, "channels-leftovers", requirements_txt=pins) == []


@pytest.mark.parametrize(
    ("condition", "command", "is_found"),
    [
        ("if DEBUG or LOCAL:", "", False),
        ("if DEBUG or LOCAL:", "web: daphne config.asgi:application", True),
        ("if LOCAL:", "", True),
        ("if not DEBUG:", "", True),
        ("if DEBUG:\n    pass\nelse:", "", True),
    ],
)
def test_a_daphne_for_debug_alone_is_not_deployed(condition, command, is_found, project):
    settings = project / "config" / "settings.py"
    text = settings.read_text().replace('    "daphne",\n', "")
    settings.write_text(f'{text}\n{condition}\n    INSTALLED_APPS.insert(0, "daphne")\n')
    (project / "Procfile").write_text(f"{command}\n")
    assert bool(fix(project, "daphne-outdated", requirements_txt="daphne==4.2.1\n")) == is_found


@pytest.mark.parametrize(("protocol", "is_found"), [("websocket", True), ("channel", False)])
def test_a_daphne_without_sockets_gets_no_message_of_any_size(protocol, is_found, project):
    asgi = project / "config" / "asgi.py"
    asgi.write_text(asgi.read_text().replace('"websocket":', f'"{protocol}":'))
    assert bool(fix(project, "daphne-outdated", requirements_txt="daphne==4.2.1\n")) == is_found


def test_a_list_with_hashes_is_generated_again(project):
    text = "daphne==4.0.0 \\\n    --hash=sha256:a288ece46012\n"
    lines = fix(project, "daphne-outdated", requirements_txt=text)
    assert lines[0].startswith("Require this where the list is generated from")
