"""A channel layer with several hosts, over which it spreads the groups."""

import msgspec
import redis

from channels_realtime.layers import channel_layers_from_url
from channels_realtime.presence.redis import RedisStore
from channels_realtime.presence.roster import Entry

GROUPS = [f"test.hosts.{number}" for number in range(8)]
ENTRY = Entry(0, 1, msgspec.Raw(b"{}"))


async def test_all_processes_find_the_users_of_every_group_in_the_first_host(valkey, settings):
    layers = channel_layers_from_url(valkey.url("redis"), "hosts")
    hosts = [f"redis://127.0.0.1:{valkey.port}/{database}" for database in (2, 3)]
    layers["default"]["CONFIG"]["hosts"] = hosts
    settings.CHANNEL_LAYERS = layers
    one, other = RedisStore("one"), RedisStore("other")
    for group in GROUPS:
        await one.replace(group, 1, {"alice": ENTRY})
        shares = await other.read(group, await other.processes(group))
        assert shares["one"].entries == {"alice": ENTRY}
    with redis.from_url(hosts[1]) as second:
        assert second.dbsize() == 0
    for store in (one, other):
        await store.close()
