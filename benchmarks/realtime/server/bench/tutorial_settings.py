"""The same settings with the pub/sub layer of channels-redis, for the tutorial's consumers."""

from bench.settings import *  # noqa: F403
from bench.settings import CHANNEL_LAYER_URL

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [CHANNEL_LAYER_URL]},
    }
}
