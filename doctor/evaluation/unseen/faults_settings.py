"""Single faults in settings and channel layers."""

from case import Fault

T = "mysite/settings.py"
B = "config/settings/base.py"
P = "config/settings/production.py"
D = "config/settings/development.py"
T_LAYERS = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [("127.0.0.1", 6379)],
        },
    },
}
"""
P_LAYERS = """CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")],
            "capacity": 500,
            "expiry": 30,
        },
    },
}
"""

FAULTS = [
    Fault(
        name="hosts_is_one_url_in_dict_calls",
        shape="hosts is not a list",
        base="site",
        edits={
            P: [
                (
                    P_LAYERS,
                    """REDIS_URL = os.environ.get("REDIS_URL", "redis://redis:6379/1")
CHANNEL_LAYERS = dict(
    default=dict(
        BACKEND="channels_redis.core.RedisChannelLayer",
        CONFIG=dict(hosts=REDIS_URL, capacity=500),
    )
)
""",
                )
            ]
        },
        path=P,
        anchor="hosts=REDIS_URL",
    ),
    Fault(
        name="host_and_port_with_a_scheme",
        shape="Redis address that is none",
        base="tutorial",
        edits={T: [('("127.0.0.1", 6379)', '("redis://127.0.0.1", 6379)')]},
        path=T,
        anchor='("redis://127.0.0.1", 6379)',
    ),
    Fault(
        name="address_without_a_scheme_from_an_f_string",
        shape="Redis address that is none",
        base="deployed",
        edits={
            T: [
                (
                    "CHANNEL_LAYERS = {\n",
                    'REDIS_HOST = os.environ.get("REDIS_HOST", "redis")\n\nCHANNEL_LAYERS = {\n',
                ),
                (
                    '"hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")]',
                    '"hosts": [f"{REDIS_HOST}:6379/0"]',
                ),
            ]
        },
        path=T,
        anchor='f"{REDIS_HOST}:6379/0"',
    ),
    Fault(
        name="pubsub_layer_in_the_wrong_module",
        shape="backend that does not exist",
        base="site",
        edits={
            P: [
                (
                    '"channels_redis.core.RedisChannelLayer"',
                    '"channels_redis.core.RedisPubSubChannelLayer"',
                ),
                ('            "capacity": 500,\n            "expiry": 30,\n', ""),
            ]
        },
        path=P,
        anchor="channels_redis.core.RedisPubSubChannelLayer",
    ),
    Fault(
        name="memory_layer_where_debug_is_off",
        shape="memory layer with several processes",
        base="site",
        edits={
            P: [
                (
                    "from .base import *  # noqa: F403\n",
                    "from .base import *  # noqa: F403\nfrom .base import DEBUG\n",
                ),
                (
                    P_LAYERS,
                    """REDIS_LAYER = {
    "BACKEND": "channels_redis.core.RedisChannelLayer",
    "CONFIG": {"hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")]},
}
MEMORY_LAYER = {"BACKEND": "channels.layers.InMemoryChannelLayer"}
CHANNEL_LAYERS = {"default": REDIS_LAYER if DEBUG else MEMORY_LAYER}
""",
                ),
            ]
        },
        path=P,
        anchor="MEMORY_LAYER",
        paths=("compose.yaml", "Dockerfile"),
    ),
    Fault(
        name="allowed_hosts_is_a_string",
        shape="ALLOWED_HOSTS is a string",
        base="site",
        edits={P: [('"auction.example.com").split(",")', '"auction.example.com")')]},
        path=P,
        anchor="ALLOWED_HOSTS = ",
    ),
    Fault(
        name="trusted_origins_made_of_hosts",
        shape="trusted origin without a scheme",
        base="deployed",
        edits={
            T: [
                (
                    'CSRF_TRUSTED_ORIGINS = ["https://chat.example.org"]',
                    "CSRF_TRUSTED_ORIGINS = [*ALLOWED_HOSTS]",
                )
            ]
        },
        path=T,
        anchor="CSRF_TRUSTED_ORIGINS",
    ),
    Fault(
        name="asgi_application_in_the_servers_notation",
        shape="ASGI_APPLICATION that cannot be imported",
        base="site",
        edits={B: [('"config.asgi.application"', '"config.asgi:application"')]},
        path=B,
        anchor="ASGI_APPLICATION",
    ),
    Fault(
        name="encryption_key_is_not_a_list",
        shape="layer option of a wrong type",
        base="site",
        edits={
            P: [
                (
                    '            "expiry": 30,\n',
                    '            "symmetric_encryption_keys": SECRET_KEY,\n',
                )
            ],
            "requirements.txt": [("channels-redis==4.3.*", "channels-redis[cryptography]==4.3.*")],
        },
        path=P,
        anchor='"symmetric_encryption_keys": SECRET_KEY',
    ),
    Fault(
        name="layer_option_that_does_not_exist",
        shape="unknown layer option",
        base="site",
        edits={P: [('            "expiry": 30,\n', '            "group_expire": 3600,\n')]},
        path=P,
        anchor='"group_expire"',
    ),
    Fault(
        name="persistent_connections_set_later",
        shape="CONN_MAX_AGE under ASGI",
        base="site",
        edits={
            P: [
                ('        "CONN_MAX_AGE": 0,\n', ""),
                (
                    "CHANNEL_LAYERS = {\n",
                    'DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS":'
                    " True}\n\nCHANNEL_LAYERS = {\n",
                ),
            ]
        },
        path=P,
        anchor='"CONN_MAX_AGE": 600',
    ),
    Fault(
        name="debug_is_the_truth_of_a_text",
        shape="DEBUG in the deployment",
        base="deployed",
        edits={T: [("DEBUG = False\n", 'DEBUG = bool(os.environ.get("DEBUG", "False"))\n')]},
        path=T,
        anchor="DEBUG = bool(",
    ),
    Fault(
        name="annotated_layers_with_another_name",
        shape="CHANNEL_LAYERS misspelt",
        base="tutorial",
        edits={
            T: [
                ("CHANNEL_LAYERS = {\n", "CHANNELS_LAYER: dict[str, dict[str, object]] = {\n"),
            ]
        },
        path=T,
        anchor="CHANNELS_LAYER",
    ),
    Fault(
        name="consumer_of_a_layer_that_is_not_configured",
        shape="alias of a layer that is not configured",
        base="tutorial",
        edits={
            "chat/consumers.py": [
                (
                    "class ChatConsumer(AsyncWebsocketConsumer):\n",
                    "class ChatConsumer(AsyncWebsocketConsumer):\n    channel_layer_alias"
                    ' = "chat"\n\n',
                )
            ]
        },
        path="chat/consumers.py",
        anchor='channel_layer_alias = "chat"',
        paths=(T,),
    ),
    Fault(
        name="channels_instead_of_daphne_for_runserver",
        shape="runserver without daphne",
        base="tutorial",
        edits={T: [('    "daphne",\n    "chat",\n', '    "channels",\n    "chat",\n')]},
        path=T,
        anchor="INSTALLED_APPS = [",
        paths=("requirements.txt",),
    ),
]
