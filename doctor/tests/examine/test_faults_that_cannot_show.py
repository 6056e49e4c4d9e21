"""Faults that cannot show in a project, and fixes that have to suit more than one line."""

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import BROKEN, RULES, make_project

COMPOSE = "services:\n  web:\n    build: .\n"
SECRET = "    env_file: .env.prod\n"


def with_settings(project, text):
    settings = project / "config/settings.py"
    lines = settings.read_text().splitlines()
    kept = [each for each in lines if not each.startswith(("DEBUG", "ALLOWED_HOSTS"))]
    settings.write_text("\n".join(kept) + f"\nimport os\n{text}\n")


@pytest.mark.parametrize(("environment", "count"), [("", 1), (SECRET, 0)])
@pytest.mark.parametrize("place", ["Dockerfile", "config/asgi.py"])
def test_an_unknown_environment_may_name_other_settings(project, place, environment, count):
    write(project, compose_dot_yml=COMPOSE + environment)
    if place == "Dockerfile":
        write(project, Dockerfile="ENV DJANGO_SETTINGS_MODULE=config.other_settings\n")
    else:
        change(project, place, "config.settings", "config.other_settings")
    assert len(findings(project, "settings-missing")) == count


@pytest.mark.parametrize(
    ("hosts", "added"),
    [
        ("ALLOWED_HOSTS = []", ["-ALLOWED_HOSTS = []", '+ALLOWED_HOSTS = ["example.com"]']),
        ("", ['+ALLOWED_HOSTS = ["example.com"]']),
        ('ALLOWED_HOSTS = ["a.org"]', []),
    ],
)
def test_settings_without_debug_need_hosts(project, hosts, added):
    with_settings(project, f"DEBUG = True\n{hosts}")
    write(project, Procfile="web: daphne config.asgi:application\n")
    (finding,) = findings(project, "debug-in-deployment")
    assert finding["fix"].splitlines()[2:] == added


@pytest.mark.parametrize(("options", "count"), [("", 0), (", allowed_hosts=False", 1)])
def test_the_settings_of_heroku_allow_every_host(project, options, count):
    heroku = f"import django_heroku\ndjango_heroku.settings(locals(){options})"
    with_settings(project, f"DEBUG = False\nALLOWED_HOSTS = []\n{heroku}")
    assert len(findings(project, "allowed-hosts")) == count


@pytest.mark.parametrize(
    "heroku",
    [
        "from django_heroku import settings\nsettings(locals())",
        "import django_heroku as heroku\nheroku.settings(locals())",
    ],
)
def test_the_settings_of_heroku_may_have_another_name(project, heroku):
    with_settings(project, f"DEBUG = False\nALLOWED_HOSTS = []\n{heroku}")
    assert findings(project, "allowed-hosts") == []


def test_hosts_follow_the_settings_of_heroku(tmp_path):
    project = make_project(tmp_path, RULES["allowed-hosts-wildcard"], BROKEN)
    with_settings(project, "import django_heroku\ndjango_heroku.settings(locals())")
    (finding,) = findings(project, "allowed-hosts-wildcard")
    assert "hosts of the project's own pages" in finding["fix"]


def test_a_release_of_the_redis_layer_does_not_matter_without_a_layer(project):
    write(project, requirements_dot_txt="channels-redis==3.2.0\n")
    assert findings(project, "channels-redis-old") != []
    change(project, "config/settings.py", "CHANNEL_LAYERS", "OTHER_LAYERS")
    assert findings(project, "channels-redis-old") == []


def test_one_wrong_name_is_one_finding_with_all_its_places(project):
    late = "def {}():\n    from chat.consumers import ChatConsumers\n    return ChatConsumers\n"
    write(project, chat__more_dot_py=late.format("a") + late.format("b"))
    write(project, chat__other_dot_py=late.format("c"))
    (finding,) = findings(project, "name-misspelt")
    assert "(also in chat/more.py:5, chat/other.py:2)" in finding["message"]
    assert finding["fix"].count("+") == 4


PAGES = "gunicorn config.wsgi:application"


@pytest.mark.parametrize(("path", "count"), [("local", 0), ("site", 1)])
def test_hosts_of_settings_for_development_do_not_matter(tmp_path, path, count):
    project = make_project(tmp_path, RULES["allowed-hosts-wildcard"], BROKEN)
    settings = project / "config/settings.py"
    write(project, **{f"config__{path}_dot_py": settings.read_text()})
    settings.write_text(settings.read_text().replace('"*"', '"example.org"'))
    change(project, "manage.py", "config.settings", f"config.{path}")
    assert len(findings(project, "allowed-hosts-wildcard")) == count


def test_debug_is_no_matter_of_sockets_in_a_project_without_them(tmp_path):
    write(
        tmp_path,
        manage_dot_py='import os\nos.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"\n',
        config__settings_dot_py="DEBUG = True\n",
        config__wsgi_dot_py="from django.core.wsgi import get_wsgi_application\n"
        "application = get_wsgi_application()\n",
        Procfile=f"web: {PAGES}\n",
    )
    assert findings(tmp_path, "debug-in-deployment") == []


@pytest.mark.parametrize(("value", "count"), [("1", 0), ("True", 0), ("0", 1)])
def test_a_service_with_debug_in_its_environment_is_for_developers(project, value, count):
    with_settings(project, 'DEBUG = True\nALLOWED_HOSTS = ["a.org"]')
    command = "    command: daphne config.asgi:application\n"
    environment = f"    environment:\n      - DEBUG={value}\n"
    write(project, compose_dot_yml=COMPOSE + command + environment)
    assert len(findings(project, "debug-in-deployment")) == count


LOCK = '[[package]]\nname = "daphne"\nversion = "4.1.0"\n'


@pytest.mark.parametrize(("requirements", "count"), [("daphne>=4\n", 0), ("django\n", 1)])
def test_pip_does_not_read_a_lock_file(project, requirements, count):
    write(project, uv_dot_lock=LOCK, requirements_dot_txt=requirements)
    write(project, Procfile="web: daphne config.asgi:application\n")
    assert len(findings(project, "daphne-outdated")) == count


@pytest.mark.parametrize(
    ("hosts", "container", "count"),
    [
        ("ALLOWED_HOSTS = []", "", 0),
        ('ALLOWED_HOSTS = ["a.org"]', "", 1),
        ("ALLOWED_HOSTS = []", 'CMD ["./start.sh"]\n', 1),
    ],
)
def test_a_script_that_serves_its_own_computer_may_debug(project, hosts, container, count):
    with_settings(project, f"DEBUG = True\n{hosts}")
    write(project, start_dot_sh="daphne config.asgi:application\n")
    if container:
        write(project, Dockerfile=container)
    assert len(findings(project, "debug-in-deployment")) == count
