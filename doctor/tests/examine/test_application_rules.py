"""What the rules for the ASGI application and asgi.py report and ignore."""

import pytest
from support.changed_project import change, findings, write

BARE = "from django.core.asgi import get_asgi_application\n"


START = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n'
DAPHNE = "web: daphne config.asgi:application\n"


CHANNELS = (
    "from channels.routing import ProtocolTypeRouter, URLRouter\n"
    "from config.routing import websocket_urlpatterns\n"
)


MADE = START + BARE + "django_asgi_app = get_asgi_application()\n" + CHANNELS


SOCKETS = '"websocket": URLRouter(websocket_urlpatterns)'
WRAPPERS = (
    "from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler, StaticFilesHandler\n"
    "from django.core.wsgi import get_wsgi_application\nfrom dj_static import Cling, MediaCling\n"
    "from whitenoise import WhiteNoise\nfrom whitenoise.middleware import WhiteNoiseMiddleware\n"
)


def routed(pages):
    """Return the line of an application that answers pages and sockets."""
    return f'application = ProtocolTypeRouter({{"http": {pages}, {SOCKETS}}})'


APPLICATION = routed("django_asgi_app")


@pytest.mark.parametrize(
    ("lines", "fixes"),
    [
        ([APPLICATION], []),
        (
            [APPLICATION, "application = WhiteNoise(application, root='x')"],
            ["-application = WhiteNoise(application, root='x')"],
        ),
        (
            [APPLICATION, "application = WhiteNoise(\n    application)"],
            ["Delete the statement."],
        ),
        (
            [APPLICATION, "application = WhiteNoise(application)", "application.add_files('x')"],
            ["Take what is in `WhiteNoise`, and delete the calls of its methods."],
        ),
        (
            [APPLICATION, "application = Cling(MediaCling(application))"],
            ["-application = Cling(MediaCling(application))"],
        ),
        (
            [routed("WhiteNoiseMiddleware(django_asgi_app)")],
            [f"-{routed('WhiteNoiseMiddleware(django_asgi_app)')}\n+{APPLICATION}"],
        ),
        (
            [routed("StaticFilesHandler(django_asgi_app)")],
            [f"-{routed('StaticFilesHandler(django_asgi_app)')}\n+{APPLICATION}"],
        ),
        ([routed("ASGIStaticFilesHandler(django_asgi_app)")], []),
        (["unused = WhiteNoise(django_asgi_app)", APPLICATION], []),
        (["def late():\n    return WhiteNoise(django_asgi_app)", APPLICATION], []),
        (["wsgi = WhiteNoise(get_wsgi_application())", APPLICATION, "print(wsgi)"], []),
        ([routed("get_wsgi_application()")], ["-"]),
        (["pages = get_wsgi_application()", routed("pages")], ["-"]),
    ],
)
def test_an_asgi_server_gets_no_wsgi_application(project, lines, fixes):
    write(project, config__asgi_dot_py="\n".join([MADE + WRAPPERS, *lines, ""]))
    found = [each["fix"] for each in findings(project, "router-application")]
    assert [a.startswith(b) for a, b in zip(found, fixes, strict=True)] == [True] * len(fixes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("application = get_asgi_application()", 1),
        ("application = SentryAsgiMiddleware(get_asgi_application())", 1),
        ('application = ProtocolTypeRouter({"http": django_asgi_app})', 1),
        ('apps = {"http": django_asgi_app}\napplication = ProtocolTypeRouter(apps)', 1),
        ("inner = get_asgi_application()\napplication = inner", 1),
        (f'application = ProtocolTypeRouter({{"http": django_asgi_app, {SOCKETS}}})', 0),
        (
            f"inner = ProtocolTypeRouter({{{SOCKETS}}})\napplication = SentryAsgiMiddleware(inner)",
            0,
        ),
        ('apps = {"http": 1}\napps["websocket"] = 2\napplication = ProtocolTypeRouter(apps)', 0),
        ('application = ProtocolTypeRouter({"http": django_asgi_app, **more()})', 0),
        ("application = own_router(get_asgi_application())", 0),
        ("application = get_asgi_application()\napplication = with_sockets(application)", 0),
        ("from config.lifespan import application", 0),
    ],
)
def test_an_application_without_websocket_is_reported(project, text, expected):
    write(project, config__asgi_dot_py=MADE + text + "\n")
    assert len(findings(project, "websocket-unrouted")) == expected


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("import chat.routing", ["chat.routing"]),
        ("from chat.sockets import routes", ["chat.sockets"]),
        ("from chat.consumers import ChatConsumer", []),
        ("import elsewhere.routing", []),
        ("try:\n    import chat.routing\nexcept ImportError:\n    pass", []),
    ],
)
def test_a_module_that_the_application_imports_in_vain_is_reported(project, line, names):
    path = project / "config/asgi.py"
    path.write_text(f"{path.read_text()}\n{line}\n")
    found = findings(project, "asgi-application-import")
    assert [each["message"].split("`")[3] for each in found] == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("from chat import socket", ["chat.socket"]),
        ("from . import gone", ["config.gone"]),
        ("import chat.socket", ["chat.socket"]),
        ("from chat import consumers, VERSION", []),
        ("from spaces import rooms", []),
    ],
)
def test_a_module_behind_the_application_is_reported_alone(project, line, names):
    (project / "chat/__init__.py").write_text("VERSION = 1\n")
    write(project, spaces__rooms_dot_py="", spaces__inner__doors_dot_py="")
    path = project / "config/routing.py"
    path.write_text(f"{line}\n{path.read_text()}")
    change(project, "config/settings.py", '    "daphne",\n', "")
    found = findings(project, "asgi-application-import")
    assert [(each["path"], each["message"].split("`")[3]) for each in found] == [
        ("config/routing.py", each) for each in names
    ]
    assert bool(findings(project, "daphne-missing")) == (not names)


