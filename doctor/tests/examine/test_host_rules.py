"""What the rules for ALLOWED_HOSTS and CSRF_TRUSTED_ORIGINS report and ignore."""

import pytest
from django.http.request import validate_host
from support.changed_project import change, findings, write

from channels_doctor.examine.settings.host_entries import right_hosts
from channels_doctor.examine.settings.origins import right_origin


def with_setting(project, name, value, debug="False"):
    """Set DEBUG and one more setting in the sample project."""
    settings = project / "config/settings.py"
    lines = settings.read_text().splitlines()
    kept = [each for each in lines if not each.startswith(("DEBUG", name))]
    text = "\n".join(kept)
    settings.write_text(f"{text}\nimport os\nDEBUG = {debug}\n{name} = {value}\n")


@pytest.mark.parametrize(
    ("value", "debug", "severity"),
    [
        ("[]", "False", "error"),
        ("()", "False", "error"),
        ("[]", 'os.environ.get("DEBUG") == "1"', None),
        ("[]", "True", None),
        (
            "[]\ntry:\n    from local_settings import *\nexcept ImportError:\n    pass",
            "False",
            None,
        ),
        ('"example.com"', "True", "error"),
        ('["https://example.com"]', "True", "error"),
        ('["example.com:8000"]', "False", "error"),
        ('["example.com/"]', "False", "error"),
        ('["*.example.com"]', "False", "error"),
        ('["a.com, b.com"]', "False", "error"),
        ('[" example.com"]', "False", "error"),
        ('["example.com", "other.com:8000"]', "False", "warning"),
        ('["example.com", "example.com:8000"]', "False", None),
        ('["example.com", ".example.org", "10.0.0.5", "[::1]", "localhost"]', "False", None),
        ('["EXAMPLE.com", "*"]', "False", None),
        ('["*.example.com", "*"]', "False", None),
        ('os.environ["HOSTS"].split(",")', "False", None),
        ('os.environ["HOSTS"]', "False", "error"),
        ('os.environ.get("HOSTS", "example.com")', "True", "error"),
        ('os.getenv("HOSTS")', "False", "error"),
        ('os.environ.get("HOSTS", ["example.com"])', "False", None),
        ('env("HOSTS")', "False", None),
        ('["example.com", os.environ["HOST"]]', "False", None),
        ('[os.environ.get("HOST", "https://x")]', "False", None),
        ('["https://x"] if DEBUG else ["x.com"]', "False", None),
        ('["x.com"] if not DEBUG else ["https://x"]', "False", None),
        ('["https://x"] if not DEBUG else ["x.com"]', "False", "error"),
        ('["https://x"] if DEBUG else ["x.com"]', "True", None),
    ],
)
def test_hosts_are_judged_as_django_compares_them(project, value, debug, severity):
    with_setting(project, "ALLOWED_HOSTS", value, debug)
    reported = [each["severity"] for each in findings(project, "allowed-hosts")]
    assert reported == [severity] * bool(severity)


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        ("https://example.com", "example.com"),
        ("example.com:8000", "example.com"),
        ("example.com/", "example.com"),
        ("*.example.com", "www.example.com"),
        ("a.com,example.com", "example.com"),
        ("https://a.com:8000https://example.com", "example.com"),
        ("https://a.com/https://example.com", "a.com"),
    ],
)
def test_django_accepts_what_the_rule_writes_and_refuses_what_it_reports(entry, host):
    assert not validate_host(host, [entry])
    assert validate_host(host, right_hosts(entry))


@pytest.mark.parametrize(
    ("other", "count"), [("www.example.com", 0), ("example.com", 0), ("backend", 1)]
)
def test_a_wrong_entry_beside_the_same_site_is_ignored(project, other, count):
    change(project, "config/asgi.py", "AllowedHostsOriginValidator", "OtherWrapper")
    with_setting(project, "ALLOWED_HOSTS", f'["https://example.com", "{other}"]')
    assert len(findings(project, "allowed-hosts")) == count


def test_two_strings_without_a_comma_are_two_hosts(project):
    value = '["http://a.example.com"\n    "http://b.example.com"]'
    with_setting(project, "ALLOWED_HOSTS", value)
    (finding,) = findings(project, "allowed-hosts")
    assert finding["fix"] == '"a.example.com", "b.example.com"  # with a comma between them'


def test_an_origin_beside_hosts_serves_the_validator_of_channels(project):
    value = '["example.com", "http://localhost:3000"]'
    with_setting(project, "ALLOWED_HOSTS", value)
    assert not findings(project, "allowed-hosts")
    change(project, "config/asgi.py", "AllowedHostsOriginValidator", "OtherWrapper")
    assert findings(project, "allowed-hosts")


def test_settings_that_asgi_py_names_are_read(project):
    change(project, "config/asgi.py", '"config.settings"', '"config.prod"')
    write(
        project,
        config__prod_dot_py='from .settings import *\nDEBUG = False\nALLOWED_HOSTS = ["a.com/"]\n',
    )
    (finding,) = findings(project, "allowed-hosts")
    assert (finding["path"], finding["line"]) == ("config/prod.py", 3)


