"""What the rules for hosts report of the lists that compose files give to the settings."""

import pytest
from support.changed_project import findings, write

SPLIT = 'os.environ["LIST"].split(",")'
COMPOSE = """services:
  web:
    build: .
    command: daphne -b 0.0.0.0 -p 8000 config.asgi:application
    environment:
      OTHER: x
"""
GIVEN = COMPOSE + "      LIST: {}\n"
OR_NOTHING = 'os.getenv("LIST", "").split(",")'


def with_list(project, name, value, compose, debug="False"):
    settings = project / "config/settings.py"
    lines = settings.read_text().splitlines()
    kept = [each for each in lines if not each.startswith(("DEBUG", name))]
    settings.write_text("\n".join([*kept, "import os", f"DEBUG = {debug}", f"{name} = {value}\n"]))
    write(project, compose_dot_yaml=compose)


@pytest.mark.parametrize(
    "value",
    [
        SPLIT,
        'os.getenv("LIST", "example.com").split(",")',
        '[each.strip() for each in os.environ["LIST"].split(",")]',
        'list(filter(None, os.environ["LIST"].split(",")))',
        'env.list("LIST", default=[])',
        'config("LIST", cast=Csv())',
        'config("LIST", cast=lambda v: [s.strip() for s in v.split(",") if s])',
        'config("LIST", default="", cast=lambda v: v.split(","))',
    ],
)
def test_hosts_with_a_scheme_are_reported_where_compose_gives_them(project, value):
    with_list(project, "ALLOWED_HOSTS", value, GIVEN.format("https://example.com"))
    (finding,) = findings(project, "allowed-hosts")
    assert (finding["path"], finding["line"]) == ("compose.yaml", 7)
    assert finding["fix"] == "-LIST: https://example.com\n+LIST: example.com"


@pytest.mark.parametrize(
    ("value", "given"),
    [
        (SPLIT, "example.com, .example.org"),
        (SPLIT, "https://example.com,example.com"),
        (SPLIT, "${HOSTS:-https://example.com}"),
        (SPLIT, '"*"'),
        ('[f"www.{each}" for each in os.environ["LIST"].split(",")]', "https://example.com"),
        ('os.environ["MORE"].split(",")', "https://example.com"),
        ('config("LIST", cast=Csv(delimiter="/"))', "https://example.com"),
        (
            'config("LIST", cast=lambda v: [host_of(s) for s in v.split(",")])',
            "https://example.com",
        ),
    ],
)
def test_right_hosts_and_texts_that_the_settings_change_are_ignored(project, value, given):
    with_list(project, "ALLOWED_HOSTS", value, GIVEN.format(given))
    assert not findings(project, "allowed-hosts")


@pytest.mark.parametrize(("given", "count"), [("a.example.com", 1), ("https://a.example.com", 0)])
def test_origins_without_a_scheme_are_reported_where_compose_gives_them(project, given, count):
    with_list(project, "CSRF_TRUSTED_ORIGINS", SPLIT, GIVEN.format(given))
    found = findings(project, "csrf-trusted-origins")
    assert [each["path"] for each in found] == ["compose.yaml"] * count


def test_a_line_that_an_override_may_replace_is_ignored(project):
    with_list(project, "ALLOWED_HOSTS", SPLIT, GIVEN.format("https://example.com"))
    write(project, compose_dot_override_dot_yaml="services:\n  web:\n    build: .\n")
    assert not findings(project, "allowed-hosts")


@pytest.mark.parametrize("compose", [COMPOSE, GIVEN.format("https://example.com")])
def test_hosts_above_settings_that_are_not_in_the_repository_are_ignored(project, compose):
    value = f"{OR_NOTHING}\nfrom .local_settings import *"
    with_list(project, "ALLOWED_HOSTS", value, compose)
    assert not findings(project, "allowed-hosts")


def test_a_service_without_the_variable_of_its_hosts_serves_nobody(project):
    with_list(project, "ALLOWED_HOSTS", OR_NOTHING, COMPOSE)
    (finding,) = findings(project, "allowed-hosts")
    assert finding["fix"] == "Set `LIST: example.com` in the `environment` of `web`."


@pytest.mark.parametrize(
    ("compose", "debug"),
    [
        (COMPOSE, "True"),
        (COMPOSE, 'os.getenv("DEBUG") == "1"'),
        (GIVEN.format("example.com"), "False"),
        (COMPOSE.replace("    build", "    env_file: web.env\n    build"), "False"),
        (COMPOSE.replace("command: ", "command: env LIST=example.com "), "False"),
        (COMPOSE.replace("daphne", "celery"), "False"),
    ],
)
def test_hosts_that_something_else_may_give_are_ignored(project, compose, debug):
    with_list(project, "ALLOWED_HOSTS", OR_NOTHING, compose, debug)
    assert not findings(project, "allowed-hosts")


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": "FROM python\nENV LIST=example.com\n"},
        {"_dot_env_dot_example": "LIST=example.com\n", "start_dot_sh": ". ./.env\n"},
        {"manage_dot_py": "from dotenv import load_dotenv\nload_dotenv()\n"},
    ],
)
def test_hosts_that_another_file_gives_are_ignored(project, files):
    with_list(project, "ALLOWED_HOSTS", OR_NOTHING, COMPOSE)
    write(project, **files)
    assert not findings(project, "allowed-hosts")


SCHEME = "https://example.com"
DEFAULTS = [
    'os.environ.get("LIST", "{}").split(",")',
    '[each.strip() for each in os.getenv("LIST", default="{}").split(",")]',
    'config("LIST", default="{}", cast=Csv())',
    'env.list("LIST", default=["{}"])',
]


@pytest.mark.parametrize(
    ("name", "rule", "wrong", "right"),
    [
        ("ALLOWED_HOSTS", "allowed-hosts", SCHEME, "example.com"),
        ("CSRF_TRUSTED_ORIGINS", "csrf-trusted-origins", "example.com", SCHEME),
    ],
)
@pytest.mark.parametrize("value", DEFAULTS)
def test_a_wrong_default_is_reported_where_no_file_gives_the_variable(
    project, name, rule, wrong, right, value
):
    with_list(project, name, value.format(wrong), COMPOSE)
    [finding] = findings(project, rule)
    assert finding["path"] == "config/settings.py"
    old, new = f"{name} = {value.format(wrong)}", f"{name} = {value.format(right)}"
    assert finding["fix"] == f"-{old}\n+{new}"
    with_list(project, name, value.format(right), COMPOSE)
    assert not findings(project, rule)


@pytest.mark.parametrize(
    "files",
    [
        {"compose_dot_yaml": GIVEN.format("example.com")},
        {"compose_dot_yaml": COMPOSE.replace("    build", "    env_file: web.env\n    build")},
        {"_dot_env_dot_example": "LIST=example.com\n"},
        {"README_dot_md": "Set `LIST` to the hosts of the site.\n"},
        {"config__first_dot_py": 'import os\nos.environ.setdefault("LIST", "example.com")\n'},
        {"config__first_dot_py": 'import os\nos.environ["LIST"] = "example.com"\n'},
    ],
)
def test_a_wrong_default_of_a_variable_that_a_file_names_is_ignored(project, files):
    with_list(project, "ALLOWED_HOSTS", DEFAULTS[0].format(SCHEME), COMPOSE)
    write(project, **files)
    assert not findings(project, "allowed-hosts")
