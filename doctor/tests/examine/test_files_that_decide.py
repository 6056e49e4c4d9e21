"""Where another file decides, the rules wait for it: start scripts, later imports, other roots."""

import shlex
import subprocess
import sys

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import make_project

from channels_doctor.examine.project import Project
from channels_doctor.examine.python.newer_syntax import newer_python_limits

SET = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")'
LATE = (
    "import os\nfrom django.core.asgi import get_asgi_application\n"
    f"application = get_asgi_application()\n{SET}\n"
)
EITHER = "import os\nif os.getenv('LIVE'):\n    from .{} import *\nelse:\n    from .desk import *\n"
SERVER = "daphne config.asgi:application"


@pytest.mark.parametrize(
    ("files", "number"),
    [
        ({}, 1),
        ({"start_dot_sh": "export DJANGO_SETTINGS_MODULE=config.settings\nexec daphne a:b\n"}, 0),
        ({"Dockerfile": "ENV DJANGO_SETTINGS_MODULE=config.settings\n"}, 0),
        ({"serve_dot_py": f"import os\nimport uvicorn\n{SET}\nuvicorn.run('config.asgi')\n"}, 0),
        ({"tool_dot_py": f"import os\n{SET}\n"}, 1),
        ({"README_dot_md": "Set DJANGO_SETTINGS_MODULE.\n"}, 1),
        ({"pytest_dot_ini": "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\n"}, 1),
    ],
)
def test_a_start_script_may_name_the_settings(project, files, number):
    write(project, config__asgi_dot_py=LATE, **files)
    assert len(findings(project, "settings-module-late")) == number


@pytest.mark.parametrize(("variable", "number"), [("DJANGO_SETTINGS_MODULE", 0), ("OTHER", 1)])
def test_elastic_beanstalk_names_the_settings_of_its_servers(project, variable, number):
    option = f"aws:elasticbeanstalk:application:environment:\n    {variable}: config.live\n"
    write(
        project,
        Procfile="web: daphne config.asgi:application\n",
        config__live_dot_py="from .settings import *\nDEBUG = False\n",
    )
    write(project, _dot_ebextensions__django_dot_config=f"option_settings:\n  {option}")
    with (project / "config/settings.py").open("a") as file:
        file.write("DEBUG = True\n")
    assert len(findings(project, "debug-in-deployment")) == number


@pytest.mark.parametrize("is_linked", [True, False])
def test_a_link_to_a_file_is_a_module_of_settings(project, is_linked):
    change(project, "config/asgi.py", "config.settings", "config.chosen_settings")
    if is_linked:
        (project / "config/chosen_settings.py").symlink_to("settings.py")
    assert bool(findings(project, "settings-missing")) != is_linked


@pytest.mark.parametrize(
    ("settings", "number"),
    [
        ("DEBUG = True\n", 1),
        ("DEBUG = True\nfrom .production import *\n", 0),
        ("DEBUG = True\ntry:\n    from .production import *\nexcept ImportError:\n    pass\n", 0),
        ("from .production import *\nDEBUG = True\n", 1),
        ("DEBUG = True\nfrom local_settings import *\n", 0),
        ("from local_settings import *\nDEBUG = True\n", 1),
        ("import os\nDEBUG = True\nif os.getenv('LIVE'):\n    from .production import *\n", 0),
        (
            EITHER.format("production"),
            0,
        ),
        (
            EITHER.format("desk"),
            1,
        ),
    ],
)
def test_a_later_star_import_may_set_debug(project, settings, number):
    write(
        project,
        config__start_dot_py=settings,
        config__production_dot_py="DEBUG = False\n",
        config__desk_dot_py="DEBUG = True\n",
        Procfile=f"web: DJANGO_SETTINGS_MODULE=config.start {SERVER}\n",
    )
    assert len(findings(project, "debug-in-deployment")) == number


def test_an_entry_point_of_a_container_may_name_the_settings(project):
    settings = project / "config" / "settings.py"
    settings.write_text(settings.read_text() + "DEBUG = True\n")
    write(
        project,
        Dockerfile=f"ENTRYPOINT /entrypoint.sh\nCMD {SERVER}\n",
        config__live_dot_py="from .settings import *\nDEBUG = False\n",
        entrypoint_dot_sh='export DJANGO_SETTINGS_MODULE=config.live\nexec "$@"\n',
    )
    assert findings(project, "debug-in-deployment") == []


