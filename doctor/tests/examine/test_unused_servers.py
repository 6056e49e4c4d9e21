"""What the environment, other servers and apps that are left out decide."""

import pytest
from support.changed_project import change, findings, write

BARE = "from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n"
COMPOSE = "services:\n  site:\n    command: python manage.py runserver\n"
DAPHNE = "  sockets:\n    command: daphne -p 8001 config.asgi:application\n"
MODEL = "from django.db import models\n"
WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"


@pytest.mark.parametrize(("app", "count"), [('    "chat",\n', 1), ("", 0)])
def test_consumers_of_an_app_that_is_left_out_need_no_router(project, app, count):
    change(project, "config/settings.py", '    "chat",\n', app)
    write(project, config__asgi_dot_py=BARE, chat__models_dot_py=MODEL)
    assert len(findings(project, "websocket-unrouted")) == count


@pytest.mark.parametrize(("application", "count"), [("config", 1), ("outer.config", 0)])
def test_daphne_does_not_start_an_application_that_is_not_there(project, application, count):
    change(project, "config/settings.py", '    "daphne",\n', "")
    change(project, "config/settings.py", '"config.asgi', f'"{application}.asgi')
    (project / "__init__.py").write_text("")
    assert len(findings(project, "daphne-missing")) == count


@pytest.mark.parametrize(("service", "count"), [("daphne", 0), ("nginx", 1)])
def test_daphne_is_a_service_where_a_workflow_restarts_it(project, service, count):
    change(project, "config/settings.py", '    "daphne",\n', "")
    deployment = f"jobs:\n  deploy:\n    run: sudo systemctl restart {service}\n"
    write(project, _dot_github__workflows__deploy_dot_yml=deployment)
    assert len(findings(project, "daphne-missing")) == count


@pytest.mark.parametrize(("package", "count"), [("", 0), ("uvicorn\n", 1)])
def test_a_process_whose_program_is_not_installed_serves_nothing(project, package, count):
    with (project / "config/settings.py").open("a") as file:
        file.write("DEBUG = True\nALLOWED_HOSTS = ['*']\n")
    write(
        project,
        Procfile="web: uvicorn config.asgi:application --port $PORT\n",
        requirements_dot_txt=f"django\nchannels\n{package}",
    )
    assert len(findings(project, "debug-in-deployment")) == count


@pytest.mark.parametrize(("page", "count"), [("npm run dev", 0), ("node server.js", 1)])
def test_a_server_beside_the_server_of_a_page_in_development_is_for_developers(
    project, page, count
):
    with (project / "config/settings.py").open("a") as file:
        file.write("DEBUG = True\nALLOWED_HOSTS = ['*']\n")
    web = "    command: daphne config.asgi:application\n    volumes:\n      - ./:/app\n"
    services = f"services:\n  web:\n{web}  page:\n    command: {page}\n"
    write(project, compose_dot_yaml=services)
    assert len(findings(project, "debug-in-deployment")) == count


@pytest.mark.parametrize(("command", "count"), [("gunicorn config.wsgi", 0), ("supervisord -n", 1)])
def test_a_supervisor_that_no_container_starts_serves_nothing(project, command, count):
    with (project / "config/settings.py").open("a") as file:
        file.write("DEBUG = True\nALLOWED_HOSTS = ['*']\n")
    service = f"    build: .\n    command: {command} --reload\n"
    write(project, Dockerfile="FROM python:3.12\nRUN apt-get install -y supervisor\n")
    program = "[program:web]\ncommand=daphne config.asgi:application\n"
    write(
        project,
        compose_dot_yaml=f"services:\n  web:\n{service}",
        deploy__supervisor_dot_conf=program,
    )
    assert len(findings(project, "debug-in-deployment")) == count


@pytest.mark.parametrize(("services", "count"), [(COMPOSE, 1), (COMPOSE + DAPHNE, 0)])
def test_daphne_beside_runserver_is_not_missing(project, services, count):
    change(project, "config/settings.py", '    "daphne",\n', "")
    write(project, backend_dot_yml=services)
    assert len(findings(project, "daphne-missing")) == count


@pytest.mark.parametrize(("name", "count"), [("app.json", 0), ("data.json", 1)])
def test_a_platform_may_set_the_settings(project, name, count):
    change(project, "config/asgi.py", "os.environ.setdefault", "print")
    change(project, "config/asgi.py", "DJANGO_SETTINGS_MODULE", "X")
    write(project, Procfile="web: daphne config.asgi:application\n")
    (project / name).write_text('{"env": {"DJANGO_SETTINGS_MODULE": {"required": true}}}')
    assert len(findings(project, "settings-module-late")) == count


@pytest.mark.parametrize(
    ("requirements", "fix"),
    [
        ("channels\n", "Require daphne: daphne -b 0.0.0.0 -p 8081 config.asgi:application"),
        (
            "channels\nuvicorn\n",
            "Require uvicorn[standard]: uvicorn config.asgi:application --host 0.0.0.0 --port 8081",
        ),
    ],
)
def test_the_server_to_start_is_required_and_keeps_the_port(project, requirements, fix):
    command = "gunicorn config.wsgi -b 0.0.0.0:8081\n"
    write(
        project, config__wsgi_dot_py=WSGI, start_dot_sh=command, requirements_dot_txt=requirements
    )
    assert [each["fix"] for each in findings(project, "server-wsgi")] == [fix]


@pytest.mark.parametrize(
    ("requirements", "call"),
    [
        ("Django==2.2\nchannels==3.0.5\n", "get_default_application()"),
        ("channels\n", "get_default_application()"),
        ("django\nchannels\n", 'ProtocolTypeRouter with that application as "http"'),
    ],
)
def test_a_new_asgi_module_serves_http_with_the_django_of_its_server(project, requirements, call):
    (project / "config/asgi.py").unlink()
    write(project, requirements_dot_txt=requirements, Procfile="web: gunicorn config.wsgi\n")
    write(project, config__wsgi_dot_py=WSGI, Dockerfile="RUN pip install django==2.0.4\n")
    (finding,) = findings(project, "server-wsgi")
    assert call in finding["fix"]


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        (".gitignore", "runserver.py\n", 0),
        ("README.md", "python manage.py runserver\n", 1),
        ("Dockerfile", '#CMD ["python", "manage.py", "runserver"]\n', 0),
    ],
)
def test_a_file_named_runserver_is_not_the_command(project, name, text, count):
    change(project, "config/settings.py", '    "daphne",\n', "")
    write(project, requirements_dot_txt="channels\nuvicorn[standard]\n")
    (project / name).write_text(text)
    assert len(findings(project, "daphne-missing")) == count


@pytest.mark.parametrize(("name", "count"), [("start.bat", 0), ("start.old", 1)])
def test_a_batch_file_may_start_the_server_of_developers(project, name, count):
    change(project, "config/settings.py", '    "daphne",\n', "")
    write(project, README_dot_md="python manage.py runserver\n")
    (project / name).write_text("python -m daphne config.asgi:application\n")
    assert len(findings(project, "daphne-missing")) == count


def test_an_application_with_static_files_is_for_another_server_than_runserver(project):
    change(project, "config/settings.py", '    "daphne",\n', "")
    assert len(findings(project, "daphne-missing")) == 1
    with (project / "config/asgi.py").open("a") as file:
        file.write("from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler\n")
        file.write("application = ASGIStaticFilesHandler(application)\n")
    assert findings(project, "daphne-missing") == []
