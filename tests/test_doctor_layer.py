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
