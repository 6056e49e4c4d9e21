"""What the rules for the channel layer report and ignore."""

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import make_project

CORE = "channels_redis.core.RedisChannelLayer"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
MEMORY = "channels.layers.InMemoryChannelLayer"


PUBLISH = "from channels_realtime.publishing import publish\n\npublish('a', None)\n"


# A worker, and the code that sends to its channel.
WORKER = "worker: python manage.py runworker mail\n"
MAIL = 'CHANNELS = {"mail": None}\n'


def layered(folder, backend, config="{}", head=""):
    """Make the sample project with another channel layer."""
    make_project(folder)
    settings = folder / "config/settings.py"
    layer = f'{{"default": {{"BACKEND": {backend!r}, "CONFIG": {config}}}}}'
    settings.write_text(settings.read_text() + f"import os\n{head}\nCHANNEL_LAYERS = {layer}\n")
    return folder


@pytest.mark.parametrize(
    ("backend", "meant"),
    [
        ("channels_redis.core.RedisChannelLayers", CORE),
        ("channels_redis.core.RedisChanelLayer", CORE),
        ("channels.layers.InMemoryChannelLayers", MEMORY),
        ("channels.layers.RedisChannelLayer", CORE),
        ("asgi_redis.RedisChannelLayer", CORE),
        ("asgiref.inmemory.ChannelLayer", MEMORY),
        ("django_redis.cache.RedisCache", CORE),
        ("django.core.cache.backends.redis.RedisCache", CORE),
        (CORE, None),
        (PUBSUB, None),
        (MEMORY, None),
        ("config.layers.RedisChannelLayer", None),
        ("channels_redis.cluster.ClusterChannelLayer", None),
        ("channels_nats.core.NatsChannelLayer", None),
    ],
)
def test_a_misspelt_backend_has_the_right_name_in_its_fix(backend, meant, tmp_path):
    folder = layered(tmp_path, backend, '{"hosts": [("127.0.0.1", 6379)]}')
    assert [meant in each["fix"] for each in findings(folder, "layer-backend")] == [True] * bool(
        meant
    )


@pytest.mark.parametrize("facts", [None, {"layer": {"class": None, "error": {"type": "E"}}}])
def test_the_place_of_a_backend_is_the_line_of_its_key(facts, tmp_path):
    folder = make_project(tmp_path)
    name = "channels_redis.RedisChannelLayer"
    layer = f"CHANNEL_LAYERS = {{\n    'default': {{\n        'BACKEND': '{name}',\n    }}\n}}\n"
    text = (folder / "config/settings.py").read_text() + layer
    (folder / "config/settings.py").write_text(text)
    [found] = findings(folder, "layer-backend", **({"facts": facts} if facts else {}))
    assert name in text.splitlines()[found["line"] - 1]
    assert found["fix"] == f"-'BACKEND': '{name}',\n+'BACKEND': '{CORE}',"


@pytest.mark.parametrize(("layer_class", "count"), [(None, 1), ("config.layers.Missing", 0)])
def test_a_backend_that_django_could_not_import_is_reported(layer_class, count, tmp_path):
    folder = layered(tmp_path, "config.layers.Missing")
    facts = {
        "layer": {
            "class": layer_class,
            "error": {"type": "ImportError", "message": "no such class"},
        }
    }
    reported = findings(folder, "layer-backend", facts=facts)
    assert [each["depth"] for each in reported] == ["settings"] * count


def test_a_backend_that_django_imported_is_ignored(tmp_path):
    folder = layered(tmp_path, "channels_redis.core.RedisChannelLayers")
    assert not findings(folder, "layer-backend", facts={"layer": {"error": None}})


@pytest.mark.parametrize(
    ("hosts", "count"),
    [
        ('"redis://127.0.0.1:6379"', 1),
        ('"localhost"', 1),
        ('("127.0.0.1", 6379)', 1),
        ('["127.0.0.1", 6379]', 1),
        ('["127.0.0.1", "6379"]', 1),
        ('{"address": "redis://127.0.0.1:6379"}', 1),
        ('["localhost:6379"]', 1),
        ('[{"address": "localhost"}]', 1),
        ('[("127.0.0.1", 6379)]', 0),
        ('(("127.0.0.1", 6379),)', 0),
        ('[["127.0.0.1", 6379]]', 0),
        ('["redis://127.0.0.1:6379"]', 0),
        ('["rediss://a:b@c:6379", "unix:///run/redis.sock"]', 0),
        ('[{"host": "127.0.0.1", "port": 6379}]', 0),
        ('[{"sentinels": [("a", 1)], "master_name": "m"}]', 0),
        ('[os.environ["REDIS_URL"]]', 0),
        ('[(os.environ["REDIS_HOST"], 6379)]', 0),
        ('os.environ["REDIS_URL"]', 1),
        ('os.getenv("REDIS_URL", "redis://redis")', 1),
        ('[("redis://redis", 6379)]', 1),
        ('os.environ["REDIS_URLS"].split(",")', 0),
        ("[]", 0),
        ("None", 0),
    ],
)
def test_hosts_that_are_not_a_list_of_addresses_are_reported(hosts, count, tmp_path):
    folder = layered(tmp_path, PUBSUB, f'{{"hosts": {hosts}, "prefix": "x"}}')
    assert len(findings(folder, "redis-hosts")) == count


