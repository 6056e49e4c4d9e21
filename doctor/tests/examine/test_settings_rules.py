"""What the rules for INSTALLED_APPS and CHANNEL_LAYERS report and ignore."""

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import RULES, make_project

from channels_doctor.examine.main import find_reached_faults
from channels_doctor.examine.project import Project

UVICORN = {"README_dot_md": "Run `uvicorn config.asgi:application --reload`.\n"}
PYPROJECT = '{} = [\n    "daphne>=4.1,<5.0",\n]\n'


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({}, "warning"),
        ({"requirements_dot_txt": "channels==4.3.2\n"}, "error"),
        ({"Procfile": "web: daphne config.asgi:application\n"}, "warning"),
        ({"requirements_dot_txt": "channels==4.3.2\nuvicorn==0.54.0\n"}, None),
        (
            {
                "requirements_dot_txt": "channels==4.3.2\nuvicorn==0.54.0\n",
                "README_dot_md": "python manage.py runserver",
            },
            "warning",
        ),
        (UVICORN, None),
        ({**UVICORN, "requirements_dot_txt": "channels==4.3.2\ndaphne==4.2.3\n"}, "info"),
        ({"requirements__dev_dot_txt": "channels==4.3.2\ndaphne==4.2.3\n"}, None),
        ({"pyproject_dot_toml": PYPROJECT.format("[project.optional-dependencies]\ndev")}, None),
        ({"pyproject_dot_toml": PYPROJECT.format("[dependency-groups]\nlocal")}, None),
        ({"pyproject_dot_toml": PYPROJECT.format("[project]\ndependencies")}, "warning"),
        (
            {
                "config__local_dot_py": (
                    'from .settings import *\nINSTALLED_APPS = ["daphne", *INSTALLED_APPS]\n'
                )
            },
            None,
        ),
        ({"requirements_dot_txt": "channels>=3,<4\n"}, None),
    ],
)
def test_the_severity_without_daphne_depends_on_the_development_server(project, files, severity):
    change(project, "config/settings.py", '    "daphne",\n', "")
    write(project, **files)
    assert [each["severity"] for each in findings(project, "daphne-missing")] == [severity] * bool(
        severity
    )


@pytest.mark.parametrize(
    ("requirements", "count"),
    [
        ("Django==5.2\ndaphne==4.2.3\n", 0),
        ("Django==5.2\nchannels==4.3.2\n", 1),
        ("Django==5.2\ndjango-channels-extras\n", 1),
        ("requests==2.32\n", 1),
    ],
)
def test_daphne_is_not_missing_where_channels_is_not_installed(project, requirements, count):
    change(project, "config/settings.py", '    "daphne",\n', "")
    write(project, requirements_dot_txt=requirements)
    assert len(findings(project, "daphne-missing")) == count


@pytest.mark.parametrize(
    ("debug", "readme", "count"),
    [
        ("False", "Run docker compose up.", 0),
        ("False", "Run manage.py runserver.", 1),
        ("True", "Run docker compose up.", 1),
    ],
)
def test_daphne_is_not_missing_where_nobody_uses_runserver(project, debug, readme, count):
    change(project, "config/settings.py", '    "daphne",\n', "")
    change(project, "config/settings.py", "DEBUG = True", f"DEBUG = {debug}")
    write(project, README_dot_md=readme, Procfile="web: daphne config.asgi:application\n")
    assert len(findings(project, "daphne-missing")) == count


@pytest.mark.parametrize(
    ("requirements", "how"),
    [
        ("channels==4.3.2\n", "Install Daphne and add it first."),
        ("channels[daphne]==4.3.2\n", "404. Add it first."),
        ("channels==4.3.2\ndaphne==4.2.3\n", "404. Add it first."),
    ],
)
def test_daphne_is_installed_where_the_requirements_lack_it(project, requirements, how):
    change(project, "config/settings.py", '    "daphne",\n', "")
    write(project, requirements_dot_txt=requirements)
    (finding,) = findings(project, "daphne-missing")
    assert finding["message"].endswith(how)


