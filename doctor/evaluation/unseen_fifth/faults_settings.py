"""Faults in the settings."""

from case import Fault

SETTINGS = "mysite/settings.py"
PRODUCTION = "config/settings/production.py"
COMPOSE = "compose.yaml"
HOSTS = '            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/0")],\n'
CONFIG = '        "CONFIG": {\n' + HOSTS + "        },\n"

FAULTS = [
    Fault(
        name="application_is_the_http_half",
        shape="ASGI_APPLICATION without WebSockets",
        base="tutorial",
        edits={SETTINGS: [('"mysite.asgi.application"', '"mysite.asgi.django_asgi_app"')]},
        path=SETTINGS,
        anchor="ASGI_APPLICATION",
    ),
    Fault(
        name="router_bound_to_another_name",
        shape="ASGI_APPLICATION without WebSockets",
        base="site",
        edits={
            "config/asgi.py": [
                (
                    "http_application = get_asgi_application()",
                    "application = get_asgi_application()",
                ),
                ("application = ProtocolTypeRouter(", "channels_application = ProtocolTypeRouter("),
                ('"http": http_application', '"http": application'),
            ],
            "tests/conftest.py": [
                (
                    "from config.asgi import application\n",
                    "from config.asgi import channels_application as application\n",
                )
            ],
        },
        path="config/asgi.py",
        anchor="application = ",
        paths=["config/settings/base.py"],
    ),
    Fault(
        name="layer_configured_like_a_cache",
        shape="hosts in the wrong place",
        base="deployed",
        edits={
            SETTINGS: [
                (
                    CONFIG,
                    '        "LOCATION": os.environ.get("REDIS_URL", "redis://redis:6379/0"),\n',
                )
            ]
        },
        path=SETTINGS,
        anchor="LOCATION",
    ),
    Fault(
        name="server_in_place_of_hosts",
        shape="hosts in the wrong place",
        base="site",
        edits={
            PRODUCTION: [
                (
                    '            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")],\n',
                    '            "url": os.environ.get("REDIS_URL", "redis://redis:6379/1"),\n',
                )
            ]
        },
        path=PRODUCTION,
        anchor='"url"',
    ),
    Fault(
        name="address_without_scheme",
        shape="malformed Redis address",
        base="site",
        edits={
            PRODUCTION: [
                (
                    '            "hosts": [os.environ.get("REDIS_URL", "redis://redis:6379/1")],\n',
                    '            "hosts": [f"{REDIS_HOST}:{REDIS_PORT}"],\n',
                ),
                (
                    "CHANNEL_LAYERS = {\n",
                    (
                        'REDIS_HOST = os.environ.get("REDIS_HOST", "redis")\n'
                        'REDIS_PORT = os.environ.get("REDIS_PORT", "6379")\n\n'
                        "CHANNEL_LAYERS = {\n"
                    ),
                ),
            ]
        },
        path=PRODUCTION,
        anchor='"hosts"',
    ),
    Fault(
        name="age_from_the_environment",
        shape="persistent connections under ASGI",
        base="site",
        edits={
            PRODUCTION: [
                (
                    '        "CONN_MAX_AGE": 0,\n',
                    '        "CONN_MAX_AGE": int(os.environ.get("CONN_MAX_AGE", "600")),\n',
                )
            ]
        },
        path=PRODUCTION,
        anchor="CONN_MAX_AGE",
    ),
    Fault(
        name="debug_from_a_string",
        shape="DEBUG in deployment",
        base="deployed",
        edits={
            SETTINGS: [
                ("DEBUG = False\n", 'DEBUG = bool(os.environ.get("DJANGO_DEBUG", "False"))\n'),
            ]
        },
        path=SETTINGS,
        anchor="DJANGO_DEBUG",
    ),
    Fault(
        name="hosts_with_scheme_in_compose",
        shape="ALLOWED_HOSTS with a scheme",
        base="site",
        edits={
            COMPOSE: [
                (
                    "ALLOWED_HOSTS: auction.example.com",
                    "ALLOWED_HOSTS: https://auction.example.com",
                )
            ]
        },
        path=COMPOSE,
        anchor="ALLOWED_HOSTS",
        paths=[PRODUCTION],
    ),
    Fault(
        name="hosts_split_from_nothing",
        shape="ALLOWED_HOSTS empty",
        base="deployed",
        edits={
            SETTINGS: [
                (
                    'ALLOWED_HOSTS = ["chat.example.org", "localhost"]\n',
                    'ALLOWED_HOSTS = os.getenv("HOSTS", "").split(",")\n',
                )
            ]
        },
        path=SETTINGS,
        anchor="ALLOWED_HOSTS",
    ),
    Fault(
        name="origins_with_slash_from_hosts",
        shape="malformed CSRF_TRUSTED_ORIGINS",
        base="site",
        edits={
            PRODUCTION: [
                (
                    'CSRF_TRUSTED_ORIGINS = ["https://auction.example.com"]\n',
                    'CSRF_TRUSTED_ORIGINS = [f"https://{host}/" for host in ALLOWED_HOSTS]\n',
                )
            ]
        },
        path=PRODUCTION,
        anchor="CSRF_TRUSTED_ORIGINS",
    ),
    Fault(
        name="origins_are_the_hosts",
        shape="malformed CSRF_TRUSTED_ORIGINS",
        base="deployed",
        edits={
            SETTINGS: [
                (
                    'CSRF_TRUSTED_ORIGINS = ["https://chat.example.org"]\n',
                    "CSRF_TRUSTED_ORIGINS = ALLOWED_HOSTS[:1]\n",
                )
            ]
        },
        path=SETTINGS,
        anchor="CSRF_TRUSTED_ORIGINS",
    ),
    Fault(
        name="daphne_appended",
        shape="daphne after staticfiles",
        base="site",
        edits={
            "config/settings/development.py": [
                (
                    'INSTALLED_APPS = ["daphne", *INSTALLED_APPS]\n',
                    'INSTALLED_APPS = [*INSTALLED_APPS, "daphne"]\n',
                )
            ]
        },
        path="config/settings/development.py",
        anchor="INSTALLED_APPS",
        paths=["config/settings/base.py"],
    ),
]
