"""The rules of the channel layer: what they must find in other shapes, and what they must leave alone."""

import pytest
from patients import examine, make_patient

CORE = "channels_redis.core.RedisChannelLayer"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
MEMORY = "channels.layers.InMemoryChannelLayer"


def layered(folder, backend, config="{}", head=""):
    """Make the sound project with another layer."""
    make_patient(folder)
    settings = folder / "config/settings.py"
    layer = f'{{"default": {{"BACKEND": {backend!r}, "CONFIG": {config}}}}}'
    settings.write_text(settings.read_text() + f"import os\n{head}\nCHANNEL_LAYERS = {layer}\n")
    return folder


def found(folder, rule, **request):
    return [each for each in examine(folder, **request) if each["rule"] == rule]


@pytest.mark.parametrize(
    ("backend", "meant"),
    [
        ("channels_redis.core.RedisChannelLayers", CORE),
        ("channels_redis.core.RedisChanelLayer", CORE),
        ("channels.layers.InMemoryChannelLayers", MEMORY),
        ("channels.layers.RedisChannelLayer", CORE),
        ("asgi_redis.RedisChannelLayer", CORE),
        ("asgiref.inmemory.ChannelLayer", MEMORY),
        (CORE, None),
        (PUBSUB, None),
        (MEMORY, None),
        ("config.layers.RedisChannelLayer", None),
        ("channels_redis.cluster.ClusterChannelLayer", None),
        ("channels_nats.core.NatsChannelLayer", None),
    ],
)
def test_a_backend_that_is_almost_known_is_named_right(backend, meant, tmp_path):
    folder = layered(tmp_path, backend, '{"hosts": [("127.0.0.1", 6379)]}')
    assert [meant in each["mend"] for each in found(folder, "layer-backend")] == [True] * bool(meant)


@pytest.mark.parametrize(("message", "count"), [("Cannot import BACKEND 'x' specified for default", 1), ("other", 0)])
def test_what_django_could_not_import_is_found_whatever_its_name(message, count, tmp_path):
    folder = layered(tmp_path, "config.layers.Missing")
    facts = {"layer": {"error": {"type": "InvalidChannelLayerError", "message": message}}}
    findings = found(folder, "layer-backend", facts=facts)
    assert [each["depth"] for each in findings] == ["settings"] * count


def test_a_misspelling_that_django_imported_is_left_alone(tmp_path):
    folder = layered(tmp_path, "channels_redis.core.RedisChannelLayers")
    assert not found(folder, "layer-backend", facts={"layer": {"error": None}})


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
        ('[("127.0.0.1",)]', 1),
        ('[("127.0.0.1", 6379)]', 0),
        ('(("127.0.0.1", 6379),)', 0),
        ('[["127.0.0.1", 6379]]', 0),
        ('["redis://127.0.0.1:6379"]', 0),
        ('["rediss://a:b@c:6379", "unix:///run/redis.sock"]', 0),
        ('[{"host": "127.0.0.1", "port": 6379}]', 0),
        ('[{"sentinels": [("a", 1)], "master_name": "m"}]', 0),
        ('[os.environ["REDIS_URL"]]', 0),
        ('[(os.environ["REDIS_HOST"], 6379)]', 0),
        ('os.environ["REDIS_URL"]', 0),
        ('os.environ["REDIS_URLS"].split(",")', 0),
        ("[]", 0),
        ("None", 0),
    ],
)
def test_hosts_are_a_list_of_addresses(hosts, count, tmp_path):
    folder = layered(tmp_path, PUBSUB, f'{{"hosts": {hosts}, "prefix": "x"}}')
    assert len(found(folder, "redis-hosts")) == count


@pytest.mark.parametrize("hosts", ['"redis://me:pass-word@h:1"', '["me:pass-word@h:1"]', '{"password": "pass-word"}'])
def test_a_password_in_the_hosts_is_not_shown(hosts, tmp_path):
    (finding,) = found(layered(tmp_path, PUBSUB, f'{{"hosts": {hosts}}}'), "redis-hosts")
    assert "pass-word" not in str(finding)


def test_hosts_of_another_layer_are_its_own_business(tmp_path):
    assert not found(layered(tmp_path, "channels_other.Layer", '{"hosts": "x"}'), "redis-hosts")


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
def test_a_core_layer_on_a_new_client_needs_a_time_limit_of_its_own(config, count, version, tmp_path):
    folder = layered(tmp_path, CORE, config)
    (folder / "requirements.txt").write_text(f"channels-redis==4.3.0\nredis=={version}\n")
    assert len(found(folder, "redis-socket-timeout")) == count


def test_a_time_limit_that_a_helper_sets_is_not_overlooked(tmp_path):
    head = 'host = dict(address=os.environ["URL"], **{"socket_timeout": None})'
    folder = layered(tmp_path, CORE, '{"hosts": [host]}', head)
    (folder / "requirements.txt").write_text("redis==8.1.0\n")
    assert not found(folder, "redis-socket-timeout")


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({"requirements.txt": "channels-redis\n"}, "warning"),
        ({"requirements.txt": "channels-redis==4.3.0\nredis>=5\n"}, "warning"),
        ({"requirements.txt": "channels_redis>=4.2,<5\nredis[hiredis]>=5,<9\n"}, "warning"),
        ({"pyproject.toml": '[project]\ndependencies = [\n  "channels-redis>=4.3",\n]\n'}, "warning"),
        ({"requirements/base.txt": "channels-redis\nredis==8.0.0\n"}, "error"),
        ({"requirements.txt": "channels-redis\nredis<8\n"}, None),
        ({"requirements.txt": "channels-redis\nredis~=5.0\n"}, None),
        ({"requirements.txt": "channels-redis==4.3.0\nredis==5.0.1\n"}, None),
        ({"requirements.txt": "channels-redis==3.4.1\n"}, None),
        ({"pyproject.toml": '[tool.poetry.dependencies]\nchannels-redis = "^4.0"\nredis = "^5.0"\n'}, None),
        ({"pyproject.toml": '[project]\ndependencies = [\n  "channels-redis>=4.3",\n]\n', "uv.lock": ""}, None),
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
    assert [each["severity"] for each in found(folder, "redis-socket-timeout")] == [severity] * bool(severity)


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
def test_what_is_installed_wins_over_the_requirements(backend, versions, count, tmp_path):
    folder = layered(tmp_path, backend, '{"hosts": ["redis://h:1"]}')
    (folder / "requirements.txt").write_text("channels-redis\n")
    assert len(found(folder, "redis-socket-timeout", facts={"versions": versions})) == count


def test_a_layer_that_inherits_from_the_core_one_waits_as_it_does(tmp_path):
    folder = layered(tmp_path, "config.layers.OurLayer", '{"hosts": ["redis://h:1"]}')
    (folder / "config/layers.py").write_text(
        "from channels_redis import core\nclass OurLayer(core.RedisChannelLayer): pass\n"
    )
    assert found(folder, "redis-socket-timeout", facts={"versions": {"redis": "8.1.0"}})
