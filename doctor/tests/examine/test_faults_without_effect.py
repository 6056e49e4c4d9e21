"""What no server of the project's files runs has no finding."""

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import RULES

from channels_doctor.examine.main import find_reached_faults
from channels_doctor.examine.project import Project

SET = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.{}")\n'
DAPHNE = 'CMD ["daphne", "config.asgi:application"]\n'
WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
NGINX = "server { location / { proxy_pass http://web:8000; } }\n"


@pytest.mark.parametrize(
    ("image", "count"),
    [
        ('ENTRYPOINT ["/app/docker-entrypoint.sh"]\n', 0),
        ('ENTRYPOINT ["/app/entrypoint.sh"]\n', 1),
        ("FROM python\n", 1),
    ],
)
def test_an_entry_point_that_no_image_names_is_a_left_over(project, image, count):
    write(project, Dockerfile=image, config__wsgi_dot_py=WSGI)
    write(project, entrypoint_dot_sh="gunicorn config.wsgi\n")
    reached = find_reached_faults(Project(str(project)), [RULES["server-wsgi"]])
    assert len([*reached]) == count
    change(project, "entrypoint.sh", "gunicorn", "daphne config.asgi:application #")
    change(project, "config/settings.py", '["localhost", "127.0.0.1"]', '["a.org"]')
    assert len(findings(project, "debug-in-deployment")) == count


@pytest.mark.parametrize(("name", "count"), [("live", 0), ("settings", 1)])
def test_a_package_may_name_the_settings_of_a_server_first(project, name, count):
    write(
        project, Dockerfile=DAPHNE, config__live_dot_py="from .settings import *\nDEBUG = False\n"
    )
    (project / "config/__init__.py").write_text("from . import celery\n")
    write(project, config__celery_dot_py=SET.format(name))
    change(project, "config/settings.py", '["localhost", "127.0.0.1"]', '["a.org"]')
    assert len(findings(project, "debug-in-deployment")) == count


@pytest.mark.parametrize(("image", "count"), [("Dockerfile", 1), ("Dockerfile.work", 0)])
def test_the_variables_of_a_service_are_those_of_its_own_image(project, image, count):
    environment = "    environment:\n      DJANGO_SETTINGS_MODULE: config.settings\n"
    service = f"services:\n  web:\n    build:\n      context: .\n      dockerfile: {image}\n"
    write(project, Dockerfile=DAPHNE, compose_dot_yml=service + environment)
    write(project, config__live_dot_py="from .settings import *\nDEBUG = False\n")
    change(project, "config/asgi.py", "config.settings", "config.live")
    change(project, "config/settings.py", '["localhost", "127.0.0.1"]', '["a.org"]')
    assert len(findings(project, "debug-in-deployment")) == count


@pytest.mark.parametrize(
    ("command", "count"),
    [("python manage.py runserver 0.0.0.0:8000", 0), ("daphne config.asgi:application", 1)],
)
def test_runserver_has_the_settings_of_manage_py(project, command, count):
    write(project, start_dot_sh=f"python manage.py migrate\n{command}\n")
    change(project, "config/asgi.py", "config.settings", "config.other_settings")
    assert len(findings(project, "settings-missing")) == count


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ('self.scope["user"]', 0),
        ('"user" in self.scope and self.scope["user"] is not None', 0),
        ("user is not None", 0),
        ('"user" in self.scope and self.scope["path"]', 1),
        ("user.is_authenticated", 1),
    ],
)
def test_a_handshake_with_a_user_is_answered(project, condition, count):
    accept = f'user = self.scope["user"]\n        if {condition}:\n            await self.accept()'
    change(project, "chat/consumers.py", "await self.accept()", accept)
    assert len(findings(project, "accept-missing")) == count


@pytest.mark.parametrize(("path", "count"), [("chat/lib/use.py", 0), ("chat/use.py", 1)])
def test_a_package_that_only_its_own_files_import_may_have_any_syntax(project, path, count):
    (project / "chat/lib").mkdir()
    (project / "chat/lib/__init__.py").touch()
    (project / "chat/lib/broken.py").write_text("x = = 1\n")
    (project / path).write_text("from chat.lib.broken import x\n")
    assert len(findings(project, "syntax-error")) == count


