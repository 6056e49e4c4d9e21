"""The same settings for the tutorial's consumers, on the pub/sub layer just as channels-redis has it."""

from bench.settings import *  # noqa: F403
from bench.settings import CHANNEL_LAYER_URL

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [CHANNEL_LAYER_URL]},
    }
}
