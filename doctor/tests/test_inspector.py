"""The facts of an inspection; hostile projects cannot stop or mislead it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from support.processes import is_alive, wait_for
from support.sample_projects import make_project

from channels_doctor.inspector.facts import read_facts
from channels_doctor.inspector.inspect_project import inspect_project
from channels_doctor.project_location import ProjectLocation

pytestmark = pytest.mark.slow

SECONDS = 60
SHORT_SECONDS = 10  # for endless projects; a busy machine takes seconds to read the settings
MAX_SECONDS = 90  # processes of these tests sleep longer


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """A folder of byte code, which an inspection does not write itself."""
    folder = tmp_path_factory.mktemp("compiled")
    site = make_project(folder / "site")
    script = "import django; django.setup(); import config.asgi, channels_redis.pubsub"
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPYCACHEPREFIX": str(folder),
    }
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, "-c", script], cwd=site, env=env, check=True)
    return str(folder)


@pytest.fixture
def project(tmp_path, monkeypatch, compiled):
    """A sound project, whose files a test changes."""
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", compiled)
    return make_project((tmp_path / "site").resolve())


def inspect(project, settings=None, seconds=SECONDS, python=sys.executable):
    location = ProjectLocation(str(project), str(project / "manage.py"))
    return inspect_project(location, python, settings, seconds)


def add_settings(project, text):
    with (project / "config" / "settings.py").open("a") as file:
        file.write(text)


def facts_with(project, text, **options):
    add_settings(project, text)
    return inspect(project, **options)


def set_routes(project, text):
    imports = """
from channels.routing import URLRouter
from chat.consumers import ChatConsumer, NotFoundConsumer
from django.urls import path, re_path

chat = ChatConsumer.as_asgi()
"""
    (project / "config" / "routing.py").write_text(imports + text)


def moved_below(project, manage_py="config.settings"):
    """Move the code one folder deeper, into a package whose name its imports begin with."""
    inner = project.rename(project.parent / "backend")
    for path in inner.rglob("*.py"):
        text = path.read_text().replace('"config.', '"backend.config.')
        path.write_text(text.replace("from config", "from backend.config"))
    text = (inner / "manage.py").read_text()
    (inner / "manage.py").write_text(text.replace("backend.config.settings", manage_py))
    return inner


@pytest.mark.parametrize("is_package", [True, False])
def test_a_project_is_imported_from_the_folder_that_its_settings_name(project, is_package):
    inner = moved_below(project, "backend.config.settings")
    if is_package:
        (inner / "__init__.py").touch()
    facts = inspect(inner)
    assert facts["failure"] is None
    assert facts["application"]["protocols"]


def test_a_project_that_starts_in_its_own_folder_is_not_imported_from_above(project):
    failure = inspect(moved_below(project))["failure"]
    assert failure["message"] == "No module named 'backend'"


def test_a_manage_py_that_was_moved_beside_the_settings_fails(project):
    inner = project / "config"
    (project / "manage.py").rename(inner / "manage.py")
    failure = inspect(inner)["failure"]
    assert failure["message"] == "No module named 'config'"


def test_a_project_without_manage_py_is_inspected_with_the_given_settings(project):
    (project / "manage.py").unlink()
    location = ProjectLocation(str(project), "")
    facts = inspect_project(location, sys.executable, "config.settings", SECONDS)
    assert facts["failure"] is None
    assert facts["settings_module"] == "config.settings"
    assert [each["pattern"] for each in facts["routes"]]


def test_a_sound_project_gives_all_facts(project):
    facts = inspect(project)
    assert facts["failure"] is None
    assert facts["settings_module"] == "config.settings"
    assert facts["python"] == ".".join(map(str, sys.version_info[:3]))
    assert facts["versions"].keys() >= {"django", "channels", "daphne", "asgiref", "channels-redis"}
    assert facts["loaded"] == ["config/__init__.py", "config/settings.py"]
    assert facts["runserver"] == "daphne"
    assert (
        facts["runserver_mro"][0]
        == facts["runserver_class"]
        == "daphne.management.commands.runserver.Command"
    )
    assert (
        facts["layer"]["class"]
        == facts["layer"]["mro"][0]
        == "channels_redis.pubsub.RedisPubSubChannelLayer"
    )
    assert facts["layer"]["error"] is None
    application = facts["application"]
    assert application["class"] == "channels.routing.ProtocolTypeRouter"
    assert application["protocols"]["lifespan"] == "config.lifespan.lifespan"
    assert application["wrappers"][0] == "channels.security.websocket.OriginValidator"
    assert application["wrappers"][-2:] == [
        "channels.auth.AuthMiddleware",
        "channels.routing.URLRouter",
    ]


def test_only_settings_of_the_project_are_reported_with_their_structure(project):
    settings = inspect(project)["settings"]
    assert settings["CHANNEL_LAYERS"]["default"]["CONFIG"]["hosts"] == ["redis://127.0.0.1:6379"]
    assert settings["DEBUG"] is True
    assert "settings.py" not in json.dumps(settings["BASE_DIR"])
    assert "LANGUAGES" not in settings


def test_settings_contain_no_secrets(project, monkeypatch):
    monkeypatch.setenv("STORE_PASSWORD", "hunter2-from-outside")
    text = """
