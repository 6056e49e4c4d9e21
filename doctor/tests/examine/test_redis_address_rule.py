"""Which addresses of Redis the rule for compose files reports and ignores."""

import pytest
from support.changed_project import findings, write

LAYER = """
import os
DEBUG = False
CHANNEL_LAYERS = {{"default": {{
    "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
    "CONFIG": {{"hosts": [{host}], "prefix": "site"}},
}}}}
"""
READ = 'os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")'
COMPOSE = """\
services:
  web:
    build: .
    command: daphne -b 0.0.0.0 -p 8000 config.asgi:application
{web}
  redis:
    image: redis:8
  db:
    image: postgres:17
"""


def composed(project, web, host=READ):
    settings = project / "config/settings.py"
    settings.write_text(settings.read_text() + LAYER.format(host=host))
    write(project, compose_dot_yaml=COMPOSE.format(web=web))
    return [each["path"] for each in findings(project, "redis-address")]


def environment(url):
    return f"    environment:\n      REDIS_URL: {url}"


@pytest.mark.parametrize(
    ("web", "host"),
    [
        (environment("redis://localhost:6379/0"), READ),
        (environment("redis://reddis:6379/0"), READ),
        (environment("redis://redis:6380/0"), READ),
        (environment("redis://db:6379/0"), READ),
        ("    environment:\n      - REDIS_URL=redis://127.0.0.1", READ),
        ("    environment:\n      REDIS_URI: redis://redis", READ),
        (environment("redis://localhost"), '{"address": os.environ["REDIS_URL"]}'),
    ],
)
def test_an_address_at_which_no_redis_answers_is_reported(project, web, host):
    assert composed(project, web, host) == ["compose.yaml"]


@pytest.mark.parametrize(
    "host", [READ, '"redis://localhost:6379/0"', 'env("REDIS", "redis://::1")']
)
def test_a_default_that_the_compose_file_does_not_replace_is_reported(project, host):
    expected = [] if "::1" in host else ["config/settings.py"]
    assert composed(project, "", host) == expected


@pytest.mark.parametrize(
    ("web", "host"),
    [
        (environment("redis://redis:6379/0"), READ),
        (environment("redis://cache.example.com:6380/0"), READ),
        (environment("${REDIS_URL}"), READ),
        (environment(""), READ),
        ("    env_file: .env", READ),
        ("    network_mode: host", READ),
        ('    extra_hosts: ["reddis:10.0.0.1"]\n' + environment("redis://reddis:6379"), READ),
        ("", 'os.environ["REDIS_URL"]'),
        ("", "make_url()"),
    ],
)
def test_right_and_unknown_addresses_are_ignored(project, web, host):
    assert composed(project, web, host) == []


PAIRS = '{"host": "127.0.0.1", "port": 6379}'


@pytest.mark.parametrize(
    ("web", "host", "place"),
    [
        ("", PAIRS, "config/settings.py"),
        ("", PAIRS.replace("127.0.0.1", "redis"), ""),
        ("    env_file: .env", '{"address": os.environ["REDIS_URL"]}', ".env"),
        ("    env_file:\n      - path: .env", 'os.environ["REDIS_URL"]', ".env"),
        ("    env_file: .env\n" + environment("redis://redis"), READ, ""),
        ("    env_file: .other", READ, ""),
        ("", READ, "config/settings.py"),
    ],
)
def test_the_address_of_a_service_may_be_in_its_file_of_variables(project, web, host, place):
    write(project, _dot_env="KEY=1\nexport REDIS_URL='redis://localhost/0' # own\n")
    assert composed(project, web, host) == [place] * bool(place)


def test_a_file_of_variables_that_the_settings_load_may_give_the_address(project):
    write(project, _dot_env="REDIS_URL=redis://redis\n")
    settings = project / "config/settings.py"
    settings.write_text("from dotenv import load_dotenv\nload_dotenv()\n" + settings.read_text())
    assert composed(project, "") == []


def test_a_compose_file_without_the_project_says_nothing_of_its_address(project):
    composed(project, "", READ)
    write(project, compose_dot_yaml="services:\n  redis:\n    image: redis:8\n")
    assert not findings(project, "redis-address")