def test_a_name_may_begin_with_the_folders_above_the_project(tmp_path):
    folder = make_project(tmp_path / "site")
    change(
        folder, "config/settings.py", '"config.asgi.application"', '"site.config.asgi.application"'
    )
    assert findings(folder, "asgi-application-import") == []
    change(folder, "config/settings.py", "site.config.asgi.application", "site.config.asgi.other")
    assert len(findings(folder, "asgi-application-import")) == 1


def test_a_setting_in_a_file_that_is_loaded_in_another_way_is_set(project):
    settings = (project / "config" / "settings.py").read_text()
    kept = [line for line in settings.splitlines() if not line.startswith("ASGI_APPLICATION")]
    (project / "config" / "settings.py").write_text("\n".join(kept) + "\n")
    assert len(findings(project, "asgi-application-missing")) == 1
    write(project, config__parts__server_dot_py='ASGI_APPLICATION = "config.asgi.application"\n')
    assert findings(project, "asgi-application-missing") == []


def test_channels_1_needs_no_asgi_application(project):
    settings = (project / "config" / "settings.py").read_text()
    kept = [line for line in settings.splitlines() if not line.startswith("ASGI_APPLICATION")]
    (project / "config" / "settings.py").write_text("\n".join(kept) + "\n")
    write(project, requirements_dot_txt="channels==1.1.8\n")
    assert findings(project, "asgi-application-missing") == []


NEWER = f"{sys.version_info[0]}.{sys.version_info[1] + 1}"


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": f"FROM python:{NEWER}-slim AS base\n"},
        {"compose_dot_yaml": f"services:\n  web:\n    image: docker.io/library/python:{NEWER}\n"},
        {"_dot_python-version": f"{NEWER}\n"},
        {"runtime_dot_txt": f"python-{NEWER}.1\n"},
    ],
)
def test_newer_syntax_is_no_finding_when_the_deployment_has_a_newer_python(project, files):
    write(project, chat__broken_dot_py="x = = 1\n", **files)
    assert findings(project, "syntax-error") == []


def test_a_missing_comma_is_an_error_in_each_python(project):
    write(project, runtime_dot_txt=f"python-{NEWER}.1\n", chat__models_dot_py="x = [1 2]\n")
    assert [each["severity"] for each in findings(project, "syntax-error")] == ["error"]


def test_the_settings_of_a_script_are_not_those_of_a_server_elsewhere(project):
    settings = project / "config" / "settings.py"
    settings.write_text(settings.read_text() + "DEBUG = False\n")
    write(
        project,
        Procfile=f"web: {SERVER}\n",
        config__desk_dot_py="from .settings import *\nDEBUG = True\n",
        run_dot_sh="export DJANGO_SETTINGS_MODULE=config.desk\npython manage.py runserver\n",
    )
    assert findings(project, "debug-in-deployment") == []


def test_the_files_that_need_a_newer_python_are_one_limit(project):
    broken = {f"chat__broken{number}_dot_py": "x = = 1\n" for number in range(3)}
    write(project, runtime_dot_txt=f"python-{NEWER}.1\n", **broken)
    (limit,) = newer_python_limits(Project(str(project)))
    assert limit.startswith("Not parsed: chat/broken0.py and 2 more files: the project needs")


def test_settings_of_the_tests_in_a_service_are_not_those_of_the_server(project):
    settings = project / "config" / "settings.py"
    settings.write_text(settings.read_text() + "DEBUG = False\n")
    write(
        project,
        Procfile=f"web: {SERVER}\n",
        config__trial_dot_py="from .settings import *\nDEBUG = True\n",
        _dot_gitlab__ci_dot_yml="script:\n  - python manage.py test --settings=config.trial\n",
    )
    (project / ".gitlab" / "ci.yml").rename(project / ".gitlab-ci.yml")
    assert findings(project, "debug-in-deployment") == []
    (project / ".gitlab-ci.yml").rename(project / "compose.yml")
    assert len(findings(project, "debug-in-deployment")) == 1


IGNORED = {"_dot_gitignore": "__pycache__/\nconfig/settings_live.py\n"}
EMPTY = "import os\nDEBUG = os.getenv('DEBUG')\nALLOWED_HOSTS = []\n"