def test_the_setting_that_daphne_reads_is_part_of_its_fix(project):
    change(project, "config/settings.py", '    "daphne",\n', "")
    change(project, "config/settings.py", "ASGI_APPLICATION", "OTHER")
    assert findings(project, "asgi-application-missing") == []
    (finding,) = findings(project, "daphne-missing")
    assert finding["fix"].endswith('+ASGI_APPLICATION = "config.asgi.application"')


def test_settings_that_are_not_there_may_have_daphne(project):
    change(project, "config/settings.py", '    "daphne",\n', "")
    change(project, "config/settings.py", "ASGI_APPLICATION", "from .private import *  #")
    assert findings(project, "daphne-missing") == []


def test_sockets_that_neither_requirements_nor_apps_have_are_not_examined(project):
    for app in ("daphne", "channels"):
        change(project, "config/settings.py", f'    "{app}",\n', "")
    change(project, "config/settings.py", "CHANNEL_LAYERS", "LAYERS")
    rules = list(RULES.values())
    assert list(find_reached_faults(Project(str(project)), rules))
    write(project, requirements_dot_txt="Django==5.2\n")
    assert list(find_reached_faults(Project(str(project)), rules)) == []


WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"


@pytest.mark.parametrize(
    ("command", "script", "count"),
    [
        ("gunicorn config.wsgi:application", "document.title = 'Home'", 0),
        ("gunicorn config.wsgi:application", "new WebSocket('/ws/chat/')", 1),
        ("python manage.py runserver", "document.title = 'Home'", 1),
    ],
)
def test_sockets_that_nothing_serves_and_no_page_opens_are_not_in_use(
    project, command, script, count
):
    change(project, "config/settings.py", '    "daphne",\n', "")
    write(project, config__wsgi_dot_py=WSGI, Procfile=f"web: {command}\n")
    write(project, chat__static__chat_dot_js=script)
    assert len(findings(project, "daphne-missing")) == count
    assert len(findings(project, "server-wsgi")) == ("gunicorn" in command) * count


@pytest.mark.parametrize(
    ("target", "command", "count"),
    [
        ("config.other.application", "python manage.py runserver", 0),
        ("config.other.application", "daphne config.asgi:application", 1),
        ("config.asgi.application", "python manage.py runserver", 1),
    ],
)
def test_the_settings_of_an_entry_point_count_where_something_starts_it(
    project, target, command, count
):
    (project / "config/other.py").write_text((project / "config/asgi.py").read_text())
    change(project, "config/settings.py", "config.asgi.application", target)
    change(project, "config/asgi.py", '"config.settings"', '"old.settings"')
    write(project, Procfile=f"web: {command}\n")
    assert len(findings(project, "settings-missing")) == count


@pytest.mark.parametrize(
    ("requirements", "count"), [("Django==5.2\n", 0), ("Django==5.2\nchannels==4.3.2\n", 1)]
)
def test_the_layers_of_a_project_without_channels_are_no_faults(project, requirements, count):
    settings = project / "config/settings.py"
    layer = '{"default": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": "config.routes"}}'
    settings.write_text(f"{settings.read_text()}CHANNEL_LAYERS = {layer}\n")
    write(project, requirements_dot_txt=requirements)
    assert len(findings(project, "layer-backend")) == count
    assert len(findings(project, "layer-keys")) == count


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_requirements_with_a_byte_order_mark_above_the_project_are_read(tmp_path, encoding):
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text("channels==3.0.5\nDjango==4.2\n", encoding)
    folder = make_project(tmp_path / "server/site")
    change(folder, "config/settings.py", '    "daphne",\n', '    "channels",\n')
    assert findings(folder, "daphne-missing") == []


def test_a_missing_app_is_reported_where_the_list_starts(project):
    change(project, "config/settings.py", '    "daphne",\n', "")
    with (project / "config/settings.py").open("a") as file:
        file.write('INSTALLED_APPS.append("extra")\nINSTALLED_APPS += ["more"]\n')
    line = (project / "config/settings.py").read_text().splitlines().index("INSTALLED_APPS = [") + 1
    assert [each["line"] for each in findings(project, "daphne-missing")] == [line]


