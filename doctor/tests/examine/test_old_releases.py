"""A finding suits the releases that a project pins, and the code that it has."""

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import make_project

CORE = "channels_redis.core.RedisChannelLayer"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
MEMORY = "channels.layers.InMemoryChannelLayer"
SERVER = "web: uvicorn config.asgi:application --workers 4\n"
TASK = """from asgiref.sync import async_to_sync


def tell(layer):
    async_to_sync(layer.group_send)("chat", {"type": "chat.message"})
"""
JOINER = """from channels.generic.websocket import AsyncWebsocketConsumer


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add({}, self.channel_name)
        await self.accept()
"""


def use_layer(project, backend):
    """Give the settings another layer."""
    with (project / "config/settings.py").open("a") as file:
        config = '{"hosts": ["redis://127.0.0.1:6379"]}'
        layer = f'{{"BACKEND": "{backend}", "CONFIG": {config}}}'
        file.write(f'\nCHANNEL_LAYERS = {{"default": {layer}}}\n')


@pytest.mark.parametrize(
    ("pin", "backend"),
    [
        ("==2.4.2", CORE),
        ("==3.2.0", CORE),
        ("<3", CORE),
        ("==3.3.0", PUBSUB),
        ("==4.3.0", PUBSUB),
        ("", PUBSUB),
    ],
)
def test_a_fix_names_a_layer_that_the_release_has(pin, backend, project):
    use_layer(project, MEMORY)
    write(project, requirements_dot_txt=f"channels-redis{pin}\n", Procfile=SERVER)
    (finding,) = findings(project, "memory-layer")
    assert f'"{backend}"' in finding["fix"]


def test_a_worker_that_does_not_start_is_no_other_process(project):
    use_layer(project, MEMORY)
    write(project, Procfile="worker: python manage.py runworker -v2\n")
    assert findings(project, "memory-layer") == []
    write(project, Procfile="worker: python manage.py runworker -v2 mail\n")
    assert findings(project, "memory-layer") == []  # nothing sends to the channel
    write(project, config__workers_dot_py='CHANNELS = {"mail": None}\n')
    assert findings(project, "memory-layer") != []


@pytest.mark.parametrize(
    ("command", "more", "count"),
    [
        ("daphne config.asgi:application", "", 0),
        ("python manage.py runserver 0.0.0.0:8000", "", 0),
        ("gunicorn config.wsgi", "", 1),
        ("daphne config.asgi:application", "@shared_task\n", 1),
    ],
)
def test_a_call_in_the_loop_of_a_server_leaves_no_connection(project, command, more, count):
    use_layer(project, CORE)
    task = TASK.replace("def tell", f"{more}def tell")
    write(project, requirements_dot_txt="channels-redis==4.0.0\n", chat__tell_dot_py=task)
    write(project, Procfile=f"web: {command}\n")
    assert len(findings(project, "channels-redis-old")) == count


@pytest.mark.parametrize(
    ("requirements", "count"),
    [
        ("channels\n", 1),
        ("channels\nasgi_redis\n", 0),
        ("channels\nasgiref==1.1.2\n", 0),
        ("channels\nasgiref==3.8.1\n", 1),
        ("channels\n# asgi_redis\n", 1),
        ("channels\n-e git://example.com/django/asgi_redis.git#egg=layer\n", 0),
    ],
)
def test_a_layer_of_channels_1_needs_channels_1(project, requirements, count):
    write(
        project,
        requirements_dot_txt=requirements,
        chat__old_dot_py="from channels import Group\n",
        Procfile="worker: python manage.py runworker\n",
    )
    for rule in ("channels-leftovers", "runworker"):
        assert len(findings(project, rule)) == count, rule


@pytest.mark.parametrize(
    ("requirements", "count"),
    [("", 0), ("Django\n", 0), ("Django\nchannels\n", 1), ("requests\n", 1)],
)
def test_code_for_channels_2_suits_a_release_that_no_requirement_names(
    project, requirements, count
):
    change(project, "config/routing.py", ".as_asgi()", "")
    change(project, "config/asgi.py", "django.core.asgi", "config.http")
    http = "from channels.http import AsgiHandler as get_asgi_application\n"
    write(project, requirements_dot_txt=requirements, config__http_dot_py=http)
    for rule in ("as-asgi-missing", "channels-leftovers"):
        assert bool(findings(project, rule)) == bool(count), rule