@pytest.mark.parametrize(
    ("image", "ports", "count"),
    [("redis", "    ports: [8000]\n", 0), ("redis", "", 1), ("nginx:1", "    ports: [8000]\n", 1)],
)
def test_nginx_is_not_before_a_container_with_a_port_of_its_own(project, image, ports, count):
    service = "services:\n  web:\n    build: .\n    command: daphne config.asgi:application\n"
    service += ports
    write(project, deploy__site_dot_conf=NGINX)
    write(project, compose_dot_yml=f"{service}  other:\n    image: {image}\n")
    assert len(findings(project, "proxy-upgrade")) == count


@pytest.mark.parametrize(
    ("hosts", "apps", "files", "count"),
    [
        ('["a.org"]', '"daphne"', {}, 1),
        ("[]", '"daphne"', {}, 0),
        ("[]", '"daphne"', {"Procfile": "web: daphne config.asgi:application\n"}, 1),
        ('["a.org"]', '"channels"', {}, 0),
        ('["a.org"]', '"channels"', {"README_dot_md": "Start `daphne`.\n"}, 1),
    ],
)
def test_an_old_daphne_that_serves_nobody_is_ignored(project, hosts, apps, files, count):
    write(project, requirements_dot_txt="channels==4.2.0\ndaphne==4.1.2\n", **files)
    change(project, "config/settings.py", '["localhost", "127.0.0.1"]', hosts)
    change(project, "config/settings.py", '    "daphne"', f"    {apps}")
    assert len(findings(project, "daphne-outdated")) == count


def test_a_loop_without_an_end_is_told_once(project):
    loop = "\n    async def tell(self):\n        while True:\n            await self.send('x')\n"
    path = project / "chat/consumers.py"
    path.write_text(path.read_text().replace("\n\n\nclass NotFound", f"\n{loop}\n\nclass NotFound"))
    change(
        project,
        "chat/consumers.py",
        "await self.accept()",
        "await self.accept()\n        await self.tell()",
    )
    change(
        project, "chat/consumers.py", "text = str(", "await self.tell()\n            text = str("
    )
    (finding,) = findings(project, "endless-loop")
    assert "The same holds for line" in finding["message"]


@pytest.mark.parametrize(
    ("page", "apps", "count"),
    [
        ("", '"chat"', 1),
        ("", '"chat", "rest_framework"', 0),
        ('new WebSocket("/ws/a/b/")', '"chat", "rest_framework"', 1),
    ],
)
def test_a_route_without_an_argument_counts_beside_the_own_pages_of_a_project(
    project, page, apps, count
):
    (project / "chat/templates").mkdir()
    (project / "chat/templates/room.html").write_text(f"<script>{page}</script>")
    write(project, chat__views_dot_py='PAGE = "room.html"\n')
    change(project, "config/settings.py", '    "chat",\n', f"    {apps},\n")
    routing = (project / "config/routing.py").read_text()
    first = routing.index("path(", routing.index("urlpatterns"))
    paths = ("ws/room/<slug:room>/", "ws/a/b/")
    added = "".join(f'path("{each}", ChatConsumer.as_asgi()),\n    ' for each in paths)
    (project / "config/routing.py").write_text(routing[:first] + added + routing[first:])
    read = 'self.scope["url_route"]["kwargs"]["room"]\n        await self.accept()'
    change(project, "chat/consumers.py", "await self.accept()", read)
    assert bool(findings(project, "route-argument")) == bool(count)


@pytest.mark.parametrize(("django", "count"), [("4.2.1", 1), ("4.1.1", 0)])
def test_an_old_channels_beside_an_old_django_is_no_surprise(project, django, count):
    write(project, requirements_dot_txt=f"django=={django}\nchannels==3.0.5\n")
    assert len(findings(project, "channels-leftovers")) == count


@pytest.mark.parametrize(("name", "count"), [("wsgi", 0), ("asgi", 1)])
def test_an_entry_point_that_no_server_starts_may_name_missing_settings(project, name, count):
    write(project, Dockerfile=DAPHNE, config__wsgi_dot_py=SET.format("settings") + WSGI)
    change(project, f"config/{name}.py", "config.settings", "config.other_settings")
    assert len(findings(project, "settings-missing")) == count


@pytest.mark.parametrize(("readme", "count"), [("Project is frozen.", 0), ("Chat", 1)])
def test_a_project_that_is_handed_in_needs_no_answer_for_each_visitor(project, readme, count):
    accept = 'if self.scope["user"].is_authenticated:\n            await self.accept()'
    change(project, "chat/consumers.py", "await self.accept()", accept)
    write(project, README_dot_md=f"# Chat room\n\n{readme}\n")
    assert len(findings(project, "accept-missing")) == count