def test_the_text_of_a_variable_becomes_a_list_where_the_hosts_are_written(tmp_path):
    folder = layered(tmp_path, PUBSUB, "dict(hosts=URL)", 'URL = os.environ["REDIS_URL"]')
    (found,) = findings(folder, "redis-hosts")
    layer = f'{{"default": {{"BACKEND": {PUBSUB!r}, "CONFIG": dict(hosts=URL)}}}}'
    old = f"CHANNEL_LAYERS = {layer}"
    assert found["fix"] == f"-{old}\n+{old.replace('=URL', '=[URL]')}"


@pytest.mark.parametrize("form", ["[{}]", '[{{"address": {}}}]'])
@pytest.mark.parametrize(
    ("name", "host", "count"),
    [
        ('os.environ.get("REDIS_HOST", "redis")', 'f"{NAME}:6379/0"', 1),
        ('os.getenv("REDIS_HOST", "redis")', 'f"{NAME}:{6379}"', 1),
        ('os.environ["REDIS_HOST"]', 'f"{NAME}:6379"', 0),
        ('os.environ.get("REDIS_URL", "redis://redis")', 'f"{NAME}:6379"', 0),
        ('"redis"', 'f"redis://{NAME}:6379"', 0),
    ],
)
def test_an_address_of_parts_needs_a_scheme(form, name, host, count, tmp_path):
    config = f'{{"hosts": {form.format(host)}}}'
    folder = layered(tmp_path, PUBSUB, config, f"NAME = {name}")
    found = findings(folder, "redis-hosts")
    assert len(found) == count
    assert all('f"redis://{NAME}:' in each["fix"] for each in found)
    (folder / "Dockerfile").write_text("ENV REDIS_HOST=redis://redis\n")
    assert not findings(folder, "redis-hosts")


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("127.0.0.1:6379", "redis://127.0.0.1:6379"),
        ("http://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("https://h:6380", "rediss://h:6380"),
        ("redis://http://h:6379/0", "redis://h:6379/0"),
        ("redis://reddis://h:6379", "redis://h:6379"),
        ("reddis://h:6379", "redis://h:6379"),
        ("REDIS://h:6379", "redis://h:6379"),
        ("redis:/h:6379", "redis://h:6379"),
        ("tcp://h:6379", "redis://h:6379"),
    ],
)
@pytest.mark.parametrize("form", ['["{}"]', '[{{"address": "{}"}}]'])
def test_an_address_is_corrected_to_one_that_redis_py_reads(address, right, form, tmp_path):
    folder = layered(tmp_path, PUBSUB, f'{{"hosts": {form.format(address)}}}')
    (finding,) = findings(folder, "redis-hosts")
    assert f'+"{right}"' in finding["fix"]
    folder = layered(tmp_path, PUBSUB, f'{{"hosts": {form.format(right)}}}')
    assert not findings(folder, "redis-hosts")


@pytest.mark.parametrize(
    ("hosts", "right"),
    [
        ("[URL]", '{"address": URL, "socket_timeout": None}'),
        ('["redis://h:1"]', '{"address": "redis://h:1", "socket_timeout": None}'),
        (
            '[f"redis://:{HOST}@{HOST}:1/0"]',
            '{"address": f"redis://:{HOST}@{HOST}:1/0", "socket_timeout": None}',
        ),
        ("[(HOST, 1)]", '{"host": HOST, "port": 1, "socket_timeout": None}'),
        (
            '[{"address": URL, "socket_timeout": 5, **more}]',
            '{"address": URL, **more, "socket_timeout": None}',
        ),
    ],
)
def test_the_fix_of_a_time_limit_has_the_hosts_of_the_project(hosts, right, tmp_path):
    head = 'URL = "redis://h:1"\nHOST = "h"\nmore = {"db": 1}'
    folder = layered(tmp_path, CORE, f'{{"hosts": {hosts}}}', head)
    (folder / "requirements.txt").write_text("channels-redis==4.3.0\nredis==8.0\n")
    (finding,) = findings(folder, "redis-socket-timeout")
    assert f'"hosts": [{right}]' in finding["fix"].splitlines()[1]


def test_the_fix_of_a_time_limit_is_in_words_for_a_host_that_may_be_a_pair(tmp_path):
    hosts = '[os.getenv("URL", ("h", os.getenv("PORT", 6379)))]'
    folder = layered(tmp_path, CORE, f'{{"hosts": {hosts}}}', "import os")
    (folder / "requirements.txt").write_text("channels-redis==4.3.0\nredis==8.0\n")
    (finding,) = findings(folder, "redis-socket-timeout")
    assert finding["fix"].startswith('Write {"host": …, "port": …, "socket_timeout": None}')


