"""Sockets that are switched off, or that another server answers, are no faults."""

import shutil

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import RULES, examine

from channels_doctor.examine.main import find_reached_faults
from channels_doctor.examine.project import Project

OLD = "channels==4.0.0\nchannels-redis==4.0.0\ndaphne==4.0.0\n"
GUNICORN = "web: gunicorn config.wsgi\n"
WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
NGINX = "server { location / { proxy_pass http://web:8000; } }\n"
SPLIT = (
    "server { location /ws/ { proxy_pass http://sockets:8001; proxy_http_version 1.1;\n"
    'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; }\n'
    "location / { proxy_pass http://web:8000; } }\n"
)
PAGE = '<script>new WebSocket("wss://" + location.host + "/ws/chat/");</script>'
BARE = (
    "import os\n\nfrom django.core.asgi import get_asgi_application\n\n"
    'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n'
    "application = get_asgi_application()\n"
)
OF_SOCKETS = {"daphne-missing", "daphne-outdated", "redis-socket-timeout", "server-wsgi"}
OF_SOCKETS |= {"proxy-upgrade", "memory-layer", "origin-unchecked", "websocket-unrouted"}


def make_old(project):
    """Write an old deployment that serves WSGI, without Daphne in the settings."""
    change(project, "config/settings.py", '    "daphne",\n', "")
    write(project, requirements_dot_txt=OLD, Procfile=GUNICORN, nginx_dot_conf=NGINX)
    write(project, config__wsgi_dot_py=WSGI, templates__page_dot_html=PAGE)


def rules_for_sockets(project):
    return sorted({each["rule"] for each in examine(project)} & OF_SOCKETS)


def found_where_reached(project):
    return list(find_reached_faults(Project(str(project)), list(RULES.values())))


def test_a_wsgi_server_for_sockets_that_are_in_use_is_a_fault(project):
    make_old(project)
    assert "server-wsgi" in rules_for_sockets(project)


def test_an_empty_list_of_routes_switches_everything_off(project):
    make_old(project)
    write(project, config__routing_dot_py="websocket_urlpatterns = []\n")
    assert rules_for_sockets(project) == []


def test_an_app_that_is_not_installed_switches_everything_off(project):
    make_old(project)
    change(project, "config/settings.py", '    "chat",\n', "")
    write(project, chat__models_dot_py="from django.db import models\n")
    assert rules_for_sockets(project) == []


def test_an_application_without_sockets_is_the_only_finding(project):
    make_old(project)
    write(project, config__asgi_dot_py=BARE)
    assert rules_for_sockets(project) == ["websocket-unrouted"]


def test_a_wsgi_server_is_right_where_no_page_opens_a_socket(project):
    make_old(project)
    write(project, config__asgi_dot_py=BARE, templates__page_dot_html="<p>No socket</p>")
    assert rules_for_sockets(project) == []


@pytest.mark.parametrize(
    ("page", "app", "is_found"),
    [
        ("<p>No socket</p><script>\n// a WebSocket, later\n</script>", "", False),
        ("<p>No socket</p>", '"rest_framework", ', True),
        ("<script>new WebSocket('/ws/chat/')</script>", "", True),
    ],
)
def test_a_site_whose_pages_open_no_socket_needs_no_server_for_sockets(
    project, page, app, is_found
):
    change(project, "config/settings.py", '    "daphne",\n', app)
    write(project, requirements_dot_txt="channels==4.3.2\n", templates__page_dot_html=page)
    assert bool(findings(project, "daphne-missing")) == is_found


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "In production: `daphne -p 8001 config.asgi:application`\n"),
        (
            "nginx.conf",
            SPLIT,
        ),
        ("templates/page.html", '<script>new WebSocket("wss://ws.example.com/chat/");</script>'),
    ],
)
def test_another_server_may_answer_the_sockets(project, path, text):
    make_old(project)
    (project / path).write_text(text)
    assert findings(project, "server-wsgi") == []


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("Dockerfile", "FROM python:3.12\nCMD daphne config.asgi:application\n", 0),
        ("run.py", 'import uvicorn\nuvicorn.run("config.asgi:application")\n', 0),
        ("k8s/web.yaml", 'command: ["uvicorn", "config.asgi:application"]\n', 0),
        ("chat/management/commands/runserver.py", "class Command:\n    pass\n", 0),
        ("notes.py", "# Daphne serves ASGI\n", 1),
        ("Procfile", "web: daphne config.asgi:application\n", 1),
    ],
)
def test_developers_may_start_another_server_than_runserver(project, path, text, count):
    change(project, "config/settings.py", '    "daphne",\n', "")
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).write_text(text)
    assert len(findings(project, "daphne-missing")) == count


