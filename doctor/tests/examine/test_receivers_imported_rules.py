"""Which modules with receivers, that nothing imports, the rule reports."""

import shutil

import pytest
from support.changed_project import change, findings, write
from support.printed_fix import apply_to
from support.sample_projects import BROKEN, RULES, make_project

RULE = "receivers-not-imported"
SIGNALS = "chat/signals.py"
SEND = 'layer.group_send("chat", {"type": "chat.login", "user": 1})'


@pytest.fixture
def unheard(tmp_path):
    """Return a project with a module of receivers that nothing imports."""
    return make_project(tmp_path, RULES[RULE], BROKEN)


def test_the_configuration_of_the_app_imports_the_receivers(unheard):
    (finding,) = findings(unheard, RULE)
    assert (finding["path"], finding["line"]) == ("chat/apps.py", 4)
    assert "`ChatConsumer.chat_login()`" in finding["message"]
    apply_to(unheard, finding)
    compile((unheard / "chat/apps.py").read_text(), "apps.py", "exec")
    assert findings(unheard, RULE) == []


def test_a_configuration_with_ready_gets_the_import_there(unheard):
    ready = '    name = "chat"\n\n    def ready(self):\n        print("ready")\n'
    change(unheard, "chat/apps.py", '    name = "chat"\n', ready)
    (finding,) = findings(unheard, RULE)
    apply_to(unheard, finding)
    compile((unheard / "chat/apps.py").read_text(), "apps.py", "exec")
    assert findings(unheard, RULE) == []


def test_an_app_at_the_root_hides_its_copy_in_another_folder(unheard):
    copied = unheard / "old/chat"
    shutil.copytree(unheard / "chat", copied)
    write(unheard, old____init___dot_py="")
    (copied / "__init__.py").touch()
    assert [each["path"] for each in findings(unheard, RULE)] == ["chat/apps.py"]


def test_an_app_without_a_configuration_needs_one(unheard):
    (unheard / "chat/apps.py").unlink()
    (finding,) = findings(unheard, RULE)
    assert finding["path"] == "config/settings.py"
    assert "AppConfig" in finding["fix"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("chat/__init__.py", "default_app_config = 'chat.apps.ChatConfig'\nimport chat.signals\n"),
        ("chat/models.py", "from .signals import greet\n"),
        ("config/urls.py", "from importlib import import_module\nimport_module(input())\n"),
        ("chat/views.py", "TYPE = 'chat.login'\n"),
        ("requirements.txt", "django==2.2\nchannels==3.0.5\n"),
    ],
)
def test_receivers_that_may_run_and_messages_of_others_are_ignored(unheard, path, text):
    change(unheard, "config/urls.py", "urlpatterns", "import chat.views\nurlpatterns")
    (unheard / "chat/views.py").write_text("")
    assert len(findings(unheard, RULE)) == 1
    (unheard / path).write_text(text)
    assert findings(unheard, RULE) == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("config/settings.py", '    "chat",\n', ""),
        (SIGNALS, "@receiver(user_logged_in)\n", ""),
        (SIGNALS, "chat.login", "chat.logout"),
        ("config/routing.py", 'path("ws/chat/", ChatConsumer.as_asgi()),', ""),
    ],
)
def test_a_module_without_receivers_that_a_consumer_needs_is_ignored(unheard, path, old, new):
    change(unheard, path, old, new)
    assert findings(unheard, RULE) == []