@pytest.mark.parametrize(
    "hosts", ['"redis://me:pass-word@h:1"', '["me:pass-word@h:1"]', '{"password": "pass-word"}']
)
def test_a_password_in_the_hosts_is_not_shown(hosts, tmp_path):
    (finding,) = findings(layered(tmp_path, PUBSUB, f'{{"hosts": {hosts}}}'), "redis-hosts")
    assert "pass-word" not in str(finding)


@pytest.mark.parametrize(
    "host",
    [
        '"redis://:pass-word@h:1"',
        'f"redis://:pass-word@{HOST}:1"',
        'f"redis://:{HOST}pass-word@h:1"',
        'f"redis://:{HOST}@pass-word@h:1"',
        'f"redis://:{{pass-word}}@h:1"',
        '"redis://:{pass-word}@h:1"',
    ],
)
def test_a_host_with_a_password_is_not_printed(host, tmp_path):
    folder = layered(tmp_path, CORE, f'{{"hosts": [{host}]}}', 'HOST = "h"')
    (folder / "requirements.txt").write_text("channels-redis==4.3.0\nredis==8.0\n")
    (finding,) = findings(folder, "redis-socket-timeout")
    assert "pass-word" not in str(finding)
    assert finding["fix"] == 'Write each host as {"address": …, "socket_timeout": None}.'


def test_hosts_of_another_layer_class_are_ignored(tmp_path):
    assert not findings(layered(tmp_path, "channels_other.Layer", '{"hosts": "x"}'), "redis-hosts")


@pytest.mark.parametrize(
    ("config", "count"),
    [
        ('{"hosts": ["redis://h:1"]}', 1),
        ('{"hosts": [("h", 1)]}', 1),
        ('{"hosts": [(os.environ["H"], 1)]}', 1),
        ('{"hosts": [os.environ["URL"]]}', 1),
        ("{}", 1),
        ('{"hosts": [{"address": "redis://h:1"}]}', 1),
        ('{"hosts": [{"address": "redis://h:1", "socket_timeout": 5}]}', 1),
        ('{"hosts": [{"sentinels": [("h", 1)], "master_name": "m"}]}', 1),
        ('{"hosts": [{"address": "redis://h:1", "socket_timeout": None}, "redis://i:1"]}', 1),
        ('{"hosts": [{"address": "redis://h:1", "socket_timeout": None}]}', 0),
        ('{"hosts": [{"address": "redis://h:1", "socket_timeout": 30}]}', 0),
        ('{"hosts": [{"address": "redis://h:1", "socket_timeout": int(os.environ["T"])}]}', 0),
        ('{"hosts": [{"sentinels": [("h", 1)], "master_name": "m", "socket_timeout": None}]}', 0),
        ('{"hosts": ["redis://h:1?socket_timeout=30"]}', 0),
        ('{"hosts": [{"address": "redis://h:1?db=1&socket_timeout=30"}]}', 0),
        ('{"hosts": [{**OPTIONS, "address": "redis://h:1"}]}', 0),
        ('{"hosts": hosts()}', 0),
        ("config()", 0),
    ],
)
@pytest.mark.parametrize("version", ["8.0", "8.1.0", "9.0.1"])
def test_a_core_layer_with_a_new_client_needs_its_own_time_limit(config, count, version, tmp_path):
    folder = layered(tmp_path, CORE, config)
    (folder / "requirements.txt").write_text(f"channels-redis==4.3.0\nredis=={version}\n")
    assert len(findings(folder, "redis-socket-timeout")) == count


def test_a_time_limit_from_a_helper_function_is_recognised(tmp_path):
    head = 'host = dict(address=os.environ["URL"], **{"socket_timeout": None})'
    folder = layered(tmp_path, CORE, '{"hosts": [host]}', head)
    (folder / "requirements.txt").write_text("redis==8.1.0\n")
    assert not findings(folder, "redis-socket-timeout")


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({"requirements.txt": "channels-redis\n"}, "warning"),
        ({"requirements.txt": "channels-redis==4.3.0\nredis>=5\n"}, "warning"),
        ({"requirements.txt": "channels_redis>=4.2,<5\nredis[hiredis]>=5,<9\n"}, "warning"),
        (
            {"pyproject.toml": '[project]\ndependencies = [\n  "channels-redis>=4.3",\n]\n'},
            "warning",
        ),
        ({"requirements/base.txt": "channels-redis\nredis==8.0.0\n"}, "error"),
        ({"requirements.txt": "channels-redis\nredis<8\n"}, None),
        ({"requirements.txt": "channels-redis\nredis~=5.0\n"}, None),
        ({"requirements.txt": "channels-redis==4.3.0\nredis==5.0.1\n"}, None),
        ({"requirements.txt": "channels-redis==3.4.1\n"}, None),
        (
            {
                "pyproject.toml": (
                    '[tool.poetry.dependencies]\nchannels-redis = "^4.0"\nredis = "^5.0"\n'
                )
            },
            None,
        ),
        (
            {
                "pyproject.toml": '[project]\ndependencies = [\n  "channels-redis>=4.3",\n]\n',
                "uv.lock": "",
            },
            None,
        ),
        ({"requirements.txt": "channels-redis\ncelery[redis]==5.4.0\n"}, None),
        ({"requirements.txt": "channels-redis\ncelery==5.4.0\n"}, "warning"),
        ({"requirements.txt": "channels-redis\nrest_framework>=\n"}, None),  # pip refuses the file
        ({"requirements.txt": "channels-redis\ndjango-channels\n"}, None),
        ({"requirements.txt": "channels-redis\ndjango>=4, # not 3\n"}, "warning"),
        ({"requirements.txt": "channels\n"}, None),
        ({"requirements.txt": "channels~=2.0\nchannels_redis\n"}, None),
        ({"requirements.txt": "channels-redis~=3.4\n"}, None),
        ({}, None),
    ],
)
def test_without_a_known_client_the_requirements_decide(files, severity, tmp_path):
    folder = layered(tmp_path, CORE, '{"hosts": ["redis://h:1"]}')
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    assert [each["severity"] for each in findings(folder, "redis-socket-timeout")] == [
        severity
    ] * bool(severity)