@pytest.mark.parametrize(("name", "count"), [("prod", 1), ("local", 0), ("docker_local", 0)])
def test_origins_in_settings_for_development_are_ignored(project, name, count):
    setting = 'CSRF_TRUSTED_ORIGINS = ["https://example.com:443"]'
    change(project, "config/asgi.py", '"config.settings"', f'"config.{name}"')
    (project / f"config/{name}.py").write_text(f"from .settings import *\n{setting}\n")
    assert len(findings(project, "csrf-trusted-origins")) == count


@pytest.mark.parametrize(
    ("entry", "right", "severity"),
    [
        ("example.com", "https://example.com", "error"),
        ("*", "https://*.example.com", "error"),
        ("https://example.com/", "https://example.com", "warning"),
        ("https://example.com/app", "https://example.com", "warning"),
        ("wss://example.com", "https://example.com", "warning"),
        ("ws://example.com:8000", "http://example.com:8000", "warning"),
        ("https://example.com:443", "https://example.com", "warning"),
        ("https://*", "https://*.example.com", "warning"),
        ("https://example.com", None, None),
        ("http://localhost:8000", None, None),
        ("https://*.example.com", None, None),
        ("https://*/", "https://*.example.com", "warning"),
        ("http://127.0.0.1/:5500", "http://127.0.0.1:5500", "warning"),
        ("https://example.com:8443", None, None),
        ("http://localhost:8000/", "http://localhost:8000", None),  # the origin equals the Host
        ("http://127.0.0.1/", "http://127.0.0.1", None),
        ("http://localhost:3000/", "http://localhost:3000", "warning"),
        ("localhost:8000", "https://localhost:8000", "error"),
        ("capacitor://localhost", None, None),
    ],
)
def test_an_origin_has_a_scheme_and_no_path(project, entry, right, severity):
    with_setting(project, "CSRF_TRUSTED_ORIGINS", f'["{entry}"]')
    reported = findings(project, "csrf-trusted-origins")
    assert [each["severity"] for each in reported] == [severity] * bool(severity)
    assert right_origin(entry) == (right or entry)
    assert right_origin(right_origin(entry)) == right_origin(entry)


@pytest.mark.parametrize(
    ("entries", "count"),
    [
        (["https://*.example.com/"], 0),  # Django reads its scheme and its host alone
        (["https://*.example.com/app"], 0),
        (["https://example.com/app", "https://example.com"], 0),
        (["https://www.example.com/", "https://*.example.com"], 0),
        (["https://www.example.com/", "http://*.example.com"], 1),
        (["https://example.com/", "https://*.example.com"], 1),
        (["http://example.com/", "https://example.com"], 0),  # the site redirects to HTTPS
        (["https://example.com/", "https://www.example.com"], 1),
        (["example.com", "https://example.com"], 1),
        (["https://files.s3.us-east-2.amazonaws.com/"], 0),  # whose files send no forms
        (["files.s3.us-east-2.amazonaws.com"], 1),  # Django refuses it
        (["http://web:8000/"], 0),  # a service of compose, from which no browser gets a page
    ],
)
def test_an_origin_that_django_accepts_is_no_fault(project, entries, count):
    with_setting(project, "CSRF_TRUSTED_ORIGINS", repr(entries))
    assert len(findings(project, "csrf-trusted-origins")) == count


@pytest.mark.parametrize(
    ("value", "hosts"),
    [
        ("ALLOWED_HOSTS", "ALLOWED_HOSTS"),
        ("ALLOWED_HOSTS[:1]", "ALLOWED_HOSTS[:1]"),
        ("[*ALLOWED_HOSTS]", "ALLOWED_HOSTS"),
    ],
)
def test_origins_that_are_the_hosts_get_a_scheme(project, value, hosts):
    with_setting(project, "ALLOWED_HOSTS", f'["chat.example.org"]\nCSRF_TRUSTED_ORIGINS = {value}')
    (finding,) = findings(project, "csrf-trusted-origins")
    new = f'+CSRF_TRUSTED_ORIGINS = [f"https://{{host}}" for host in {hosts}]'
    assert finding["fix"].splitlines()[1] == new


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        ("ALLOWED_HOSTS", "error"),
        ("ALLOWED_HOSTS[:1]", "error"),
        ("ALLOWED_HOSTS[1:]", None),
        ("list(ALLOWED_HOSTS)", "error"),
        ('[f"{SCHEME}://{NAME}"]', None),
        ('[f"{SCHEME}://{NAME}/"]', "warning"),
        ('[f"https://{host}/" for host in os.environ["HOSTS"].split()]', "warning"),
        ('[f"https://{host}" for host in os.environ["HOSTS"].split()]', None),
        ('["https://" + host + "/" for host in os.environ["HOSTS"].split()]', "warning"),
        ('["https://*.a.com"] + [f"https://{each}/" for each in os.environ["A"]]', None),
        ('[os.environ["SCHEME"] + "://"]', None),
        ('[f"https://{os.environ[each]}/" for each in "AB"] + os.environ["C"].split()', "warning"),
        ('[os.environ["A"] + "/", os.environ["B"]]', None),
    ],
)
def test_origins_that_an_expression_makes_of_hosts_are_judged(project, value, severity):
    with_setting(project, "ALLOWED_HOSTS", '["chat.example.org"]\nSCHEME = "https"\nNAME = "a.org"')
    with_setting(project, "CSRF_TRUSTED_ORIGINS", value)
    reported = [each["severity"] for each in findings(project, "csrf-trusted-origins")]
    assert reported == [severity] * bool(severity)