@pytest.mark.parametrize(("files", "number"), [(IGNORED, 0), ({"_dot_gitignore": "*.pyc\n"}, 1)])
def test_settings_that_git_ignores_decide_on_the_server(project, files, number):
    settings = project / "config" / "settings.py"
    settings.write_text(settings.read_text() + EMPTY)
    service = "[Service]\nEnvironment=DJANGO_SETTINGS_MODULE=config.settings_live\n"
    service += f"ExecStart={SERVER}\n"
    write(project, deploy__web_dot_service=service, **files)
    assert len(findings(project, "settings-missing")) == number
    assert len(findings(project, "allowed-hosts")) == number


@pytest.mark.parametrize(
    ("variable", "number"), [("DJANGO_SETTINGS_MODULE", 0), ("OTHER_VARIABLE", 1)]
)
def test_the_environment_of_each_server_replaces_the_default_of_all_entry_points(
    project, variable, number
):
    change(project, "config/asgi.py", "config.settings", "config.empty_settings")
    wsgi = (project / "config/asgi.py").read_text()
    write(project, config__empty_settings_dot_py="", config__wsgi_dot_py=wsgi)
    service = (
        f"build: .\n    command: {SERVER}\n    environment:\n      - {variable}=config.settings"
    )
    write(project, compose_dot_yaml=f"services:\n  web:\n    {service}\n")
    assert len(findings(project, "settings-missing")) == number


@pytest.mark.parametrize(
    ("package", "number"), [("import os\n", 1), ("from .tasks import app\n", 0)]
)
def test_a_package_may_name_the_settings_before_its_entry_point(project, package, number):
    change(project, "config/asgi.py", "config.settings", "config.other_settings")
    (project / "config" / "__init__.py").write_text(package)
    write(project, config__tasks_dot_py=f"import os\n{SET}\napp = 1\n")
    assert len(findings(project, "settings-missing")) == number


@pytest.mark.parametrize(
    "line",
    [
        "os.environ.update(DJANGO_SETTINGS_MODULE={!r})",
        'os.environ.update({{"DJANGO_SETTINGS_MODULE": {!r}}})',
        'os.environ |= {{"DJANGO_SETTINGS_MODULE": {!r}}}',
    ],
)
def test_an_update_of_the_environment_names_settings(project, line):
    entry = "import os\n{}\nfrom django.core.asgi import get_asgi_application\n"
    entry += "application = get_asgi_application()\n"
    write(project, config__asgi_dot_py=entry.format(line.format("config.settings")))
    assert findings(project, "settings-missing") == []
    write(project, config__asgi_dot_py=entry.format(line.format("settings")))
    (finding,) = findings(project, "settings-missing")
    assert f"+{line.format('config.settings')}" in finding["fix"]


@pytest.mark.parametrize(
    ("name", "start", "number"),
    [
        ("hello.settings", "gunicorn hello.wsgi:application", 0),
        ("hello.settings", "python manage.py migrate", 1),
        ("hello.settings", "gunicorn config.wsgi:application", 1),
        ("konfig.settings", "gunicorn konfig.wsgi:application", 1),
    ],
)
def test_a_script_that_names_nothing_of_the_project_is_of_another(project, name, start, number):
    write(project, deploy__start_dot_sh=f"export DJANGO_SETTINGS_MODULE={name}\n{start}\n")
    assert len(findings(project, "settings-missing")) == number


CONFLICT = "x = 1\n<<<<<<< HEAD\ny = 1\n=======\ny = 2\n>>>>>>> branch\n"


def test_conflict_markers_are_an_error_of_their_own(project):
    write(project, chat__broken_dot_py=CONFLICT, Dockerfile=f"FROM python:{NEWER}\n")
    (finding,) = findings(project, "merge-conflict")
    assert (finding["severity"], finding["line"]) == ("error", 2)
    assert findings(project, "syntax-error") == []


def test_the_command_for_conflict_markers_shows_committed_ones(project):
    write(project, chat__broken_dot_py=CONFLICT)
    (finding,) = findings(project, "merge-conflict")
    for command in ("git init -q", "git add .", finding["fix"]):
        words = shlex.split(command, comments=True)
        shown = subprocess.run(words, cwd=project, capture_output=True, text=True, check=True)
    lines = [each.split(":")[:2] for each in shown.stdout.splitlines()]
    assert lines == [["chat/broken.py", number] for number in ("2", "4", "6")]