@pytest.mark.parametrize(
    ("backend", "versions", "count"),
    [
        (CORE, {"redis": "8.1.0"}, 1),
        (CORE, {"redis": "7.4.0"}, 0),
        (CORE, {"channels-redis": "4.3.0"}, 0),
        (PUBSUB, {"redis": "8.1.0"}, 0),
        ("channels_valkey.core.ValkeyChannelLayer", {"valkey": "6.2.0", "redis": "8.1.0"}, 1),
        ("channels_valkey.core.ValkeyChannelLayer", {"redis": "8.1.0"}, 0),
        ("channels_valkey.pubsub.ValkeyPubSubChannelLayer", {"valkey": "6.2.0"}, 0),
    ],
)
def test_installed_versions_override_the_requirements(backend, versions, count, tmp_path):
    folder = layered(tmp_path, backend, '{"hosts": ["redis://h:1"]}')
    (folder / "requirements.txt").write_text("channels-redis\n")
    assert len(findings(folder, "redis-socket-timeout", facts={"versions": versions})) == count


def test_a_subclass_of_the_core_layer_needs_a_time_limit(tmp_path):
    folder = layered(tmp_path, "config.layers.OurLayer", '{"hosts": ["redis://h:1"]}')
    (folder / "config/layers.py").write_text(
        "from channels_redis import core\nclass OurLayer(core.RedisChannelLayer): pass\n"
    )
    assert findings(folder, "redis-socket-timeout", facts={"versions": {"redis": "8.1.0"}})


ASGI = "uvicorn config.asgi:application"
TASK = "from celery import shared_task\n@shared_task\ndef tell():\n    layer.group_send('a', {})\n"


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({"Procfile": f"web: {ASGI} --workers 4\n"}, "error"),
        (
            {
                "Dockerfile": (
                    "CMD gunicorn config.asgi:application -w 3 -k uvicorn.workers.UvicornWorker\n"
                )
            },
            "error",
        ),
        (
            {
                "compose.yaml": (
                    f"services:\n  web:\n    command: {ASGI}\n    deploy:\n      replicas: 2\n"
                )
            },
            "error",
        ),
        ({"supervisord.conf": f"[program:web]\nnumprocs=2\ncommand={ASGI}\n"}, "error"),
        ({"Dockerfile": f"CMD {ASGI} --workers ${{WORKERS:-2}}\n"}, "error"),
        ({"Procfile": f"web: {ASGI}\n{WORKER}", "config/workers.py": MAIL}, "error"),
        ({"Procfile": f"web: {ASGI}\n{WORKER}"}, None),
        ({"Procfile": "worker: celery -A config worker\n", "chat/tasks.py": TASK}, "error"),
        ({"chat/tasks.py": TASK}, "info"),
        ({"chat/management/commands/tell.py": "layer.group_send('a', {})\n"}, "info"),
        ({"chat/management/commands/tell.py": PUBLISH}, "info"),
        ({"Procfile": f"web: {ASGI}\n"}, None),
        ({"Procfile": f"web: {ASGI} --workers 1\n"}, None),
        ({"Procfile": f"web: {ASGI} --workers $WORKERS\n"}, None),
        ({"compose.dev.yaml": f"services:\n  web:\n    command: {ASGI} --workers 4\n"}, None),
        ({"Dockerfile": f"ENV DJANGO_SETTINGS_MODULE=config.live\nCMD {ASGI} --workers 4\n"}, None),
        ({"ml/Dockerfile": "CMD uvicorn app:app --workers 4\n", "app.py": "app = 1\n"}, None),
        (
            {
                "Procfile": "worker: celery -A config worker\n",
                "chat/tasks.py": "from celery import shared_task\n",
            },
            None,
        ),
        ({"tests/tasks.py": TASK}, None),
        ({}, None),
    ],
)
def test_an_in_memory_layer_is_reported_with_evidence_of_another_process(files, severity, tmp_path):
    folder = layered(tmp_path, MEMORY)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    assert [each["severity"] for each in findings(folder, "memory-layer")] == [severity] * bool(
        severity
    )