import os
SECRET_KEY_FALLBACKS = ["hunter2-1"]
DATABASES["default"]["PASSWORD"] = "hunter2-2"
CHANNEL_LAYERS["default"]["CONFIG"]["hosts"] = ["redis://user:hunter2-3@host:1/0", "redis://:hunter2/@4@host"]
API = {"sendgrid": {"api_key": "hunter2-5", "headers": ["x"]}, "deep": [{"token": b"hunter2-6"}]}
BROKER = "https://hunter2-7@host/path?password=hunter2-8"
STORE = "host=db password=hunter2-9 " + os.environ["STORE_PASSWORD"]
class Client:
    def __repr__(self): return "Client(redis://:hunter2-10@host)"
CLIENT = Client()
raise_later = "hunter2"
"""
    facts = facts_with(project, text)
    assert "hunter2" not in json.dumps(facts)
    assert facts["settings"]["SECRET_KEY"] == "<hidden>"
    assert (
        facts["settings"]["CHANNEL_LAYERS"]["default"]["CONFIG"]["hosts"][0]
        == "redis://***@host:1/0"
    )


def test_a_failure_contains_no_secrets(project):
    failure = facts_with(project, "raise ValueError('bad URL redis://:hunter2@host')")["failure"]
    assert failure["message"] == "bad URL redis://***@host"


def test_values_without_a_json_form_are_described(project):
    text = """
import datetime, math
class Broken:
    def __repr__(self): raise RuntimeError
ODD = [math.nan, math.inf, 1 + 2j, datetime.timedelta(1), {1, 2}, (3,), {4: 5}, Broken(), "\\ud800"]
LOOP = []
LOOP.append(LOOP)
WIDE = ["x" * 1999] * 999
for _ in range(7): WIDE = [WIDE] * 999
class Liar(dict):
    def items(self): raise OSError
LIAR = Liar()
"""
    settings = facts_with(project, text)["settings"]
    assert settings["ODD"][0] == {"repr": "nan"}
    assert settings["ODD"][4:7] == [[1, 2], [3], {"4": 5}]
    assert settings["ODD"][7] == {"repr": "Broken"}
    assert settings["LIAR"] == {"repr": "{}"}
    assert len(json.dumps(settings, ensure_ascii=False).encode()) < 300_000


def test_the_given_settings_module_comes_first(project):
    (project / "other.py").write_text("from config.settings import *\nDEBUG = False\n")
    facts = inspect(project, settings="other")
    assert (facts["settings_module"], facts["settings"]["DEBUG"]) == ("other", False)


def test_manage_py_is_run_to_find_a_computed_settings_module(project):
    (project / ".env").write_text("production")
    (project / "production.py").write_text("from config.settings import *\n")
    text = """
import os
from django.core.management import execute_from_command_line

