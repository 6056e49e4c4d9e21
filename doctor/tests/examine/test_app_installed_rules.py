"""Which models of apps that are not installed the rule reports."""

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import examine

RULE = "app-not-installed"
MODELS = "from django.db import models\n\n\nclass Room(models.Model):\n    pass\n"


@pytest.fixture
def rooms(project):
    """Return a project whose consumers import the models of an app `rooms`."""
    write(project, rooms__models_dot_py=MODELS, rooms____init___dot_py="")
    _import(project, "from rooms.models import Room")
    return project


def _import(project, line):
    change(project, "chat/consumers.py", "import json\n", f"import json\n{line}\n")


def _settings(project, text):
    settings = project / "config/settings.py"
    settings.write_text(f"{settings.read_text()}\n{text}\n")


def test_an_app_whose_models_a_consumer_imports_is_installed(rooms):
    (finding,) = findings(rooms, RULE)
    assert (finding["path"], finding["line"]) == ("config/settings.py", 7)
    assert finding["fix"] == ' INSTALLED_APPS = [\n+    "rooms",'


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ("INSTALLED_APPS += ['rooms']", 0),
        ("INSTALLED_APPS += ['rooms.apps.RoomsConfig']", 0),
        ("INSTALLED_APPS += ['chat.apps.RoomsConfig']", 0),
        ("INSTALLED_APPS += ['other']", 1),
        ("INSTALLED_APPS += load_apps()", 0),
        ("from .local import *", 0),
    ],
)
def test_the_settings_decide_which_apps_are_installed(rooms, settings, count):
    config = (
        "from django.apps import AppConfig\nclass RoomsConfig(AppConfig):\n    name = 'rooms'\n"
    )
    write(rooms, chat__apps_dot_py=config)
    _settings(rooms, settings)
    assert len(findings(rooms, RULE)) == count


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ("abstract = True", 0),
        ("app_label = 'chat'", 0),
        ("ordering = ['pk']", 1),
        ("abstract = False", 1),
    ],
)
def test_a_model_with_a_label_and_an_abstract_one_need_no_app(rooms, options, count):
    meta = MODELS.replace("pass", f"class Meta:\n        {options}")
    write(rooms, rooms__models_dot_py=meta)
    assert len(findings(rooms, RULE)) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("from rooms import models", 1),
        ("if TYPE_CHECKING:\n    from rooms.models import Room", 0),
        ("def load():\n    from rooms.models import Room", 0),
        ("try:\n    from rooms.models import Room\nexcept RuntimeError:\n    pass", 0),
    ],
)
def test_only_certain_imports_count(project, line, count):
    write(project, rooms__models_dot_py=MODELS, rooms____init___dot_py="")
    _import(project, line)
    assert len(findings(project, RULE)) == count


@pytest.mark.parametrize("module", ["rooms.urls", "rooms.views"])
def test_the_url_configuration_imports_models_too(project, module):
    write(project, rooms__models_dot_py=MODELS, rooms____init___dot_py="")
    write(project, rooms__urls_dot_py="from . import views\nurlpatterns = []\n")
    write(project, rooms__views_dot_py="from .models import Room\n")
    urls = f"from django.urls import include, path\nurlpatterns = [path('', include('{module}'))]\n"
    write(project, config__urls_dot_py=urls)
    assert len(findings(project, RULE)) == 1


def test_a_class_of_another_library_is_no_model(rooms):
    text = "from mongoengine import Document\n\n\nclass Room(Document):\n    pass\n"
    write(rooms, rooms__models_dot_py=text)
    assert findings(rooms, RULE) == []


def test_a_failure_that_the_app_explains_is_one_finding(rooms):
    kind, message = (
        "RuntimeError",
        "Model class rooms.models.Room doesn't declare an explicit app_label",
    )
    frames = [{"path": "rooms/models.py", "line": 4, "name": "<module>"}]
    facts = {
        "failure": {"stage": "application", "type": kind, "message": message, "frames": frames}
    }
    found = examine(rooms, facts=facts)
    assert [each["rule"] for each in found if each["severity"] == "error"] == [RULE]


def test_two_apps_without_a_comma_between_them_are_one(rooms):
    change(rooms, "config/settings.py", '    "chat",\n', '    "chat"\n\n    "rooms.apps.Rooms",\n')
    (finding,) = findings(rooms, RULE)
    assert finding["fix"] == '-"chat"\n+"chat",'
    assert finding["symptom"] == "ModuleNotFoundError: No module named 'chatrooms'"


def test_a_daphne_without_a_comma_is_not_missing(project):
    change(project, "config/settings.py", '    "daphne",\n', '    "daphne"\n')
    assert findings(project, "daphne-missing") == []