@pytest.mark.parametrize(
    ("command", "count"), [("    command: python manage.py runserver\n", 0), ("", 1)]
)
def test_a_service_with_a_command_of_its_own_is_another_one_of_that_name(project, command, count):
    composed(project, "    env_file: .env", READ)
    other = f"services:\n  web:\n    build: .\n{command}"
    write(project, compose_dot_first_dot_yaml=other)
    assert len(findings(project, "redis-address")) == count


@pytest.mark.parametrize(
    ("build", "count"),
    [("build: .", 1), ("build: ./worker", 0), ("build: {context: ., dockerfile: Other}", 0)],
)
def test_the_command_of_a_dockerfile_is_that_of_the_services_built_from_it(project, build, count):
    composed(project, "", READ)
    compose = f"services:\n  app:\n    {build}\n  redis:\n    image: redis:8\n"
    server = "CMD daphne -b 0.0.0.0 -p 8000 config.asgi:application\n"
    write(project, compose_dot_yaml=compose, Dockerfile=server)
    assert len(findings(project, "redis-address")) == count


def test_the_address_of_a_redis_with_a_password_has_the_password(project):
    composed(project, environment("redis://localhost:6379/0"))
    compose = project / "compose.yaml"
    command = "redis:8\n    command: redis-server --requirepass secret"
    compose.write_text(compose.read_text().replace("redis:8", command))
    (finding,) = findings(project, "redis-address")
    assert "give its password" in finding["message"]
    assert "redis://redis:6379" not in finding["fix"]


def test_the_host_for_settings_that_failed_is_ignored(project):
    settings = project / "config/settings.py"
    layer = LAYER.format(host='("127.0.0.1", 6379)').strip().replace("\n", "\n    ")
    settings.write_text(
        f"{settings.read_text()}\ntry:\n    open('x')\nexcept OSError:\n    {layer}\n"
    )
    write(project, compose_dot_yaml=COMPOSE.format(web=""))
    assert findings(project, "redis-address") == []


PASSWORD = "--requirepass ${REDIS_PASSWORD:?set it}"


@pytest.mark.parametrize(
    ("command", "url", "host", "count"),
    [
        (f"redis-server {PASSWORD}", "redis://redis:6379/0", READ, 1),
        ('["redis-server", "--requirepass", "$REDIS_PASSWORD"]', "redis://redis", READ, 1),
        ("redis-server --requirepass secret", "redis://redis", READ, 1),
        (f"redis-server {PASSWORD}", "redis://:${REDIS_PASSWORD}@redis:6379/0", READ, 0),
        (f"redis-server {PASSWORD}", "redis://:secret@redis:6379/0", READ, 0),
        (
            f"redis-server {PASSWORD}",
            "redis://redis",
            f'{{"address": {READ}, "password": os.environ["REDIS_PASSWORD"]}}',
            0,
        ),
        ("redis-server --requirepass ${REDIS_PASSWORD:-}", "redis://redis", READ, 0),
        ("redis-server --appendonly yes", "redis://redis", READ, 0),
    ],
)
def test_an_address_has_the_password_of_its_redis(project, command, url, host, count):
    settings = project / "config/settings.py"
    settings.write_text(settings.read_text() + LAYER.format(host=host))
    compose = COMPOSE.format(web=environment(url))
    compose = compose.replace("image: redis:8", f"image: redis:8\n    command: {command}")
    write(project, compose_dot_yaml=compose)
    found = findings(project, "redis-address")
    assert len(found) == count
    assert not any("secret" in each["fix"] for each in found)
    for each in found:
        assert ("+" in each["fix"]) == ("$" in command)


def test_the_items_of_a_command_are_read_together(project):
    items = "".join(f"\n      - {each}" for each in PASSWORD.split(" ", 1))
    compose = COMPOSE.format(web=environment("redis://redis"))
    compose = compose.replace("image: redis:8", f"image: redis:8\n    command:{items}")
    settings = project / "config/settings.py"
    settings.write_text(settings.read_text() + LAYER.format(host=READ))
    write(project, compose_dot_yaml=compose)
    assert len(findings(project, "redis-address")) == 1


ALONE = """\
x-environment: &environment
  REDIS_URL: redis://queue:6379/0
services:
  web:
    build: .
    command: daphne -b 0.0.0.0 -p 8000 config.asgi:application
    {environment}
  db:
    image: postgres:17
{more}
"""