@pytest.mark.parametrize("order", [["commons", "apps"], ["apps", "commons"]])
def test_settings_that_other_settings_import_are_read_completely(project, order):
    (project / "config/settings.py").rename(project / "config/commons.py")
    change(project, "config/commons.py", '    "daphne",\n', "")
    write(project, config__apps_dot_py="from .commons import DEBUG\nTEST = DEBUG\n")
    write(project, config__settings_dot_py="".join(f"from .{name} import *\n" for name in order))
    assert [each["path"] for each in findings(project, "daphne-missing")] == ["config/commons.py"]


@pytest.mark.parametrize(
    ("consumer", "files", "severity"),
    [
        (None, {}, "error"),
        (None, {"config__live_dot_py": "CHANNEL_LAYERS = {}\n"}, "info"),
        ("layer = get()\nif layer is not None:\n    layer.group_send()\n", {}, None),
        ("print(1)\n", {}, None),
    ],
)
def test_a_missing_layer_is_reported_where_code_uses_it(project, consumer, files, severity):
    change(project, "config/settings.py", "CHANNEL_LAYERS", "OTHER")
    write(project, **files, **({"chat__consumers_dot_py": consumer} if consumer else {}))
    assert [each["severity"] for each in findings(project, "layer-setting-missing")] == [
        severity
    ] * bool(severity)


@pytest.mark.parametrize("nothing", ["", '"""The settings of the site."""\n'])
def test_settings_that_set_nothing_decide_nothing(nothing, project):
    settings = (project / "config/settings.py").read_text()
    (project / "config/settings.py").unlink()
    without = settings.replace("CHANNEL_LAYERS", "OTHER")
    write(project, config__settings__live_dot_py=settings)
    package = project / "config/settings/__init__.py"
    package.write_text(nothing)
    assert findings(project, "layer-setting-missing") == []
    package.write_text(without)
    assert len(findings(project, "layer-setting-missing")) == 1


def test_a_conditional_layer_is_missing_where_the_condition_does_not_hold(project):
    change(project, "config/settings.py", "CHANNEL_LAYERS = {", "if REDIS:\n  CHANNEL_LAYERS = {")
    reported = findings(project, "layer-setting-missing", facts={"settings": {"DEBUG": True}})
    assert ["that does not hold here" in each["message"] for each in reported] == [True]


@pytest.mark.parametrize("head", ["class Live(Configuration):", "class Live(base.Configuration):"])
def test_the_settings_of_a_class_are_not_in_the_module(project, head):
    settings = (project / "config/settings.py").read_text()
    before, layers = settings.split("CHANNEL_LAYERS")
    inside = f"CHANNEL_LAYERS{layers}".replace("\n", "\n    ")
    (project / "config/settings.py").write_text(f"{before}\n{head}\n    {inside}\n")
    assert findings(project, "layer-setting-missing") == []


@pytest.mark.parametrize(("urls", "count"), [("upload.urls", 0), ("config.urls", 1)])
def test_the_settings_of_another_site_need_no_layer(project, urls, count):
    write(
        project,
        upload__settings_dot_py=f'DEBUG = False\nROOT_URLCONF = "{urls}"\n',
        upload__asgi_dot_py="import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'upload.settings'\n",
    )
    assert len(findings(project, "layer-setting-missing")) == count


MEMORY = '"BACKEND": "channels.layers.InMemoryChannelLayer"'
CORE = '"BACKEND": "channels_redis.core.RedisChannelLayer"'
PUBSUB = '"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"'


def with_layers(project, layers):
    """Write settings with these CHANNEL_LAYERS."""
    (project / "config" / "settings.py").write_text(
        f'INSTALLED_APPS = ["daphne"]\nCHANNEL_LAYERS = {layers}\n'
    )