@pytest.mark.parametrize(("backend", "count"), [(CORE, 1), (MEMORY, 1), (PUBSUB, 0)])
def test_the_pubsub_layer_keeps_no_connection_of_an_old_loop(backend, count, project):
    use_layer(project, backend)
    write(project, requirements_dot_txt="channels-redis==4.0.0\n", chat__tell_dot_py=TASK)
    assert len(findings(project, "channels-redis-old")) == count


@pytest.mark.parametrize(
    ("backend", "pins", "bound"),
    [
        (CORE, "redis==4.5.5\n", ["redis>=4.6,<8"]),
        (MEMORY, "redis==4.5.5\n", ["redis>=4.6,<8"]),
        (CORE, "", ["redis>=4.6,<8"]),
        (CORE, "redis\n", ["redis>=4.6,<8"]),
        (CORE, "redis==5.0.1\n", []),
        (CORE, "redis<6\n", []),
        (MEMORY, "", []),
    ],
)
def test_an_upgrade_of_the_layer_does_not_bring_redis_8(backend, pins, bound, project):
    use_layer(project, backend)
    pins = f"channels-redis==4.0.0\n{pins}"
    write(project, requirements_dot_txt=pins, chat__tell_dot_py=TASK)
    (finding,) = findings(project, "channels-redis-old")
    assert [each for each in finding["fix"].splitlines() if each.startswith("redis")] == bound


@pytest.mark.parametrize(
    ("python", "advice"),
    [
        ("3.8", "Upgrade Python to 3.9 or newer, and channels-redis to 4.3, with redis."),
        ("3.12", "Upgrade to 4.3, with redis."),
    ],
)
def test_an_upgrade_begins_with_a_python_that_its_releases_support(python, advice, project):
    use_layer(project, CORE)
    files = {"requirements_dot_txt": "channels-redis==4.0.0\n", "chat__tell_dot_py": TASK}
    write(project, Dockerfile=f"FROM python:{python}\n", **files)
    (finding,) = findings(project, "channels-redis-old")
    assert finding["message"].endswith(advice)


@pytest.mark.parametrize(
    ("backend", "pin", "is_logged"),
    [
        (CORE, "==4.3.0", True),
        (CORE, "", True),
        (CORE, "==2.4.2", True),
        (CORE, "==2.1.1", False),
        (PUBSUB, "==4.3.0", False),
        (MEMORY, "", False),
    ],
)
def test_a_symptom_is_a_line_that_the_layer_logs(backend, pin, is_logged, project):
    use_layer(project, backend)
    write(project, requirements_dot_txt=f"channels-redis{pin}\n")
    flood = (
        "from channels.layers import get_channel_layer\nlayer = get_channel_layer()\n"
        "async def f():\n    for x in range(500):\n        await layer.group_send('a', x)\n"
    )
    write(project, chat__flood_dot_py=flood)
    symptoms = [each["symptom"] for each in findings(project, "layer-capacity")]
    assert ["over capacity" in each for each in symptoms] == [is_logged] * (backend != PUBSUB)


def empty_routes(project):
    """Comment the routes out."""
    routes = project / "config/routing.py"
    lines = routes.read_text().splitlines()
    kept = [each for each in lines if "as_asgi" not in each]
    routes.write_text("\n".join(kept) + "\n")


@pytest.mark.parametrize(
    "rule", ["server-wsgi", "origin-unchecked", "daphne-missing", "redis-socket-timeout"]
)
def test_sockets_without_a_route_have_no_faults(rule, project):
    use_layer(project, CORE)
    change(project, "config/settings.py", '    "daphne",\n', "")
    change(project, "config/asgi.py", "AllowedHostsOriginValidator(\n", "(\n")
    change(project, "chat/consumers.py", '"text": text}', '"by": self.scope["user"].pk}')
    wsgi = "from django.core.wsgi import get_wsgi_application\n\nget_wsgi_application()\n"
    write(
        project,
        requirements_dot_txt="channels-redis\nchannels\n",
        config__wsgi_dot_py=wsgi,
        Procfile="web: gunicorn config.wsgi\n",
        chat__templates__chat_dot_html="<script>new WebSocket('/ws/chat/')</script>",
    )
    assert findings(project, rule) != []
    empty_routes(project)
    assert findings(project, rule) == []