@pytest.mark.parametrize("environment", ["environment: *environment", "environment: {}"])
@pytest.mark.parametrize(
    ("more", "files", "count"),
    [
        ("", {}, 1),
        ("networks:\n  inner:\n    driver: bridge\n", {}, 1),
        ("  queue:\n    image: our/queue\n", {}, 0),
        ("  other:\n    container_name: queue\n", {}, 0),
        ("networks:\n  shared:\n    external: true\n", {}, 0),
        ("networks:\n  default:\n    name: shared\n", {}, 0),
        ("include:\n  - redis.yaml\n", {}, 0),
        ("", {"compose_dot_dev_dot_yaml": "services:\n  queue:\n    image: redis\n"}, 0),
        ("", {"up_dot_sh": "docker compose -f compose.yaml -f redis.yaml up\n"}, 0),
        ("", {"up_dot_sh": "docker compose -f compose.yaml up\n"}, 1),
    ],
)
def test_a_redis_that_no_compose_file_has_is_reported(project, environment, more, files, count):
    given = environment.format("\n      REDIS_URL: redis://queue:6379/0")
    composed(project, "")
    write(project, compose_dot_yaml=ALONE.format(environment=given, more=more), **files)
    found = findings(project, "redis-address")
    assert len(found) == count
    assert all("no service `queue`" in each["message"] for each in found)


@pytest.mark.parametrize(
    ("merged", "count"),
    [("<<: *base", 1), ("<<: [*base, *other]", 1), ("<<: [*base, *unknown]", 0)],
)
def test_a_service_has_what_its_aliases_name(project, merged, count):
    web = f"    {merged}"
    composed(project, web)
    head = "x-other: &other\n  restart: always\nx-base: &base\n"
    text = head + environment("redis://localhost").replace("    ", "  ", 1) + "\n"
    write(project, compose_dot_yaml=text + COMPOSE.format(web=web))
    found = findings(project, "redis-address")
    assert [(each["path"], each["line"]) for each in found] == [("compose.yaml", 5)] * count


def test_a_key_of_a_service_wins_over_a_merged_one(project):
    web = "    <<: *base\n" + environment("redis://redis")
    composed(project, web)
    head = "x-base: &base\n" + environment("redis://localhost") + "\n"
    write(project, compose_dot_yaml=head + COMPOSE.format(web=web))
    assert findings(project, "redis-address") == []


PAIR = '(os.getenv("REDIS_HOST", "redis"), int(os.getenv("REDIS_PORT", 6379)))'
URL = "f\"redis://{os.getenv('REDIS_HOST', 'redis')}:{os.getenv('REDIS_PORT', 6379)}/0\""


@pytest.mark.parametrize("host", [PAIR, URL])
@pytest.mark.parametrize(
    ("variables", "fixes"),
    [
        ({"REDIS_HOST": "localhost"}, ["-REDIS_HOST: localhost\n+REDIS_HOST: redis"]),
        ({"REDIS_HOST": "cache"}, ["-REDIS_HOST: cache\n+REDIS_HOST: redis"]),
        ({"REDIS_PORT": "6380"}, ["Write the port 6379."]),
        ({"REDIS_HOST": "redis", "REDIS_PORT": "6379"}, []),
        ({"REDIS_HOST": "${REDIS_HOST}"}, []),
        ({}, []),
    ],
)
def test_an_address_of_parts_has_the_variables_of_the_service(project, host, variables, fixes):
    lines = "".join(f"\n      {name}: {value}" for name, value in variables.items())
    composed(project, f"    environment:{lines}", host)
    assert [each["fix"] for each in findings(project, "redis-address")] == fixes


def test_a_part_of_an_address_that_is_not_known_makes_it_unknown(project):
    host = 'f"redis://{make_host()}:6379"'
    assert composed(project, environment("redis://localhost"), host) == []


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("redis://127.0.0.1:7000", "111 connecting to 127.0.0.1:7000."),
        ("redis://reddis", "-2 connecting to reddis:6379. Name or service not known."),
        ("redis://redis:6380/0", "111 connecting to redis:6380."),
    ],
)
def test_the_error_has_the_server_of_the_address(project, address, error):
    composed(project, environment(address))
    [found] = findings(project, "redis-address")
    assert found["symptom"] == f"redis.exceptions.ConnectionError: Error {error}"
