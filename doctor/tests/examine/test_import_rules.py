"""What the rules for imports and syntax report and ignore."""

import sys

import pytest
from support.changed_project import change, findings, write
from support.sample_projects import RULES, examine, make_project

from channels_doctor.examine.project import Project
from channels_doctor.examine.python.newer_syntax import newer_python_limits
from channels_doctor.examine.rules.syntax_error import unparsed_limits


@pytest.mark.parametrize(
    ("pin", "line", "severities"),
    [
        ("channels==4.3.2", "from channels.http import AsgiHandler", ["error"]),
        ("channels==3.0.5", "from channels.http import AsgiHandler", ["info"]),
        ("channels", "from channels.http import AsgiHandler", ["warning"]),
        (
            "channels==4.3.2",
            "try:\n    from channels.http import AsgiHandler\nexcept ImportError:\n    pass",
            [],
        ),
        ("channels==2.4.0", "from channels.routing import route", ["error"]),
        ("channels==4.3.2", "from channels.routing import get_default_application", []),
    ],
)
def test_old_names_are_reported_by_the_version_of_channels(project, pin, line, severities):
    write(project, requirements_dot_txt=pin + "\n", chat__old_dot_py=line + "\n")
    assert [each["severity"] for each in findings(project, "channels-leftovers")] == severities


def test_the_old_names_of_one_import_are_one_finding(project):
    old = "from channels.auth import channel_session_user, http_session_user\n"
    old += "from channels.routing import route, include\n"
    write(project, requirements_dot_txt="channels==4.3.2\n", chat__old_dot_py=old)
    (first,) = findings(project, "channels-leftovers")
    assert "no `channels.auth.channel_session_user` and no `channels.auth." in first["message"]
    assert first["message"].endswith(f"is also in chat/old.py:{first['line'] + 1}.")


def test_an_outdated_channels_is_reported_at_its_requirement(project):
    write(project, requirements_dot_txt="django\nchannels==3.0.5\n")
    assert [(each["path"], each["line"]) for each in findings(project, "channels-leftovers")] == [
        ("requirements.txt", 2)
    ]


@pytest.mark.parametrize(
    ("path", "text", "severities"),
    [
        ("chat/models.py", "x = = 1\n", ["error"]),
        ("chat/named.py", "x = = 1\n", ["error"]),
        ("chat/old_views.py", "x = = 1\n", []),
        ("chat/broken.py", "import {{ name }}\n", []),
        ("tests/broken.py", "x = = 1\n", []),
        ("tools/broken.py", "x = = 1\n", []),
    ],
)
def test_a_file_that_does_not_parse_is_an_error_where_it_is_imported(
    project, path, text, severities
):
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).write_text(text)
    write(project, chat__urls_dot_py="from .named import x\n")
    assert [each["severity"] for each in findings(project, "syntax-error")] == severities


@pytest.mark.parametrize(
    "path",
    [
        *("{{cookiecutter.slug}}/broken.py", "vendor/twisted-17.1.0/src/broken.py"),
        *("a-b/broken.py", "chat/bro-ken.py"),
        "chat/._views.py",  # in which macOS stores the attributes of views.py
    ],
)
def test_a_file_that_no_import_can_name_may_have_any_syntax(project, path):
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).write_text("x = = 1\n")
    assert findings(project, "syntax-error") == []


def test_a_file_for_a_newer_python_is_no_finding_but_a_limit(project):
    write(
        project,
        chat__broken_dot_py="x = = 1\n",
        pyproject_dot_toml='[project]\nrequires-python = ">=3.99"\n',
    )
    assert findings(project, "syntax-error") == []
    assert "--python FILE" in "".join(newer_python_limits(Project(str(project))))