LISTENER = (
    "from channels.layers import get_channel_layer\n\n\nasync def listen():\n"
    "    layer = get_channel_layer()\n    channel = await layer.new_channel()\n{}"
    '    await layer.group_send("jobs", {{"type": "job.done"}})\n'
)
ADD = '    await layer.group_add("jobs", channel)\n    await layer.receive(channel)\n'


@pytest.mark.parametrize(("lines", "number"), [(ADD, 0), ("", 1)])
def test_code_that_is_no_consumer_may_receive_from_a_group(project, lines, number):
    write(project, chat__jobs_dot_py=LISTENER.format(lines))
    consumers = project / "chat/consumers.py"
    joined = "\n\nclass Jobs(ChatConsumer):\n    groups = ['jobs']\n"
    consumers.write_text(consumers.read_text() + joined)
    assert len(findings(project, "handler-missing")) == number


def test_a_folder_that_a_module_hides_has_no_settings(project):
    age = 'DATABASES = {"default": {"ENGINE": "postgresql", "CONN_MAX_AGE": 600}}\n'
    write(
        project,
        config__settings__live_dot_py=f"from .base import *\n{age}",
        start_dot_sh="export DJANGO_SETTINGS_MODULE=config.settings.live\n",
    )
    assert findings(project, "conn-max-age") == []


@pytest.mark.parametrize(
    ("requirements", "count"), [("channels-redis==2.4.2\n", 0), ("channels-redis==4.3.0\n", 1)]
)
def test_the_channel_layer_tells_of_the_channels_that_it_goes_with(project, requirements, count):
    change(project, "config/settings.py", '    "daphne",\n', "")
    change(project, "config/routing.py", ".as_asgi()", "")
    write(project, requirements_dot_txt=requirements)
    assert bool(findings(project, "as-asgi-missing")) == bool(count)
    assert len(findings(project, "daphne-missing")) == count


@pytest.mark.parametrize(("table", "count"), [("dependencies", 1), ("group.testing", 0)])
def test_a_locked_daphne_for_tests_alone_serves_nothing(project, table, count):
    write(
        project,
        pyproject_dot_toml=f'[tool.poetry.{table}.dependencies]\ndaphne = "^4.2.1"\n'.replace(
            "dependencies.dependencies", "dependencies"
        ),
        poetry_dot_lock='[[package]]\nname = "daphne"\nversion = "4.2.1"\n',
    )
    assert len(findings(project, "daphne-outdated")) == count


def test_an_import_that_must_move_anyway_needs_no_settings_before_it(project):
    text = (project / "config/asgi.py").read_text()
    first = "import chat.rooms\n"
    write(
        project,
        Procfile="web: daphne config.asgi:application\n",
        config__asgi_dot_py=first + text,
        chat__rooms_dot_py=(
            "from django.conf import settings\nfrom .models import Room\nX = settings.DEBUG\n"
        ),
        chat__models_dot_py=(
            "from django.db import models\nclass Room(models.Model):\n    name = 'room'\n"
        ),
    )
    assert len(findings(project, "models-before-django")) == 1
    assert findings(project, "settings-module-late") == []


@pytest.mark.parametrize(("image", "count"), [("3.7", 0), ("3.12", 1)])
def test_an_old_python_has_no_new_client_of_redis(project, image, count):
    change(project, "config/settings.py", "pubsub.RedisPubSub", "core.Redis")
    write(
        project,
        requirements_dot_txt="channels\nchannels-redis\n",
        Dockerfile=f"FROM python:{image}-slim\n",
    )
    assert len(findings(project, "redis-socket-timeout")) == count


def test_the_channels_of_an_old_django_have_a_runserver_and_django_for_http(project):
    change(project, "config/settings.py", '    "daphne",\n', "")
    change(project, "config/asgi.py", '"http"', '"other"')
    write(project, requirements_dot_txt="Django~=2.2.24\nchannels\n")
    assert findings(project, "daphne-missing") == []
    write(project, Procfile="web: daphne config.asgi:application\n")
    for pins, count in (
        ("Django~=2.2.24\nchannels==3.0.5\n", 0),
        ("Django~=3.2\nchannels==3.0.5\n", 0),
        ("Django~=3.2\nchannels==4.0.0\n", 1),
    ):
        write(project, requirements_dot_txt=pins)
        assert len(findings(project, "websocket-unrouted")) == count