@pytest.mark.parametrize(
    ("version", "symptoms"),
    [
        ("2.4.0", []),
        ("3.0.5", []),
        ("4.3.2", ["ValueError: No application configured for scope type 'http'"]),
    ],
)
def test_a_router_without_http_is_reported_since_channels_4(project, version, symptoms):
    write(project, config__asgi_dot_py=MADE + f"application = ProtocolTypeRouter({{{SOCKETS}}})\n")
    write(project, requirements_dot_txt=f"channels=={version}\n")
    found = findings(project, "websocket-unrouted")
    assert [each["symptom"].partition(": Using")[0] for each in found] == symptoms


def test_a_router_without_http_is_allowed_beside_a_wsgi_server(project):
    write(project, config__asgi_dot_py=MADE + f"application = ProtocolTypeRouter({{{SOCKETS}}})\n")
    write(project, requirements_dot_txt="channels==4.3.2\n", Procfile="web: gunicorn config.wsgi\n")
    assert findings(project, "websocket-unrouted") == []


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (f"{BARE}application = get_asgi_application()\n{START}", "error"),
        (f"{BARE}application = get_asgi_application()\n", "warning"),
        (
            (
                f"{BARE}from dotenv import load_dotenv\nload_dotenv()\n"
                f"application = get_asgi_application()\n"
            ),
            None,
        ),
        (f"{BARE}import config.start\napplication = get_asgi_application()\n", None),
        (
            f"from config.names import NAME\n{START}{BARE}application = get_asgi_application()\n",
            "error",
        ),
        (
            f"{START}{BARE}def application(*given):\n    return get_asgi_application()(*given)\n",
            None,
        ),
    ],
)
def test_settings_that_are_named_too_late_are_reported(project, text, severity):
    write(project, config__asgi_dot_py=text, config__start_dot_py=START)
    write(
        project,
        config__names_dot_py="from django.conf import settings\nNAME = settings.ROOT_URLCONF\n",
    )
    write(project, Procfile=DAPHNE)
    assert [each["severity"] for each in findings(project, "settings-module-late")] == [
        severity
    ] * bool(severity)


def test_a_misspelt_variable_needs_no_command(project):
    change(project, "config/asgi.py", "DJANGO_SETTINGS_MODULE", "DJANGO_SETTING_MODULE")
    assert len(findings(project, "settings-module-late")) == 1


def test_an_import_that_must_move_below_the_setup_is_one_finding(project):
    asgi = f"import chat.models\n{START}{BARE}application = get_asgi_application()\n"
    write(
        project,
        Procfile="web: daphne config.asgi:application\n",
        config__asgi_dot_py=asgi,
        chat__models_dot_py="from django.conf import settings\nfrom django.db import models\n\n\n"
        "class Room(models.Model):\n    owner = settings.AUTH_USER_MODEL\n",
    )
    assert len(findings(project, "models-before-django")) == 1
    assert findings(project, "settings-module-late") == []