@pytest.mark.parametrize(
    ("eager", "count"),
    [
        ('config("EAGER", default=True, cast=bool)', 0),
        ('env.bool("EAGER", True)', 0),
        ('os.getenv("EAGER", "true").lower() == "true"', 0),
        ('os.getenv("EAGER", "1") in ("1", "true")', 0),
        ('config("EAGER", default=False, cast=bool)', 1),
        ('env.bool("EAGER")', 1),
        ('os.getenv("WORKERS", "1") != "1"', 1),
        ("True", 0),
    ],
)
def test_a_task_that_runs_where_it_is_called_is_no_other_process(eager, count, tmp_path):
    folder = layered(tmp_path, MEMORY, head=f"CELERY_TASK_ALWAYS_EAGER = {eager}")
    (folder / "chat/tasks.py").write_text(TASK)
    assert len(findings(folder, "memory-layer")) == count


REDIS = f'{{"default": {{"BACKEND": "{PUBSUB}"}}}}'


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("config/live.py", f"CHANNEL_LAYERS = {REDIS}\n"),
        (
            "config/settings.py",
            f'import os\nif "REDIS_URL" in os.environ:\n    CHANNEL_LAYERS = {REDIS}\n',
        ),
    ],
)
def test_an_in_memory_layer_is_info_when_other_settings_use_redis(path, text, tmp_path):
    folder = layered(tmp_path, MEMORY)
    (folder / "Procfile").write_text(f"web: {ASGI}\n{WORKER}")
    (folder / "config/workers.py").write_text(MAIL)
    with (folder / path).open("a") as file:
        file.write(text)
    facts = {"settings": {"CHANNEL_LAYERS": {"default": {"BACKEND": MEMORY}}}}
    assert [each["severity"] for each in findings(folder, "memory-layer", facts=facts)] == ["info"]


@pytest.mark.parametrize("debug", ["False", "True", "'X' in os.environ"])
def test_debug_tells_nothing_of_another_process(debug, tmp_path):
    folder = layered(tmp_path, MEMORY, head=f"DEBUG = {debug}")
    assert findings(folder, "memory-layer") == []


def test_an_in_memory_layer_from_the_environment_is_ignored(tmp_path):
    folder = make_project(tmp_path)
    settings = folder / "config/settings.py"
    settings.write_text(settings.read_text() + "CHANNEL_LAYERS = from_environment()\n")
    facts = {"settings": {"DEBUG": False, "CHANNEL_LAYERS": {"default": {"BACKEND": MEMORY}}}}
    assert not findings(folder, "memory-layer", facts=facts)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("for x in range(500):\n    await layer.group_send('a', x)", 1),
        ("for x in range(0, 900, 2):\n    await layer.group_send(self.group, x)", 1),
        ("for x in range(500):\n    async_to_sync(layer.group_send)('a', x)", 1),
        ("for x in range(n):\n    await layer.group_send('a', x)", 0),
        ("for x in range(0, 1, 0):\n    await layer.group_send('a', x)", 0),
        ("for x in xs:\n    await layer.group_send('a', x)", 0),
        ("for x in range(100):\n    await layer.group_send('a', x)", 0),
        ("for x in range(3):\n    await layer.group_send('a', x)", 0),
        ("for x in ('a', 'b'):\n    await layer.group_send('a', x)", 0),
        ("for x in range(500):\n    await layer.group_send(f'user-{x}', {})", 0),
        ("for x in range(500):\n    group = name(x)\n    await layer.group_send(group, {})", 0),
        ("for x in range(500):\n    await layer.group_send('a', x)\n    await asyncio.sleep(1)", 0),
        ("for x in range(500):\n    y = x\nawait layer.group_send('a', y)", 0),
        ("while True:\n    await layer.group_send('a', await get())", 0),
        ("await layer.group_send('a', {})", 0),
    ],
)
def test_a_loop_that_sends_to_one_group_is_reported(body, count, tmp_path):
    folder = layered(tmp_path, MEMORY)
    head = (
        "from asgiref.sync import async_to_sync\nfrom channels.layers import get_channel_layer\n"
        "layer = get_channel_layer()\n"
    )
    text = "async def f():\n    " + body.replace("\n", "\n    ")
    (folder / "chat/flood.py").write_text(f"{head}{text}\n")
    assert len(findings(folder, "layer-capacity")) == count


@pytest.mark.parametrize(
    ("backend", "config", "count"),
    [
        (CORE, '{"hosts": ["redis://h:1"]}', 1),
        (CORE, '{"hosts": ["redis://h:1"], "capacity": 100}', 1),
        (CORE, '{"hosts": ["redis://h:1"], "capacity": 1500}', 0),
        (CORE, '{"hosts": ["redis://h:1"], "capacity": int(os.environ["X"])}', 0),
        (CORE, "config()", 0),
        (PUBSUB, '{"hosts": ["redis://h:1"]}', 0),
    ],
)
def test_a_burst_is_reported_only_for_a_layer_with_a_small_capacity(
    backend, config, count, tmp_path
):
    folder = layered(tmp_path, backend, config)
    (folder / "chat/flood.py").write_text(
        "from asgiref.sync import async_to_sync\nfrom channels.layers import get_channel_layer\n"
        "layer = get_channel_layer()\n"
        "def f():\n    for x in range(500):\n        async_to_sync(layer.group_send)('a', x)\n"
    )
    assert len(findings(folder, "layer-capacity")) == count