@pytest.mark.parametrize(
    ("command", "count"),
    [("daphne -p 8001 config.pages:application", 0), ("python manage.py clock", 1)],
)
def test_another_server_of_the_same_file_may_answer_http(command, count, project):
    change(project, "config/asgi.py", '"http"', '"other"')
    write(
        project,
        requirements_dot_txt="Django~=5.2\nchannels==4.0.0\n",
        Procfile=f"sockets: daphne config.asgi:application\nweb: {command}\n",
        config__pages_dot_py=(
            "from django.core.asgi import get_asgi_application\n"
            "application = get_asgi_application()\n"
        ),
    )
    found = findings(project, "websocket-unrouted")
    assert len([each for each in found if each["path"] == "config/asgi.py"]) == count


def test_an_application_in_a_part_of_the_settings_is_the_one_that_is_served(project):
    change(project, "config/settings.py", "ASGI_APPLICATION", "exec('')  #")
    write(
        project,
        config__part_dot_py='ASGI_APPLICATION = "config.asgi.application"\n',
        chat__asgi_dot_py=(
            "from channels.routing import ProtocolTypeRouter\n"
            "from django.core.asgi import get_asgi_application\n"
            'application = ProtocolTypeRouter({"http": get_asgi_application()})\n'
        ),
    )
    assert findings(project, "settings-module-late") == []


TOKENS = """
from urllib.parse import parse_qs
from .tokens import user_of_cookie


class TokenMiddleware:
    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        scope["user"] = await user_of_cookie(scope)
        return await self.inner(scope, receive, send)
"""
READER = """
from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        if self.scope["user"].is_authenticated:
            await self.accept()
"""


@pytest.mark.parametrize(("source", "count"), [("query_string", 0), ("cookies", 1)])
def test_a_name_of_the_project_does_not_read_cookies(project, source, count):
    write(
        project,
        chat__consumers_dot_py=READER,
        config__middleware_dot_py=TOKENS,
        config__tokens_dot_py=f'async def user_of_cookie(scope):\n    return scope["{source}"]\n',
        config__asgi_dot_py=(
            "import os\n"
            "from django.core.asgi import get_asgi_application\n"
            'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n'
            "application = get_asgi_application()\n"
            "from channels.routing import ProtocolTypeRouter, URLRouter\n"
            "from config.middleware import TokenMiddleware\n"
            "from config.routing import websocket_urlpatterns\n"
            "application = ProtocolTypeRouter({\n"
            '    "http": application,\n'
            '    "websocket": TokenMiddleware(URLRouter(websocket_urlpatterns)),\n'
            "})\n"
        ),
    )
    assert len(findings(project, "origin-unchecked")) == count


@pytest.mark.parametrize(("mark", "count"), [("", 1), ("# ", 0)])
def test_a_line_that_is_commented_out_names_no_settings(project, mark, count):
    write(project, Dockerfile=f"FROM python\n{mark}ENV DJANGO_SETTINGS_MODULE config.gone\n")
    assert len(findings(project, "settings-missing")) == count


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ('STAGE = "live"\nos.environ["{}"] = f"config.{{STAGE}}"', 1),
        ('NAME = "config.live"\nos.environ.setdefault("{}", NAME)', 1),
        ('STAGE = "live"\nos.environ["{}"] = "config." + STAGE', 1),
        ('STAGE = "settings"\nos.environ["{}"] = f"config.{{STAGE}}"', 0),
        ('STAGE = os.environ["STAGE"]\nos.environ["{}"] = f"config.{{STAGE}}"', 0),
        ('STAGE = "live"\nos.environ["{}"] = f"config.{{STAGE:.3}}"', 0),
        (
            (
                'STAGE = "live"\ndef choose(STAGE):\n    os.environ["{}"] = f"config.{{STAGE}}"\n'
                'choose("settings")'
            ),
            0,
        ),
        (
            (
                'STAGE = "live"\nif os.environ.get("TRIAL"):\n    STAGE = "trial"\n'
                'os.environ["{}"] = f"config.{{STAGE}}"'
            ),
            0,
        ),
    ],
)
def test_the_name_of_the_settings_may_have_parts_that_the_module_sets_once(project, code, number):
    text = (project / "config/asgi.py").read_text()
    old = next(each for each in text.splitlines() if "DJANGO_SETTINGS_MODULE" in each)
    change(project, "config/asgi.py", old, code.format("DJANGO_SETTINGS_MODULE"))
    assert len(findings(project, "settings-missing")) == number