@pytest.mark.parametrize(
    ("made", "right"),
    [('f"https://{host}/"', 'f"https://{host}"'), ('"a" + host + "/"', '"a" + host')],
)
def test_the_change_removes_the_slash_behind_a_host(project, made, right):
    with_setting(project, "CSRF_TRUSTED_ORIGINS", f'[{made} for host in os.environ["A"].split()]')
    (finding,) = findings(project, "csrf-trusted-origins")
    line = 'CSRF_TRUSTED_ORIGINS = [{} for host in os.environ["A"].split()]'
    assert finding["fix"] == f"-{line.format(made)}\n+{line.format(right)}"


def test_a_string_of_origins_is_reported_and_an_old_django_is_not(project):
    with_setting(project, "CSRF_TRUSTED_ORIGINS", '"https://example.com"')
    assert len(findings(project, "csrf-trusted-origins")) == 1
    facts = {"versions": {"django": "3.2.25"}}
    assert not findings(project, "csrf-trusted-origins", facts=facts)


@pytest.mark.parametrize(
    ("debug", "count"),
    [('os.getenv("DEBUG", True)', 0), ('os.getenv("DEBUG")', 1), ('os.getenv("DEBUG", "")', 1)],
)
def test_a_default_of_true_makes_every_text_true(project, debug, count):
    with_setting(project, "ALLOWED_HOSTS", "[]", debug)
    write(project, Procfile="web: daphne config.asgi:application\n")
    assert len(findings(project, "allowed-hosts")) == count


@pytest.mark.parametrize(
    ("command", "count"),
    [("daphne config.asgi:application", 1), ("python manage.py runserver", 0)],
)
def test_no_hosts_matter_where_a_deployment_may_be_without_debug(project, command, count):
    with_setting(project, "ALLOWED_HOSTS", "[]", 'os.environ.get("DEBUG") == "1"')
    write(project, Procfile=f"web: {command}\n")
    assert len(findings(project, "allowed-hosts")) == count


@pytest.mark.parametrize(
    ("hosts", "classes", "front", "count"),
    [
        ('["localhost"]', "JWTAuthentication", "app", 0),
        ('[".example.com"]', "JWTAuthentication", "app", 1),
        ('["*"]', "JWTAuthentication", "app", 1),
        ('["*"]', "JWTAuthentication", "shop", 0),
        ('["*"]', "SessionAuthentication", "shop", 1),
        ('["localhost"]', "SessionAuthentication", "app", 1),
    ],
)
def test_no_form_of_another_host_is_refused_where_tokens_alone_sign_in(
    project, hosts, classes, front, count
):
    with_setting(project, "ALLOWED_HOSTS", hosts)
    lines = [
        'CSRF_TRUSTED_ORIGINS = ["https://shop.example.com/"]',
        f'CORS_ALLOWED_ORIGINS = ["https://{front}.example.com"]',
        f'REST_FRAMEWORK = {{"DEFAULT_AUTHENTICATION_CLASSES": ["x.{classes}"]}}\n',
    ]
    with (project / "config/settings.py").open("a") as file:
        file.write("\n".join(lines))
    assert len(findings(project, "csrf-trusted-origins")) == count


NGINX = """\
server {{
    server_name {name};
    location / {{
        proxy_pass http://web:8000;
        proxy_set_header Host {header};
    }}
}}
"""


@pytest.mark.parametrize(
    ("hosts", "name", "header", "fixes"),
    [
        ('[SITE, "localhost"]', "chat.example.org", "$host", ['"chat.example.org"']),
        ('[SITE, "localhost"]', "chat.example.org", "$http_host", ['"chat.example.org"']),
        ('[SITE, "localhost"]', "api.example.org", "$host", []),
        ('[SITE, "localhost"]', "chat.example.org", "localhost", []),
        ('[SITE, ".example.org"]', "chat.example.org", "$host", []),
        ('[SITE, "chat.example.org"]', "chat.example.org", "$host", []),
    ],
)
def test_an_origin_of_a_host_that_nginx_passes_on_serves_no_pages(
    project, hosts, name, header, fixes
):
    with_setting(project, "ALLOWED_HOSTS", hosts)
    change(project, "config/settings.py", "import os", 'SITE = "https://chat.example.org"')
    write(project, deploy__nginx_dot_conf=NGINX.format(name=name, header=header))
    assert [each["fix"] for each in findings(project, "allowed-hosts")] == fixes
