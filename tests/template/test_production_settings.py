"""The settings of a production: addresses in several forms, and the Content-Security-Policy."""

import json
import os
import re
import subprocess
import sys

import pytest
from support.renders import read_all

PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": "a-key-for-tests-only:" + "0123456789" * 4,
    "DATABASE_URL": "sqlite:///db.sqlite3",
    "CHANNEL_LAYER_URL": "memory://",
    "ALLOWED_HOSTS": "example.com",
    "CSRF_TRUSTED_ORIGINS": "https://example.com",
}
# The commands of a deployment, and their exit codes for wrong settings.
COMMANDS = {
    "check": (["manage.py", "check", "--deploy"], 1),
    "server": (["-c", "import config.asgi"], 1),
    "bootstrap": (["manage.py", "setup", "--production", "--", "admin"], 3),
}
PRINT_ADDRESSES = """
import json
from config import settings
print(json.dumps([settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS]))
"""


@pytest.fixture(scope="module")
def project(render_in_process):
    """The folder of a project with the default answers, with static files."""
    folder = render_in_process({})
    run_python(folder, "manage.py", "collectstatic", "--no-input").check_returncode()
    return folder


def run_python(folder, *arguments, **variables):
    """Run Python in a project with the settings of a production."""
    env = {"PATH": os.environ["PATH"], **PRODUCTION, **variables}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_addresses_in_other_forms_are_normalized(project):
    ended = run_python(
        project,
        *("-c", PRINT_ADDRESSES),
        ALLOWED_HOSTS="https://example.com:443, www.example.com",
        CSRF_TRUSTED_ORIGINS='["https://example.com/", "https://www.example.com:443"]',
    )
    assert json.loads(ended.stdout) == [
        ["example.com", "www.example.com"],
        ["https://example.com", "https://www.example.com"],
    ]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("ALLOWED_HOSTS", "*.example.com", "such as example.com or .example.com."),
        ("CSRF_TRUSTED_ORIGINS", "example.com", "such as https://example.com."),
    ],
)
def test_an_address_that_matches_nothing_is_refused_everywhere(project, command, name, value, form):
    arguments, exit_code = COMMANDS[command]
    ended = run_python(project, *arguments, **{name: value})
    assert ended.returncode == exit_code, ended.stderr
    last = ended.stderr.splitlines()[-1]
    assert f"{name} contains {value!r}" in last
    assert last.endswith(form)
    assert ("Traceback" in ended.stderr) is (command == "server")  # the server's own


def test_right_settings_pass_the_checks_of_a_deployment(project):
    ended = run_python(project, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert ended.returncode == 0, ended.stderr


def test_a_deployment_without_static_files_fails_the_checks(render_in_process):
    ended = run_python(render_in_process({}), "manage.py", "check", "--deploy")
    assert ended.returncode == 1
    assert "The static files are not collected" in ended.stderr
    assert "manage.py collectstatic --no-input" in ended.stderr


# The Content-Security-Policy

POLICY = """
import django
django.setup()
from django.test import Client
for path in ("/", "/accounts/login/", "/admin/login/", "/none/", "/static/accounts/icon.svg"):
    response = Client().get(path, headers={"host": "example.com"}, secure=True)
    print(response.headers["Content-Security-Policy"])
"""


def test_every_page_and_static_file_has_a_policy_without_inline_code(project):
    ended = run_python(project, "-c", POLICY, DJANGO_SETTINGS_MODULE="config.settings")
    policies = ended.stdout.splitlines()
    assert len(policies) == 5, ended.stderr
    assert len({*policies}) == 1
    directives = dict(each.split(" ", 1) for each in policies[0].split("; "))
    assert directives["default-src"] == directives["connect-src"] == "'self'"
    assert directives["object-src"] == directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in policies[0]


@pytest.mark.parametrize("django", ["5.2", "6.1"])
def test_the_policy_is_sent_by_the_middleware_of_the_django_release(render_in_process, django):
    folder = render_in_process({"django": django})
    text = (folder / "config" / "settings.py").read_text(encoding="utf-8")
    middleware = re.findall(r'"(.*)\.ContentSecurityPolicyMiddleware"', text)
    assert middleware == [
        "channels_realtime.http.csp" if django == "5.2" else "django.middleware.csp"
    ]


def test_no_page_has_an_inline_script_style_or_handler(project):
    pages = read_all(project, ".html")
    assert "chat/templates/chat/index.html" in pages
    for name, text in pages.items():
        if name.split("/")[0] not in ("staticfiles", "channels_realtime"):
            assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text), name
            assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", text)), name
    scripts = read_all(project, ".js")
    for name in (
        "chat/static/chat/page.js",
        "channels_realtime/static/channels_realtime/client.js",
    ):
        assert not re.search(r"innerHTML|setAttribute\(.style|\beval\(|Function\(", scripts[name])