os.environ["DJANGO_SETTINGS_MODULE"] = open(".env").read()
execute_from_command_line()
"""
    (project / "manage.py").write_text(text)
    assert inspect(project)["settings_module"] == "production"


def test_the_text_of_a_failing_manage_py_names_the_settings(project):
    manage = project / "manage.py"
    manage.write_text("import no_such_package\n" + manage.read_text())
    facts = inspect(project)
    assert facts["settings_module"] == "config.settings"
    assert facts["failure"]["stage"] == "manage"
    assert facts["failure"]["message"] == "No module named 'no_such_package'"
    assert facts["runserver"] == "daphne"


def test_a_missing_settings_module_is_reported_with_the_option(project):
    (project / "manage.py").write_text("import django\n")
    assert "--settings MODULE" in inspect(project)["failure"]["message"]


def test_only_the_projects_folder_is_added_to_the_import_path(project):
    facts = facts_with(project, "import sys, os\nPATH = sys.path\nHERE = os.getcwd()\n")["settings"]
    assert facts["PATH"][0] == facts["HERE"] == str(project)
    assert not [each for each in facts["PATH"] if "in_project" in each or each.endswith("doctor")]


def test_an_app_may_have_the_name_of_our_package(project):
    (project / "inspector").mkdir()
    (project / "inspector" / "__init__.py").write_text("NAME = 'theirs'")
    facts = facts_with(
        project, "import inspector\nNAME = inspector.NAME\nINSTALLED_APPS.append('inspector')\n"
    )
    assert facts["settings"]["NAME"] == "theirs"


def test_no_byte_code_is_written_into_the_project(project):
    inspect(project)
    assert not list(project.rglob("*.pyc"))


def test_a_failure_has_only_frames_of_the_project(project):
    (project / "chat" / "deep.py").write_text("def fall():\n    import no_such_package\n")
    failure = facts_with(project, "import chat.deep\nchat.deep.fall()\n")["failure"]
    assert (failure["stage"], failure["type"]) == ("settings", "ModuleNotFoundError")
    assert [frame["path"] for frame in failure["frames"]] == ["config/settings.py", "chat/deep.py"]
    assert failure["frames"][-1] == {"path": "chat/deep.py", "line": 2, "name": "fall"}


def test_a_file_that_does_not_parse_is_the_last_frame(project):
    (project / "chat" / "broken.py").write_text("\n\ndef (:\n")
    failure = facts_with(project, "import chat.broken\n")["failure"]
    assert failure["type"] == "SyntaxError"
    assert failure["frames"][-1] == {"path": "chat/broken.py", "line": 3, "name": "<module>"}


def test_a_failing_app_leaves_the_settings_and_the_layer(project):
    (project / "chat" / "models.py").write_text("1 / 0\n")
    facts = inspect(project)
    assert (facts["failure"]["stage"], facts["failure"]["type"]) == ("setup", "ZeroDivisionError")
    assert facts["settings"]["DEBUG"] is True
    assert facts["layer"]["error"] is None


def test_a_failing_application_leaves_the_earlier_facts(project):
    (project / "config" / "asgi.py").write_text("import no_such_package\n")
    facts = inspect(project)
    assert facts["failure"]["stage"] == "application"
    assert facts["failure"]["frames"][-1]["path"] == "config/asgi.py"
    assert facts["runserver"] == "daphne"


@pytest.mark.parametrize(
    ("layer", "error"),
    [
        ({"BACKEND": "no_such_package.Layer"}, "ModuleNotFoundError"),
        (
            {
                "BACKEND": "channels_redis.core.RedisChannelLayer",
                "CONFIG": {"hosts": "redis://host"},
            },
            "ValueError",
        ),
        ({"BACKEND": "channels_redis.core.NoSuchLayer"}, "ImportError"),
    ],
)
def test_a_layer_that_cannot_be_made_has_its_error(layer, error, project):
    facts = facts_with(project, f"CHANNEL_LAYERS = {{'default': {layer!r}}}\n")
    assert facts["layer"]["error"]["type"] == error
    assert facts["layer"]["backend"] == layer["BACKEND"]
    assert facts["failure"] is None


@pytest.mark.parametrize("value", ["[1]", "{'default': {'BACKEND': 4}}"])
def test_an_invalid_layer_setting_is_no_failure(value, project):
    facts = facts_with(project, f"CHANNEL_LAYERS = {value}\n")
    assert facts["layer"] == {"backend": None, "class": None, "mro": [], "error": None}
    assert facts["routes"]


ROUTES = [
    ("path('ws/<int:number>/', chat)", "ws/<int:number>/", "/ws/1/"),
    (
        "path('ws/<uuid:room>/', chat)",
        "ws/<uuid:room>/",
        "/ws/00000000-0000-4000-8000-000000000001/",
    ),
    ("path('ws/<slug:a>/<path:b>', chat)", "ws/<slug:a>/<path:b>", "/ws/doctor/doctor"),
    (r"re_path(r'^ws/(?P<room>\w+)/$', chat)", r"^ws/(?P<room>\w+)/$", "/ws/doctor/"),
    (
        r"re_path(r'^at/(?P<y>\d{4})/(?P<m>[a-z]+)/$', chat)",
        r"^at/(?P<y>\d{4})/(?P<m>[a-z]+)/$",
        "/at/2024/doctor/",
    ),
    (r"re_path(r'^a-(?P<kind>chat|room)/?$', chat)", r"^a-(?P<kind>chat|room)/?$", "/a-chat"),
    (r"re_path(r'^ws/(?P<hash>[0-9a-f]{40})$', chat)", r"^ws/(?P<hash>[0-9a-f]{40})$", None),
    ("path('/ws/chat/', chat)", "/ws/chat/", None),
    (
        "path('a/', URLRouter([path('<str:b>/', URLRouter([path('c', chat)]))]))",
        "a/<str:b>/c",
        "/a/doctor/c",
    ),
    ("path('a/', lambda scope, receive, send: chat)", "a/", "/a/"),
]


def test_each_route_has_a_path_that_resolves_to_it_or_none(project):
    set_routes(project, f"websocket_urlpatterns = [{', '.join(route for route, _, _ in ROUTES)}]\n")
    found = [(route["pattern"], route["sample"]) for route in inspect(project)["routes"]]
    assert found == [each[1:] for each in ROUTES]


def test_a_route_hidden_by_another_one_has_no_path(project):
    set_routes(project, "websocket_urlpatterns = [re_path('', chat), path('ws/', chat)]\n")
    assert [route["sample"] for route in inspect(project)["routes"]] == ["/", None]


def test_routes_are_found_inside_every_kind_of_middleware(project):
    set_routes(
        project,
        """
