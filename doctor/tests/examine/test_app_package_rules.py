"""Imports of models in what Django imports before it has loaded all apps."""

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import examine

RULE = "models-in-app-package"
MODELS = "from django.db import models\n\n\nclass Room(models.Model):\n    pass\n"
CHOICES = "from django.db import models\n\n\nclass Kind(models.TextChoices):\n    OPEN = 'open'\n"
FACTORY = (
    "from django.db import models\n\ndef model():\n    class Room(models.Model):\n        pass\n"
)
CONSUMERS = "from .models import Room\n"
CONFIG = "from django.apps import AppConfig\n\n\nclass Rooms(AppConfig):\n    name = 'rooms'\n"


@pytest.fixture
def rooms(project):
    """Return a project with an installed app `rooms` that has models."""
    write(project, rooms__models_dot_py=MODELS, rooms__consumers_dot_py=CONSUMERS)
    write(project, rooms____init___dot_py="")
    write(project, config__settings_dot_py=_with_rooms(project, "rooms"))
    return project


def _with_rooms(project, app):
    text = (project / "config/settings.py").read_text()
    return f"{text}\nINSTALLED_APPS = [*INSTALLED_APPS, '{app}']\n"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("from .models import Room\n", 1),
        ("from .consumers import Room\n", 1),
        ("from . import consumers\n", 1),
        ("from rooms.consumers import Room\n", 1),
        ("from django.contrib.auth.models import User\n", 1),
        ("from django.contrib.auth import get_user_model\n", 0),
        ("from .choices import Kind\n", 0),
        ("from .factory import model\n", 0),
        ("def load():\n    from .models import Room\n", 0),
        ("if TYPE_CHECKING:\n    from .models import Room\n", 0),
        ("import django\ndjango.setup()\nfrom .models import Room\n", 0),
    ],
)
def test_the_package_of_an_app_imports_no_models(rooms, text, count):
    (rooms / "rooms/choices.py").write_text(CHOICES)
    (rooms / "rooms/factory.py").write_text(FACTORY)
    (rooms / "rooms/__init__.py").write_text(text)
    assert len(findings(rooms, RULE)) == count


@pytest.mark.parametrize(
    ("app", "requirement", "count"),
    [
        ("rooms", "django>=4.2\n", 1),
        ("rooms", "django==2.2\n", 0),
        ("rooms.apps.Rooms", "django==2.2\n", 1),
        ("other", "django>=4.2\n", 0),
    ],
)
def test_the_configuration_of_an_app_imports_no_models(rooms, app, requirement, count):
    change(rooms, "config/settings.py", "'rooms'", f"'{app}'")
    (rooms / "rooms/apps.py").write_text(f"from .models import Room\n{CONFIG}")
    (rooms / "requirements.txt").write_text(requirement)
    assert len(findings(rooms, RULE)) == count


def test_ready_may_import_models(rooms):
    ready = "\n    def ready(self):\n        from .models import Room\n"
    (rooms / "rooms/apps.py").write_text(CONFIG + ready)
    assert findings(rooms, RULE) == []


def test_a_failure_that_the_import_explains_is_one_finding(rooms):
    (rooms / "rooms/__init__.py").write_text("from .models import Room\n")
    kind, _, message = "AppRegistryNotReady: Apps aren't loaded yet.".partition(": ")
    frames = [{"path": "rooms/__init__.py", "line": 1, "name": "<module>"}]
    facts = {"failure": {"stage": "setup", "type": kind, "message": message, "frames": frames}}
    found = examine(rooms, facts=facts)
    assert [each["rule"] for each in found if each["severity"] == "error"] == [RULE]