def test_processes_of_other_settings_count_when_they_have_the_same_layer(tmp_path):
    folder = layered(tmp_path, MEMORY)
    (folder / "config/live.py").write_text("from .settings import *\nDEBUG = False\n")
    (folder / "Procfile").write_text(
        f"web: DJANGO_SETTINGS_MODULE=config.live {ASGI} --workers 2\n"
    )
    (finding,) = findings(folder, "memory-layer")
    assert "2 processes" in finding["message"]


def test_a_command_that_sends_through_a_function_is_another_process(tmp_path):
    folder = layered(tmp_path, MEMORY)
    (folder / "chat/services.py").write_text("def tell():\n    layer.group_send('a', {})\n")
    command = folder / "chat/management/commands/announce.py"
    command.parent.mkdir(parents=True)
    command.write_text("from chat.services import tell\ndef handle():\n    tell()\n")
    (finding,) = findings(folder, "memory-layer")
    assert "`announce`" in finding["message"]


PRODUCTION = """\
from config.settings import *

DEBUG = False
{}
"""
ENCRYPTED = (
    '{"default": {"BACKEND": "channels_redis.core.RedisChannelLayer",'
    ' "CONFIG": {"hosts": ["redis://r"], "symmetric_encryption_keys": "secret"}}}'
)
DEPLOYED = "web: DJANGO_SETTINGS_MODULE=config.production daphne config.asgi:application\n"


@pytest.mark.parametrize(
    ("layer", "rule"),
    [
        (
            '{"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "LOCATION": "x"}}',
            "layer-keys",
        ),
        ('{"default": {"BACKEND": "channels_redis.pubsub.RedisChannelLayer"}}', "layer-backend"),
        (ENCRYPTED, "layer-keys"),
    ],
)
def test_the_layer_of_deployed_settings_is_examined(tmp_path, layer, rule):
    make_project(tmp_path)
    write(
        tmp_path,
        config__production_dot_py=PRODUCTION.format(f"CHANNEL_LAYERS = {layer}"),
        Procfile=DEPLOYED,
    )
    found = findings(tmp_path, rule)
    assert [each["path"] for each in found] == ["config/production.py"]


@pytest.mark.parametrize(("pin", "count"), [("channels==1.1.8", 0), ("channels==4.3.2", 1)])
def test_the_layers_of_channels_1_are_no_faults(project, pin, count):
    layer = '{"default": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": "config.routes"}}'
    settings = project / "config/settings.py"
    settings.write_text(f"{settings.read_text()}CHANNEL_LAYERS = {layer}\n")
    write(project, requirements_dot_txt=f"{pin}\n")
    assert len(findings(project, "layer-backend")) == count
    fixes = [each["fix"] for each in findings(project, "layer-keys")]
    assert fixes == ["Remove it; the routes belong in `ProtocolTypeRouter`."] * count


@pytest.mark.parametrize(
    ("rule", "setting", "fix"),
    [
        ("allowed-hosts", "ALLOWED_HOSTS = ['https://a.org']", "-'https://a.org'\n+'a.org'"),
        (
            "csrf-trusted-origins",
            "CSRF_TRUSTED_ORIGINS = ['a.org']",
            "-'a.org'\n+'https://a.org'",
        ),
        (
            "redis-hosts",
            (
                f"CHANNEL_LAYERS = {{'default': {{'BACKEND': {PUBSUB!r},"
                " 'CONFIG': {'hosts': ['http://redis']}}}"
            ),
            "-'http://redis'\n+'redis://redis'",
        ),
    ],
)
def test_a_fix_has_the_quotes_of_its_file(rule, setting, fix, tmp_path):
    make_project(tmp_path)
    settings = tmp_path / "config/settings.py"
    settings.write_text(f"{settings.read_text()}\n{setting}\n")
    assert [each["fix"] for each in findings(tmp_path, rule)] == [fix]


@pytest.mark.parametrize(
    ("option", "count"),
    [
        ('"capacity": os.environ.get("CAPACITY", "500")', 1),
        ('"group_expiry": os.environ["EXPIRY"]', 1),
        ('"capacity": int(os.environ.get("CAPACITY", "500"))', 0),
        ('"capacity": os.environ.get("CAPACITY", 500)', 0),
        ('"expiry": os.environ["EXPIRY"]', 0),  # the layer makes a number of it
    ],
)
def test_a_number_of_the_layer_is_no_text(tmp_path, option, count):
    folder = layered(tmp_path, CORE, f'{{"hosts": ["redis://r"], {option}}}')
    found = findings(folder, "layer-keys")
    assert len(found) == count
    assert all("+" in each["fix"] and "int(os.environ" in each["fix"] for each in found)