from channels.middleware import BaseMiddleware
def by_function(inner):
    async def call(scope, receive, send):
        return await inner(scope, receive, send)
    return call
class Odd:
    def __init__(self, thing): self.thing = thing
    async def __call__(self, scope, receive, send): await self.thing(scope, receive, send)
inside = URLRouter([path("x/", Odd(chat))])
websocket_urlpatterns = [re_path("ws/", by_function(Odd(BaseMiddleware(inside))))]
""",
    )
    assert inspect(project)["routes"] == [
        {
            "pattern": "ws/x/",
            "callback": "chat.consumers.ChatConsumer",
            "as_asgi": True,
            "sample": "/ws/x/",
        }
    ]


def test_a_consumer_without_as_asgi_is_marked(project):
    set_routes(project, "websocket_urlpatterns = [path('ws/', ChatConsumer)]\n")
    route = inspect(project)["routes"][0]
    assert (route["callback"], route["as_asgi"]) == ("chat.consumers.ChatConsumer", False)


def test_an_application_without_protocols_has_no_routes(project):
    text = (
        "from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n"
    )
    (project / "config" / "asgi.py").write_text(text)
    facts = inspect(project)
    assert facts["application"] == {
        "class": "django.core.handlers.asgi.ASGIHandler",
        "protocols": {},
        "wrappers": [],
    }
    assert (facts["has_router"], facts["routes"]) == (False, [])


def test_a_router_without_routes_is_reported(project):
    set_routes(project, "websocket_urlpatterns = []\n")
    facts = inspect(project)
    assert (facts["has_router"], facts["routes"]) == (True, [])


def test_a_python_without_django_is_reported_with_the_option(project, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    facts = inspect(project, python=str(tmp_path / "bare" / "bin" / "python"))
    assert facts["failure"]["type"] == "no-django"
    assert "bare/bin/python" in facts["failure"]["message"]
    assert "--python FILE" in facts["failure"]["message"]
    assert facts["settings_module"] == "config.settings"


def test_a_python_that_cannot_start_is_one_sentence(project):
    assert (
        "cannot be started"
        in inspect(project, python=str(project / "manage.py"))["failure"]["message"]
    )


HOSTILE = {
    "loops": (
        "while True: pass",
        "timeout",
        f"Importing the settings did not finish within {SHORT_SECONDS} seconds.",
    ),
    "prints endlessly": (
        "while True: print('x' * 9999)",
        "timeout",
        f"did not finish within {SHORT_SECONDS} seconds",
    ),
    "forks": (
        "import os\nif os.fork():\n    while True: pass",
        "timeout",
        f"Importing the settings did not finish within {SHORT_SECONDS} seconds.",
    ),
    "ignores signals": (
        "from signal import *\nsignal(15, SIG_IGN)\npthread_sigmask(0, {2, 15})\nwhile True: pass",
        "timeout",
        f"did not finish within {SHORT_SECONDS} seconds",
    ),
    "exits": ("import sys; sys.exit(3)", "exit", "The project's code called sys.exit(3)."),
    "exits at once": (
        "import os; os._exit(0)",
        "exit",
        "Importing the settings ended the process with exit code 0.",
    ),
    "kills itself": (
        "import os; os.kill(os.getpid(), 9)",
        "signal",
        "Importing the settings ended the process with SIGKILL.",
    ),
    "crashes": (
        "import ctypes; ctypes.string_at(0)",
        "signal",
        "Importing the settings ended the process with SIGSEGV.",
    ),
    "recurses": ("def f(): f()\nf()", "RecursionError", "maximum recursion depth exceeded"),
    "becomes another program": (
        "import os; os.execv('/bin/true', ['true'])",
        "exit",
        "with exit code 0",
    ),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
    "raises a BaseException": (
        "class E(BaseException):\n    def __str__(self): 1 / 0\nraise E",
        "E",
        "",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_settings_end_in_a_sentence(name, project):
    text, kind, message = HOSTILE[name]
    began = time.monotonic()
    failure = facts_with(
        project, text + "\n", seconds=SHORT_SECONDS if kind == "timeout" else SECONDS
    )["failure"]
    assert (failure["stage"], failure["type"]) == ("settings", kind)
    assert message in failure["message"]
    assert time.monotonic() - began < MAX_SECONDS


ODD = """
import atexit, builtins, json, os, sys, threading, time
threading.Thread(target=time.sleep, args=(99,)).start()
atexit.register(time.sleep, 99)
os.chdir("/")
os.closerange(0, 256)
sys.stdout = sys.stderr = sys.stdin = sys.argv = None
os.fork()
builtins.print = json.dumps = os.write = os._exit = None
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="they fork")
def test_settings_that_change_the_process_are_read_completely(project):
    began = time.monotonic()
    facts = facts_with(project, ODD)
    assert facts["failure"] is None
    assert facts["routes"]
    assert time.monotonic() - began < MAX_SECONDS