@pytest.mark.parametrize(
    ("path", "is_limit"),
    [
        ("chat/labels.py", True),
        ("chat/tests.py", True),
        ("chat/consumers.py", False),  # an error
        ("chat/models.py", False),  # an error
        ("chat/fixtures/labels.py", False),
        ("chat/a-b.py", False),
        ("folder/labels.py", False),  # no package
    ],
)
def test_a_module_that_does_not_parse_and_that_nothing_imports_is_a_limit(project, path, is_limit):
    write(project, **{path.replace("/", "__").replace(".", "_dot_"): "x = = 1\n"})
    limit = f"Not parsed: {path}:1."
    assert unparsed_limits(Project(str(project))) == [limit] * is_limit
    assert not (is_limit and findings(project, "syntax-error"))


@pytest.mark.parametrize(("count", "is_found"), [(1, True), (2, False)])
def test_several_files_for_python_2_are_a_limit_of_a_project_for_channels_1(
    project, count, is_found
):
    for number in range(count):
        (project / f"chat/old_{number}.py").write_text("print 'x'\n")
    write(project, chat__routes_dot_py="from channels.routing import route\nfrom . import old_0\n")
    assert bool(findings(project, "syntax-error")) == is_found
    assert bool(findings(project, "channels-leftovers")) == is_found
    assert bool(newer_python_limits(Project(str(project)))) != is_found


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("RUN apt-get install python3.99-venv\n", False), ("RUN apt-get install python3\n", True)],
)
def test_an_image_that_installs_a_newer_python_needs_it(project, text, is_found):
    write(project, Dockerfile=text, chat__models_dot_py="type Text = = str\n")
    assert bool(findings(project, "syntax-error")) == is_found


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python parses the file")
def test_an_f_string_of_a_newer_python_is_no_error(project):
    write(project, chat__broken_dot_py="name = {'a': 1}\ntext = f'{name['a']}'\n")
    assert findings(project, "syntax-error") == []
    assert "--python FILE" in "".join(newer_python_limits(Project(str(project))))


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python parses the files")
@pytest.mark.parametrize(
    ("code", "image", "count"),
    [
        ("class Box[T]: pass", "", 0),
        ("def first[T](items): pass", "python", 0),
        ("type Text = str", "python", 0),
        ("class Box[T]: pass", "python:3.10", 1),
        ("type = = str", "python", 1),
    ],
)
def test_type_parameters_are_no_error_where_no_file_pins_a_python(project, code, image, count):
    write(project, Dockerfile=f"FROM {image}\n", chat__models_dot_py=f"{code}\n")
    assert len(findings(project, "syntax-error")) == count


@pytest.mark.parametrize(
    ("stage", "kind", "message", "rule"),
    [
        ("settings", "KeyError", "'SECRET_KEY'", "project-import"),
        ("setup", "ModuleNotFoundError", "No module named 'holidays'", "project-import"),
        ("application", "NameError", "name 'x' is not defined", "project-import"),
        ("application", "ImportError", "cannot import name 'x'", "asgi-application-import"),
        (
            "application",
            "ImproperlyConfigured",
            f"x: {RULES['include-in-router'].symptom}",
            "include-in-router",
        ),
        ("settings", "timeout", "It did not end.", "project-import"),
        ("manage", "no-django", "Django is not installed in x.", None),
    ],
)
def test_a_failure_is_reported_by_one_rule_at_its_innermost_line(
    project, stage, kind, message, rule
):
    frames = [
        {"path": "manage.py", "line": 1, "name": "<module>"},
        {"path": "chat/a.py", "line": 7, "name": "f"},
    ]
    facts = {"failure": {"stage": stage, "type": kind, "message": message, "frames": frames}}
    findings = examine(project, facts=facts)
    assert [(each["rule"], each["path"], each["line"]) for each in findings] == (
        [(rule, "chat/a.py", 7)] if rule else []
    )


def imported_with(project, kind, message):
    """Return the rules of errors after a failed import of the settings or the application."""
    failure = {"stage": "application", "type": kind, "message": message}
    found = examine(project, facts={"failure": failure})
    return {each["rule"] for each in found if each["severity"] == "error"}


def test_a_failure_that_another_rule_explains_is_one_finding(project):
    change(project, "config/routing.py", "as_asgi", "as_view")
    message = "type object 'ChatConsumer' has no attribute 'as_view'"
    assert imported_with(project, "AttributeError", message) == {"as-asgi-missing"}
    assert "project-import" in imported_with(project, "AttributeError", "no attribute 'x'")