COUNT = """
from channels.layers import get_channel_layer
from channels_redis.core import RedisChannelLayer


def count(layer):
    {}


class Layer(RedisChannelLayer):
    groups = {{}}
"""


@pytest.mark.parametrize(
    ("backend", "body", "number"),
    [
        (CORE, "layer = get_channel_layer(); return len(layer.groups)", 1),
        (CORE, "return len(layer.consumer.channel_layer.groups)", 1),
        (MEMORY, "return len(layer.consumer.channel_layer.groups)", 0),
        (PUBSUB, "return len(layer.consumer.channel_layer.groups)", 0),
        (CORE, "return layer.user.groups", 0),
        (CORE, "other = layer(); return other.groups", 0),
        (CORE, "return layer.channel_layer.groups if layer.memory else {}", 0),
        (CORE, "layer = get_channel_layer('default'); return layer.groups", 1),
        (CORE, "layer = get_channel_layer('local'); return layer.groups", 0),
        (CORE, "assert hasattr(layer, 'groups'); return layer.channel_layer.groups", 0),
        (CORE, "channel_layer_alias = 'local'; return layer.channel_layer.groups", 0),
        ("chat.counting.Layer", "return layer.channel_layer.groups", 0),
    ],
)
def test_the_members_of_a_group_are_no_attribute_of_redis(tmp_path, backend, body, number):
    folder = layered(tmp_path, backend)
    write(folder, chat__counting_dot_py=COUNT.format(body))
    assert len(findings(folder, "layer-attribute")) == number


LEAVE = "async_to_sync(layer.channel_layer.group_remove)('chat', layer.channel_name)"


@pytest.mark.parametrize(
    ("backend", "body", "rights"),
    [
        (MEMORY, LEAVE, ["group_discard"]),
        (CORE, LEAVE, ["group_discard"]),
        (PUBSUB, "if layer.room: layer.channel_layer.group_join('a', 'b')", ["group_add"]),
        (CORE, "layer.channel_layer.group_broadcast('a', {})", ["group_send"]),
        (CORE, "layer.channel_layer.gruop_send('a', {})", ["group_send"]),
        (CORE, "layer = get_channel_layer(); layer.group_discrad('a', 'b')", ["group_discard"]),
        (CORE, "leave = layer.channel_layer.group_leave; leave('a', 'b')", ["group_discard"]),
        (CORE, "return layer.channel_layer.group_channels('a')", [""]),
        (CORE, "layer.channel_layer.group_discard('a', 'b')", []),
        (CORE, "layer.channel_layer.valid_group_name('a')", []),
        (CORE, "return layer.channel_layer.flush()", []),
        (CORE, "layer.group_remove('a', 'b')", []),
        (CORE, "if hasattr(layer, 'x'): layer.channel_layer.group_remove('a', 'b')", []),
        (CORE, "try: layer.channel_layer.group_remove('a', 'b')\n    except Exception: pass", []),
        (CORE, "layer.channel_layer = Own(); layer.channel_layer.group_remove('a', 'b')", []),
        (CORE, "layer.channel_layer.group_own('a', 'b')\ndef group_own(): pass", []),
        ("chat.counting.Layer", LEAVE, []),
        ("channels_rabbitmq.core.RabbitmqChannelLayer", LEAVE, []),
    ],
)
def test_a_method_that_no_layer_has_is_reported(tmp_path, backend, body, rights):
    folder = layered(tmp_path, backend)
    imports = "from asgiref.sync import async_to_sync\n"
    write(folder, chat__counting_dot_py=imports + COUNT.format(body))
    found = findings(folder, "layer-attribute")
    assert len(found) == len(rights)
    for right, each in zip(rights, found, strict=True):
        assert f".{right}" in each["fix"].partition("\n+")[2] if right else "Store" in each["fix"]


@pytest.mark.parametrize(
    ("backend", "option", "rights"),
    [
        (CORE, '"message_expiry": 30', ['Write "expiry".']),
        (CORE, '"retries": 3', ["Remove it."]),
        (PUBSUB, '"retries": 3', []),
        (MEMORY, '"retries": 3', []),
        ("config.layers.Own", '"retries": 3', []),
    ],
)
def test_an_option_that_the_class_refuses_is_reported(tmp_path, backend, option, rights):
    folder = layered(tmp_path, backend, f'{{"hosts": ["redis://r"], {option}}}')
    messages = [each["message"] for each in findings(folder, "layer-keys")]
    assert [each.partition("refuses it. ")[2] for each in messages] == rights


CHANNELS = "Django==5.2\nchannels==4.3.2\n"