def test_settings_that_delete_every_builtin_end_in_a_sentence(project):
    failure = facts_with(
        project, "import builtins\nfor name in dir(builtins): setattr(builtins, name, None)\n"
    )["failure"]
    assert failure["message"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize(
    ("start_new_session", "end"),
    [(False, ""), (True, "while True: pass"), (True, "import os; os._exit(1)")],
)
def test_every_process_of_the_project_is_killed(start_new_session, end, project, tmp_path):
    note = tmp_path / "note"
    text = f"""
import subprocess
child = subprocess.Popen(['sleep', '99'], start_new_session={start_new_session})
open({str(note)!r}, 'w').write(str(child.pid))
{end}
"""
    facts_with(project, text, seconds=SHORT_SECONDS)
    wait_for(lambda: not is_alive(int(note.read_text())), "it has ended")


def test_a_file_that_replaces_the_facts_is_not_read(project, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # other inspections keep their facts
    monkeypatch.setattr(tempfile, "tempdir", None)
    text = """
import glob, os, tempfile
for path in glob.glob(os.path.join(tempfile.gettempdir(), "channels-doctor-*", "facts.jsonl")):
    if b'"versions"' in open(path, "rb").read():
        os.remove(path)
        os.mkfifo(path)
"""
    failure = facts_with(project, text, seconds=SHORT_SECONDS)["failure"]
    assert failure["message"]


GARBAGE = [
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b"{",
    b"[]",
    b'"text"',
    b'{"settings": 3, "routes": [1], "versions": [], "layer": null, "stage": {}}',
    b'{"failure": {"stage": 1}}',
    b'{"routes": [{"pattern": 1}], "loaded": [{}], "application": "x", "python": []}',
]


@pytest.mark.parametrize("line", GARBAGE, ids=range(len(GARBAGE)))
def test_invalid_lines_of_facts_are_ignored(line):
    assert read_facts(b'{"stage": "setup"}\n' + line + b'\n{"python": "3.8.1"}\n') == (
        "setup",
        {"python": "3.8.1"},
    )


def test_lone_surrogates_are_replaced():
    assert read_facts(b'{"runserver": "a\\ud800b"}')[1]["runserver"].encode()


def test_the_first_failure_counts():
    lines = [
        {"failure": {"stage": each, "type": "", "message": "", "frames": []}}
        for each in ("setup", "layer")
    ]
    assert read_facts("\n".join(map(json.dumps, lines)).encode())[1]["failure"]["stage"] == "setup"