def test_code_for_channels_2_brings_no_new_redis_client(project):
    use_layer(project, CORE)
    write(project, requirements_dot_txt="channels\nchannels-redis\n")
    assert findings(project, "redis-socket-timeout") != []
    text = (project / "config/routing.py").read_text()
    (project / "config/routing.py").write_text(text.replace(".as_asgi()", ""))
    assert findings(project, "redis-socket-timeout") == []


@pytest.mark.parametrize(
    ("readme", "count"),
    [
        ("Please note this is a **demo project** of a chat.", 0),
        ("This repository is a small example of Channels.", 0),
        ("This tutorial shows how to build a chat.", 0),
        ("**Note: This project has been deprecated in favor of another.**", 0),
        ("This repository is no longer maintained.", 0),
        ("This project is not deprecated.", 1),
        ("A chat for schools. See the demo at https://example.com.", 1),
        ("See the example project in `demo/`.", 1),
        ("This is a platform with a demo.", 1),
        ("This is a chat, for example.", 1),
        ("Follow this tutorial to install Docker.", 1),
    ],
)
def test_a_demo_is_neither_attacked_nor_ported(readme, count, project):
    write(
        project,
        README_dot_md=f"# Chat\n\n{readme}\n",
        requirements_dot_txt="channels==3.0.5\n",
        Procfile="web: daphne config.asgi:application\n",
    )
    assert len(findings(project, "channels-leftovers")) == count
    assert len(findings(project, "debug-in-deployment")) == count


def test_the_readme_of_the_repository_tells_of_the_project(tmp_path):
    server = make_project(tmp_path / "server")
    write(server, requirements_dot_txt="channels==3.0.5\n")
    (tmp_path / "README.md").write_text("# Chat\n\nThis is a chat.\n")
    assert findings(server, "channels-leftovers") != []
    (tmp_path / "README.md").write_text("# Chat\n\nThis project is deprecated.\n")
    assert findings(server, "channels-leftovers") == []


@pytest.mark.parametrize(("pin", "count"), [("3.0.2", 0), ("4.0.0", 1)])
def test_the_order_of_daphne_matters_since_its_release_4(pin, count, project):
    with (project / "config/settings.py").open("a") as file:
        file.write('\nINSTALLED_APPS = ["django.contrib.staticfiles", "daphne"]\n')
    write(project, requirements_dot_txt=f"daphne=={pin}\n")
    assert len(findings(project, "daphne-order")) == count


@pytest.mark.parametrize(("django", "count"), [("2.2.5", 0), ("4.2", 1)])
def test_an_old_django_brings_channels_3(django, count, project):
    write(project, requirements_dot_txt=f"Django=={django}\nchannels\n")
    asgi = project / "config/asgi.py"
    asgi.write_text(f"from channels.http import AsgiHandler\n{asgi.read_text()}")
    assert len(findings(project, "channels-leftovers")) == count


@pytest.mark.parametrize(
    ("path", "requirements", "count"),
    [
        ("requirements.txt", "Django==2.0.2\n", 0),
        ("requirements.txt", "Django==2.2.2\n", 1),
        ("requestments.txt", "Django==2.2.2\nchannels==2.2.0\n", 0),
    ],
)
def test_routes_have_classes_before_channels_3(project, path, requirements, count):
    change(project, "config/routing.py", ".as_asgi()", "")
    (project / "requirements.txt").unlink(missing_ok=True)
    (project / path).write_text(requirements)
    assert len(findings(project, "as-asgi-missing")) == count


@pytest.mark.parametrize(("old", "count"), [("no such text", 1), (".as_asgi()", 0)])
def test_the_app_channels_brings_runserver_where_all_routes_have_classes(project, old, count):
    (project / "requirements.txt").unlink(missing_ok=True)
    routes, settings = project / "config/routing.py", project / "config/settings.py"
    routes.write_text(routes.read_text().replace(old, ""))
    apps = settings.read_text().replace('"daphne"', '"channels"')
    settings.write_text(apps)
    assert len(findings(project, "daphne-missing")) == count