@pytest.mark.parametrize(
    ("backend", "requirements", "files", "count"),
    [
        (CORE, CHANNELS, {}, 1),
        (CORE, CHANNELS + "redis>=5\n-r other.txt\n", {"other_dot_txt": "celery\n"}, 1),
        ("channels_valkey.core.ValkeyChannelLayer", CHANNELS + "channels-redis\n", {}, 0),
        ("channels_valkey.core.ValkeyChannelLayer", CHANNELS, {}, 1),
        (MEMORY, CHANNELS, {}, 0),
        (CORE, CHANNELS + "channels_redis>=4\n", {}, 0),
        (CORE, CHANNELS + "git+https://github.com/django/channels_redis\n", {}, 0),
        (CORE, CHANNELS + "./wheels/our.whl\n", {}, 0),
        (CORE, CHANNELS + "-r other.txt\n", {}, 0),
        (CORE, CHANNELS + "openwisp-notifications\n", {}, 0),
        (CORE, "Django==5.2\n", {}, 0),
        (CORE, CHANNELS, {"Dockerfile": "RUN pip install channels_redis\n"}, 0),
        (CORE, CHANNELS, {"README_dot_md": "pip install channels-redis\n"}, 0),
        (CORE, CHANNELS, {"requirements-dev_dot_txt": "channels-redis\n"}, 0),
        (CORE, CHANNELS, {"channels_redis__core_dot_py": "class RedisChannelLayer: pass\n"}, 0),
    ],
)
def test_the_requirements_have_the_package_of_the_layer(
    tmp_path, backend, requirements, files, count
):
    folder = layered(tmp_path, backend, '{"hosts": ["redis://redis"]}')
    write(folder, requirements_dot_txt=requirements, **files)
    found = findings(folder, "layer-backend")
    assert len(found) == count
    assert all(each["fix"].startswith(" channels==4.3.2\n+channels-") for each in found)


@pytest.mark.parametrize(("listed", "count"), [("", 0), ("djangorestframework\n", 1)])
def test_requirements_without_another_app_of_the_settings_are_no_full_list(tmp_path, listed, count):
    folder = layered(tmp_path, CORE, '{"hosts": ["redis://redis"]}')
    change(folder, "config/settings.py", '    "chat",\n', '    "chat",\n    "rest_framework",\n')
    write(folder, requirements_dot_txt=CHANNELS + listed)
    assert len(findings(folder, "layer-backend")) == count


ENCRYPTED = '{"hosts": ["redis://r"], "symmetric_encryption_keys": [os.environ["KEY"]]}'
WITH_LAYER = CHANNELS + "channels-redis==4.3.*\nuvicorn[standard]\n"


@pytest.mark.parametrize(
    ("config", "requirements", "files", "count"),
    [
        (ENCRYPTED, WITH_LAYER, {}, 1),
        (ENCRYPTED, WITH_LAYER, {"requirements-dev_dot_txt": "daphne\n"}, 1),
        (ENCRYPTED, WITH_LAYER, {"pyproject_dot_toml": '[tool.x]\npaths = ["tests"]\n'}, 1),
        (ENCRYPTED, WITH_LAYER, {"pyproject_dot_toml": 'dependencies = ["paramiko"]\n'}, 0),
        (ENCRYPTED.replace("[os.", "os.").replace('"]}', '"]}'), WITH_LAYER, {}, 0),
        (ENCRYPTED.replace('[os.environ["KEY"]]', "[]"), WITH_LAYER, {}, 0),
        ('{"hosts": ["redis://r"]}', WITH_LAYER, {}, 0),
        (ENCRYPTED, WITH_LAYER.replace("-redis", "-redis[cryptography]"), {}, 0),
        (ENCRYPTED, WITH_LAYER + "cryptography\n", {}, 0),
        (ENCRYPTED, WITH_LAYER + "daphne\n", {}, 0),
        (ENCRYPTED, WITH_LAYER + "redis[ocsp]\n", {}, 0),
        (ENCRYPTED, WITH_LAYER + "-r other.txt\n", {}, 0),
        (ENCRYPTED, WITH_LAYER, {"Dockerfile": "RUN pip install our-package\n"}, 0),
        (ENCRYPTED, WITH_LAYER, {"Dockerfile": "RUN apt install python3-cryptography\n"}, 0),
        (ENCRYPTED, "channels-redis\n", {}, 0),
    ],
)
def test_a_layer_that_encrypts_needs_its_library(tmp_path, config, requirements, files, count):
    folder = layered(tmp_path, CORE, config)
    settings = folder / "config/settings.py"
    settings.write_text("import os\n" + settings.read_text())
    write(folder, requirements_dot_txt=requirements, **files)
    found = findings(folder, "layer-backend")
    assert [each["fix"] for each in found] == [" channels==4.3.2\n+cryptography"] * count
    assert all("without 'cryptography' installed" in each["symptom"] for each in found)


def test_an_environment_with_the_library_needs_no_requirement(tmp_path):
    folder = layered(tmp_path, CORE, ENCRYPTED)
    settings = folder / "config/settings.py"
    settings.write_text("import os\n" + settings.read_text())
    write(folder, requirements_dot_txt=WITH_LAYER)
    facts = {"versions": {"cryptography": "44.0"}}
    assert findings(folder, "layer-backend", facts=facts) == []
