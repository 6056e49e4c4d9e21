"""What the rule for persistent database connections reports and ignores."""

import pytest
from support.changed_files import POSTGRES, report, settings, write
from support.sample_projects import examine


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ([f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 60}}}}'], 1),
        ([f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": None}}}}'], 1),
        (
            [
                "import dj_database_url",
                'DATABASES = {"default": dj_database_url.config(conn_max_age=600)}',
            ],
            1,
        ),
        (
            [
                "import env",
                'DATABASES = {"default": env.db()}',
                'DATABASES["default"]["CONN_MAX_AGE"] = 60',
            ],
            1,
        ),
        (
            [
                "import env",
                'DATABASES = {"default": env.db()}',
                'DATABASES["default"]["CONN_MAX_AGE"] = env.int("A")',
            ],
            0,
        ),
        (
            [
                "import env",
                'DATABASES = {"default": env.db()}',
                'DATABASES["default"]["CONN_MAX_AGE"] = env.int("A", default=60)',
            ],
            1,
        ),
        (
            [
                "import env",
                'DATABASES = {"default": env.db()}',
                'DATABASES["default"]["CONN_MAX_AGE"] = 60 * 10',
            ],
            1,
        ),
        ([f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 60 * 0}}}}'], 0),
        ([f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 60 * X}}}}'], 0),
        (["AGE = 600", f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": AGE}}}}'], 1),
        (
            [
                f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 60}}}}',
                'DATABASES["default"]["CONN_MAX_AGE"] = 0',
            ],
            0,
        ),
        (
            [
                "import env",
                'DATABASES = {"default": env.db()}',
                'if X:\n    DATABASES["default"]["CONN_MAX_AGE"] = 60',
            ],
            0,
        ),
        (['DATABASES["default"]["CONN_MAX_AGE"] = 60'], 0),  # SQLite
        ([f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 0}}}}'], 0),
    ],
)
def test_persistent_connections_are_reported(tmp_path, lines, number):
    assert len(report(tmp_path, settings(*lines), "conn-max-age")) == number


def test_an_age_that_only_django_knows_is_reported_where_it_may_be_set(tmp_path):
    write(
        tmp_path,
        {"config/late.py": 'def load(env):\n    return {"CONN_MAX_AGE": env("AGE", 600)}\n'},
    )
    database = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600}
    findings = examine(tmp_path, facts={"settings": {"DATABASES": {"default": database}}})
    places = [(each["path"], each["line"]) for each in findings if each["rule"] == "conn-max-age"]
    assert places == [("config/late.py", 2)]


@pytest.mark.parametrize(
    ("path", "text", "severities"),
    [
        ("Procfile", "web: gunicorn config.wsgi\nws: daphne config.asgi:application\n", []),
        ("Procfile", "web: gunicorn config.wsgi\n", []),
        ("requirements.txt", "Django==5.2\n", []),
        ("Procfile", "web: daphne config.asgi:application\n", ["warning"]),
        ("Procfile", "web: gunicorn config.asgi -k uvicorn_worker.UvicornWorker\n", ["warning"]),
        ("ml/Dockerfile", "CMD gunicorn ml.wsgi:application\n", ["warning"]),
        ("Procfile", "web: gunicorn config.asgi -c gunicorn.conf.py\n", ["warning"]),
        ("compose.dev.yaml", "services:\n  w:\n    command: gunicorn config.wsgi\n", ["warning"]),
    ],
)
def test_persistent_connections_matter_where_an_asgi_server_answers_http(
    tmp_path, path, text, severities
):
    files = settings(f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 60}}}}')
    wsgi = {"config/wsgi.py": "application = None\n"}
    assert report(tmp_path, {**files, **wsgi, path: text}, "conn-max-age") == severities


@pytest.mark.parametrize(
    ("path", "text", "severities"),
    [
        ("requirements.txt", "Django==3.2.25\nchannels==3.0.5\n", []),  # it reuses one thread
        ("requirements.txt", "Django==4.0\nchannels==3.0.5\n", ["warning"]),
        ("chat/lock.py", 'def wait(db):\n    return db["CONN_MAX_AGE"]\n', []),
    ],
)
def test_an_age_that_does_no_harm_or_that_the_code_reads_stays(tmp_path, path, text, severities):
    files = settings(f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 60}}}}')
    assert report(tmp_path, {**files, path: text}, "conn-max-age") == severities


def test_the_settings_of_the_deployment_count_and_not_those_of_development(tmp_path):
    files = {
        "config/prod.py": (
            "from config.settings import *\nDEBUG = False\n"
            f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 60}}}}\n'
        ),
        "Procfile": "web: DJANGO_SETTINGS_MODULE=config.prod daphne config.asgi:application\n",
    }
    assert report(tmp_path, files, "conn-max-age") == ["warning"]


def test_the_fix_disables_persistent_connections_in_place(tmp_path):
    line = 'DATABASES = {"default": dj_database_url.config(conn_max_age=600)}'
    write(tmp_path, settings("import dj_database_url", line))
    fixes = [each["fix"] for each in examine(tmp_path) if each["rule"] == "conn-max-age"]
    assert fixes == [f"-{line}\n+{line.replace('600', '0')}"]


def test_the_ages_of_all_databases_are_one_finding_whose_fix_changes_each(tmp_path):
    lines = [
        f'DATABASES = {{"default": {POSTGRES}, "CONN_MAX_AGE": 180}},',
        f'             "stations": {POSTGRES}, "CONN_MAX_AGE": 30}}}}',
    ]
    write(tmp_path, settings(*lines))
    (found,) = [each for each in examine(tmp_path) if each["rule"] == "conn-max-age"]
    assert "is 180. Under" in found["message"]
    assert f"So in line {found['line'] + 1}." in found["message"]
    changed = [each.strip().replace("180", "0").replace("30", "0") for each in lines]
    assert found["fix"].splitlines()[1::2] == [f"+{each}" for each in changed]