@pytest.mark.parametrize(
    ("package", "count"),
    [("from .tasks import app\n", 0), (START, 0), ("from .views import index\n", 1), ("", 1)],
)
def test_the_package_of_the_application_may_name_the_settings(project, package, count):
    text = (project / "config/asgi.py").read_text()
    assert "os.environ.setdefault" in text
    lines = [each for each in text.splitlines() if "os.environ.setdefault" not in each]
    write(
        project,
        config__asgi_dot_py="\n".join(lines) + "\n",
        config__tasks_dot_py=f"{START}app = 1\n",
        config__views_dot_py="index = 1\n",
        Procfile=DAPHNE,
    )
    (project / "config/__init__.py").write_text(package)
    assert len(findings(project, "settings-module-late")) == count


@pytest.mark.parametrize(("apps", "count"), [('    "daphne",\n', 1), ("", 0)])
def test_a_setting_that_nothing_reads_may_name_a_left_over_module(project, apps, count):
    text = (project / "config/settings.py").read_text().replace('    "daphne",\n', apps)
    (project / "config/settings.py").write_text(text)
    change(project, "config/settings.py", "config.asgi.application", "config.old.application")
    write(project, config__old_dot_py="from chat import sockets\nroutes = sockets.routes\n")
    assert len(findings(project, "asgi-application-import")) == count


def test_the_proposed_application_does_not_import_itself(project):
    change(project, "config/settings.py", "config.asgi.application", "config.routing.application")
    (finding,) = findings(project, "asgi-application-import")
    assert "config.asgi.application" in finding["fix"]
    text = (
        "from channels.routing import get_default_application\n"
        "application = get_default_application()\n"
    )
    write(project, config__asgi_dot_py=START + text)
    (finding,) = findings(project, "asgi-application-import")
    assert "config.asgi" not in finding["fix"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("config.asgi.application", 0),
        ("config.asgi:application", 1),
        ("config.asgi.app", 1),
        ("config.routing.application", 1),
        ("confg.asgi.application", 1),
        ("elsewhere.asgi.application", 1),
        ("installed.asgi.application", 0),
        ("elsewhere.routing.application", 0),
        ("application", 1),
    ],
)
def test_an_application_name_that_does_not_exist_is_reported(project, value, expected):
    change(project, "config/settings.py", "config.asgi.application", value)
    write(project, requirements_dot_txt="installed==1.0\n")
    assert len(findings(project, "asgi-application-import")) == expected


def test_an_application_from_its_own_setting_is_circular(project):
    text = (
        "from channels.routing import get_default_application\n"
        "application = get_default_application()\n"
    )
    write(project, config__asgi_dot_py=START + text)
    assert "circular" in findings(project, "channels-leftovers")[0]["message"]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("web: uvicorn --lifespan on config.asgi:application", 1),
        ("web: hypercorn config.asgi:application", 0),
        ("web: uvicorn config.asgi:application", 0),
        ("web: uvicorn --lifespan off config.asgi:application", 0),
        ("web: gunicorn -k uvicorn.workers.UvicornWorker config.asgi:application", 0),
        ("web: daphne config.asgi:application", 0),
        ("api: uvicorn other.app:app", 0),
    ],
)
def test_missing_lifespan_is_reported_where_the_server_needs_it(project, command, expected):
    change(project, "config/asgi.py", '"lifespan": lifespan,', "")
    write(project, Procfile=command + "\n")
    assert len(findings(project, "lifespan-missing")) == expected


@pytest.mark.parametrize(
    ("sockets", "count"),
    [
        ("  sockets:\n    command: uvicorn config.asgi:application\n", 0),
        ("  sockets:\n    command: uvicorn config.pages:application\n", 1),
        ("", 1),
    ],
)
def test_a_service_for_pages_may_stand_beside_one_for_sockets(project, sockets, count):
    pages = f"{START}{BARE}application = get_asgi_application()\n"
    compose = "services:\n  web:\n    command: uvicorn config.pages:application\n"
    write(project, config__pages_dot_py=pages, compose_dot_yaml=compose + sockets)
    assert len(findings(project, "websocket-unrouted")) == count


def test_a_module_with_a_syntax_error_exists(project):
    asgi = project / "config/asgi.py"
    asgi.write_text(f"{asgi.read_text()}\nx = 'open\n")
    assert findings(project, "asgi-application-import") == []
    assert len(findings(project, "syntax-error")) == 1