def test_a_file_that_names_runserver_shows_that_developers_use_it(project):
    change(project, "config/settings.py", '    "daphne",\n', "")
    write(project, Dockerfile="FROM python:3.12\nCMD daphne config.asgi:application\n")
    write(project, Vagrantfile="python manage.py runserver\n")
    assert len(findings(project, "daphne-missing")) == 1


@pytest.mark.parametrize(
    ("bound", "address"),
    [
        ("unix:/run/web.sock", "-u /run/web.sock"),
        ("127.0.0.1:8081", "-b 127.0.0.1 -p 8081"),
        (":8081", "-b 0.0.0.0 -p 8081"),
    ],
)
def test_the_server_to_start_listens_at_the_same_address(project, bound, address):
    make_old(project)
    write(project, Procfile=f"web: gunicorn config.wsgi -b {bound}\n")
    (finding,) = findings(project, "server-wsgi")
    assert finding["fix"] == f"daphne {address} config.asgi:application"


def test_consumers_of_a_copied_app_are_not_those_of_the_installed_one(project):
    make_old(project)
    shutil.move(project / "chat", project / "old/chat")
    assert "server-wsgi" in rules_for_sockets(project)
    write(project, chat__models_dot_py="", old__chat__models_dot_py="", old____init___dot_py="")
    change(project, "config/routing.py", "from chat", "from old.chat")
    assert rules_for_sockets(project) == []


def test_a_message_for_sockets_that_are_switched_off_needs_no_group(project):
    change(project, "chat/consumers.py", 'group_send("chat"', 'group_send("other"')
    assert findings(project, "group-not-joined") != []
    write(project, config__asgi_dot_py=BARE)
    assert findings(project, "group-not-joined") == []


@pytest.mark.parametrize(("app", "is_found"), [("", False), ('    "corsheaders",\n', True)])
def test_consumers_that_no_page_opens_are_not_reported(project, app, is_found):
    change(project, "chat/consumers.py", "self.accept()", "self.accept(); time.sleep(9)")
    change(project, "chat/consumers.py", "from channels", "import time\n\nfrom channels")
    change(project, "config/settings.py", '    "daphne",\n', f'    "daphne",\n{app}')
    write(project, templates__page_dot_html="<p>No socket</p>")
    reached = {each["rule"] for each in found_where_reached(project)}
    assert ("blocking-in-async" in reached) == is_found


def test_a_left_over_of_channels_that_nothing_installs_is_not_reported(project):
    change(project, "config/settings.py", '    "daphne",\n', '    "channels",\n')
    change(project, "config/settings.py", "ASGI_APPLICATION", "OTHER")
    change(project, "config/settings.py", "CHANNEL_LAYERS", "LAYERS")
    assert found_where_reached(project) != []
    write(project, requirements_dot_txt="django==5.2\n")
    assert found_where_reached(project) == []


def test_the_code_of_consumers_behind_no_application_is_not_reported(project):
    change(project, "chat/consumers.py", "self.accept()", "self.accept(); time.sleep(9)")
    change(project, "chat/consumers.py", "from channels", "import time\n\nfrom channels")
    reached = {each["rule"] for each in found_where_reached(project)}
    assert "blocking-in-async" in reached
    write(project, config__asgi_dot_py=BARE)
    assert [each["rule"] for each in found_where_reached(project)] == ["websocket-unrouted"]


@pytest.mark.parametrize(("apps", "is_used"), [("", False), ("rooms", True)])
def test_a_template_of_an_app_that_is_not_installed_opens_no_socket(project, apps, is_used):
    make_old(project)
    models = "from django.db import models\n\n\nclass Room(models.Model):\n    pass\n"
    write(project, templates__page_dot_html="<p></p>", rooms____init___dot_py="")
    write(project, rooms__models_dot_py=models, rooms__apps_dot_py="")
    write(project, rooms__templates__rooms__room_dot_html=PAGE)
    change(project, "chat/consumers.py", "import json\n", "import json\nimport rooms.models\n")
    change(project, "config/settings.py", '    "chat",\n', f'    "chat",\n    "{apps}",\n')
    found = {each["rule"] for each in found_where_reached(project)}
    assert ("server-wsgi" in found) == is_used
    assert "app-not-installed" not in found