def test_a_value_that_django_refuses_is_one_finding(project):
    message = "The ALLOWED_HOSTS setting must be a list or a tuple."
    assert "project-import" in imported_with(project, "ImproperlyConfigured", message)
    settings = project / "config/settings.py"
    settings.write_text(f'{settings.read_text()}\nALLOWED_HOSTS = "example.com"\n')
    assert imported_with(project, "ImproperlyConfigured", message) == {"allowed-hosts"}


def test_a_merge_conflict_is_one_finding(project):
    message = "invalid decimal literal (models.py, line 5)"
    assert "project-import" in imported_with(project, "SyntaxError", message)
    conflict = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> 1a2b\n"
    write(project, chat__models_dot_py=conflict)
    assert imported_with(project, "SyntaxError", message) == {"merge-conflict"}


@pytest.mark.parametrize(
    ("path", "text", "is_found"),
    [
        ("Procfile", "web: uvicorn {name}.config.asgi:application\n", False),
        ("Procfile", "release: python -m {name}.manage migrate\n", False),
        ("Procfile", "web: uvicorn config.asgi:application\n", True),
        ("deploy/web.env", "DJANGO_SETTINGS_MODULE={name}.config.settings\n", False),
        ("../Dockerfile", "ENV PYTHONPATH=/srv\n", False),
        ("../deploy/web.service", "[Service]\nEnvironment=PYTHONPATH=/srv\n", False),
        ("../web.env", "PYTHONPATH=/srv\n", False),
        ("Dockerfile", "ENV PYTHONPATH=/srv\n", True),
    ],
)
def test_a_project_that_its_deployment_imports_from_above_has_no_failure(
    tmp_path, path, text, is_found
):
    (tmp_path / ".git").mkdir()
    inner = make_project(tmp_path / "backend")
    file = inner / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(text.format(name="backend"))
    rules = imported_with(inner, "ModuleNotFoundError", "No module named 'backend'")
    assert bool(rules & {"project-import", "asgi-application-import"}) == is_found


@pytest.mark.parametrize(
    ("kind", "message", "seen"),
    [
        ("KeyError", "'SECRET_KEY'", "KeyError: 'SECRET_KEY'"),
        (
            "exit",
            "The project's code called sys.exit(4).",
            "The project's code called sys.exit(4).",
        ),
    ],
)
def test_a_failed_import_has_the_error_text_as_its_symptom(project, kind, message, seen):
    (finding,) = examine(
        project, facts={"failure": {"stage": "settings", "type": kind, "message": message}}
    )
    assert finding["message"] == "The settings cannot be imported, so no server starts."
    assert finding["symptom"] == seen


ENTRY = "import os\n{}\nfrom django.core.asgi import get_asgi_application\n{}\n{}\n"
SET = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")'
MODELS = "from django.db import models\nclass Room(models.Model):\n    pass\n"


DAPHNE = "daphne config.asgi:application"


def write_entry(project, first, command=DAPHNE):
    application = "application = get_asgi_application()"
    write(
        project,
        chat__models_dot_py=MODELS,
        chat__other_dot_py="import chat.models\n",
        config__start_dot_py="import django\ndjango.setup()\n",
        config__more_dot_py="import config.start\n",
        config__asgi_dot_py=ENTRY.format(SET, first, application),
        Procfile=f"web: {command}\n",
    )
    return findings(project, "models-before-django")


@pytest.mark.parametrize(("command", "count"), [("config.asgi", 0), ("config.start", 1)])
def test_an_entry_point_that_sets_django_up_may_load_the_application(project, command, count):
    first = "import os\nimport django\nfrom channels.routing import get_default_application\n"
    change(project, "config/settings.py", "config.asgi.application", "config.start.application")
    write(
        project,
        chat__models_dot_py=MODELS,
        config__asgi_dot_py=f"{first}{SET}\ndjango.setup()\nget_default_application()\n",
        config__start_dot_py=ENTRY.format(SET, "import chat.models", "get_asgi_application()"),
        Procfile=f"web: daphne {command}:application\n",
    )
    assert len(findings(project, "models-before-django")) == count