@pytest.mark.parametrize(
    ("layers", "right"),
    [
        (f'{{"defualt": {{{MEMORY}}}}}', '"default"'),
        (f'{{"Default": {{{MEMORY}}}}}', '"default"'),
        (f'{{"default ": {{{MEMORY}}}}}', '"default"'),
        (f'{{"main": {{{MEMORY}}}}}', '"default"'),
        (f"{{{MEMORY}}}", '{"default": {"BACKEND": …}}'),
        ('{"default": "channels.layers.InMemoryChannelLayer"}', '{"BACKEND": …}'),
        ('{"default": {}}', "the class"),
        ('{"default": {"backend": BACKEND}}', '"BACKEND"'),
        ('{"default": {"ENGINE": "channels.layers.InMemoryChannelLayer"}}', '"BACKEND"'),
        ('{"default": {"BACKEND": BACKEND, "CONFG": {}}}', '"CONFIG"'),
        ('{"default": {"BACKEND": BACKEND, "config": {}}}', '"CONFIG"'),
        ('{"default": {"BACKEND": BACKEND, "OPTIONS": {}}}', '"CONFIG"'),
        ('{"default": {"BACKEND": BACKEND, "CONFIG": {}, "OPTIONS": {}}}', '"CONFIG"'),
        ('{"default": {"BACKEND": BACKEND, "hosts": []}}', '"hosts"'),
        ('{"default": {"BACKEND": BACKEND, "LOCATION": "redis://h"}}', '"hosts"'),
        ('{"default": {"BACKEND": BACKEND, "CONFIG": {}, "capacity": 5}}', '"CONFIG"'),
        ('{"default": {"BACKEND": BACKEND, "ROUTING": "a.b"}}', "Remove it"),
        (f'{{"default": {{{CORE}, "CONFIG": ["redis://h"]}}}}', "{…}"),
        (f'{{"default": {{{CORE}, "CONFIG": {{"host": []}}}}}}', '"hosts"'),
        (f'{{"default": {{{PUBSUB}, "CONFIG": {{"HOSTS": []}}}}}}', '"hosts"'),
        (f'{{"default": {{{CORE}, "CONFIG": {{"group_expire": 5}}}}}}', '"group_expiry"'),
        (f'{{"default": {{{CORE}, "CONFIG": {{"hosts": [], "password": "x"}}}}}}', "into a host"),
    ],
)
def test_a_wrong_key_of_a_layer_is_reported_with_the_right_one(project, layers, right):
    with_layers(project, layers)
    messages = [each["message"] for each in findings(project, "layer-keys")]
    assert [right in each for each in messages] == [True]


@pytest.mark.parametrize(
    "layers",
    [
        '{"default": {"BACKEND": BACKEND, **more}}',
        '{name: {"CONFIG": {}}}',
        '{"default": make()}',
        f'{{"default": {{{CORE}, "CONFIG": {{**more, "host": []}}}}}}',
        f'{{"default": {{{PUBSUB}, "CONFIG": {{"hosts": [], "capacity": 9, "expiry": 5}}}}}}',
        f'{{"default": {{{CORE}, "CONFIG": {{"hosts": [], "serializer_format": "json"}}}}}}',
        '{"default": {"BACKEND": "desk.layers.Layer", "CONFIG": {"host": "x"}}}',
        f'{{"default": {{{MEMORY}, "NOTE": "for tests"}}}}',
        "{}",
    ],
)
def test_layers_that_channels_accepts_or_that_are_unknown_are_ignored(project, layers):
    with_layers(project, layers)
    assert not findings(project, "layer-keys")


def test_another_alias_is_right_where_the_code_names_it(project):
    with_layers(project, f'{{"main": {{{MEMORY}}}}}')
    write(
        project,
        chat__tasks_dot_py=(
            "from channels.layers import get_channel_layer\nlayer = get_channel_layer('main')\n"
        ),
    )
    assert not findings(project, "layer-keys")


def test_a_wrong_key_has_its_own_line_and_symptom(project):
    with_layers(
        project,
        f'{{\n    "default": {{\n        {CORE},\n        "CONFIG": {{"host": []}},\n    }}\n}}',
    )
    (finding,) = findings(project, "layer-keys")
    assert finding["line"] == 5
    assert "unexpected keyword argument 'host'" in finding["symptom"]


def test_hosts_that_the_layer_does_not_get_are_not_a_missing_timeout(project):
    with_layers(project, f'{{"default": {{{CORE}, "hosts": ["redis://h"]}}}}')
    facts = {"versions": {"redis": "8.1.0", "channels-redis": "4.3.0"}}
    assert not findings(project, "redis-socket-timeout", facts=facts)
    assert findings(project, "layer-keys", facts=facts)