@pytest.mark.parametrize(
    ("command", "severities"),
    [("", []), (DAPHNE, ["error"]), ("python manage.py runserver 0.0.0.0:8000", [])],
)
def test_runserver_sets_django_up_before_the_imports(project, command, severities):
    found = write_entry(project, "from chat.models import Room", command)
    assert [each["severity"] for each in found] == severities


def test_all_imports_above_the_set_up_are_one_finding(project):
    (finding,) = write_entry(project, "from chat.models import Room\nimport chat.other")
    assert finding["line"] == 4
    assert "one of 2 imports" in finding["message"]
    assert finding["fix"].splitlines()[:2] == [
        "-from chat.models import Room",
        "-import chat.other",
    ]


@pytest.mark.parametrize(("app", "count"), [("django_otp", 1), ("other", 0)])
def test_the_models_of_an_installed_package_need_the_set_up(project, app, count):
    change(project, "config/settings.py", "INSTALLED_APPS = [", f'INSTALLED_APPS = ["{app}", ')
    assert len(write_entry(project, "from django_otp.models import Device")) == count


@pytest.mark.parametrize("module", ["config.start", "config.more"])
def test_an_imported_module_may_set_django_up(project, module):
    assert write_entry(project, f"import {module}\nfrom chat.models import Room") == []


def test_the_import_of_configurations_asgi_sets_django_up(project):
    first = "from configurations.asgi import get_asgi_application\nimport chat.models"
    assert write_entry(project, first) == []


IN_ROUTER = """\
import os
from chat.models import Room
{first}
{second}
application = ProtocolTypeRouter({{
    "http": get_asgi_application(),
}})
"""
IMPORT = "from django.core.asgi import get_asgi_application"


UPDATE = 'os.environ.update(DJANGO_SETTINGS_MODULE="config.settings")'


@pytest.mark.parametrize(
    ("first", "second"), [(IMPORT, SET), (SET, IMPORT), (IMPORT, UPDATE), (UPDATE, IMPORT)]
)
def test_a_call_in_the_router_moves_no_higher_than_what_it_needs(project, first, second):
    write(project, chat__models_dot_py=MODELS, Procfile=f"web: {DAPHNE}\n")
    write(project, config__asgi_dot_py=IN_ROUTER.format(first=first, second=second))
    (finding,) = findings(project, "models-before-django")
    assert finding["fix"].splitlines() == [
        "-from chat.models import Room",
        " …",
        f" {second}",
        "+django_asgi_app = get_asgi_application()",
        "+from chat.models import Room  # noqa: E402",
        " …",
        '-"http": get_asgi_application(),',
        '+"http": django_asgi_app,',
    ]


@pytest.mark.parametrize(
    ("first", "second", "symptom"),
    [
        (SET, "from chat.models import Room", "AppRegistryNotReady"),
        ("from chat.models import Room", SET, "settings are not configured"),
    ],
)
def test_the_symptom_depends_on_the_place_of_the_settings(project, first, second, symptom):
    write(project, chat__models_dot_py=MODELS)
    lines = ["import os", first, second, IMPORT, "application = get_asgi_application()", ""]
    write(project, Procfile="web: daphne config.asgi:application\n")
    write(project, config__asgi_dot_py="\n".join(lines))
    (finding,) = findings(project, "models-before-django")
    assert symptom in finding["symptom"]


def test_a_module_that_sets_django_up_later_does_not_help(project):
    assert len(write_entry(project, "from chat.models import Room\nimport config.start")) == 1


def test_a_misspelt_application_is_reported_at_its_line(project):
    settings = project / "config" / "settings.py"
    settings.write_text(settings.read_text().replace("ASGI_APPLICATION", "ASGI_APPLICATIONS"))
    (finding,) = findings(project, "asgi-application-missing")
    lines = settings.read_text().splitlines()
    assert lines[finding["line"] - 1].startswith("ASGI_APPLICATIONS")
